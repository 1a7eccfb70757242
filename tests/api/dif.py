"""A question that is harder for one group than for another of the same ability is found, shown on its page with interval and counts,
and put aside by itself; the other questions are spared.

    python3 tests/api/dif.py BINARY

240 interviews are planted in the store; one question is two steps harder for half of the people. Prints TAP. SQLite alone: the rows
are written past the server.
"""
import json
import math
import pathlib
import random
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fault"))
from stage import Server, data_folder, report  # noqa: E402

PEOPLE, DOMAIN, HARDER = 240, "law", 1.6


def plant(path, unfair):
    """Everybody has answered every live question of the domain."""
    draw, now = random.Random(11), time.time_ns() // 1000
    store = sqlite3.connect(path)
    house, = store.execute("SELECT id FROM organisation WHERE kind = 'operator'").fetchone()
    items = store.execute("SELECT id, version_number FROM item WHERE domain = ? AND item_status = 'live' ORDER BY id", (DOMAIN,)).fetchall()
    for n in range(PEOPLE):
        person, interview, focal = f"per_{n:026d}", f"int_{n:026d}", n % 2
        ability = draw.gauss(0, 1)
        store.execute("INSERT INTO demographic VALUES (?, ?, ?, 'not said', 'not said', 'not said', 1)",
                      (person, house, "female" if focal else "male"))
        store.execute("INSERT INTO interview (id, organisation_id, person_id, domain, difficulty, is_practice, interview_state, outcome,"
                      " chance_seed, item_max, started_at, ended_at) VALUES (?, ?, ?, ?, 2, 0, 'done', 'passed', 1, 40, ?, ?)",
                      (interview, house, person, DOMAIN, now, now))
        for k, (item, version) in enumerate(items):
            location = ability - (HARDER if focal and item == unfair else 0)
            category = sum(draw.random() < 1 / (1 + math.exp(-1.3 * (location - step))) for step in (-0.7, 0.7))
            store.execute("INSERT INTO interview_step (id, organisation_id, interview_id, step_number, item_id, version_number, is_counted,"
                          " presentation, parameters, category, asked_at) VALUES (?, ?, ?, ?, ?, ?, 1, '[]', '{}', ?, 1)",
                          (f"stp_{n:013d}{k:013d}", house, interview, k + 1, item, version, category))
    store.commit()
    store.close()


def main(binary):
    with data_folder() as folder:
        server = Server(binary, folder).start()
        operator = server.operator()
        live = [one["id"] for one in server.pages(operator, "/v1/bank/items") if one["domain"] == DOMAIN and one["item_status"] == "live"]
        unfair = live[3]
        server.stop()
        plant(pathlib.Path(folder, "periti.db"), unfair)
        server.start()
        found = server.need(operator, "POST", "/v1/fairness/items", {"domain": DOMAIN, "attribute": "sex", "focal": "female",
                                                                    "reference": "male"})["items"]
        large = {one["item_id"]: one for one in found if one["class"] == "C"}
        yield "the planted question is of class C", [] if unfair in large and large[unfair]["suspended"] else [json.dumps(found)]
        yield "few others are", [] if len(large) <= 1 + len(live) // 10 else [str(len(large))]
        row = server.need(operator, "GET", f"/v1/bank/items/{unfair}")
        yield "it is put aside, and its page says why", [] if row["item_status"] == "suspended" and "class C" in row["status_reason"] \
            else [json.dumps(row)[:300]]
        shown = server.need(operator, "GET", f"/v1/fairness/items/{unfair}")["items"]
        yield ("with interval and counts", [] if len(shown) == 1 and shown[0]["dif_class"] == "C"
               and shown[0]["focal_count"] == shown[0]["reference_count"] == PEOPLE // 2
               and shown[0]["gap_low"] < shown[0]["mean_gap"] < shown[0]["gap_high"] < -0.25 else [json.dumps(shown)])
        for one in large:
            server.need(operator, "POST", f"/v1/bank/items/{one}/status", {"status": "live"})
        begun = server.need(operator, "POST", "/v1/learning")
        server.await_job(operator, begun.get("id") or begun["job_id"], patience=120)
        for _ in range(100):
            status = server.need(operator, "GET", f"/v1/bank/items/{unfair}")["item_status"]
            if status == "suspended":
                break
            time.sleep(0.2)
        yield "after the next calibration it is put aside by itself", [] if status == "suspended" else [status]
        server.stop()


report(main(sys.argv[1]))
