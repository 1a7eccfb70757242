"""PostgreSQL is stopped, started, crashed and started while people work over HTTP: 503 with Retry-After meanwhile,
recovery without a restart of the server, nothing acknowledged lost or doubled.

Usage: postgres.py BINARY. Starts a PostgreSQL of its own; skipped where there is none. Prints TAP.
"""
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import uuid

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
from kill import Expert  # noqa: E402
from stage import Server, add_campaign, add_person, data_folder, engage, report, skip  # noqa: E402

TOOL = HERE.parent / "tools/postgres.sh"
EXPERTS = 8


class Database:
    def __init__(self, folder):
        self.environment = {**os.environ, "PERITI_POSTGRES_DIR": f"{folder}/postgres", "PERITI_POSTGRES_FSYNC": "on"}
        pathlib.Path(folder).chmod(0o755)  # PostgreSQL's own user passes through

    def do(self, command):
        return subprocess.run([TOOL, command], env=self.environment, check=True, capture_output=True, text=True).stdout.strip()


class Steady(Expert):
    """Goes on through refusals; counts them, and what is odd about them."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.refused, self.done = 0, False

    def note(self, status, headers, text):
        """True: it is a refusal for now, as it should be."""
        if status != 503:
            return False
        self.refused += 1
        problem = json.loads(text)
        if not headers["Retry-After"] or problem["type"] != "/problems/unavailable":
            self.wrong.append(f"a 503 without its due: {dict(headers)} {problem}")
        time.sleep(0.05)
        return True

    def persist(self, path, body=None):
        """Send until it is answered otherwise than 503."""
        repeat = uuid.uuid4().hex
        while True:
            status, headers, text = self.server.send(self.key, "POST", path, body, repeat=repeat, timeout=40)
            if not self.note(status, headers, text):
                return status, json.loads(text)

    def work(self):
        while not self.done and not self.wrong:
            status, got = self.persist(f"/v1/campaigns/{self.campaign}/claims")
            if status != 201:
                self.wrong.append(f"a claim: {status} {got}")
                return
            status, got = self.persist(f"/v1/leases/{got['lease_id']}/submission", {"answer": {"class": "bug"}})
            if status == 201:
                self.made.append(got["id"])
            else:
                self.wrong.append(f"an answer: {status} {got}")


def wait_for(truth, seconds=60):
    until = time.monotonic() + seconds
    while not truth() and time.monotonic() < until:
        time.sleep(0.02)
    return truth()


def outage(server, database, experts, how):
    """One stop and start under load."""
    made = lambda: sum(len(e.made) for e in experts)  # noqa: E731
    refused = lambda: sum(e.refused for e in experts)  # noqa: E731
    before = made()
    wait_for(lambda: made() > before + 40)
    since = refused()
    database.do(how)
    met = wait_for(lambda: refused() > since + EXPERTS)
    status, headers, _ = server.send(None, "GET", "/readyz", timeout=40)
    right = status == 503 and headers["Retry-After"] and server.send(None, "GET", "/healthz")[0] == 200
    yield f"after a {how} people are told 503 and to come again", [] if met else ["nobody was refused"]
    yield f"after a {how} the server says that it is alive and not ready", [] if right else [f"{status}"]
    database.do("start")
    since = made()
    yield f"after a {how} work goes on without a restart", [] if wait_for(lambda: made() > since + 40) else ["it does not"]
    ready = wait_for(lambda: server.send(None, "GET", "/readyz", timeout=40)[0] == 200)
    yield f"after a {how} the server is ready again", [] if ready else ["it is not"]


def judge(server, campaign, experts):
    own = {id(e): list(server.pages(e.key, "/v1/submissions")) for e in experts}
    stored = [row["id"] for rows in own.values() for row in rows]
    pairs = [(who, row["task_id"]) for who, rows in own.items() for row in rows]
    made = [one for e in experts for one in e.made]
    paid = [row["pays_id"] for row in server.pages(server.operator(), f"/v1/campaigns/{campaign}/entries")]
    board = server.need(server.operator(), "GET", f"/v1/campaigns/{campaign}/board")
    yield "nobody met anything else", [wrong for e in experts for wrong in e.wrong]
    yield "nothing acknowledged is lost, nothing is there twice", [] if sorted(made) == sorted(stored) else \
        [f"{len(made)} acknowledged, {len(stored)} stored"]
    yield "no expert answered a task twice", [] if len(pairs) == len(set(pairs)) else ["repeated"]
    yield "every answer is paid once", [] if sorted(paid) == sorted(stored) else [f"{len(paid)} paid"]
    yield "counts agree with the rows", [] if board["given"] == board["accepted"] == len(stored) else [json.dumps(board)[:300]]


def play(server, database):
    campaign = add_campaign(server, 4000)
    experts = []
    for number in range(EXPERTS):
        person, key = add_person(server, "expert", f"E{number}")
        engage(server, campaign, person)
        experts.append(Steady(server, key, campaign))
    threads = [threading.Thread(target=e.work) for e in experts]
    for thread in threads:
        thread.start()
    try:
        for how in ("stop", "crash"):
            yield from outage(server, database, experts, how)
    finally:
        for one in experts:
            one.done = True
        for thread in threads:
            thread.join()
    yield from judge(server, campaign, experts)
    yield "the server ends well", [] if server.stop() == 0 else ["it does not"]


def main():
    if not pathlib.Path("/usr/lib/postgresql/15/bin/initdb").exists():
        skip("no PostgreSQL 15")
    with data_folder() as folder:
        database = Database(folder)
        server = Server(sys.argv[1], folder, store=database.do("start"))
        try:
            server.start()
            report(play(server, database))
        finally:
            server.kill()
            database.do("remove")


if __name__ == "__main__":
    main()
