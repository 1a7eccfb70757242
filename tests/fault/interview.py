"""kill -9 the server while interviews are sat: no answer that was acknowledged is lost, none counts twice, and every interview goes
on where it was.

Usage: interview.py BINARY [ROUNDS]   (3 unless said)

Sixteen people sit two interviews each. In every round all answer at once, the server is killed at a random moment and started
again; what was cut off is sent once more with the same Idempotency-Key. In the end each interview holds exactly the
answers that were acknowledged, in their order, and has a result. Prints TAP.
"""
import pathlib
import random
import sys
import threading
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from stage import CUT, Server, add_person, data_folder, report  # noqa: E402

PEOPLE, FIELDS, ITEMS = 16, ["law", "physics"], 12


class Sitting:
    """One interview: what was acknowledged, and what was not answered."""

    def __init__(self, server, key, application, number):
        self.server, self.key, self.draw = server, key, random.Random(number)
        self.application, self.interview, self.given, self.torn, self.wrong, self.state = application, None, [], None, [], "open"

    def begin(self):
        self.interview = self.server.need(self.key, "POST", f"/v1/applications/{self.application}/interviews",
                                          {"notice_version": "2026-11"})["id"]

    def answer(self, question):
        if question["kind"] == "numeric":
            return str(self.draw.randint(0, 99))
        if question["kind"] == "order":
            count = len(question["parts"])
            return " ".join(str(k + 1) for k in self.draw.sample(range(count), count))
        if question["kind"] in ("choice", "find-error"):
            return str(self.draw.randint(1, len(question["parts"])))
        return f"Answer {uuid.uuid4().hex} of my own words."

    def work(self):
        """Until the server or the interview is gone."""
        try:
            while not self.wrong and self.state == "open":
                if self.torn is None:
                    question = self.server.need(self.key, "GET", f"/v1/interviews/{self.interview}")
                    if question["revision"] != len(self.given):
                        self.wrong.append(f"revision {question['revision']} after {len(self.given)} acknowledged answers")
                        return
                    if question["state"] != "open":
                        self.state = question["state"]
                        return
                    body = {"revision": question["revision"], "answer": self.answer(question)}
                    self.torn = (body, question["kind"], uuid.uuid4().hex)
                self.send()
        except CUT:
            pass

    def send(self):
        body, kind, repeat = self.torn
        status, got = self.server.ask(self.key, "POST", f"/v1/interviews/{self.interview}/answers", body, repeat=repeat)
        if status == 200:
            self.given.append((kind, body["answer"]))
            self.torn, self.state = None, got["state"]
        elif status != 503:
            self.wrong.append(f"an answer: {status} {got}")

    def check(self):
        """What is wrong with the interview in the end."""
        yield from self.wrong
        result = self.server.need(self.key, "GET", f"/v1/interviews/{self.interview}/result")
        words = [step[member] for step in result["steps"] for member in ("answer", "follow_up_answer")
                 if step["kind"] == "free" and step.get(member, "") != ""]
        if words != [answer for kind, answer in self.given if kind == "free"]:
            yield f"{self.interview}: {len(words)} answers in words are there, others than were acknowledged"
        if result["outcome"] not in ("passed", "waiting"):
            yield f"{self.interview}: {result['outcome']}"


def add_listing(server, field):
    operator = server.operator()
    made = server.need(operator, "POST", "/v1/listings", {"title": field, "domain": field, "rate_low_minor": 1, "rate_high_minor": 2,
                                                         "item_max": ITEMS})["id"]
    server.need(operator, "POST", f"/v1/listings/{made}/state", {"state": "open"})
    return made


def round_of(server, sittings, pause):
    """Let all answer, for so long and then no longer; what `periti check` says of what is left."""
    bad = ""
    threads = [threading.Thread(target=one.work) for one in sittings if one.state == "open"]
    for one in threads:
        one.start()
    if pause is not None:
        time.sleep(pause)
        server.kill()
    for one in threads:
        one.join()
    if pause is not None:
        bad = server.check()
        server.start()
    return bad


def main(binary, rounds):
    with data_folder() as folder:
        server = Server(binary, folder).start()
        listings = [add_listing(server, field) for field in FIELDS]
        sittings = []
        for number in range(PEOPLE):
            _, key = add_person(server, "expert", f"Expert{number}")
            for listing in listings:
                application = server.need(key, "POST", f"/v1/listings/{listing}/applications", {"note": ""})["id"]
                sittings.append(Sitting(server, key, application, len(sittings)))
        for one in sittings:
            one.begin()
        for number in range(rounds):
            bad = round_of(server, sittings, random.uniform(0.03, 0.25))
            open_count = sum(one.state == "open" for one in sittings)
            yield (f"killed once more with {open_count} interviews open: the store is sound",
                   [wrong for one in sittings for wrong in one.wrong] + ([bad] if bad else []))
        round_of(server, sittings, None)
        yield "every interview went on to its end", [one.interview for one in sittings if one.state != "done"]
        yield "each holds exactly the answers that were acknowledged", [wrong for one in sittings for wrong in one.check()]
        server.stop()
        bad = server.check()
        yield "the store is sound in the end", [bad] if bad else []


report(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3))
