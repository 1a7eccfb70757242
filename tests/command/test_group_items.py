"""A question that is much harder for one group is put aside by itself, and others stay.

Usage: test_group_items.py PERITI

Two groups of the same ability answer ten questions; one of these is planted to be far harder for one group. The job that learns
asks for the comparison, and nobody names the groups.
"""
import math
import pathlib
import random
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fault"))
from stage import Server, add_person, data_folder, report  # noqa: E402

PERSONS, ITEMS, HARD = 600, 10, 4
DRAW = random.Random(5)


def item(number):
    return {"code": f"stone-{number}", "kind": "numeric", "domain": "stones", "block": "all", "level": 2, "status": "live", "absolute": 0,
            "prompt": f"How many sides has crystal number {number}?", "answer": str(number + 1), "solution": "It has been counted."}


def identifier(prefix, number):
    return f"{prefix}_01k0{number:022d}"


def fill(path, house, person, items):
    store = sqlite3.connect(path)
    now = 1_760_000_000_000_000
    columns = [row[1] for row in store.execute("PRAGMA table_info(person)")]
    row = dict(zip(columns, store.execute("SELECT * FROM person WHERE id = ?", (person,)).fetchone()))
    for number in range(PERSONS):
        made = {**row, "id": identifier("per", number), "email": f"p{number}@example.org"}
        store.execute(f"INSERT INTO person ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", [made[name] for name in columns])
        sex = "female" if number % 2 else "male"
        store.execute("INSERT INTO demographic (person_id, organisation_id, sex, ethnicity, age_band, disability, given_at) "
                      "VALUES (?, ?, ?, 'not said', 'not said', 'not said', ?)", (made["id"], house, sex, now))
        interview, theta = identifier("ivw", number), DRAW.gauss(0, 1)
        store.execute("INSERT INTO interview (id, organisation_id, person_id, domain, difficulty, is_practice, interview_state, outcome, chance_seed, "
                      "item_max, started_at, ended_at, estimate) VALUES (?, ?, ?, 'stones', 2, 0, 'done', 'passed', 1, 10, ?, ?, 0)",
                      (interview, house, made["id"], now, now))
        for place, one in enumerate(items):
            harder = 2.0 if place == HARD and sex == "female" else 0
            right = DRAW.random() < 1 / (1 + math.exp(-(1.3 * theta + 0.6 - 0.12 * place - harder)))
            store.execute("INSERT INTO interview_step (id, organisation_id, interview_id, step_number, item_id, version_number, is_counted, presentation, "
                          "parameters, answer, category, points, points_max, asked_at, answered_at) VALUES (?, ?, ?, ?, ?, 1, 1, '[]', '[1,0,0]', '1', ?, ?, 1, ?, ?)",
                          (identifier("stp", number * 100 + place), house, interview, place + 1, one, int(right), int(right), now, now))
    store.commit()
    store.close()


def main(binary):
    with data_folder() as folder:
        path = pathlib.Path(folder, "periti.db")
        server = Server(binary, folder).start()
        operator = server.operator()
        house = server.need(operator, "GET", "/v1/session")["organisation_id"]
        items = [server.need(operator, "POST", "/v1/bank/items", {"item": item(number)})["id"] for number in range(ITEMS)]
        person, _ = add_person(server, "expert", "Any")
        server.stop()
        fill(path, house, person, items)
        server.start()
        server.await_job(operator, server.need(operator, "POST", "/v1/learning")["job_id"], 120)
        until, rows = time.monotonic() + 60, {}
        while time.monotonic() < until:
            rows = {one["code"]: one for one in server.pages(operator, "/v1/bank/items") if one["domain"] == "stones"}
            if any(one["item_status"] == "suspended" for one in rows.values()):
                break
            time.sleep(0.3)
        hard = rows[f"stone-{HARD}"]
        yield "the question that is harder for one group is put aside, with the reason", [] if (
            hard["item_status"] == "suspended" and "class C" in hard["status_reason"] and "sex" in hard["status_reason"]) else [str(hard)]
        yield "the others stay", [code for code, one in rows.items() if code != f"stone-{HARD}" and one["item_status"] != "live"]
        learning = server.need(operator, "GET", "/v1/learning")
        yield "questions that are marked by rule are calibrated too", [] if (
            learning["calibrations"][0]["item_count"] >= ITEMS - 1) else [str(learning["calibrations"])]
        server.stop()


report(main(sys.argv[1]))
