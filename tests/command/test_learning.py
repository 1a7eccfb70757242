"""What the platform learns from interviews: planted raters, items and a scorer are found again, and no result of the past moves.

Usage: test_learning.py PERITI

Hundreds of interviews are put into the store of a stopped server, as they would stand there: people of known ability answer
questions of known difficulty, the scorer and one grader err as often as is planted. Then the job learns.
"""
import json
import math
import pathlib
import random
import sqlite3
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fault"))
from stage import Server, add_person, data_folder, report  # noqa: E402

K, INTERVIEWS, GRADED, FREE, RULED = 3, 900, 130, 5, 3
SCORER, GRADER, PATIENCE_S = 0.7, 0.95, 400
DRAW = random.Random(11)
RIGHT = ["heaps", "gathers", "lifts", "bunches", "hoists"]
FILLER = "perhaps mostly usually as far as anyone knows in general for most places and times of the year".split()


def confused(truth, agreement):
    """As graders err: a neighbour is likelier than what lies beyond."""
    if DRAW.random() < agreement:
        return truth
    weights = [0 if k == truth else 1 if abs(k - truth) == 1 else 0.15 for k in range(K)]
    return DRAW.choices(range(K), weights)[0]


def planted(number):
    """Slope and steps of an item."""
    slope = 0.9 + 0.2 * (number % 4)
    middle = -0.8 + 0.25 * number
    return slope, [slope * (0.7 - middle), slope * (-0.7 - middle)] if number < FREE else [-slope * middle]


def category(theta, item):
    slope, steps = item
    draw = DRAW.random()
    return sum(draw < 1 / (1 + math.exp(-(slope * theta + step))) for step in steps)


def item(number):
    code = f"ocean-{number}"
    both = {"code": code, "domain": "oceans", "block": "tides", "level": 2, "status": "live"}
    if number >= FREE:
        return {**both, "kind": "numeric", "prompt": f"How many high tides are there in {number} days?", "answer": str(2 * number),
                "absolute": 0, "solution": "Two a day."}
    return {**both, "kind": "free", "prompt": f"Why does the water of sea number {number} rise and what is seen opposite?",
            "criteria": [{"id": "a", "text": "Names the moon", "points": 2, "evidence": ["the gravity of the moon", "lunar pull"]},
                         {"id": "b", "text": "Names the far side", "points": 2, "evidence": ["a bulge on the far side", "it stays behind"]}],
            "models": [{"marks": "mm", "text": "The gravity of the moon makes a bulge, and a second one on the far side stays behind."},
                       {"marks": "mn", "text": "The gravity of the moon."}, {"marks": "nn", "text": "It is the wind."}]}


def words_for(truth):
    """An answer that is right in words that no model answer has, or wrong in the words of one."""
    filler = DRAW.sample(FILLER, 6)
    text = {2: ["Selene", DRAW.choice(RIGHT), "brine", "beneath", "her", "and", "twin", "swell", "antipodal"],
            1: ["Selene", DRAW.choice(RIGHT), "brine", "beneath", "her"], 0: ["wind", "blows", "gravity", "of", "earth", "side"]}[truth]
    return " ".join(filler[:3] + text + filler[3:])


def identifier(prefix, number):
    return f"{prefix}_01k0{number:022d}"


def fill(path, house, person, grader, items):
    """Interviews as they would stand in the store."""
    store = sqlite3.connect(path)
    now = 1_760_000_000_000_000
    for number in range(INTERVIEWS):
        theta, interview = DRAW.gauss(0, 1), identifier("ivw", number)
        store.execute("INSERT INTO interview (id, organisation_id, person_id, domain, difficulty, is_practice, interview_state, outcome, "
                      "chance_seed, item_max, started_at, ended_at, stop_reason, estimate, deviation, interval_low, interval_high, "
                      "chance_above, item_count, scored_by, scorer) VALUES (?, ?, ?, 'oceans', 2, 0, 'done', 'waiting', 1, 8, ?, ?, 'count', "
                      "-0.25, 0.5, -1, 0.5, 0.3, 8, 'scorer', 'as it was then')", (interview, house, person, now, now))
        is_graded = number < GRADED
        if is_graded:
            store.execute("INSERT INTO grading (id, organisation_id, interview_id, purpose, seat, grading_state, grader_id, opened_at, due_at, "
                          "done_at, clarity) VALUES (?, ?, ?, 'judgement', 1, 'done', ?, ?, ?, ?, 3)",
                          (identifier("grg", number), house, interview, grader, now, now, now))
        for place, made in enumerate(items):
            truth, step = category(theta, planted(place)), identifier("stp", number * 100 + place)
            is_free = place < FREE
            given = confused(truth, SCORER) if is_free else truth
            text = words_for(truth) if is_free else str(2 * place if truth else 0)
            store.execute("INSERT INTO interview_step (id, organisation_id, interview_id, step_number, item_id, version_number, is_counted, "
                          "presentation, parameters, answer, category, points, points_max, verdict, scorer_hash, asked_at, answered_at) "
                          "VALUES (?, ?, ?, ?, ?, 1, 1, '[]', ?, ?, ?, 1, 4, NULL, 'shipped', ?, ?)",
                          (step, house, interview, place + 1, made, "[1,0,0.5,-0.5]" if is_free else "[1,0,0]", text, given, now, now))
            if is_graded and is_free:
                mark = confused(truth, GRADER)
                store.execute("INSERT INTO grade (id, organisation_id, grading_id, step_id, grader_id, marks, category, points, graded_at) "
                              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (identifier("grd", number * 100 + place), house, identifier("grg", number),
                                                                    step, grader, ["nn", "mn", "mm"][mark], mark, 2 * mark, now))
    store.commit()
    store.close()


def check_raters(learning, grader):
    rows = {row["rater"]: row for row in learning["raters"] if row["domain"] == "oceans"}
    for rater, agreement in (("scorer", SCORER), (grader, GRADER)):
        cells = rows[rater]["cells"]
        for truth in range(K):
            if abs(cells[truth * K + truth] - agreement) > 0.12:  # two raters alone leave some of it to what is believed
                yield f"{rater} is right on {truth} with chance {cells[truth * K + truth]:.3f}, not {agreement}"


def check_items(learning, path, items):
    run = learning["calibrations"][0]
    if run["item_count"] != len(items) or run["held_count"] != 0 or run["person_count"] != INTERVIEWS:
        yield f"not every item is calibrated: {run}"
    store = sqlite3.connect(path)
    for place, made in enumerate(items):
        slope, steps, errors = store.execute("SELECT slope, steps, errors FROM item_parameter WHERE item_id = ?", (made,)).fetchone()
        true_slope, true_steps = planted(place)
        errors, steps = json.loads(errors), json.loads(steps)
        moved = [true - true_slope * run["shift"] for true in true_steps]
        if abs(slope - true_slope) > 3.5 * errors[0]:
            yield f"item {place}: slope {slope:.2f} (se {errors[0]:.2f}), planted {true_slope:.2f}"
        for found, true, error in zip(steps, moved, errors[1:]):
            if abs(found - true) > 3.5 * error + 0.15:
                yield f"item {place}: step {found:.2f} (se {error:.2f}), planted {true:.2f}"


def check_scorer(learning):
    newest = learning["scorers"][0] if learning["scorers"] else {}
    if newest.get("scorer_state") != "used" or learning["is_shipped"] or newest["content_hash"] != learning["scorer_hash"]:
        yield f"the scorer was taught and is not used: {newest}"
    elif newest["kappa"] < newest["kappa_before"] + 0.2 or newest["agreement"] < 0.7:
        yield f"it has not learnt much: {newest}"


def sit(server, key, listing):
    """An interview to its end: what was asked, and the result."""
    application = server.need(key, "POST", f"/v1/listings/{listing}/applications", {"note": ""})["id"]
    interview = server.need(key, "POST", f"/v1/applications/{application}/interviews", {"notice_version": "2026-11"})["id"]
    question = server.need(key, "GET", f"/v1/interviews/{interview}")
    while question["state"] == "open":
        answer = words_for(2) if question["kind"] == "free" else "4"
        question = server.need(key, "POST", f"/v1/interviews/{interview}/answers", {"revision": question["revision"], "answer": answer})
    return interview, server.need(key, "GET", f"/v1/interviews/{interview}/result")


def check_new(server, key, listing, learning, path):
    interview, result = sit(server, key, listing)
    store = sqlite3.connect(path)
    rows = store.execute("SELECT calibration_id, scorer_hash, parameters, item_id FROM interview_step WHERE interview_id = ?", (interview,)).fetchall()
    for calibration, scorer, parameters, made in rows:
        slope = store.execute("SELECT slope FROM item_parameter WHERE item_id = ?", (made,)).fetchone()[0]
        if calibration != learning["calibrations"][0]["id"] or abs(json.loads(parameters)[0] - slope) > 1e-9:
            yield f"a step was asked with {parameters} of {calibration}"
        if scorer not in (None, learning["scorer_hash"]):
            yield f"a step was graded by {scorer}"
    if learning["scorer_hash"][:12] not in result["scored_with"] or "calibrated" not in result["scored_with"]:
        yield f"the result was {result['scored_with']}"
    if result["dimensions"][0]["estimate"] < 50:
        yield f"right answers in words that people taught it earn {result['dimensions'][0]}"


def learn(server, operator):
    job = server.await_job(operator, server.need(operator, "POST", "/v1/learning")["job_id"], PATIENCE_S)
    if job["state"] != "done":
        raise SystemExit(f"Bail out! the job ended so: {job}")
    return job["result"], server.need(operator, "GET", "/v1/learning")


def main(binary):
    with data_folder() as folder:
        path = pathlib.Path(folder, "periti.db")
        server = Server(binary, folder).start()
        operator = server.operator()
        house = server.need(operator, "GET", "/v1/session")["organisation_id"]
        items = [server.need(operator, "POST", "/v1/bank/items", {"item": item(number)})["id"] for number in range(FREE + RULED)]
        listing = server.need(operator, "POST", "/v1/listings", {"title": "Tides", "domain": "oceans", "rate_low_minor": 1,
                                                                "rate_high_minor": 2, "item_max": 6})["id"]
        server.need(operator, "POST", f"/v1/listings/{listing}/state", {"state": "open"})
        person, key = add_person(server, "expert", "Past")
        _, new = add_person(server, "expert", "New")
        grader, _ = add_person(server, "reviewer", "Grader")
        result, learning = learn(server, operator)
        yield "with nothing to learn from the shipped scorer stays", [str(result)] * (not learning["is_shipped"] or result["scorer"] == "used")
        server.stop()
        fill(path, house, person, grader, items)
        server.start()
        past = identifier("ivw", 3)
        before = server.need(key, "GET", f"/v1/interviews/{past}/result")
        result, learning = learn(server, operator)
        yield "what raters are like is found", list(check_raters(learning, grader))
        yield "items are calibrated through the scorer's errors, with honest standard errors", list(check_items(learning, path, items))
        yield "a scorer is taught by people, examined on answers it has not seen, and used", list(check_scorer(learning))
        after = server.need(key, "GET", f"/v1/interviews/{past}/result")
        yield "a result of the past stays as it was scored", [f"{before} became {after}"] * (before != after)
        yield "a new interview uses what was learnt, and says so", list(check_new(server, new, listing, learning, path))
        again = server.await_job(operator, server.need(operator, "POST", "/v1/learning")["job_id"], PATIENCE_S)
        same = server.need(operator, "GET", "/v1/learning")
        yield "learnt again from the same, the scorer is the same to the bit", [f"{again}"] * (
            same["scorers"][0]["content_hash"] != learning["scorer_hash"])
        server.need(key, "DELETE", f"/v1/interviews/{past}")
        _, erased = learn(server, operator)
        kept = sqlite3.connect(path).execute("SELECT COUNT(*) FROM scorer_version WHERE scorer_state = 'replaced' AND LENGTH(content) > 0").fetchone()[0]
        yield "words that were erased are learnt from no more, and the scorers that knew them are gone", [f"{kept} kept, {erased['scorers'][0]}"] * (
            kept != 0 or erased["scorers"][0]["person_count"] >= learning["scorers"][0]["person_count"])
        server.stop()
        bad = server.check()
        yield "the store is sound", [bad] if bad else []


report(main(sys.argv[1]))
