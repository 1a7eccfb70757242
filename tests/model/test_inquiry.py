"""What the server asks a model by itself: judgings and drafts of rubrics, trials of suites; with budgets, kills and faults.

Usage: test_inquiry.py PERITI
"""
import collections
import json
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "fault")]
from server import ModelServer  # noqa: E402
from stage import Server, add_person, data_folder, report  # noqa: E402

PATIENCE_S = 90
FILE = "application/octet-stream"
RUBRIC = [{"id": "tides", "prompt": "What makes the tides?",
           "rubrics": [{"id": "moon", "criterion": "Names the moon", "points": 3}, {"id": "sun", "criterion": "Names the sun", "points": 1}]}]


def lines(rows):
    return "\n".join(json.dumps(row) for row in rows)


class Stage:
    """A server with a model server beside it, and a client of its own."""

    def __init__(self, binary, folder, model, store=None, **settings):
        self.model = model
        self.store = store
        self.server = Server(binary, folder, store=store, settings={"model_url": model.url, "model_name": "m", "job_lease_s": 3, **settings}).start()
        self.operator = self.server.operator()
        self.client = self.server.need(self.operator, "POST", "/v1/organisations", {"name": "Acme"})["id"]
        _, self.key = add_person(self.server, "client", "Cleo", self.client)

    def need(self, method, path, body=None, **more):
        return self.server.need(self.key, method, path, body, **more)

    def ask(self, method, path, body=None, key=None):
        return self.server.ask(key or self.key, method, path, body)

    def rubric(self, answers, name="Tides"):
        made = self.need("POST", "/v1/rubrics", {"name": name})["id"]
        self.need("POST", f"/v1/rubrics/{made}/versions", lines(RUBRIC), kind=FILE)
        if answers:
            self.need("POST", f"/v1/rubrics/{made}/responses", lines(
                {"id": f"a{i:03}", "answer": f"{'MET' if i % 2 == 0 else 'no'}: answer {i}"} for i in range(answers)), kind=FILE)
        return made

    def suite(self, tasks):
        made = self.need("POST", "/v1/suites", {"name": "Echo"})["id"]
        self.need("POST", f"/v1/suites/{made}/tasks", lines(tasks), kind=FILE)
        return made

    def until(self, made, states=("done", "stopped", "failed", "cancelled"), done=0):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                found = self.need("GET", f"/v1/inquiries/{made['id']}")
            except OSError:
                found = None
            if found and found["state"] in states and found["done_count"] >= done:
                return found
            time.sleep(0.05)
        raise SystemExit(f"Bail out! the inquiry does not come to {states}: {found}")

    def stop(self):
        self.model.stop()
        self.server.stop()


def echoes(count):
    return [{"id": f"t{i:03}", "prompt": f"Of {i}: say {i if i % 4 else 'no'}", "reference": str(i), "domain": "low" if i < count / 2 else "high"}
            for i in range(count)]


def asked_twice(model):
    """Calls that were sent more than once: by what decides the answer."""
    met = collections.Counter(json.dumps([call["messages"], call["seed"]]) for call in model.bodies)
    return sum(times - 1 for times in met.values())


def a_model_judges(stage):
    rubric = stage.rubric(40)
    made = stage.need("POST", f"/v1/rubrics/{rubric}/judgings", {"budget": 0})
    found = stage.until(made)
    if (found["state"], found["done_count"], found["total_count"], found["kind"]) != ("done", 80, 80, "rubric.judge"):
        yield f"the judging ends as {found}"
    if stage.model.calls != 80:
        yield f"{stage.model.calls} calls for 80 criteria"
    scores = stage.need("GET", f"/v1/rubrics/{rubric}/scores")["items"]
    if len(scores) != 40 or any(one["open_count"] != 2 for one in scores):
        yield f"a model that nobody compared grades alone: {scores[:1]}"
    again = stage.until(stage.need("POST", f"/v1/rubrics/{rubric}/judgings", {"budget": 0}))
    if again["total_count"] != 0 or stage.model.calls != 80:
        yield f"what was judged is judged again: {again}"
    if [one["id"] for one in stage.need("GET", f"/v1/rubrics/{rubric}/inquiries")["items"]] != [again["id"], made["id"]]:
        yield "the list of inquiries is not as it should be"
    judges = stage.need("GET", f"/v1/rubrics/{rubric}/measures")["judges"]
    if [one["grader"] for one in judges] != ["m"] or judges[0]["alone"]:
        yield f"the judges are {judges}"


def it_grades_alone_once_it_may(stage):
    rubric = stage.rubric(30, "Alone")
    stage.need("PUT", f"/v1/rubrics/{rubric}/gate", {"agreement_min": 0.8, "double_min": 20, "expert_share": 0.2, "seed": 3})
    stage.until(stage.need("POST", f"/v1/rubrics/{rubric}/judgings", {"budget": 0}))
    stage.need("POST", f"/v1/rubrics/{rubric}/grades", lines(
        {"id": f"a{i:03}", "grader": "Dr Ada", "rubrics": [{"id": "moon", "criteria_met": i % 2 == 0}, {"id": "sun", "criteria_met": i % 2 == 0}]}
        for i in range(30)), kind=FILE)
    stage.need("POST", f"/v1/rubrics/{rubric}/responses", lines({"id": f"b{i:03}", "answer": f"MET: more {i}"} for i in range(50)), kind=FILE)
    stage.until(stage.need("POST", f"/v1/rubrics/{rubric}/judgings", {"budget": 0}))
    late = [one for one in stage.need("GET", f"/v1/rubrics/{rubric}/scores")["items"] if one["response"].startswith("b")]
    alone, left = sum(one["model_count"] for one in late), sum(one["open_count"] for one in late)
    if alone + left != 100 or not 5 <= left <= 40:
        yield f"of 100 verdicts {alone} stand alone and {left} go to people"


def a_budget_stops_it(stage):
    rubric = stage.rubric(100, "Budget")
    before = stage.model.calls
    made = stage.need("POST", f"/v1/rubrics/{rubric}/judgings", {"budget": 60})
    found = stage.until(made)
    if found["state"] != "stopped" or not 0 < found["spend"] <= 60 or "budget" not in found["note"]:
        yield f"a spent budget ends as {found}"
    if found["done_count"] != stage.model.calls - before or found["done_count"] >= 200:
        yield f"{found['done_count']} verdicts of {stage.model.calls - before} calls"
    status, _ = stage.ask("POST", f"/v1/inquiries/{made['id']}/continue", {"budget": -1})
    if status != 422:
        yield f"a negative budget answers {status}"
    stage.need("POST", f"/v1/inquiries/{made['id']}/continue", {"budget": 0})
    found = stage.until(made)
    if found["state"] != "done" or asked_twice(stage.model) or stage.model.calls - before != 200:
        yield f"it goes on to {found['state']} with {stage.model.calls - before} calls, {asked_twice(stage.model)} of them twice"
    if abs(found["spend"] - 200 * 0.2) > 1e-6 and found["spend"] <= 60:
        yield f"200 calls cost {found['spend']}"
    status, _ = stage.ask("POST", f"/v1/inquiries/{made['id']}/continue", {"budget": 0})
    if status != 409:
        yield f"one that is done is continued: {status}"


def drafts_wait_for_an_expert(stage):
    rubric = stage.rubric(0, "Drafts")
    made = stage.need("POST", f"/v1/rubrics/{rubric}/drafts", {"budget": 0, "tasks": [
        {"id": "ebb", "prompt": "Why does water fall?"}, {"id": "flow", "prompt": "When does it rise?", "reference": "Twice a day."}]})
    found = stage.until(made)
    versions = stage.need("GET", f"/v1/rubrics/{rubric}")["versions"]
    if found["state"] != "done" or [(one["number"], one["origin"], "confirmed_at" in one) for one in versions] != [(2, "model", False), (1, "person", True)]:
        yield f"the draft came as {found['state']} {versions}"
    criteria = stage.need("GET", f"/v1/rubrics/{rubric}/version?number=2")["criteria"]
    if [one["task"] for one in criteria] != ["tides"] * 2 + ["ebb"] * 4 + ["flow"] * 4 or criteria[5]["points"] != -3:
        yield f"it says {[(one['task'], one['points']) for one in criteria]}"
    expert, key = add_person(stage.server, "expert", "Ada")
    for path in (f"/v1/rubrics/{rubric}", f"/v1/rubrics/{rubric}/version?number=2"):
        status, _ = stage.ask("GET", path, key=key)
        if status != 404:
            yield f"an expert without a grant reads {path}: {status}"
    status, _ = stage.ask("POST", f"/v1/rubrics/{rubric}/confirm", {"number": 2}, key=key)
    if status != 404:
        yield f"an expert without a grant confirms: {status}"
    stage.server.need(stage.operator, "POST", f"/v1/organisations/{stage.client}/grants", {"person_id": expert, "granted": True})
    if rubric not in [one["id"] for one in stage.server.need(key, "GET", "/v1/rubrics")["items"]]:
        yield "an expert does not see the rubric that they were asked to read"
    stage.server.need(key, "GET", f"/v1/rubrics/{rubric}/version?number=2")
    stage.server.need(key, "POST", f"/v1/rubrics/{rubric}/confirm", {"number": 2})
    if "confirmed_at" not in stage.need("GET", f"/v1/rubrics/{rubric}")["versions"][0]:
        yield "the expert's word does not count"
    status, _ = stage.ask("POST", f"/v1/rubrics/{rubric}/judgings", {"budget": 0}, key=key)
    if status != 403:
        yield f"an expert spends the client's money: {status}"


def a_suite_is_tried(stage):
    suite = stage.suite(echoes(60) + [{"id": "essay", "prompt": "Please say MET and more", "check": "rubric", "domain": "high",
                                       "reference": [{"criterion": "Says it", "points": 2}, {"criterion": "Says more", "points": 2}]}])
    before = len(stage.model.bodies)
    made = stage.need("POST", f"/v1/suites/{suite}/trials", {"budget": 0, "runs": 2})
    found = stage.until(made)
    if (found["state"], found["done_count"], found["total_count"]) != ("done", 122, 122):
        yield f"the trial ends as {found}"
    if len(stage.model.bodies) - before not in (124, 126):  # both essays say the same: judged side by side, or once
        yield f"{len(stage.model.bodies) - before} calls for 122 answers and two criteria"
    board = stage.need("GET", f"/v1/suites/{suite}/leaderboard")["models"]
    if len(board) != 1 or board[0]["model"] != "m" or abs(board[0]["mean"] - (45 * 2 + 2) / 122) > 1e-9 or board[0]["scored_count"] != 122:
        yield f"the table says {board}"
    view = stage.need("GET", f"/v1/suites/{suite}")
    if len(view["runs"]) != 1 or found["id"] not in view["runs"][0]["provenance"] or len(view["releases"]) != 1:
        yield f"the suite has {view['runs']} {view['releases']}"
    second = stage.until(stage.need("POST", f"/v1/suites/{suite}/trials", {"budget": 0}))
    if second["options"]["first_run"] != 3:
        yield f"another trial begins with run {second['options']['first_run']}"


def taken_numbers(stage):
    """A trial that stopped, overtaken by another of the same model: its answers would stand there twice."""
    suite = stage.suite(echoes(8))
    made = stage.need("POST", f"/v1/suites/{suite}/trials", {"budget": 1e-6})
    if stage.until(made)["state"] != "stopped":
        yield "a budget of nothing is enough"
    stage.until(stage.need("POST", f"/v1/suites/{suite}/trials", {"budget": 0}))
    stage.need("POST", f"/v1/inquiries/{made['id']}/continue", {"budget": 0})
    found = stage.until(made)
    board = stage.need("GET", f"/v1/suites/{suite}/leaderboard")["models"]
    if found["state"] != "failed" or "anew" not in found.get("fault_text", "") or board[0]["scored_count"] != 8:
        yield f"overtaken, it ends as {found} with {board}"


def killed(stage):
    """kill -9 in the middle of a trial, and of what follows: nothing that was answered is asked again, nothing is lost or doubled."""
    suite = stage.suite(echoes(200))
    made = stage.need("POST", f"/v1/suites/{suite}/trials", {"budget": 0})
    for least in (10, 70):
        while stage.model.calls < least:
            time.sleep(0.01)
        stage.server.kill()
        flying = stage.model.at_once
        time.sleep(0.5)
        stage.server.start()
        if flying > 40:
            yield f"{flying} calls were on their way"
    found = stage.until(made)
    board = stage.need("GET", f"/v1/suites/{suite}/leaderboard")["models"]
    if found["state"] != "done" or board[0]["scored_count"] != 200 or board[0]["output_tokens"] != 2000:
        yield f"after two kills: {found['state']} {found.get('fault_text')} {board}"
    if asked_twice(stage.model) > 2 * 33:
        yield f"{asked_twice(stage.model)} calls were made twice; at most those that were on their way may be"
    kept = stage.need("GET", f"/v1/suites/{suite}")["runs"]
    if len(kept) != 1:
        yield f"the answers came in {len(kept)} times"
    stage.server.stop()
    complaint = stage.server.check() if stage.store is None else None  # PostgreSQL has tools of its own
    stage.server.start()
    if complaint:
        yield complaint


def cancelled(stage):
    rubric = stage.rubric(200, "Cancelled")
    made = stage.need("POST", f"/v1/rubrics/{rubric}/judgings", {"budget": 0})
    while stage.model.calls < 5:
        time.sleep(0.01)
    status, _ = stage.ask("POST", f"/v1/rubrics/{rubric}/judgings", {"budget": 0})
    if status != 409:
        yield f"a second judging by the same model beside the first answers {status}"
    stage.need("POST", f"/v1/jobs/{made['job_id']}/cancel")
    time.sleep(3)
    calls = stage.model.calls
    time.sleep(1)
    found = stage.need("GET", f"/v1/inquiries/{made['id']}")
    if found["state"] != "cancelled" or stage.model.calls != calls or calls > 390:
        yield f"cancelled, it goes on: {found['state']}, {stage.model.calls} calls after {calls}"
    stage.need("POST", f"/v1/inquiries/{made['id']}/continue", {"budget": 0})
    if stage.until(made)["state"] != "done":
        yield "it does not go on after a cancellation"


def unreachable(stage):
    rubric = stage.rubric(3, "Down")
    made = stage.need("POST", f"/v1/rubrics/{rubric}/judgings", {"budget": 0})
    found = stage.until(made)
    if found["state"] != "stopped" or "did not answer" not in found["note"] or found["done_count"] != 0:
        yield f"with the server down: {found}"
    scores = stage.need("GET", f"/v1/rubrics/{rubric}/scores")["items"]
    if scores:
        yield f"a judge that is down made verdicts: {scores}"


def none_set(stage):
    rubric = stage.rubric(1, "None")
    status, said = stage.ask("POST", f"/v1/rubrics/{rubric}/judgings", {"budget": 0})
    if status != 409 or "model_url" not in json.dumps(said):
        yield f"without a model server: {status} {said}"


def fresh(store):
    """A database of its own on that PostgreSQL; None: SQLite in the folder."""
    if store is None:
        return None
    name = f"inquiry_{os.getpid()}_{time.monotonic_ns()}"
    subprocess.run(["psql", "-q", "-d", store, "-c", f"CREATE DATABASE {name}"], check=True)
    return f"{store.rsplit('/', 1)[0]}/{name}"


def with_model(binary, store, test, settings=None, **how):
    with data_folder() as folder:
        stage = Stage(binary, folder, ModelServer(**how), fresh(store), **(settings or {}))
        wrongs = list(test(stage))
        stage.stop()
        return wrongs


def play(binary, store):
    with data_folder() as folder:
        stage = Stage(binary, folder, ModelServer(), fresh(store))
        yield "a model judges what was handed over, once", list(a_model_judges(stage))
        yield "it grades alone above the client's level, but for a share", list(it_grades_alone_once_it_may(stage))
        yield "its drafts wait for an expert with a grant", list(drafts_wait_for_an_expert(stage))
        yield "a suite is put to it, rubrics included", list(a_suite_is_tried(stage))
        stage.stop()
    prices = {"model_input_price": 1000, "model_output_price": 10000}
    yield "a budget stops it, and it goes on without asking twice", with_model(binary, store, a_budget_stops_it, prices)
    yield "a trial that was overtaken adds nothing", with_model(binary, store, taken_numbers, prices)
    yield "kill -9 in the middle loses and doubles nothing", with_model(binary, store, killed, delay=0.3)
    yield "a cancellation is heard, and it may go on", with_model(binary, store, cancelled, delay=0.3)
    yield "a third of faults turns no verdict", with_model(
        binary, store, a_model_judges_with_faults, faults=0.3, stall=2.0, kinds=["429", "500", "reset", "fenced", "wrong_types", "length"])
    with data_folder() as folder:
        stage = Stage(binary, folder, ModelServer(), fresh(store))
        stage.model.stop()
        stage.server.variables["PERITI_MODEL_URL"] = "http://127.0.0.1:9/v1"
        stage.server.stop()
        stage.server.start()
        yield "a judge that is down makes no verdicts", list(unreachable(stage))
        stage.server.stop()
        del stage.server.variables["PERITI_MODEL_URL"], stage.server.variables["PERITI_MODEL_NAME"]
        stage.server.start()
        yield "without a model server it is said so", list(none_set(stage))
        stage.server.stop()


def main(binary):
    yield from play(binary, None)
    postgres = os.environ.get("PERITI_TEST_POSTGRES", "")
    if postgres.startswith("postgresql://"):
        for title, wrongs in play(binary, postgres):
            yield f"{title}, on PostgreSQL", wrongs


def a_model_judges_with_faults(stage):
    rubric = stage.rubric(30, "Faults")
    found = stage.until(stage.need("POST", f"/v1/rubrics/{rubric}/judgings", {"budget": 0, "votes": 1}))
    stage.need("POST", f"/v1/rubrics/{rubric}/grades", lines(
        {"id": f"a{i:03}", "grader": "Dr Ada", "rubrics": [{"id": "moon", "criteria_met": i % 2 == 0}]} for i in range(30)), kind=FILE)
    judge = stage.need("GET", f"/v1/rubrics/{rubric}/measures")["judges"][0]
    if judge["agreed_count"] != judge["double_count"] or judge["double_count"] < 28:
        yield f"verdicts were turned: {judge} {found}"


report(main(sys.argv[1]))
