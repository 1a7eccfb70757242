"""The machine's clock is set back and forward under the server: time goes on, nothing ends too soon or too late.

Usage: clock.py BINARY. Needs Debian's libfaketime; skipped without it. Prints TAP.
"""
import os
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from stage import FAKETIME, Machine, add_campaign, add_person, data_folder, engage, report, sign_in, skip  # noqa: E402

HOUR = 3600
DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


def seconds(text):
    """RFC 3339 as seconds since 1970."""
    whole, fraction = re.fullmatch(r"([^.Z]*)(\.\d+)?Z", text).groups()
    return time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float(fraction or 0)


def age(identifier):
    """The time in an identifier, in seconds."""
    value = 0
    for digit in identifier.split("_")[1][:10]:
        value = value * 32 + DIGITS.index(digit)
    return value / 1000


class Play:
    def __init__(self, machine):
        self.machine, self.server = machine, machine.server
        self.operator = self.server.operator()
        few, many = (add_campaign(self.server, count, redundancy=1, lease_s=60) for count in (2, 40))
        self.campaign, self.many = few, many
        self.people = []
        for name in ("Ada", "Bo"):
            person, key = add_person(self.server, "expert", name)
            engage(self.server, few, person)
            engage(self.server, many, person)
            self.people.append(key)
        self.cookie = sign_in(self.server, "ada@example.org", "long-enough")

    def claim(self, who):
        return self.server.need(self.people[who], "POST", f"/v1/campaigns/{self.campaign}/claims")["lease_id"]

    def lease(self, who, lease):
        return self.server.need(self.people[who], "GET", f"/v1/leases/{lease}")

    def submit(self, who, lease):
        return self.server.ask(self.people[who], "POST", f"/v1/leases/{lease}/submission", {"answer": {"class": "bug"}})

    def beat(self, who, lease):
        return self.server.ask(self.people[who], "POST", f"/v1/leases/{lease}/heartbeat")

    def session(self):
        return self.server.send(None, "GET", "/v1/session", headers={"Cookie": self.cookie})[0]

    def expiry(self):
        """A lease that nobody tends runs out, one that is tended does not."""
        tended, left = self.claim(0), self.claim(1)
        task = self.lease(1, left)["task_id"]
        self.machine.set(40)
        status, got = self.beat(0, tended)
        yield "a heartbeat extends a lease", [] if status == 200 and seconds(got["expires_at"]) > seconds(
            self.lease(1, left)["expires_at"]) + 30 else [f"{status} {got}"]
        self.machine.set(80)
        status, got = self.submit(1, left)
        yield "a late answer is refused and told why", [] if status == 409 and "run out" in got["detail"] else [got]
        status, got = self.beat(1, left)
        yield "a lease that ran out cannot be tended", [] if status == 409 and "run out" in got["detail"] else [got]
        status, got = self.submit(0, tended)
        yield "who tended their lease may answer", [] if status == 201 else [got]
        yield from self.handed_on(left, task)

    def handed_on(self, left, task):
        """What ran out is given to another expert, and its first holder is still refused."""
        lease = self.claim(0)
        found = self.lease(0, lease)["task_id"]
        yield "another expert gets the task whose lease ran out", [] if found == task else [f"{found}, not {task}"]
        status, got = self.submit(1, left)
        yield "the first holder stays refused", [] if status == 409 and "expired" in got["detail"] else [got]
        after = len(list(self.server.pages(self.people[1], "/v1/submissions")))
        yield "a refused answer left nothing behind", [] if after == 0 else [f"{after} submissions"]
        status, got = self.submit(0, lease)
        yield "the other expert's answer counts", [] if status == 201 else [got]

    def back(self):
        """An hour back: time goes on."""
        self.campaign = self.many
        before = list(self.server.pages(self.people[0], "/v1/submissions"))
        held = self.claim(1)
        self.machine.set(80 - HOUR)
        yield "a session stays good when the clock is set back", [] if self.session() == 200 else ["signed out"]
        status, got = self.beat(1, held)
        left = seconds(self.lease(1, held)["expires_at"]) - age(self.claim(0))
        yield "a lease is neither cut nor stretched", [] if status == 200 and 50 < left <= 61 else [f"{got} {left}"]
        made = []
        for _ in range(5):
            status, got = self.submit(0, self.claim(0))
            made.append(got.get("id", got))
        after = list(self.server.pages(self.people[0], "/v1/submissions"))
        yield "identifiers and pages stay in order", [] if [row["id"] for row in after] == \
            made[::-1] + [row["id"] for row in before] else [f"{made} before {[row['id'] for row in before]}"]
        times = [seconds(row["submitted_at"]) for row in after]
        yield "times never go back", [] if times == sorted(times, reverse=True) else [str(times)]
        yield from self.streams()
        self.newest = after[0]["id"]

    def streams(self):
        """A stream of events that begins now still ends."""
        job = self.server.need(self.operator, "POST", f"/v1/campaigns/{self.campaign}/imports?name=more.jsonl",
                               '{"id": "more", "text": "One more"}', kind="application/octet-stream")["job_id"]
        _, _, text = self.server.send(self.operator, "GET", f"/v1/jobs/{job}/events")
        yield "a job and its stream of events end", [] if b'"done"' in text else [text[-300:]]

    def restart(self):
        """The machine's clock is still an hour behind when the server starts again."""
        self.server.stop()
        self.server.start()
        status, got = self.submit(0, self.claim(0))
        yield "after a restart identifiers go on from the store's latest", [] if status == 201 and \
            got["id"] > self.newest else [f"{got} after {self.newest}"]
        time.sleep(0.2)
        log = pathlib.Path(self.server.folder, "log").read_text()
        yield "the log tells that the clock is behind", [] if '"event":"clock"' in log else [log]
        self.machine.set(120)
        time.sleep(1)
        _, got = self.submit(0, self.claim(0))
        off = age(got["id"]) - time.time() - 120
        yield "time follows the machine when it has caught up", [] if abs(off) < 30 else [f"off by {off:.0f} s"]

    def forward(self):
        """Two hours forward: leases run out, sessions hold, work goes on; and back again."""
        held = self.claim(0)
        self.machine.set(2 * HOUR)
        status, got = self.submit(0, held)
        yield "a lease that ran out by a jump is refused", [] if status == 409 else [got]
        status, got = self.submit(0, self.claim(0))
        yield "work goes on after a jump forward", [] if status == 201 and self.session() == 200 else [got]
        self.machine.set(0)
        wrong = [got for status, got in (self.submit(0, self.claim(0)) for _ in range(3)) if status != 201]
        yield "and after the jump back", wrong
        self.server.stop()
        yield "the store is whole", [why] if (why := self.server.check()) else []


def play(machine):
    scene = Play(machine)
    for act in (scene.expiry, scene.back, scene.restart, scene.forward):
        yield from act()


def main():
    os.environ["TZ"] = "UTC"
    time.tzset()
    if not FAKETIME:
        skip("libfaketime is missing: apt-get install libfaketime")
    with data_folder() as folder:
        machine = Machine(sys.argv[1], folder)
        try:
            machine.server.start()
            report(play(machine))
        finally:
            machine.server.kill()


if __name__ == "__main__":
    main()
