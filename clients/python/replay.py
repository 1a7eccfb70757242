"""Replay a recorded campaign through the HTTP API, as its people would have done it.

usage: replay.py FOLDER [--server URL] [--key-file FILE] [--sample] [--sign-ins FILE] [--deliver DIR] [--clock FILE]

FOLDER holds
  campaign.json   client, campaign (as POST /v1/campaigns takes it), people, reviews, how much is done
  guideline.md    the guideline; each heading is a clause
  tasks.jsonl     a task a line, with "id"
  answers.jsonl   {"id", "answers": {person: answer}} a line; a person that campaign.json calls a rater
                  is a model or somebody outside, whose answers are imported as judgements
Everybody claims tasks as the server hands them out and answers each as recorded. Every answer that no
review names is accepted.

With --clock the work is spread over the last two weeks: FILE is the one from which libfaketime tells the server's process the
time, and is moved on before each step.
"""
import argparse
import itertools
import json
import pathlib
import secrets
import sys
import tarfile
import time
import urllib.request
import zlib

from periti import Periti, Problem

DAYS = 14  # of a history


def read_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def moment_text(moment):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


class Clock:
    """The time that the server believes in; without a file it is the machine's, and stays so."""

    def __init__(self, path):
        self.path = path and pathlib.Path(path)

    def set(self, moment):
        """`moment` in seconds since 1970, which is given back; never later than now."""
        if self.path:
            fresh = self.path.with_suffix(".new")
            fresh.write_text(f"{min(0.0, moment - time.time()):+.3f}s\n")
            fresh.rename(self.path)  # never seen half written
        return moment


class Replay:
    def __init__(self, options):
        self.clock = Clock(options.clock)
        self.folder = pathlib.Path(options.folder)
        self.plan = json.loads((self.folder / "campaign.json").read_text())
        self.answers = {row["id"]: row["answers"] for row in read_lines(self.folder / "answers.jsonl")}
        self.options = options
        self.operator = Periti(options.server, pathlib.Path(options.key_file).read_text().strip())
        self.people = {}
        self.sign_ins = []
        self.reviewed = 0

    def say(self, text):
        print(text, flush=True)

    def add_people(self):
        home = self.operator.get("/v1/session")["organisation_id"]
        if self.options.sample and "operator" in self.plan:
            self.operator.ask("PATCH", f"/v1/organisations/{home}", {"name": self.plan["operator"]})
        self.client_id = self.operator.post("/v1/organisations", {"name": self.plan["client"], "is_sample": self.options.sample})["id"]
        for one in self.plan["people"]:
            password = secrets.token_urlsafe(9)
            email = f"{one['key']}.{secrets.token_hex(2)}@sample.periti.local" if not self.options.sample else f"{one['key']}@sample.periti.local"
            made = self.operator.post("/v1/people", {
                "organisation_id": self.client_id if one["role"] == "client" else home, "email": email, "name": one["name"],
                "role": one["role"], "password": password, "is_sample": self.options.sample})
            api = Periti(self.options.server)
            api.sign_in(email, password)
            self.people[one["key"]] = {**one, "id": made["id"], "api": api, "done": 0}
            self.sign_ins.append((one["role"], one["name"], email, password))

    def add_campaign(self):
        body = {**self.plan["campaign"], "organisation_id": self.client_id, "guideline": (self.folder / "guideline.md").read_text(), "is_sample": self.options.sample}
        self.campaign = self.operator.post("/v1/campaigns", body)["id"]
        if "charge" in self.plan:
            self.operator.post(f"/v1/campaigns/{self.campaign}/charges", self.plan["charge"])
        self.operator.post(f"/v1/campaigns/{self.campaign}/state", {"state": "open"})
        for one in self.people.values():
            if one["role"] in ("expert", "reviewer"):
                self.operator.post(f"/v1/campaigns/{self.campaign}/engagements", {"person_id": one["id"], "duty": one["role"]})

    def add_tasks(self):
        begun = self.operator.upload(f"/v1/campaigns/{self.campaign}/imports", (self.folder / "tasks.jsonl").read_bytes(), name="tasks.jsonl", on_error="rollback")
        self.operator.wait(begun["job_id"])
        batch = self.operator.get(f"/v1/batches/{begun['batch_id']}")
        self.say(f"imported {batch['task_count']} tasks, {batch['bad_count']} bad")
        if batch["state"] != "ready":
            sys.exit("the import did not succeed: " + json.dumps(self.operator.get(f"/v1/batches/{begun['batch_id']}/errors")["items"][:3]))

    def tell_minutes(self, api, lease_id, tab, begun, seconds):
        """What a browser tells of a task: when it was opened, that somebody writes, when it was submitted."""
        def event(kind, after):
            return {"lease_id": lease_id, "kind": kind, "at": moment_text(begun + after), "tick_ms": 1000 * after}

        kinds = [("opened", 0), *(("edit", after) for after in range(20, seconds, 20)), ("submit", seconds)]
        self.clock.set(begun + seconds)
        api.post("/v1/work-events", {"tab": tab, "sent_at": moment_text(begun + seconds), "sent_tick_ms": 1000 * seconds,
                                     "events": [event(*one) for one in kinds]})

    def work(self, person, most=float("inf"), hours=None):
        """Answer at most so many tasks more; how many there were. `hours` tells when each is begun."""
        api, done = person["api"], 0
        most = min(most, self.plan.get("answer_at_most", {}).get(person["key"], float("inf")) - person["done"])
        while done < most:
            begun = hours and self.clock.set(next(hours))
            lease_id = api.post(f"/v1/campaigns/{self.campaign}/claims").get("lease_id")
            if not lease_id:
                break
            lease = api.get(f"/v1/leases/{lease_id}")
            answer = self.answers.get(lease["external_id"], {}).get(person["key"])
            if answer is None:
                api.post(f"/v1/leases/{lease_id}/skip", {"reason_code": "other", "message": "not in the recording"})
                continue
            seconds = 60 + zlib.crc32(f"{lease['external_id']} {person['key']}".encode()) % 120 if self.options.sample else 0
            if begun:
                self.tell_minutes(api, lease_id, lease_id, begun, seconds)
            api.post(f"/v1/leases/{lease_id}/submission", {"answer": answer, "active_ms": 1000 * seconds})
            done += 1
            person["done"] += 1
        return done

    def decide(self, api, lease_id, author_of):
        lease = api.get(f"/v1/leases/{lease_id}")
        if lease["stage"] == "appeal":
            api.post(f"/v1/leases/{lease_id}/appeal-decision", {"verdict": "uphold", "message": "The rejection names the right clause."})
            return
        review = self.plan.get("reviews", {}).get(f"{lease['external_id']}/{author_of(lease)}", {"verdict": "accept"})
        api.post(f"/v1/leases/{lease_id}/review", review)
        self.reviewed += 1

    def review(self, person, most=float("inf"), hours=None):
        api = person["api"]
        most = min(self.plan.get("review_at_most", float("inf")), self.reviewed + most)

        def author_of(lease):
            for key, answer in self.answers[lease["external_id"]].items():
                if answer == lease["answer"]:
                    return key
            return None

        while self.reviewed < most:
            if hours:
                self.clock.set(next(hours))
            lease_id = api.post(f"/v1/campaigns/{self.campaign}/review-claims").get("lease_id")
            if not lease_id:
                break
            self.decide(api, lease_id, author_of)

    def add_raters(self):
        for name in self.plan.get("raters", []):
            rater = self.operator.post(f"/v1/campaigns/{self.campaign}/raters", {"name": name})["id"]
            items = [{"external_id": id_, "answer": answers[name]} for id_, answers in self.answers.items() if name in answers]
            for first in range(0, len(items), 500):
                self.operator.post(f"/v1/campaigns/{self.campaign}/raters/{rater}/judgements", {"items": items[first:first + 500]})
            self.say(f"{name} judged {len(items)} tasks")

    def settle(self):
        """Wait until truth and agreement have been computed from the last answer."""
        job = self.operator.post(f"/v1/campaigns/{self.campaign}/quality-runs")["job_id"]
        while (state := self.operator.get(f"/v1/jobs/{job}")["state"]) in ("waiting", "running"):
            time.sleep(0.2)
        if state != "done":
            sys.exit(f"the quality of {self.campaign} could not be computed: job {job} {state}")
        return self.operator.get(f"/v1/campaigns/{self.campaign}/quality")

    def show(self, quality):
        def line(one):
            return "cannot be known" if one.get("estimate") is None else f"{one['estimate']:.4f} [{one['low']:.4f}, {one['high']:.4f}], n {one['unit_count']}"

        for one in quality["agreements"]:
            if one["left_id"] == "" and one["stratum"] == "":
                self.say(f"{one['label']}: {one['metric']} over all experts {line(one)}")
            elif one["metric"] == "cohen":
                self.say(f"{one['label']}: Cohen's kappa {one['left_name']} and {one['right_name']} {line(one)}")
        for one in quality["raters"]:
            if one["rater_kind"] == "model" and one["domain"] == "" and "accuracy" in one:
                self.say(f"{one['label']}: {one['rater_name']} agrees with the inferred truth on {one['agreed_count']} of {one['label_count']}: "
                         f"{one['accuracy']:.4f} [{one['low']:.4f}, {one['high']:.4f}]")

    def deliver(self, folder):
        delivery = self.operator.post(f"/v1/campaigns/{self.campaign}/deliveries", {})["id"]
        while True:
            shown = self.operator.get(f"/v1/deliveries/{delivery}")
            if shown["delivery"]["state"] != "making":
                break
            time.sleep(0.2)
        if shown["delivery"]["state"] != "ready":
            sys.exit("the delivery failed: " + shown["delivery"].get("message", ""))
        link = self.operator.post(f"/v1/deliveries/{delivery}/links", {})
        with urllib.request.urlopen(self.options.server + link["path"]) as answer, tarfile.open(fileobj=answer, mode="r|") as archive:
            archive.extractall(folder)
        rows = {one["path"]: one["row_count"] for one in shown["files"]}
        self.say(f"delivered {rows['rows.jsonl']} rows, {rows.get('trl_preference.jsonl', 0)} of them no tie: {folder}/{delivery}")

    def of_role(self, role):
        return [one for one in self.people.values() if one["role"] == role]

    def play_at_once(self):
        for person in self.of_role("expert"):
            self.work(person)
        if self.plan["campaign"].get("review_layers", 1):
            self.review(self.of_role("reviewer")[0])

    def play_day(self, start, number):
        """The experts work from nine on, some days more than others; what waits is reviewed in the afternoon."""
        for place, person in enumerate(self.of_role("expert")):
            self.work(person, 2 + (3 * number + 2 * place) % 5, itertools.count(start + 600 * place, 420))
        if self.plan["campaign"].get("review_layers", 1):
            self.review(self.of_role("reviewer")[0], 10, itertools.count(start + 6 * 3600, 240))

    def play_history(self, begin):
        """Two weeks of workdays, the last of them before today."""
        days = [begin + 86400 * day for day in range(DAYS) if time.gmtime(begin + 86400 * day).tm_wday < 5]
        for number, start in enumerate(days):
            self.play_day(start, number)
        self.clock.set(time.time())

    def play(self):
        today = int(time.time()) // 86400 * 86400
        begin = today - DAYS * 86400 + 9 * 3600
        self.clock.set(begin - 1800)
        self.add_people()
        self.add_campaign()
        self.add_tasks()
        if self.options.clock:
            self.play_history(begin)
        else:
            self.play_at_once()
        for person in self.of_role("expert"):
            self.say(f"{person['name']} answered {person['done']} tasks")
        if self.reviewed:
            self.say(f"{self.of_role('reviewer')[0]['name']} reviewed {self.reviewed} answers")
        self.add_raters()
        self.show(self.settle())
        if self.options.sign_ins:
            lines = [f"{role}\t{name}\t{email}\t{password}\n" for role, name, email, password in self.sign_ins]
            path = pathlib.Path(self.options.sign_ins)
            path.touch(mode=0o600)
            path.write_text("".join(lines))
        if self.options.deliver:
            self.deliver(self.options.deliver)
        self.say(f"campaign {self.campaign}")


def main():
    parser = argparse.ArgumentParser(description="Replay a recorded campaign through the HTTP API.")
    parser.add_argument("folder")
    parser.add_argument("--server", default="http://127.0.0.1:8080")
    parser.add_argument("--key-file", default="data/operator.key", help="file with an operator's API key")
    parser.add_argument("--sample", action="store_true", help="label everything as a sample")
    parser.add_argument("--sign-ins", help="write the people's sign-ins to this file")
    parser.add_argument("--clock", help="libfaketime's file: spread the work over the last two weeks")
    parser.add_argument("--deliver", help="make a delivery and unpack it in this folder")
    try:
        Replay(parser.parse_args()).play()
    except Problem as problem:
        sys.exit(f"replay: {problem}")


if __name__ == "__main__":
    main()
