"""The disk is full under the running server: writes are refused as 503, reads go on, space that is freed is used
without a restart, and nothing acknowledged is lost.

Usage: disk.py BINARY. Mounts a small tmpfs in a mount namespace of its own; skipped where that is not allowed. Prints TAP.
"""
import json
import os
import pathlib
import subprocess
import sys
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from stage import Server, add_campaign, add_person, data_folder, engage, report, skip  # noqa: E402

MEGABYTES = 24
MOUNTED = "PERITI_TEST_MOUNTED"


class Play:
    def __init__(self, server):
        self.server, self.operator = server, server.operator()
        self.campaign = add_campaign(server, 300)
        person, self.key = add_person(server, "expert", "Ada")
        engage(server, self.campaign, person)
        self.made, self.refused = [], []
        self.filler = pathlib.Path(server.folder, "filler")

    def submit(self):
        """One answer; 503s are kept, with their headers."""
        status, claimed = self.server.ask(self.key, "POST", f"/v1/campaigns/{self.campaign}/claims")
        if status != 201:
            self.refused.append((status, {}, claimed))
            return False
        path, repeat = f"/v1/leases/{claimed['lease_id']}/submission", uuid.uuid4().hex
        status, headers, text = self.server.send(self.key, "POST", path, {"answer": {"class": "bug"}}, repeat=repeat)
        if status == 201:
            self.made.append(json.loads(text)["id"])
            return True
        self.refused.append((status, headers, json.loads(text)))
        self.torn = path, repeat
        return False

    def fill(self):
        with self.filler.open("ab", buffering=0) as out:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while True:
                        out.write(b"x" * size)
                except OSError:
                    pass

    def try_write(self):
        """A write that needs no lease: (status, headers, problem)."""
        status, headers, text = self.server.send(self.operator, "POST", "/v1/organisations", {"name": uuid.uuid4().hex})
        return status, headers, json.loads(text)

    def full(self):
        self.torn = None
        first = [self.submit() for _ in range(20)]
        yield "answers are taken while there is room", [] if all(first) else [str(self.refused[:1])]
        for _ in range(50):  # the log of the store has some room left
            self.fill()
            for _ in range(20):
                if not self.submit():
                    break
            if self.refused:
                break
        status, headers, problem = self.try_write()
        right = status == 503 and problem["type"] == "/problems/unavailable" and "disk is full" in problem["detail"]
        yield "a write is refused as 503 and says why", [] if right else [f"{status} {problem}"]
        typed = headers["Content-Type"] == "application/problem+json" and headers["Retry-After"]
        yield "it is a problem document that says when to come again", [] if typed else [str(headers)]
        yield "nothing else was met", [str(one) for one in self.refused if one[0] != 503]
        yield from self.reads()
        status, _, text = self.server.send(self.operator, "POST", f"/v1/campaigns/{self.campaign}/imports?name=x",
                                           '{"id": "x", "text": "X"}\n' * 9000, kind="application/octet-stream")
        yield "an upload is refused as 503", [] if status == 503 else [f"{status} {text[:200]}"]

    def reads(self):
        wrong = []
        for key, path in ((self.operator, f"/v1/campaigns/{self.campaign}/board"), (self.key, "/v1/submissions"),
                          (self.operator, f"/v1/campaigns/{self.campaign}/tasks"), (None, "/readyz"), (None, "/healthz")):
            for _ in range(5):
                status, _, text = self.server.send(key, "GET", path)
                wrong += [] if status == 200 else [f"{path}: {status} {text[:200]}"]
        yield "reads go on", wrong
        there = {row["id"] for row in self.server.pages(self.key, "/v1/submissions")}
        yield "all that was acknowledged is there", sorted(set(self.made) - there)

    def room(self):
        """Space is freed; nobody restarts anything."""
        self.filler.unlink()
        status, _, problem = self.try_write()
        yield "after space is freed the next write is taken", [] if status == 201 else [f"{status} {problem}"]
        if self.torn:
            path, repeat = self.torn
            status, got = self.server.ask(self.key, "POST", path, {"answer": {"class": "bug"}}, repeat=repeat)
            yield "what was refused can be repeated", [] if status == 201 else [f"{status} {got}"]
            self.made.append(got.get("id"))
        self.refused.clear()
        more = [self.submit() for _ in range(20)]
        yield "work goes on", [] if all(more) else [str(self.refused[:1])]
        there = [row["id"] for row in self.server.pages(self.key, "/v1/submissions")]
        yield "nothing was lost or doubled", [] if sorted(there) == sorted(self.made) else \
            [f"{len(there)} stored, {len(self.made)} acknowledged"]
        self.server.stop()
        yield "the store is whole", [why] if (why := self.server.check()) else []


def play(server):
    scene = Play(server)
    yield from scene.full()
    yield from scene.room()


def main():
    if os.environ.get(MOUNTED):
        server = Server(sys.argv[1], os.environ[MOUNTED])
        try:
            server.start()
            report(play(server))
        finally:
            server.kill()
    with data_folder() as folder:
        mount = f'mount -t tmpfs -o size={MEGABYTES}m none "$1"'
        if subprocess.run(["unshare", "-m", "sh", "-c", mount, "sh", folder], capture_output=True).returncode != 0:
            skip("a tmpfs cannot be mounted here: needs root or CAP_SYS_ADMIN")
        result = subprocess.run(["unshare", "-m", "sh", "-c", mount + ' && shift && exec "$@"', "sh", folder, sys.executable,
                                 __file__, sys.argv[1]], env={**os.environ, MOUNTED: folder})
    sys.exit(result.returncode)


if __name__ == "__main__":
    main()
