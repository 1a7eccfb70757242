"""What is derived of a random history is remade from its facts, to the bit.

Usage: rebuild.py BINARY OPENAPI.json [STORE]

Experts claim, answer, skip and revise, reviewers judge, authors appeal, gold and planted faults are mixed in and
challenged, decisions are made and overturned, a stop rule comes and goes, all by a seeded die through the API. Then
the derived tables are read, `periti rebuild` drops and remakes them, and they are read again. Prints TAP.
"""
import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import time

from world import Tap, open_world

DERIVED = ("quality_run", "truth", "vote", "skill", "agreement", "confusion", "bias", "alert", "forecast", "routing")
FACTS = ("submission", "review", "gold", "gold_challenge", "plant", "decision", "demand_event", "demand", "task_state")
CLASSES = ("a", "b", "tie")
SEED = int(os.environ.get("PERITI_TEST_SEED", "1"))
STEPS = int(os.environ.get("PERITI_TEST_STEPS", "420"))


class History:
    def __init__(self, stage):
        self.stage, self.die, self.done = stage, random.Random(SEED), {}
        self.experts, self.reviewers = [], []

    def ask(self, actor, method, path, body=None, fine=(200, 201, 202)):
        headers = dict(self.stage.actors[actor])
        if body is not None:
            headers["Content-Type"] = "application/json"
        answer, text = self.stage.server.ask(method, path, headers, None if body is None else json.dumps(body))
        if answer.status >= 500:
            raise SystemExit(f"Bail out! {method} {path}: {answer.status} {text[:300]!r}")
        kind = path.rsplit("/", 1)[1].split("?")[0]
        if answer.status in fine:
            self.done[kind] = self.done.get(kind, 0) + 1
            return json.loads(text)
        return None

    def person(self, name, role):
        word = f"{name}-long-enough"
        made = self.ask("operator", "POST", "/v1/people", {"organisation_id": self.names["house"], "email": f"{name}@example.org",
                                                          "name": name, "role": role, "password": word})
        self.stage.enter(name, f"{name}@example.org", word)
        return made["id"]

    def prepare(self):
        self.names = self.stage.names
        made = self.ask("operator", "POST", "/v1/campaigns", {
            "organisation_id": self.names["acme"], "name": "History", "task_type": "preference", "price_minor": 120, "redundancy": 4,
            "guideline": "# 1 Read\nBoth.\n\n# 2 Choose\nThe better one.\n\n# 3 Ties\nSeldom.\n"})
        self.campaign = made["id"]
        self.path = f"/v1/campaigns/{self.campaign}"
        second = self.person("opi", "operator")
        self.ask("operator", "POST", f"/v1/organisations/{self.names['acme']}/grants", {"person_id": second, "granted": True})
        self.engaged = {}
        for duty, names in (("expert", [f"exp{n}" for n in range(7)]), ("reviewer", ["rev0", "rev1", "rev2"])):
            for name in names:
                person = self.person(name, duty)
                self.engaged[name] = self.ask("operator", "POST", self.path + "/engagements", {"person_id": person, "duty": duty})["id"]
                (self.experts if duty == "expert" else self.reviewers).append(name)
        self.import_tasks()
        self.ask("operator", "POST", self.path + "/state", {"state": "open"})
        self.ask("operator", "PUT", self.path + "/gold-policy", {"rate": 0.25, "reveal_s": 0})
        self.truth = {row["id"]: self.die.choice(CLASSES) for row in self.tasks}
        for row in self.tasks[:8]:
            self.ask("operator", "POST", self.path + "/golds", {"items": [
                {"task_id": row["id"], "answer": {"choice": self.truth[row["id"]]}, "clause_code": "2"}]})
        rater = self.ask("operator", "POST", self.path + "/raters", {"name": "model"})["id"]
        self.ask("operator", "POST", self.path + f"/raters/{rater}/judgements", {"items": [
            {"task_id": row["id"], "answer": {"choice": self.opinion(row["id"], 0.6)}} for row in self.tasks[10:50]]})

    def import_tasks(self):
        lines = []
        for n in range(60):
            left, right = f"Left {n // 2} " + "long " * (n % 5), f"Right {n // 2}"
            if n % 2:
                left, right = right, f"Left {n // 2} " + "long " * ((n - 1) % 5)
            lines.append(json.dumps({"id": f"h{n}", "prompt": f"Which {n // 2}?", "answer_a": left, "answer_b": right,
                                     "domain": ("law", "medicine")[n % 2]}))
        answer, text = self.stage.server.ask("POST", self.path + "/imports?name=history.jsonl", {
            **self.stage.actors["operator"], "Content-Type": "application/octet-stream"}, "\n".join(lines).encode())
        batch = json.loads(text)["batch_id"]
        while self.ask("operator", "GET", f"/v1/batches/{batch}")["state"] != "ready":
            time.sleep(0.05)
        self.tasks = self.ask("operator", "GET", self.path + "/tasks?limit=200")["items"]

    def opinion(self, task, skill):
        return self.truth.get(task, "a") if self.die.random() < skill else self.die.choice(CLASSES)

    # What may happen, each by its own weight.

    def answer(self):
        expert = self.die.choice(self.experts)
        lease = (self.ask(expert, "POST", self.path + "/claims") or {}).get("lease_id")
        if lease and self.die.random() < 0.07:
            self.ask(expert, "POST", f"/v1/leases/{lease}/skip", {"reason_code": "unclear"})
        elif lease:
            task = self.ask(expert, "GET", f"/v1/leases/{lease}")["task_id"]
            skill = 0.4 + 0.07 * self.experts.index(expert)
            self.ask(expert, "POST", f"/v1/leases/{lease}/submission", {"answer": {"choice": self.opinion(task, skill)}})

    def judge(self):
        reviewer = self.die.choice(self.reviewers)
        lease = (self.ask(reviewer, "POST", self.path + "/review-claims") or {}).get("lease_id")
        if not lease:
            return
        view = self.ask(reviewer, "GET", f"/v1/leases/{lease}")
        if view["stage"] == "appeal":
            self.ask(reviewer, "POST", f"/v1/leases/{lease}/appeal-decision",
                     {"verdict": self.die.choice(("uphold", "overturn")), "message": "So be it."})
            return
        body = {"verdict": self.die.choices(("accept", "fix", "return", "reject"), (6, 1, 1, 2))[0]}
        if body["verdict"] == "fix":
            body["answer"] = {"choice": self.die.choice(CLASSES)}
        if body["verdict"] in ("return", "reject"):
            body |= {"clause_code": self.die.choice("123"), "reason_code": "incorrect", "message": "Not so."}
        self.ask(reviewer, "POST", f"/v1/leases/{lease}/review", body)

    def own(self, expert, state):
        rows = (self.ask(expert, "GET", "/v1/submissions?limit=200") or {"items": []})["items"]
        rows = [row["id"] for row in rows if row["state"] in state]
        return self.die.choice(rows) if rows else None

    def revise(self):
        expert = self.die.choice(self.experts)
        if one := self.own(expert, ("returned",)):
            lease = (self.ask(expert, "POST", f"/v1/submissions/{one}/revisions") or {}).get("lease_id")
            if lease:
                self.ask(expert, "POST", f"/v1/leases/{lease}/submission", {"answer": {"choice": self.die.choice(CLASSES)}})

    def appeal(self):
        expert = self.die.choice(self.experts)
        if one := self.own(expert, ("rejected",)):
            self.ask(expert, "POST", f"/v1/submissions/{one}/appeals", {"message": "I see it otherwise."})

    def challenge(self):
        expert = self.die.choice(self.experts)
        missed = self.ask(expert, "GET", "/v1/checks")["missed"]
        if missed:
            self.ask(expert, "POST", f"/v1/submissions/{self.die.choice(missed)['submission_id']}/gold-challenges",
                     {"message": "The known answer is wrong."})
        waiting = [one for one in self.ask("opi", "GET", self.path + "/gold-challenges")["items"] if one["state"] == "open"]
        if waiting and self.die.random() < 0.5:
            self.ask("opi", "POST", f"/v1/gold-challenges/{waiting[0]['id']}/decision",
                     {"verdict": self.die.choice(("uphold", "overturn")), "message": "Looked at."})

    def gold(self):
        task = self.die.choice(self.tasks)["id"]
        self.ask("operator", "POST", self.path + "/golds", {"items": [
            {"task_id": task, "answer": {"choice": self.truth[task]}, "clause_code": "2"}]})

    def rest(self):
        golds = self.ask("operator", "GET", self.path + "/golds?limit=200")["items"]
        self.ask("operator", "POST", self.path + f"/golds/{self.die.choice(golds)['id']}/state",
                 {"state": self.die.choice(("active", "resting", "resting", "retired")), "reason": "Rotation."})

    def plant(self):
        self.ask("operator", "POST", self.path + "/plants", {
            "task_id": self.die.choice(self.tasks)["id"], "answer": {"choice": self.die.choice(CLASSES)}, "clause_code": "3"})

    def decide(self):
        expert = self.die.choice(self.experts)
        if one := self.own(expert, ("pending", "accepted")):
            made = self.ask("operator", "POST", self.path + "/decisions", {
                "engagement_id": self.engaged[expert], "action": self.die.choice(("pause", "reject")), "clause_code": "2",
                "reason_code": "incorrect", "message": "Look at these again.", "submissions": [one]})
            if made and self.ask(expert, "POST", f"/v1/decisions/{made['id']}/appeal", {"message": "I have looked at them."}):
                self.ask("opi", "POST", f"/v1/decisions/{made['id']}/settlement",
                         {"verdict": self.die.choice(("overturn", "overturn", "uphold")), "message": "Looked at."})

    def rule(self):
        if self.die.random() < 0.3:
            self.ask("operator", "DELETE", self.path + "/stop-rule")
        else:
            self.ask("operator", "PUT", self.path + "/stop-rule", {
                "target_certainty": self.die.choice((0.7, 0.9, 0.97)), "label_min": self.die.choice((1, 2)), "label_max": 5})

    def play(self):
        acts = {self.answer: 60, self.judge: 40, self.revise: 8, self.appeal: 8, self.challenge: 6, self.gold: 2, self.rest: 1,
                self.plant: 3, self.decide: 2, self.rule: 2}
        for _ in range(STEPS):
            self.die.choices(list(acts), list(acts.values()))[0]()

    def settle(self):
        """Wait until nothing is left to compute: a run may want more answers, and be asked for again by that. However the die fell
        on the stop rule, the last one decides about every task."""
        self.ask("operator", "PUT", self.path + "/stop-rule", {"target_certainty": 0.9, "label_min": 1, "label_max": 5})
        for _ in range(2):
            job = self.ask("operator", "POST", self.path + "/quality-runs")["job_id"]
            while (state := self.ask("operator", "GET", f"/v1/jobs/{job}")["state"]) in ("waiting", "running"):
                time.sleep(0.1)
            if state != "done":
                raise SystemExit(f"Bail out! the quality run ended as {state}")


def rows(server, tables):
    """Every row of the tables as text that tells reals apart to the bit."""
    if server.database:
        def read(table):
            sql = f"SELECT x::text FROM {table} x ORDER BY 1"
            return subprocess.run(["psql", "-qAt", "-d", f"{server.database[0].rsplit('/', 1)[0]}/{server.database[1]}", "-c", sql],
                                  check=True, capture_output=True, text=True).stdout.splitlines()
        return {table: read(table) for table in tables}
    with sqlite3.connect(f"file:{server.folder}/periti.db?mode=ro", uri=True) as store:
        return {table: sorted(map(repr, store.execute(f"SELECT * FROM {table}"))) for table in tables}


def stop_only(server):
    server.process.terminate()
    if server.process.wait(30) != 0:
        raise SystemExit("Bail out! the server did not end well")


def main():
    binary, openapi = (str(pathlib.Path(word).resolve()) for word in sys.argv[1:3])
    store = sys.argv[3] if len(sys.argv) > 3 else "sqlite"
    kind = store.split(":")[0]
    stage, tap = open_world(binary, openapi, store, "part/cast.scene"), Tap()
    history = History(stage)
    server = stage.server
    history.prepare()
    history.play()
    history.settle()
    stop_only(server)
    before, facts = rows(server, DERIVED), rows(server, FACTS)
    print("# happened: " + ", ".join(f"{name} {count}" for name, count in sorted(history.done.items())))
    print("# derived: " + ", ".join(f"{table} {len(before[table])}" for table in DERIVED))
    tap.check(f"the history has something of everything on {kind}",
              [table for table in ("truth", "vote", "skill", "agreement", "confusion", "bias", "forecast", "routing", *FACTS)
               if not (before.get(table) or facts.get(table))])
    url = f"sqlite:{server.folder}/periti.db" if not server.database else f"{store.rsplit('/', 1)[0]}/{server.database[1]}"
    ran = subprocess.run([binary, "rebuild", "--store", url, "--data", server.folder], capture_output=True, text=True)
    print("# " + (ran.stdout + ran.stderr).strip())
    tap.check(f"periti rebuild ends well on {kind}", [ran.stderr] if ran.returncode else [])
    after = rows(server, DERIVED)
    for table in DERIVED:
        tap.check(f"{table} is the same to the bit on {kind}",
                  [f"- {row}" for row in set(before[table]) - set(after[table])] + [f"+ {row}" for row in set(after[table]) - set(before[table])])
    tap.check(f"no fact was touched on {kind}", [table for table, was in rows(server, FACTS).items() if was != facts[table]])
    if server.database:
        server.psql(f"DROP DATABASE {server.database[1]} WITH (FORCE)")
    server.log.close()
    shutil.rmtree(server.folder)
    tap.end()


if __name__ == "__main__":
    main()
