"""Black-box tests of the commands on rubrics. Usage: test_rubric.py PERITI"""
import csv
import io
import json
import os
import pathlib
import re
import random
import statistics
import subprocess
import sys
import tempfile

PERITI = sys.argv[1]
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="periti-rubric-"))
SHARED = pathlib.Path(os.environ.get("PERITI_SHARED_DATA", pathlib.Path(__file__).parents[3] / "shared/data"))


def write(name, content):
    path = FOLDER / name
    path.write_text(content if isinstance(content, str) else "".join(json.dumps(row) + "\n" for row in content))
    return path


def run(*words):
    done = subprocess.run([PERITI, "rubric", *map(str, words)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def convert(path, to):
    code, out, err = run("convert", path, "--to", to)
    assert code == 0, err
    return out


RUBRIC = {"id": "t1", "prompt": "What, and \"why\"?\nSay it.", "domain": "law", "rubrics": [
    {"id": "c1", "criterion": "Names the statute", "points": 1, "kind": "factual", "evidence": "§ 12"},
    {"id": "c2", "criterion": "Says what follows", "points": 1, "secondary": True}]}


def the_forms_hold_what_decides_a_score():
    path = write("one.jsonl", [RUBRIC])
    for form, ending in (("healthbench", "jsonl"), ("apex", "jsonl"), ("ace", "csv"), ("archipelago", "json"), ("tree", "jsonl")):
        there = write(f"there.{ending}", convert(path, form))
        back = json.loads(convert(there, "periti"))
        assert [one["criterion"] for one in back["rubrics"]] == ["Names the statute", "Says what follows"], (form, back)
        assert [one["points"] for one in back["rubrics"]] == [1, 1], form
        assert back["id"] == "t1", form
        assert convert(write("again.jsonl", [back]), form) == there.read_text(), form


def a_public_form_has_its_own_names():
    path = write("one.jsonl", [RUBRIC])
    row = json.loads(convert(path, "healthbench"))
    assert row["prompt"] == [{"role": "user", "content": RUBRIC["prompt"]}] and row["rubrics"][0]["tags"] == ["factual"]
    row = json.loads(convert(path, "apex"))["Rubric JSON"]
    assert row["c1"]["weight"] == "Primary objective(s)" and row["c2"]["weight"] == "Secondary objective(s)" and row["c1"]["sources"] == "§ 12"
    rows = list(csv.DictReader(io.StringIO(convert(path, "ace"))))
    assert rows[0]["Prompt"] == RUBRIC["prompt"] and rows[0]["Hurdle Tag"] == "Not" and rows[1]["Description"] == "Says what follows"
    text = json.dumps(json.loads(convert(path, "apex"))["Rubric JSON"])
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([["Task ID", "Domain", "Prompt", "File Attachments", "Rubric JSON"], ["t1", "law", RUBRIC["prompt"], "", text]])
    assert json.loads(convert(write("apex.csv", out.getvalue()), "periti"))["rubrics"][0]["evidence"] == "§ 12"


def what_would_change_a_score_is_not_lost_in_silence():
    for member, form, word in (({"points": -3}, "apex", "negative"), ({"points": 2}, "ace", "other than 1"),
                               ({"hurdle": True}, "healthbench", "hurdles"), ({"needs": ["c2"]}, "healthbench", "needs")):
        changed = json.loads(json.dumps(RUBRIC))
        changed["rubrics"][0].update(member)
        code, _, err = run("convert", write("lossy.jsonl", [changed]), "--to", form)
        assert code == 2 and word in err and "c1" in err, (form, err)
        assert json.loads(convert(FOLDER / "lossy.jsonl", "periti")) == changed


def public_files_come_back_as_they_were():
    if not SHARED.is_dir():
        return "skipped: no shared data"
    for path in sorted((SHARED / "rubrics/ace").glob("*.csv")):
        rows = list(csv.DictReader(path.open(newline="", encoding="utf-8-sig")))
        first = write("ace.jsonl", convert(path, "periti"))
        second = convert(write("ace.csv", convert(first, "ace")), "periti")
        assert first.read_text() == second and sum(len(json.loads(line)["rubrics"]) for line in second.splitlines()) == len(rows)
    return None


def a_diff_names_what_changed():
    now = json.loads(json.dumps(RUBRIC))
    now["rubrics"][0]["points"] = 3
    now["rubrics"][1] = {"id": "c3", "criterion": "Names the court", "points": 1}
    code, out, err = run("diff", write("old.jsonl", [RUBRIC]), write("now.jsonl", [now]))
    assert code == 0, err
    assert "-\tt1\tc2\tSays what follows" in out and "+\tt1\tc3\tNames the court" in out and "points\t1 -> 3" in out and "3 changes" in out
    code, out, _ = run("diff", FOLDER / "old.jsonl", FOLDER / "old.jsonl")
    assert code == 0 and out == "0 changes\n"


def grades(seed, answers=40):
    draw = random.Random(seed)
    rows = []
    for answer in range(answers):
        good = draw.random()
        truth = [good > .3, good > .6, draw.random() < .5, True]
        for grader in ("ann", "bob", "judge"):
            met = [value if draw.random() < (.95 if i != 2 else .5) or i == 3 else not value for i, value in enumerate(truth)]
            rows.append({"id": f"a{answer}", "grader": grader, "kind": "model" if grader == "judge" else "expert",
                         "rubrics": [{"id": f"c{i}", "criterion": "x", "points": i + 1, "criteria_met": value} for i, value in enumerate(met)]})
    return rows


def kappa(pairs):
    share = sum(left == right for left, right in pairs) / len(pairs)
    left, right = (sum(pair[side] for pair in pairs) / len(pairs) for side in (0, 1))
    chance = left * right + (1 - left) * (1 - right)
    return (share - chance) / (1 - chance)


def a_measure_is_what_the_formulas_say():
    rows = grades(3)
    code, out, err = run("measure", write("grades.jsonl", rows))
    assert code == 0, err
    table = {line.split("\t")[0]: line.split("\t") for line in out.splitlines()[1:]}
    people = [row for row in rows if row["kind"] == "expert"]
    for i in range(3):
        mine = [row["rubrics"][i]["criteria_met"] for row in people]
        rest = [sum(one["points"] * one["criteria_met"] for k, one in enumerate(row["rubrics"]) if k != i) for row in people]
        assert float(table[f"c{i}"][3].split()[0]) == round(sum(mine) / len(mine), 3)
        assert abs(float(table[f"c{i}"][4]) - statistics.correlation([float(value) for value in mine], rest)) < 6e-4
        at = {(row["id"], row["grader"]): row["rubrics"][i]["criteria_met"] for row in rows}
        both = [(at[f"a{n}", "ann"], at[f"a{n}", "bob"]) for n in range(40)]
        judge = [(at[f"a{n}", "judge"], at[f"a{n}", who]) for n in range(40) for who in ("ann", "bob")]
        for column, pairs in ((5, both + [pair[::-1] for pair in both]), (6, judge)):
            value, low, high = map(float, re.fullmatch(r"(\S+) \[(\S+?)-(\S+)\]", table[f"c{i}"][column]).groups())
            assert abs(value - kappa(pairs)) < 6e-4 and low < value <= high, table[f"c{i}"]
    assert table["c2"][8] == "graders read it differently" or table["c2"][8] == "runs against the rest"
    assert table["c3"][8] == "tells no answers apart so far" and table["c3"][4] == "-"


def bad_input_is_refused_by_line():
    for text, word in (("", "no grades"), ('{"id":"a"}\n', "grader"), ('{"id":"a","grader":"b","rubrics":7}\n', "line 1"), ("{", "line 1")):
        code, _, err = run("measure", write("bad.jsonl", text))
        assert code == 2 and word in err, (text, err)
    row = {"id": "a", "grader": "g", "rubrics": [{"id": "c", "criterion": "x", "criteria_met": True}]}
    code, _, err = run("measure", write("twice.jsonl", [row, row]))
    assert code == 2 and "twice" in err, err
    for name, text, word in (("bad.csv", "a,b\n1,2\n", "header"), ("short.csv", "Task ID,Domain,Prompt,Rubric JSON\n1,2\n", "fields"),
                             ("bad.json", "[1]", "no object"), ("empty.json", "", "no rubric")):
        code, _, err = run("convert", write(name, text))
        assert code == 2 and word in err, (text, err)


CASES = [the_forms_hold_what_decides_a_score, a_public_form_has_its_own_names, what_would_change_a_score_is_not_lost_in_silence,
         public_files_come_back_as_they_were, a_diff_names_what_changed, a_measure_is_what_the_formulas_say, bad_input_is_refused_by_line]
print(f"1..{len(CASES)}")
failed = 0
for number, case in enumerate(CASES, 1):
    try:
        skipped = case()
        print(f"ok {number} - {case.__name__}" + (f" # SKIP {skipped}" if skipped else ""))
    except AssertionError as error:
        failed += 1
        print(f"not ok {number} - {case.__name__}\n# {str(error)[:1500]}")
sys.exit(failed > 0)
