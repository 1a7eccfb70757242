"""kill -9 the whole server while experts claim and submit: nothing acknowledged is lost, nothing is there twice.

Usage: kill.py BINARY [ROUNDS]   (or ROUNDS in the environment; 5 unless said)

Each round starts the server on the same store, lets several experts claim, draft and submit at once, kills it at a
random moment, and lets `periti check` look at the store. A submission whose answer was cut off is sent again with
the same Idempotency-Key after the restart: it must be there once. Prints TAP.
"""
import http.client
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

EXPERTS = 8
TASKS = 4000
CUT = (OSError, http.client.HTTPException, ValueError)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder
        self.port = free_port()
        self.process = None

    def environment(self):
        return {**os.environ, "PERITI_DATA": self.folder, "PERITI_PORT": str(self.port), "PERITI_RATE_PER_MINUTE": "0"}

    def start(self):
        with open(f"{self.folder}/log", "a") as log:
            self.process = subprocess.Popen([self.binary, "serve"], env=self.environment(), stdout=log, stderr=log)
        until = time.monotonic() + 30
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if self.ask(None, "GET", "/readyz")[0] == 200:
                    return
            except CUT:
                time.sleep(0.02)
        raise SystemExit("Bail out! the server did not start: " + pathlib.Path(self.folder, "log").read_text()[-1000:])

    def kill(self):
        self.process.kill()
        self.process.wait()

    def check(self):
        """What `periti check` complains of, or nothing."""
        done = subprocess.run([self.binary, "check"], env=self.environment(), capture_output=True, text=True)
        return "" if done.returncode == 0 else done.stderr + done.stdout

    def ask(self, key, method, path, body=None, repeat=None, kind="application/json"):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        if body is not None:
            headers["Content-Type"] = kind
            body = json.dumps(body) if kind == "application/json" else body
        if repeat:
            headers["Idempotency-Key"] = repeat
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if "json" in (answer.getheader("Content-Type") or "") else text
        finally:
            connection.close()

    def need(self, key, method, path, body=None, **more):
        status, got = self.ask(key, method, path, body, **more)
        if status >= 300:
            raise SystemExit(f"Bail out! {method} {path}: {status} {got}")
        return got


class Expert:
    """One person at work; `made` are the submissions that were acknowledged, `torn` what was not answered."""

    def __init__(self, server, campaign, key):
        self.server, self.campaign, self.key = server, campaign, key
        self.made, self.torn, self.wrong = [], None, []

    def mend(self):
        """Send what was not answered again: it counts once, however far it had come."""
        if self.torn:
            lease, repeat = self.torn
            status, got = self.submit(lease, repeat)
            if status == 201:
                self.made.append(got["id"])
            else:
                self.wrong.append(f"a repeat of a submission: {status} {got}")
            self.torn = None

    def submit(self, lease, repeat):
        return self.server.ask(self.key, "POST", f"/v1/leases/{lease}/submission", {"answer": {"class": "bug"}},
                               repeat=repeat)

    def work(self):
        """Until the server is gone."""
        try:
            self.mend()
            while True:
                status, got = self.server.ask(self.key, "POST", f"/v1/campaigns/{self.campaign}/claims")
                if status != 201 or "lease_id" not in got:
                    self.wrong.append(f"a claim: {status} {got}")
                    return
                lease = got["lease_id"]
                self.server.ask(self.key, "PUT", f"/v1/leases/{lease}/draft", {"answer": {"class": "b"}})
                self.torn = (lease, uuid.uuid4().hex)
                status, got = self.submit(*self.torn)
                if status == 201:
                    self.made.append(got["id"])
                elif status != 503:
                    self.wrong.append(f"a submission: {status} {got}")
                self.torn = None if status != 503 else self.torn
        except CUT:
            pass


def prepare(server):
    """An open campaign with many tasks, two answers each, and its experts."""
    operator = pathlib.Path(server.folder, "operator.key").read_text().strip()
    house = server.need(operator, "GET", "/v1/session")["organisation_id"]
    client = server.need(operator, "POST", "/v1/organisations", {"name": "Acme"})["id"]
    campaign = server.need(operator, "POST", "/v1/campaigns", {
        "organisation_id": client, "name": "Load", "task_type": "classification", "price_minor": 100, "redundancy": 2,
        "review_layers": 0, "parameters": {"classes": ["bug", "wish"]}, "guideline": "# 1 Choose\nOne."})["id"]
    lines = "\n".join(json.dumps({"id": f"t{i}", "text": f"Task {i}"}) for i in range(TASKS))
    job = server.need(operator, "POST", f"/v1/campaigns/{campaign}/imports?name=load.jsonl", lines,
                      kind="application/octet-stream")["job_id"]
    while server.need(operator, "GET", f"/v1/jobs/{job}")["state"] in ("waiting", "running"):
        time.sleep(0.05)
    server.need(operator, "POST", f"/v1/campaigns/{campaign}/state", {"state": "open"})
    return operator, campaign, [expert(server, operator, house, campaign, i) for i in range(EXPERTS)]


def expert(server, operator, house, campaign, number):
    email = f"e{number}@example.org"
    person = server.need(operator, "POST", "/v1/people", {
        "organisation_id": house, "email": email, "name": f"E{number}", "role": "expert", "password": "long-enough"})["id"]
    server.need(operator, "POST", f"/v1/campaigns/{campaign}/engagements", {"person_id": person, "duty": "expert"})
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("POST", "/v1/sessions", json.dumps({"email": email, "password": "long-enough"}),
                       {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    connection.request("POST", "/v1/keys", '{"name": "load"}',
                       {"Content-Type": "application/json", "Cookie": answer.getheader("Set-Cookie").split(";")[0]})
    return Expert(server, campaign, json.loads(connection.getresponse().read())["key"])


def pages(server, key, path):
    after = ""
    while after is not None:
        page = server.need(key, "GET", f"{path}?limit=200" + (f"&after={after}" if after else ""))
        yield from page["items"]
        after = page.get("next")


def judge(server, operator, campaign, experts):
    """(title, what is wrong with it) of everything that must hold in the end."""
    own = {id(e): list(pages(server, e.key, "/v1/submissions")) for e in experts}
    stored = [row["id"] for rows in own.values() for row in rows]
    made = {one for e in experts for one in e.made}
    pairs = [(key, row["task_id"], row["revision"]) for key, rows in own.items() for row in rows]
    paid = [row["pays_id"] for row in pages(server, operator, f"/v1/campaigns/{campaign}/entries")]
    tasks = list(pages(server, operator, f"/v1/campaigns/{campaign}/tasks"))
    board = server.need(operator, "GET", f"/v1/campaigns/{campaign}/board")
    counts = {name: board[name] for name in ("given", "accepted", "pending", "spend_minor")}
    true = {"given": len(stored), "accepted": len(stored), "pending": 0, "spend_minor": 100 * len(stored)}
    return [
        ("experts met no fault", [wrong for e in experts for wrong in e.wrong]),
        ("work was done", [] if len(made) > 50 else [f"{len(made)} submissions"]),
        ("nothing acknowledged is lost", sorted(made - set(stored))),
        ("nothing is there that nobody was told of", sorted(set(stored) - made)),
        ("no expert answered a task twice", [] if len(pairs) == len(set(pairs)) and
         all(revision == 1 for *_, revision in pairs) else ["repeated"]),
        ("every answer is paid once", [] if sorted(paid) == sorted(stored) else [f"{len(paid)} paid, {len(stored)} given"]),
        ("counts agree with the rows", [] if counts == true else [f"{counts}, not {true}"]),
        ("no task has more answers than wanted", [t["id"] for t in tasks if t["given"] + t["active"] > t["wanted"]]),
        ("what tasks count agrees with the rows", [] if sum(t["given"] for t in tasks) == len(stored) else ["differs"]),
    ]


def play(server, rounds):
    """Rounds of load and death. Yields (title, wrongs); the server is up again at the end."""
    random.seed(1)
    operator, campaign, experts = prepare(server)
    broken = []
    for number in range(rounds):
        threads = [threading.Thread(target=e.work) for e in experts]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0.3, 1.2))
        server.kill()
        for thread in threads:
            thread.join()
        if why := server.check():
            broken.append(f"round {number}: {why.strip()}")
        server.start()
    for e in experts:
        e.mend()
    yield f"the store was whole after each of {rounds} kills", broken
    yield from judge(server, operator, campaign, experts)


def main():
    rounds = int(sys.argv[2] if len(sys.argv) > 2 else os.environ.get("ROUNDS", "5"))
    folder = tempfile.mkdtemp(prefix="periti-kill-")
    server = Server(sys.argv[1], folder)
    number = bad = 0
    try:
        server.start()
        for title, wrongs in play(server, rounds):
            number += 1
            bad += bool(wrongs)
            print(f"{'not ok' if wrongs else 'ok'} {number} - {title}")
            print("".join(f"# {wrong}\n" for wrong in wrongs[:10]), end="", flush=True)
        print(f"1..{number}")
    finally:
        server.kill()
        shutil.rmtree(folder)
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
