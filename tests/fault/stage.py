"""Shared by the fault tests of the whole server: the real binary, people at work on one campaign, TAP."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

FAKETIME = next(iter(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
CUT = (OSError, http.client.HTTPException, ValueError)


class Server:
    """`periti serve` on a data folder that outlives it. It keeps its port from start to start."""

    def __init__(self, binary, folder, store=None, settings=None, environment=None, before=()):
        self.binary, self.folder, self.port = binary, str(folder), 0
        self.before = list(before)  # a command that starts it
        self.variables = {"PERITI_DATA": self.folder, "PERITI_RATE_PER_MINUTE": "0", **(environment or {}),
                          **({"PERITI_STORE": store} if store else {}),
                          **{f"PERITI_{name.upper()}": str(value) for name, value in (settings or {}).items()}}
        self.process = None

    def environment(self):
        return {**os.environ, **self.variables, "PERITI_PORT": str(self.port)}

    def start(self):
        log = pathlib.Path(self.folder, "log")
        with log.open("w") as out:
            self.process = subprocess.Popen([*self.before, self.binary, "serve"], env=self.environment(), stdout=out,
                                            stderr=out)
        until = time.monotonic() + 30
        while time.monotonic() < until and self.process.poll() is None:
            if said := re.search(r"listens on http://[^ ]*:(\d+) ", log.read_text()):
                self.port = int(said[1])
                return self
            time.sleep(0.02)
        raise SystemExit("Bail out! the server did not start: " + log.read_text()[-1000:])

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(30)

    def check(self):
        """What `periti check` complains of, or nothing."""
        done = subprocess.run([self.binary, "check"], env=self.environment(), capture_output=True, text=True)
        return "" if done.returncode == 0 else done.stderr + done.stdout

    def memory(self):
        """Resident megabytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def send(self, key, method, path, body=None, repeat=None, kind="application/json", headers=(), timeout=15):
        """(status, headers, bytes)."""
        headers = {**({"Authorization": f"Bearer {key}"} if key else {}), **dict(headers)}
        if body is not None:
            headers["Content-Type"] = kind
            body = json.dumps(body) if kind == "application/json" else body
        if repeat:
            headers["Idempotency-Key"] = repeat
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def ask(self, key, method, path, body=None, **more):
        """(status, JSON)."""
        status, headers, text = self.send(key, method, path, body, **more)
        return status, json.loads(text) if "json" in (headers["Content-Type"] or "") else text

    def need(self, key, method, path, body=None, **more):
        status, got = self.ask(key, method, path, body, **more)
        if status >= 300:
            raise SystemExit(f"Bail out! {method} {path}: {status} {got}")
        return got

    def operator(self):
        return pathlib.Path(self.folder, "operator.key").read_text().strip()

    def pages(self, key, path):
        after = ""
        while after is not None:
            page = self.need(key, "GET", f"{path}?limit=200" + (f"&after={after}" if after else ""))
            yield from page["items"]
            after = page.get("next")

    def await_job(self, key, job, patience=60):
        until = time.monotonic() + patience
        while time.monotonic() < until:
            state = self.need(key, "GET", f"/v1/jobs/{job}")
            if state["state"] not in ("waiting", "running"):
                return state
            time.sleep(0.05)
        raise SystemExit(f"Bail out! the job {job} does not end")


class Machine:
    """A server whose machine's clock can be set. The monotonic clock stays the real one, as it does on a machine."""

    def __init__(self, binary, folder):
        self.file = pathlib.Path(folder, "faketime")
        self.set(0)
        self.server = Server(binary, folder, environment={
            "LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"})

    def set(self, offset_s):
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{offset_s:+d}s\n")
        fresh.rename(self.file)  # never seen half written


def sign_in(server, email, password):
    """The session's cookie."""
    status, headers, text = server.send(None, "POST", "/v1/sessions", {"email": email, "password": password})
    if status != 201:
        raise SystemExit(f"Bail out! {email} cannot sign in: {status} {text}")
    return headers["Set-Cookie"].split(";")[0]


def add_person(server, role, name, home=None):
    """(identifier, API key) of somebody new in a role; at home with the operator unless said."""
    operator = server.operator()
    home = home or server.need(operator, "GET", "/v1/session")["organisation_id"]
    email = f"{name.lower()}@example.org"
    made = server.need(operator, "POST", "/v1/people", {
        "organisation_id": home, "email": email, "name": name, "role": role, "password": "long-enough"})["id"]
    cookie = sign_in(server, email, "long-enough")
    _, _, text = server.send(None, "POST", "/v1/keys", {"name": "test"}, headers={"Cookie": cookie})
    return made, json.loads(text)["key"]


def add_campaign(server, tasks, client=None, **changes):
    """An open campaign of classification with so many tasks; two answers each and no review unless said."""
    operator = server.operator()
    client = client or server.need(operator, "POST", "/v1/organisations", {"name": f"Client {time.monotonic_ns()}"})["id"]
    campaign = server.need(operator, "POST", "/v1/campaigns", {
        "organisation_id": client, "name": "Load", "task_type": "classification", "price_minor": 100, "redundancy": 2,
        "review_layers": 0, "parameters": {"classes": ["bug", "wish"]}, "guideline": "# 1 Choose\nOne.", **changes})["id"]
    lines = "\n".join(json.dumps({"id": f"t{i}", "text": f"Task {i}"}) for i in range(tasks))
    job = server.need(operator, "POST", f"/v1/campaigns/{campaign}/imports?name=load.jsonl", lines,
                      kind="application/octet-stream")["job_id"]
    server.await_job(operator, job)
    server.need(operator, "POST", f"/v1/campaigns/{campaign}/state", {"state": "open"})
    return campaign


def engage(server, campaign, person, duty="expert"):
    server.need(server.operator(), "POST", f"/v1/campaigns/{campaign}/engagements", {"person_id": person, "duty": duty})


@contextlib.contextmanager
def data_folder():
    """A data folder that goes in the end."""
    folder = tempfile.mkdtemp(prefix="periti-fault-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def skip(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def report(checks):
    """Print (title, wrongs) as TAP as they come, and exit."""
    number = bad = 0
    for title, wrongs in checks:
        number += 1
        bad += bool(wrongs)
        print(f"{'not ok' if wrongs else 'ok'} {number} - {title}")
        print("".join(f"# {wrong}\n" for wrong in list(wrongs)[:10]), end="", flush=True)
    print(f"1..{number}")
    sys.exit(bad > 0)


def rounds_wanted(place=2, otherwise="5"):
    """How often: the argument at `place`, else ROUNDS of the environment."""
    return int(sys.argv[place] if len(sys.argv) > place else os.environ.get("ROUNDS", otherwise))


def perform(play, *more):
    """Play before a fresh server of the binary that the first argument names; report and exit."""
    with data_folder() as folder:
        server = Server(sys.argv[1], folder)
        try:
            report(play(server.start(), *more))
        finally:
            server.kill()
