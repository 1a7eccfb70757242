"""Fill the rooms beside the sample campaign: a team to staff, roles to apply for, a rubric, a benchmark, an environment, money.

usage: sample.py FOLDER CAMPAIGN_ID --sign-ins FILE [--server URL] [--key-file FILE]

FOLDER holds experts.jsonl, staffing.json, vetting.json, rubric.json, benchmark.json and environment.json. Everything goes through
the HTTP API, as people would do it: applicants answer with what the seed bank in `bank` holds for their questions. FILE names
the people whom replay.py made; those made here are added to it.
"""
import argparse
import datetime
import json
import pathlib
import secrets
import sys
import zlib

from periti import Periti, Problem
from replay import read_lines

DOMAIN = "sample.periti.local"


def lines_of(rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


class Bank:
    """The seed bank's own answers, by question."""

    def __init__(self, folder):
        self.items = {}
        for path in sorted(folder.glob("*.json")):
            self.items.update({item["prompt"]: item for item in json.loads(path.read_text())["items"]})

    @staticmethod
    def worth(item, answer):
        share = {"m": 1.0, "p": 0.5, "n": 0.0}
        return sum(one["points"] * share[mark] for one, mark in zip(item["criteria"], answer["marks"]))

    def answer(self, question, quality):
        """What somebody says who is best, middle or worst at it."""
        item = self.items.get(question["prompt"])
        if item is None:
            return "I would have to look that up."
        if item["kind"] == "free":
            ranked = sorted(item["answers"], key=lambda one: -self.worth(item, one))
            return ranked[{"best": 0, "middle": len(ranked) // 2, "worst": -1}[quality]]["text"]
        if item["kind"] == "order":
            places = {part: number for number, part in enumerate(item["parts"])}
            right = sorted(range(len(question["parts"])), key=lambda k: places.get(question["parts"][k], 0))
            return " ".join(str(k + 1) for k in (reversed(right) if quality == "worst" else right))
        if item["kind"] == "numeric":
            return "1" if quality == "worst" else str(item["answer"])
        right = item["parts"][int(item["answer"]) - 1]
        return str(question["parts"].index(right) + 1 if quality != "worst" and right in question["parts"] else 1)


class Sample:
    def __init__(self, options):
        self.folder = pathlib.Path(options.folder)
        self.campaign = options.campaign
        self.server = options.server
        self.operator = Periti(options.server, pathlib.Path(options.key_file).read_text().strip())
        self.sign_ins = pathlib.Path(options.sign_ins)
        self.people = [line.split("\t") for line in self.sign_ins.read_text().splitlines()]
        self.client_id = self.operator.get(f"/v1/campaigns/{self.campaign}")["organisation_id"]
        self.home = self.operator.get("/v1/session")["organisation_id"]

    def read(self, name):
        return json.loads((self.folder / name).read_text())

    def enter(self, email, password):
        api = Periti(self.server)
        api.sign_in(email, password)
        return api

    def person(self, role, place=0):
        _, _, email, password = [one for one in self.people if one[0] == role][place]
        return self.enter(email, password)

    def add_sign_in(self, role, name, email, password):
        with self.sign_ins.open("a") as file:
            file.write(f"{role}\t{name}\t{email}\t{password}\n")
        self.people.append([role, name, email, password])

    # Matching: profiles, what a second campaign asks for, a run, an offer.

    def staff(self):
        rows = read_lines(self.folder / "experts.jsonl")
        begun = self.operator.upload("/v1/expert-imports", lines_of(rows), name="experts.jsonl")
        self.operator.wait(begun["job_id"])
        plan = self.read("staffing.json")
        campaign = self.operator.post("/v1/campaigns", {**plan["campaign"], "organisation_id": self.client_id, "is_sample": True})["id"]
        self.operator.post(f"/v1/campaigns/{campaign}/state", {"state": "open"})
        for one in plan["requirements"]:
            self.operator.post(f"/v1/campaigns/{campaign}/requirements", one)
        self.operator.wait(self.operator.post("/v1/match-runs", {})["job_id"])
        names = {row["email"]: row["name"] for row in rows}
        proposals = list(self.operator.pages(f"/v1/campaigns/{campaign}/proposals"))
        chosen = next(one for one in proposals if one["name"] == names[plan["offer"]["expert"]])
        self.operator.post(f"/v1/proposals/{chosen['id']}/offer", {"terms": plan["offer"]["terms"]})
        print(f"{len(rows)} profiles, {len(proposals)} proposals, an offer to {chosen['name']}")

    # Vetting: roles, applications, interviews; what is weak waits for a person.

    def interview(self, api, application, quality, bank):
        version = api.get("/v1/interview-notice")["version"]
        interview = api.post(f"/v1/applications/{application}/interviews", {"notice_version": version})["id"]
        question = api.get(f"/v1/interviews/{interview}")
        while question["state"] == "open":
            text = bank.answer(question, quality)
            question = api.post(f"/v1/interviews/{interview}/answers", {"revision": question["revision"], "answer": text})
        return interview

    def vet(self):
        plan, bank = self.read("vetting.json"), Bank(self.folder.parent / "bank")
        listings = []
        for one in plan["listings"]:
            listings.append(self.operator.post("/v1/listings", one)["id"])
            self.operator.post(f"/v1/listings/{listings[-1]}/state", {"state": "open"})
        for one in plan["applicants"]:
            email, password = f"{one['key']}@{DOMAIN}", secrets.token_urlsafe(9)
            listing = listings[one["listing"]]
            Periti(self.server).post("/v1/sign-ups", {"listing_id": listing, "name": one["name"], "email": email, "password": password})
            api = self.enter(email, password)
            application = api.post(f"/v1/listings/{listing}/applications", {"note": one["note"]})["id"]
            if one["answers"] != "none":
                self.interview(api, application, one["answers"], bank)
            self.add_sign_in("applicant", one["name"], email, password)
        print(f"{len(listings)} open roles, {len(plan['applicants'])} applications")

    # Rewards: a rubric with grades, a benchmark with a leaderboard, an environment with its gate.

    def add_rubric(self):
        plan = self.read("rubric.json")
        rubric = self.operator.post("/v1/rubrics", {"organisation_id": self.client_id, "name": plan["name"], "summary": plan["summary"]})["id"]
        self.operator.upload(f"/v1/rubrics/{rubric}/versions", lines_of([plan["version"]]))
        self.operator.upload(f"/v1/rubrics/{rubric}/responses", lines_of({"id": one["id"], "answer": one["answer"]} for one in plan["answers"]))
        criteria = [one["id"] for one in plan["version"]["rubrics"]]

        def grade(answer, grader, marks, **more):
            return {"id": answer["id"], "grader": grader, **more,
                    "rubrics": [{"id": id_, "criteria_met": mark == "m"} for id_, mark in zip(criteria, marks)]}

        rows = [grade(one, grader, plan["disagree"].get(grader, {}).get(one["id"], one["met"])) for grader in plan["graders"] for one in plan["answers"]]
        rows += [grade(one, plan["judge"], one["judge"], kind="model") for one in plan["answers"]]
        self.operator.upload(f"/v1/rubrics/{rubric}/grades", lines_of(rows), number=1)
        print(f"a rubric of {len(criteria)} criteria, {len(plan['answers'])} graded answers")

    def add_benchmark(self):
        plan = self.read("benchmark.json")
        suite = self.operator.post("/v1/suites", {"organisation_id": self.client_id, "name": plan["name"], "summary": plan["summary"]})["id"]
        self.operator.upload(f"/v1/suites/{suite}/tasks", lines_of(plan["tasks"]))
        release = self.operator.post(f"/v1/suites/{suite}/releases", {"part": "all"})["content_hash"]

        def answers(one):
            for run, marks in enumerate(one["runs"], 1):
                for task, mark in zip(plan["tasks"], marks):
                    spread = 0.7 + zlib.crc32(f"{task['id']} {one['model']} {run}".encode()) % 600 / 1000
                    yield {"task": task["id"], "run": run, "model": one["model"], "kind": one["kind"], "suite": release, "score": int(mark),
                           "took_ms": int(one["took_ms"] * spread), **{key: one[key] for key in ("input_tokens", "output_tokens", "spend") if key in one}}

        for one in plan["systems"]:
            self.operator.upload(f"/v1/suites/{suite}/runs", lines_of(answers(one)), provenance="written for the sample")
        print(f"a benchmark of {len(plan['tasks'])} tasks, answered by {len(plan['systems'])}")

    def add_environment(self):
        plan = self.read("environment.json")
        environment = self.operator.post("/v1/environments", {"organisation_id": self.client_id, "name": plan["name"], "summary": plan["summary"]})["id"]
        for task in plan["tasks"]:
            self.operator.post(f"/v1/environments/{environment}/tasks", task)
        print(f"an environment of {len(plan['tasks'])} tasks, which the gate tries")

    # What the first campaign has brought so far, as its client takes it home.

    def deliver(self):
        client = self.person("client")
        delivery = client.post(f"/v1/campaigns/{self.campaign}/deliveries", {})["id"]
        client.wait(client.get(f"/v1/deliveries/{delivery}")["delivery"]["job_id"])
        print("a delivery of the accepted rows")

    # Money: what the client is billed, an account to pay to, a run that waits for its second approval.

    def add_finance(self):
        made = []
        for key, name in (("fin", "Farah Nasser"), ("second.fin", "Felix Brandt")):
            email, password = f"{key}@{DOMAIN}", secrets.token_urlsafe(9)
            person = self.operator.post("/v1/people", {"organisation_id": self.home, "email": email, "name": name, "role": "finance",
                                                       "password": password, "is_sample": True})["id"]
            self.operator.post(f"/v1/organisations/{self.client_id}/grants", {"person_id": person, "granted": True})
            self.add_sign_in("finance", name, email, password)
            made.append(self.enter(email, password))
        return made

    def pay(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        week = (now - datetime.timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
        until = week.isoformat().replace("+00:00", "Z")
        finance, _ = self.add_finance()
        finance.ask("PUT", "/v1/seller", {
            "legal_name": "Periti Sample Operator GmbH", "address": "Beispielweg 1, 10115 Berlin", "country": "DE", "tax_number": "DE000000000"})
        finance.ask("PUT", f"/v1/campaigns/{self.campaign}/billing", {
            "legal_name": "Northlight Lab (sample) Ltd", "address": "1 Sample Street, London", "country": "GB", "tax_points": 0, "due_days": 30})
        expert = self.person("expert")
        expert.post("/v1/payout-accounts", {"kind": "iban", "holder": "Mei Tanaka", "account_number": "GB29NWBK60161331926819", "bank_code": "NWBKGB2L"})
        for one in finance.pages("/v1/payout-accounts/waiting"):
            finance.post(f"/v1/payout-accounts/{one['id']}/decision", {"verdict": "accept"})
        account = finance.post("/v1/paying-accounts", {"kind": "iban", "holder": "Periti Sample Operator", "currency": "USD", "company_code": "PERITI",
                                                       "account_number": "DE89370400440532013000", "bank_code": "COBADEFFXXX"})["id"]
        finance.post(f"/v1/campaigns/{self.campaign}/invoices", {"until_at": until})
        friday = (week + datetime.timedelta(days=11)).date().isoformat()
        run = finance.post("/v1/payout-runs", {"paying_account_id": account, "until_at": until, "pay_day": friday})["id"]
        finance.post(f"/v1/payout-runs/{run}/approval")
        print(f"an invoice until {until[:10]}, a payout run that waits for its second approval")

    def play(self):
        for step in (self.staff, self.vet, self.add_rubric, self.add_benchmark, self.add_environment, self.deliver, self.pay):
            step()


def main():
    parser = argparse.ArgumentParser(description="Fill the rooms beside the sample campaign.")
    parser.add_argument("folder")
    parser.add_argument("campaign", help="the sample campaign's identifier, as replay.py prints it last")
    parser.add_argument("--server", default="http://127.0.0.1:8080")
    parser.add_argument("--key-file", default="data/operator.key", help="file with an operator's API key")
    parser.add_argument("--sign-ins", required=True, help="the file that replay.py wrote the people's sign-ins to")
    try:
        Sample(parser.parse_args()).play()
    except Problem as problem:
        sys.exit(f"sample: {problem}" + (f" at {problem.field}" if problem.field else ""))


if __name__ == "__main__":
    main()
