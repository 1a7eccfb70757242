"""kill -9 the whole server while people claim, submit and review, and deliveries and imports are under way: nothing
acknowledged is lost, nothing is there twice, nothing is half done.

Usage: kill.py BINARY [ROUNDS]   (or ROUNDS in the environment; 5 unless said)

Each round starts the server on the same store, lets everybody work at once, kills it at a random moment, and lets
`periti check` look at the store. What was cut off is sent again with the same Idempotency-Key after the restart: it must
count once. Prints TAP.
"""
import io
import json
import os
import pathlib
import random
import subprocess
import sys
import tarfile
import threading
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from stage import CUT, add_campaign, add_person, data_folder, engage, perform, rounds_wanted  # noqa: E402

EXPERTS, REVIEWERS, TASKS, IMPORTED = 6, 2, 4000, 3000


class Worker:
    """Somebody at work; `made` is what was acknowledged, `torn` what was not answered."""

    def __init__(self, server, key, campaign):
        self.server, self.key, self.campaign = server, key, campaign
        self.made, self.torn, self.wrong = [], None, []

    def send(self, path, body, kind="application/json"):
        """A write that is repeated after a cut."""
        self.torn = (path, body, kind, uuid.uuid4().hex)
        return self.mend()

    def mend(self):
        """Send what was not answered again: it counts once, however far it had come."""
        if not self.torn:
            return None
        path, body, kind, repeat = self.torn
        status, got = self.server.ask(self.key, "POST", path, body, kind=kind, repeat=repeat)
        if status in (201, 202):
            self.made.append(got.get("id") or got.get("batch_id"))
        elif status != 503:
            self.wrong.append(f"POST {path}: {status} {got}")
        self.torn = self.torn if status == 503 else None
        return got

    def work(self):
        """Until the server is gone."""
        try:
            self.mend()
            while not self.wrong:
                self.step()
        except CUT:
            pass


class Expert(Worker):
    def step(self):
        status, got = self.server.ask(self.key, "POST", f"/v1/campaigns/{self.campaign}/claims")
        if status != 201 or "lease_id" not in got:
            self.wrong.append(f"a claim: {status} {got}")
            return
        lease = got["lease_id"]
        self.server.ask(self.key, "PUT", f"/v1/leases/{lease}/draft", {"answer": {"class": "b"}})
        self.send(f"/v1/leases/{lease}/submission", {"answer": {"class": "bug"}})


class Reviewer(Worker):
    def step(self):
        status, got = self.server.ask(self.key, "POST", f"/v1/campaigns/{self.campaign}/review-claims")
        if status != 201:
            self.wrong.append(f"a claim of a review: {status} {got}")
        elif "lease_id" not in got:
            time.sleep(0.02)  # nothing waits
        else:
            self.send(f"/v1/leases/{got['lease_id']}/review", {"verdict": "accept"})


class Maker(Worker):
    """Asks for a delivery now and then."""

    def step(self):
        self.send(f"/v1/campaigns/{self.campaign}/deliveries", {"formats": ["csv"]})
        time.sleep(0.3)


class Importer(Worker):
    """Imports the same file again and again, both ways: each task is there once in the end."""
    lines = "\n".join(json.dumps({"id": f"i{i}", "text": f"Imported {i}"}) for i in range(IMPORTED))
    bad = lines + '\n{"id": "no text"}'

    def step(self):
        how, lines = random.choice((("keep", self.lines), ("rollback", self.lines), ("rollback", self.bad)))
        self.send(f"/v1/campaigns/{self.campaign}/imports?name=i.jsonl&on_error={how}", lines, "application/octet-stream")
        time.sleep(0.3)


class Site:
    """Three campaigns: one without review, one with, one that is imported into."""

    def __init__(self, server):
        self.server, self.operator = server, server.operator()
        self.plain = add_campaign(server, TASKS)
        self.reviewed = add_campaign(server, TASKS, redundancy=1, review_layers=1)
        self.filled = add_campaign(server, 1)
        self.experts, self.reviewers = [], []
        for number in range(EXPERTS):
            campaign = self.plain if number % 2 else self.reviewed
            person, key = add_person(server, "expert", f"E{number}")
            engage(server, campaign, person)
            self.experts.append(Expert(server, key, campaign))
        for number in range(REVIEWERS):
            person, key = add_person(server, "reviewer", f"R{number}")
            engage(server, self.reviewed, person, "reviewer")
            self.reviewers.append(Reviewer(server, key, self.reviewed))
        self.maker = Maker(server, self.operator, self.reviewed)
        self.importer = Importer(server, self.operator, self.filled)
        self.workers = [*self.experts, *self.reviewers, self.maker, self.importer]

    def round(self):
        """Everybody works until the kill; what the store's check says afterwards."""
        threads = [threading.Thread(target=one.work) for one in self.workers]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0.3, 1.2))
        self.server.kill()
        for thread in threads:
            thread.join()
        return self.server.check()

    def settle(self):
        """Everything that was cut off is mended, and every job has ended."""
        for one in self.workers:
            one.mend()
        until = time.monotonic() + 120
        while time.monotonic() < until:
            busy = [b for b in self.batches() if b["state"] == "importing"] + \
                   [d for d in self.deliveries() if d["state"] == "making"]
            if not busy:
                return []
            time.sleep(0.2)
        return [json.dumps(one) for one in busy]

    def batches(self):
        """All but the one that the campaign began with."""
        return list(self.server.pages(self.operator, f"/v1/campaigns/{self.filled}/batches"))[:-1]

    def deliveries(self):
        return self.server.need(self.operator, "GET", f"/v1/campaigns/{self.reviewed}/deliveries")["items"]


def judge_answers(site):
    """(title, what is wrong with it) of the answers."""
    own = {id(e): list(site.server.pages(e.key, "/v1/submissions")) for e in site.experts}
    stored = {row["id"]: row for rows in own.values() for row in rows}
    made = {one for e in site.experts for one in e.made}
    pairs = [(who, row["task_id"]) for who, rows in own.items() for row in rows]
    yield "work was done", [] if len(made) > 50 else [f"{len(made)} submissions"]
    yield "no answer that was acknowledged is lost", sorted(made - stored.keys())
    yield "no answer is there that nobody was told of", sorted(stored.keys() - made)
    yield "no expert answered a task twice", [] if len(pairs) == len(set(pairs)) else ["repeated"]
    for name, campaign in (("without review", site.plain), ("with review", site.reviewed)):
        rows = [row for row in stored.values() if row["campaign_id"] == campaign]
        yield from judge_campaign(site, name, campaign, rows)


def judge_campaign(site, name, campaign, rows):
    accepted = [row["id"] for row in rows if row["state"] == "accepted"]
    paid = [row["pays_id"] for row in site.server.pages(site.operator, f"/v1/campaigns/{campaign}/entries")]
    board = site.server.need(site.operator, "GET", f"/v1/campaigns/{campaign}/board")
    tasks = list(site.server.pages(site.operator, f"/v1/campaigns/{campaign}/tasks"))
    counts = {key: board[key] for key in ("given", "accepted", "pending", "spend_minor")}
    true = {"given": len(rows), "accepted": len(accepted), "pending": len(rows) - len(accepted),
            "spend_minor": 100 * len(accepted)}
    yield f"{name}: every accepted answer is paid once", [] if sorted(paid) == sorted(accepted) else \
        [f"{len(paid)} paid, {len(accepted)} accepted"]
    yield f"{name}: counts agree with the rows", [] if counts == true else [f"{counts}, not {true}"]
    yield f"{name}: no task has more answers than wanted", [t["id"] for t in tasks if t["given"] + t["active"] > t["wanted"]]
    yield f"{name}: what tasks count agrees with the rows", [] if sum(t["given"] for t in tasks) == len(rows) else ["differs"]


def judge_reviews(site):
    made = [one for r in site.reviewers for one in r.made]
    accepted = sum(1 for e in site.experts if e.campaign == site.reviewed
                   for row in site.server.pages(e.key, "/v1/submissions") if row["state"] == "accepted")
    yield "reviews were made", [] if len(made) > 20 else [f"{len(made)} reviews"]
    yield "every review that was acknowledged counts once", [] if accepted == len(made) == len(set(made)) else \
        [f"{accepted} accepted, {len(made)} acknowledged"]


def judge_imports(site):
    tasks = list(site.server.pages(site.operator, f"/v1/campaigns/{site.filled}/tasks"))
    named = [task.get("external_id") for task in tasks]
    batches = site.batches()
    wrong = [f"{b['id']} {b['state']}: {b['task_count']} new, {b['repeat_count']} known, {b['bad_count']} bad"
             for b in batches if (b["state"], b["task_count"] + b["repeat_count"], b["bad_count"])
             not in (("ready", IMPORTED, 0), ("rolled_back", 0, 1))]
    yield "every import ended well, and counted each line once", wrong
    yield "every import that was acknowledged is there", sorted(set(site.importer.made) - {b["id"] for b in batches})
    yield "no task is there twice, none is missing", [] if len(named) == len(set(named)) and \
        len(named) in (1, IMPORTED + 1) else [f"{len(named)} tasks, {len(set(named))} names"]


def judge_deliveries(site, folder):
    found = site.deliveries()
    yield "every delivery that was acknowledged is there", sorted(set(site.maker.made) - {d["id"] for d in found})
    ready = [d["id"] for d in found if d["state"] == "ready"]
    yield "deliveries were made", [] if ready else [json.dumps(found)[:500]]
    yield "those that failed had no row yet", [d["message"] for d in found if d["state"] == "failed"
                                              and "no row" not in d["message"]]
    yield "every delivery proves to be whole", [why for d in ready if (why := prove(site, d, folder))]


def prove(site, delivery, folder):
    """What `periti delivery verify` has against it, or nothing."""
    link = site.server.need(site.operator, "POST", f"/v1/deliveries/{delivery}/links", {})["path"]
    _, headers, archive = site.server.send(None, "GET", link)
    status, _, rest = site.server.send(None, "GET", link, headers={"Range": "bytes=1000-", "If-Range": headers["ETag"]})
    if status != 206 or archive[1000:] != rest:
        return f"{delivery}: the rest of a download is {status} and {len(rest)} bytes"
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        opened.extractall(folder)
    done = subprocess.run([site.server.binary, "delivery", "verify", f"{folder}/{delivery}"], capture_output=True, text=True)
    return "" if done.returncode == 0 else f"{delivery}: {done.stdout}{done.stderr}"


def second_server(server):
    """One that is started on the same store is refused, and the first is none the worse for it."""
    spool = pathlib.Path(server.folder, "spool/upload-abcdef")
    spool.write_text("the first server's")
    os.utime(spool, (0, 0))
    done = subprocess.run([server.binary, "serve", "--port", "0"], env=server.environment(), capture_output=True, text=True,
                          timeout=30)
    right = done.returncode == 1 and "another server has" in done.stderr and f"process {server.process.pid})" in done.stderr
    yield "a second server is refused and told who has the file", [] if right else [done.stderr]
    yield "it touches nothing of the first's", [] if spool.exists() and server.send(None, "GET", "/readyz")[0] == 200 else ["gone"]


def play(server, rounds):
    random.seed(1)
    yield from second_server(server)
    site = Site(server)
    broken = []
    for number in range(rounds):
        if why := site.round():
            broken.append(f"round {number}: {why.strip()}")
        server.start()
    yield "all that was begun came to its end", site.settle()
    yield f"the store was whole after each of {rounds} kills", broken
    yield "nobody met a fault", [wrong for one in site.workers for wrong in one.wrong]
    yield from judge_answers(site)
    yield from judge_reviews(site)
    yield from judge_imports(site)
    with data_folder() as folder:
        yield from judge_deliveries(site, folder)
    server.stop()
    yield "the store is whole in the end", [why] if (why := server.check()) else []


if __name__ == "__main__":
    perform(play, rounds_wanted())
