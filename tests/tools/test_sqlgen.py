"""What sqlgen refuses, and the words it refuses with. Usage: test_sqlgen.py SQLGEN"""
import pathlib
import subprocess
import sys
import tempfile

SCHEMA = """
CREATE TABLE task (id TEXT PRIMARY KEY, organisation_id TEXT NOT NULL, title TEXT, size INT64, cost FLOAT64);
CREATE INDEX task_owner ON task (organisation_id, id);
CREATE TABLE note (id TEXT PRIMARY KEY, body BLOB);
"""
GOOD = "-- name: task_one :one\nSELECT id FROM task WHERE organisation_id = :organisation_id AND id = :id;\n"

# name, queries, what the message has to contain (None: it is accepted), schema if another
CASES = [
    ("a good query", GOOD, None),
    ("prose above, parted by a blank line", "-- Tasks: all of them.\n\n" + GOOD, None),
    ("a semicolon in a string", "-- name: note_x :exec\nDELETE FROM note WHERE id = 'a;b';\n" + GOOD, None),
    ("a misspelt column", GOOD.replace("SELECT id", "SELECT idd"), "q.sql:2: task_one: no such column: idd"),
    ("no name", "SELECT 1;\n", "has no -- name:"),
    ("a name without statement", "-- name: task_one :one\n", "a statement is missing at the end"),
    ("two names for a statement", "-- name: a :one\n" + GOOD, "the statement of a is missing"),
    ("an unknown kind", GOOD.replace(":one", ":some"), "a name is: -- name:"),
    ("an unknown annotation", "-- reason: none\n" + GOOD, 'there is no annotation "reason"'),
    ("the same name twice", GOOD + GOOD, "there is another query task_one"),
    ("rows where none are wanted", GOOD.replace(":one", ":exec"), "its kind gives no rows"),
    ("no rows where some are wanted", "-- name: n :one\nDELETE FROM note WHERE id = :id;\n", "its kind gives rows"),
    ("an untyped parameter", GOOD.replace(":id", ":key"), 'add "-- param: key TYPE"'),
    ("a typed parameter", "-- param: key TEXT\n" + GOOD.replace(":id", ":key"), None),
    ("a type against the schema", "-- param: id INT64\n" + GOOD, "annotated as INT64, but the schema says TEXT"),
    ("a type of nothing", "-- param: key TEXT\n" + GOOD, "there is no parameter :key"),
    ("a column of nothing", "-- column: n INT64\n" + GOOD, "there is no result column n"),
    ("an unknown type", "-- param: id VARCHAR\n" + GOOD, "INT64|FLOAT64|TEXT|BLOB"),
    ("an untyped expression", GOOD.replace("SELECT id", "SELECT size + 1 AS larger"), "larger is an expression"),
    ("a typed expression", "-- column: larger INT64\n" + GOOD.replace("SELECT id", "SELECT size + 1 AS larger"), None),
    ("two columns of one name", GOOD.replace("SELECT id", "SELECT id, title AS id"), "two result columns are named id"),
    ("a question mark", GOOD.replace(":id", "?"), "write parameters as :name"),
    ("no organisation", "-- name: t :one\nSELECT title FROM task WHERE id = :id;\n", "does not bind :organisation_id"),
    ("no organisation in a write", "-- name: t :exec\nDELETE FROM task WHERE id = :id;\n", "does not bind"),
    ("no organisation in a subquery", "-- name: t :one\nSELECT id FROM note WHERE id = (SELECT title FROM task WHERE id = :id);\n",
     "touches task"),
    ("no organisation, for a reason", "-- name: t :one\n-- across: a test\nSELECT title FROM task WHERE id = :id;\n", None),
    ("a reason without words", "-- name: t :one\n-- across:\nSELECT title FROM task WHERE id = :id;\n", "say the reason"),
    ("a reason without need", "-- across: a test\n" + GOOD, 'needs no "-- across:"'),
    ("a scan", "-- name: n :many\nSELECT id FROM note WHERE body = :body;\n", "reads a whole table"),
    ("a scan, for a reason", "-- name: n :many\n-- scan: a test\nSELECT id FROM note WHERE body = :body;\n", None),
    ("a scan reason without need", "-- scan: a test\n" + GOOD, 'needs no "-- scan:"'),
    ("a row that is remembered", "-- remembered: a test\n" + GOOD, None),
    ("rows that are remembered", "-- remembered: a test\n" + GOOD.replace(":one", ":many"), "only the row of a :one"),
    ("a change that is remembered", "-- name: n :one\n-- remembered: a test\nDELETE FROM note WHERE id = :id RETURNING id;\n",
     "only the row of a :one"),
    ("a scan of a subquery only", "-- name: n :many\n-- column: n INT64\nSELECT n FROM (SELECT count(*) AS n FROM note WHERE id > :id) x;\n", None),
    ("one row struct, other columns", GOOD.replace(":one", ":one task_row") +
     GOOD.replace("task_one :one", "task_two :one task_row").replace("SELECT id", "SELECT title"), "not those of struct task_row"),
    ("one row struct, the same columns", GOOD.replace(":one", ":one task_row") +
     GOOD.replace("task_one :one", "task_two :many task_row"), None),
    ("many arguments without any", "-- name: n :exec_many\n-- scan: a test\nDELETE FROM note;\n", ":exec_many needs parameters"),
    ("a column of two types", GOOD, "one type in the whole schema", SCHEMA + "CREATE TABLE b (size TEXT);"),
    ("a foreign type", GOOD, "allowed are INT64, FLOAT64, TEXT and BLOB", SCHEMA + "CREATE TABLE b (at DATETIME);"),
    ("a table named like a type", GOOD, "blob: PostgreSQL takes no table", SCHEMA + "CREATE TABLE blob (size INT64);"),
    ("a migration that does not run", GOOD, "syntax error", "CREATE TABL b (at TEXT);"),
]


def run(sqlgen, folder, queries, schema):
    folder = pathlib.Path(folder)
    (folder / "0001_x.sql").write_text(schema)
    (folder / "q.sql").write_text(queries)
    made = subprocess.run([sqlgen, "queries", "q_sql.h", "q_sql.c", "q.d", "q.sql", "0001_x.sql"], cwd=folder,
                          capture_output=True, text=True)
    if made.returncode == 0:
        source = pathlib.Path(__file__).resolve().parents[2] / "src"
        subprocess.run(["cc", "-std=gnu2x", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", source, "q_sql.c"],
                       cwd=folder, check=True)
    return made


print(f"1..{len(CASES)}")
bad = 0
for number, (name, queries, message, *schema) in enumerate(CASES, 1):
    with tempfile.TemporaryDirectory() as folder:
        made = run(pathlib.Path(sys.argv[1]).resolve(), folder, queries, *(schema or [SCHEMA]))
    good = made.returncode == 0 if message is None else made.returncode == 1 and message in made.stderr
    bad += not good
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
    if not good:
        print("# " + made.stderr.strip().replace("\n", "\n# "))
sys.exit(bad > 0)
