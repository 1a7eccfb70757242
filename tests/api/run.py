"""Play scenes against the real binary, with an empty store for each.

Usage: run.py BINARY OPENAPI.json [--store URL]... [--only-scenes] SCENE...

Each scene gets a server of its own: `BINARY serve` on a free port with an empty
store; --store postgresql://… plays all of them a second time on a new database
each. Every answer is checked against the OpenAPI document. At the end every
actor asks for every route, with identifiers that exist and that do not, and with a
parameter that no route knows, so that nothing happens but the door's checks: nobody gets in who must not, and nothing breaks.
A declared route or refusal that was never met fails the run. Prints TAP.
"""
import argparse
import datetime
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from contract import Contract, parse  # noqa: E402
from scene import SceneError, Step, differ, fill, read  # noqa: E402

PATIENCE_S = 30


class Server:
    """The binary under test, with an empty store and one operator."""

    def __init__(self, binary, store, settings=()):
        self.folder = tempfile.mkdtemp(prefix="periti-scene-")
        self.database = None
        url = f"sqlite:{self.folder}/periti.db"
        if store != "sqlite":
            self.database = (store, f"scene_{os.getpid()}_{time.monotonic_ns()}")
            self.psql(f"CREATE DATABASE {self.database[1]}")
            url = f"{store.rsplit('/', 1)[0]}/{self.database[1]}"
        self.port = 0
        environment = {**os.environ, "PERITI_STORE": url, "PERITI_PORT": "0",
                       "PERITI_RATE_PER_MINUTE": "0", "PERITI_DATA": self.folder,
                       **{f"PERITI_{name.upper()}": value for name, value in settings}}
        self.log = open(f"{self.folder}/log", "w+")
        self.process = subprocess.Popen([binary, "serve"], env=environment, stdout=self.log, stderr=self.log)
        self.wait()

    def operator(self):
        """Email and password that the first start wrote."""
        return pathlib.Path(self.folder, "operator.sign-in").read_text().split()

    def operator_key(self):
        return pathlib.Path(self.folder, "operator.key").read_text().strip()

    def psql(self, sql):
        subprocess.run(["psql", "-q", "-d", self.database[0], "-c", sql], check=True)

    def wait(self):
        for _ in range(200):
            said = re.search(r"Periti listens on http://[^ ]*:(\d+) ", pathlib.Path(self.log.name).read_text())
            if said:
                self.port = int(said[1])
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.log.seek(0)
        raise SceneError("the server did not start:\n" + self.log.read()[-2000:])

    def ask(self, method, target, headers, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        return answer, answer.read()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        if self.database:
            self.psql(f"DROP DATABASE {self.database[1]} WITH (FORCE)")
        self.log.close()
        if code != 0:
            print(f"# the server ended with {code}:\n# " + "# ".join(open(self.log.name).readlines()[-5:]))
        shutil.rmtree(self.folder)
        return code


class Stage:
    """One scene being played: who asks, and what is bound."""

    def __init__(self, server, contract):
        self.server = server
        self.contract = contract
        self.names = {}
        self.actors = {"nobody": {}, "operator": {"Authorization": f"Bearer {server.operator_key()}"}}
        self.actor = {}
        self.targets = {}  # path of a route -> the last one that was there

    def enter(self, name, email, password):
        body = json.dumps({"email": fill(email, self.names), "password": fill(password, self.names)})
        answer, text = self.server.ask("POST", "/v1/sessions", {"Content-Type": "application/json"}, body)
        cookie = answer.getheader("Set-Cookie")
        if answer.status >= 300 or not cookie:
            raise SceneError(f"{name} cannot sign in: {answer.status} {text[:200]!r}")
        self.contract.check("POST", "/v1/sessions", answer.status, answer.getheader("Content-Type"), json.loads(text))
        self.actors[name] = self.actor = {"Cookie": cookie.split(";")[0]}

    def direct(self, kind, place, words):
        """Carry out a line that is no request."""
        if kind == "as":
            if words[0] not in self.actors:
                raise SceneError(f"{place}: nobody is called {words[0]}: `enter` or `key` first")
            self.actor = self.actors[words[0]]
        elif kind == "enter" and len(words) == 1:
            self.enter(words[0], *self.server.operator())
        elif kind == "enter":
            self.enter(words[0], words[1], " ".join(words[2:]))
        elif kind == "key":
            self.actors[words[0]] = self.actor = {"Authorization": "Bearer " + fill(words[1], self.names)}
        elif kind == "let":
            self.names[words[0]] = fill(words[1], self.names)

    def tell_time(self):
        """What scenes may say of time: $now, its $year, and a day that lies two days ahead."""
        now = datetime.datetime.now(datetime.timezone.utc)
        soon = now + datetime.timedelta(days=2)
        self.names.update(now=f"{now:%Y-%m-%dT%H:%M:%S.%f}Z", soon=f"{soon:%Y-%m-%dT%H:%M:%SZ}", soon_day=f"{soon:%Y-%m-%d}", year=f"{now:%Y}")

    def request(self, step):
        self.tell_time()
        headers = {**self.actor, **{name: fill(value, self.names) for name, value in step.headers.items()}}
        body = None
        if step.upload:
            body = step.upload[0].read_bytes()
            headers.setdefault("Content-Type", step.upload[1])
        elif step.body is not None:
            body = fill(step.body, self.names).encode()
            headers.setdefault("Content-Type", "application/json")
        target = fill(step.target, self.names)
        answer, text = self.server.ask(step.method, target, headers, body)
        return target, answer, text

    def play(self, step):
        """Why the step went otherwise than it says, or None."""
        until = time.monotonic() + (PATIENCE_S if step.patient else 0)
        while True:
            bound = dict(self.names)
            why = self.play_once(step)
            if not why or time.monotonic() >= until:
                return why
            self.names = bound
            time.sleep(0.05)

    def play_once(self, step):
        target, answer, text = self.request(step)
        if answer.status < 300:
            self.targets[self.contract.find(step.method, target)[0]] = target.split("?")[0]
        kind = (answer.getheader("Content-Type") or "").split(";")[0]
        got = parse(kind, text)
        if why := self.contract.check(step.method, target, answer.status, kind, got):
            return f"{why}: {text[:300]!r}"
        if answer.status != step.status:
            return f"status {answer.status}, not {step.status}: {text[:300]!r}"
        for name, want in step.want_headers.items():
            if why := differ(want, answer.getheader(name), self.names, name):
                return why
        return differ(step.want, got, self.names) if step.want is not None else None


def walk(stage):
    """Every actor at every route. Yields what went wrong."""
    stage.actors["forged"] = {"Authorization": "Bearer pk_forged"}
    for actor, headers in stage.actors.items():
        for _, method, path, operation in stage.contract.operations:
            nothing = re.sub(r"\{\w+\}", "nothing_00000000000000000000000000", path)
            wrongs = (walk_one(stage, actor, headers, method, path, operation, target)
                      for target in dict.fromkeys((nothing, stage.targets.get(path, nothing))))
            yield from (f"{method} {path} as {actor}: {why}" for why in wrongs if why)


def walk_one(stage, actor, headers, method, path, operation, target):
    """Why the door did not keep this actor out, or None."""
    kind = next(iter(operation["requestBody"]["content"])) if "requestBody" in operation else None
    target += "?no_such_parameter=1"
    answer, text = stage.server.ask(method, target, {**headers, **({"Content-Type": kind} if kind else {})},
                                    b"{}" if kind else None)
    got_kind = (answer.getheader("Content-Type") or "").split(";")[0]
    if why := stage.contract.check(method, target, answer.status, got_kind, parse(got_kind, text)):
        return why
    if answer.status < 400:
        return f"status {answer.status} for a parameter that does not exist"
    if operation["security"] and actor in ("nobody", "forged") and answer.status not in (401, 429):
        return f"status {answer.status} for {actor}, not 401"
    return None


def play_scene(binary, store, contract, path):
    """Why the scene failed, or None."""
    steps = read(path)
    settings = [step[2] for step in steps if not isinstance(step, Step) and step[0] == "setting"]
    server = Server(binary, store, settings)
    why = play_steps(Stage(server, contract), steps)
    code = server.stop()
    return why or (f"the server ended with {code}" if code else None)


def play_steps(stage, steps):
    try:
        for step in steps:
            if not isinstance(step, Step):
                stage.direct(*step)
            elif why := stage.play(step):
                return f"{step.place}: {step.method} {step.target}: {why}"
        return next(walk(stage), None)
    except (SceneError, OSError, http.client.HTTPException, ValueError) as wrong:
        return f"{type(wrong).__name__}: {wrong}"


def report(number, good, title, why=None):
    print(f"{'ok' if good else 'not ok'} {number} - {title}")
    for line in (why or "").splitlines():
        print(f"# {line}")
    sys.stdout.flush()
    return not good


def main():
    reader = argparse.ArgumentParser(description="Play scenes against the real binary.")
    reader.add_argument("binary")
    reader.add_argument("openapi")
    reader.add_argument("--store", action="append", help="sqlite, or a PostgreSQL URL; may be repeated")
    reader.add_argument("--only-scenes", action="store_true", help="do not fail for what was never met")
    reader.add_argument("scenes", nargs="+")
    asked = reader.parse_args()
    contract = Contract(json.loads(pathlib.Path(asked.openapi).read_text()))
    stores = asked.store or ["sqlite"]
    bad = number = 0
    print(f"1..{len(stores) * len(asked.scenes) + (not asked.only_scenes)}")
    for store in stores:
        for path in asked.scenes:
            number += 1
            try:
                why = play_scene(asked.binary, store, contract, path)
            except SceneError as wrong:
                why = str(wrong)
            bad += report(number, why is None, f"{pathlib.Path(path).stem} on {store.split(':')[0]}", why)
    if not asked.only_scenes:
        unmet = [f"{method} {path}: {statuses}" for method, path, statuses in contract.unmet()]
        bad += report(number + 1, not unmet, "every declared route and refusal was met", "\n".join(unmet))
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
