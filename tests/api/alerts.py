"""Alerts of a campaign in which two experts share their errors and one has stopped looking, among five who are honest.

Usage: alerts.py BINARY OPENAPI.json [STORE]

Everything through the API: tasks are imported, claimed and answered, the quality job runs, and what it points at is
opened side by side and given a finding. Prints TAP.
"""
import json
import pathlib
import shutil
import sys
import time

from rebuild import History
from world import Tap, open_world

TASKS = 90
HONEST = [f"honest{n}" for n in range(5)]
TWINS = ["left_twin", "right_twin"]
TIRED = "tired"


class Campaign(History):
    def prepare(self):
        self.names = self.stage.names
        self.path = "/v1/campaigns/" + self.ask("operator", "POST", "/v1/campaigns", {
            "organisation_id": self.names["acme"], "name": "Alerts", "task_type": "classification", "price_minor": 50, "redundancy": 8,
            "parameters": {"classes": list("abcd")},
            "guideline": "# 1 Read\nAll of it.\n"})["id"]
        self.engaged = {name: self.ask("operator", "POST", self.path + "/engagements",
                                       {"person_id": self.person(name, "expert"), "duty": "expert"})["id"]
                        for name in (*HONEST, *TWINS, TIRED)}
        lines = [json.dumps({"id": f"t{n}", "text": f"Text {n}"}) for n in range(TASKS)]
        _, text = self.stage.server.ask("POST", self.path + "/imports?name=alerts.jsonl", {
            **self.stage.actors["operator"], "Content-Type": "application/octet-stream"}, "\n".join(lines).encode())
        batch = json.loads(text)["batch_id"]
        while self.ask("operator", "GET", f"/v1/batches/{batch}")["state"] != "ready":
            time.sleep(0.05)
        self.ask("operator", "POST", self.path + "/state", {"state": "open"})
        rows = self.ask("operator", "GET", self.path + "/tasks?limit=200")["items"]
        self.truth = {row["id"]: self.die.choice("abcd") for row in rows}
        self.copied = {task: self.wrong(task) for task in self.die.sample(sorted(self.truth), TASKS // 3)}

    def wrong(self, task):
        return self.die.choice([one for one in "abcd" if one != self.truth[task]])

    def said(self, name, task, nth):
        """What somebody says of a task, the nth of their own."""
        if name in TWINS and task in self.copied:
            return self.copied[task]
        if name == TIRED and nth > TASKS * 2 // 3:
            return self.die.choice("abcd")
        return self.truth[task] if self.die.random() < 0.92 else self.wrong(task)

    def work(self):
        for name in self.engaged:
            for nth in range(TASKS):
                lease = self.ask(name, "POST", self.path + "/claims")["lease_id"]
                task = self.ask(name, "GET", f"/v1/leases/{lease}")["task_id"]
                self.ask(name, "POST", f"/v1/leases/{lease}/submission", {"answer": {"class": self.said(name, task, nth)}})
        job = self.ask("operator", "POST", self.path + "/quality-runs")["job_id"]
        while self.ask("operator", "GET", f"/v1/jobs/{job}")["state"] in ("waiting", "running"):
            time.sleep(0.1)

    def alerts(self):
        return self.ask("operator", "GET", self.path + "/quality/alerts")["items"]


def check_sides(tap, campaign, twins, kind):
    named = {key: twins[key] for key in ("label", "kind", "left_id", "right_id")}
    asked = "&".join(f"{key}={value}" for key, value in named.items())
    items = campaign.ask("operator", "GET", campaign.path + "/quality/alert-items?" + asked)["items"]
    shared = {one["task_id"] for one in items if one["left_said"] == one["right_said"] != one["value"]}
    by_themselves = shared - set(campaign.copied)  # even two who do not copy err alike now and then
    tap.check(f"the answers of an alert stand side by side on {kind}",
              [f"{len(shared)} of {twins['telling_count']}, {len(by_themselves)} not copied"]
              if len(shared) < twins["telling_count"] or len(by_themselves) > 3 else [])
    told = campaign.ask("operator", "POST", campaign.path + "/quality/findings",
                        {**named, "finding": "decide", "message": "Thirty of the same errors."})
    again = [one for one in campaign.alerts() if one["kind"] == "copying"]
    tap.check(f"a finding stands beside its alert on {kind}",
              [again] if not told or [one.get("finding") for one in again] != ["decide"] else [])


def main():
    binary, openapi = (str(pathlib.Path(word).resolve()) for word in sys.argv[1:3])
    store = sys.argv[3] if len(sys.argv) > 3 else "sqlite"
    kind = store.split(":")[0]
    stage, tap = open_world(binary, openapi, store, "part/cast.scene"), Tap()
    campaign = Campaign(stage)
    campaign.prepare()
    campaign.work()
    found = campaign.alerts()
    people = {identifier: name for name, identifier in campaign.engaged.items()}
    about = sorted((one["kind"], *sorted(people[side] for side in (one["left_id"], one["right_id"]) if side)) for one in found)
    accused = {name for _, *names in about for name in names}
    tap.check(f"shared errors and drift are pointed at, and nobody who is honest, on {kind}",
              [] if {("copying", *TWINS), ("drift", TIRED)} <= set(about) and not accused & set(HONEST) else [about])
    twins = next((one for one in found if one["kind"] == "copying"), None)
    tap.check(f"an alert says how much is due to chance on {kind}",
              [] if twins and twins["telling_count"] > 5 * twins["by_chance"] and twins["strength"] > 0 else [twins])
    if twins:
        check_sides(tap, campaign, twins, kind)
    stage.server.process.terminate()
    if stage.server.process.wait(30) != 0:
        raise SystemExit("Bail out! the server did not end well")
    if stage.server.database:
        stage.server.psql(f"DROP DATABASE {stage.server.database[1]} WITH (FORCE)")
    stage.server.log.close()
    shutil.rmtree(stage.server.folder)
    tap.end()


if __name__ == "__main__":
    main()
