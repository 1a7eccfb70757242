"""The disk takes what is written and does not keep it: the sync of a commit fails.

Usage: sync.py BINARY SHIM

Who waits for that sync is refused as 503, and so is every write after it, since nobody knows any more what the log holds.
Reads go on. A restart reads what is there: all that was acknowledged, each once, and the repeat of what was refused.
Prints TAP.
"""
import pathlib
import sys
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from power import PoweredServer  # noqa: E402
from stage import data_folder, report  # noqa: E402


class Play:
    def __init__(self, server):
        self.server, self.operator, self.made = server, server.operator(), []

    def add(self, name, repeat):
        """An organisation: (status, what was answered)."""
        status, got = self.server.ask(self.operator, "POST", "/v1/organisations", {"name": name}, repeat=repeat)
        if status == 201:
            self.made.append(got["id"])
        return status, got

    def stored(self):
        return sorted(row["id"] for row in self.server.pages(self.operator, "/v1/organisations"))


def play(server, broken):
    scene = Play(server)
    there = scene.stored()
    taken = [scene.add(f"Before {i}", uuid.uuid4().hex)[0] for i in range(20)]
    yield "writes are taken while the disk is sound", [] if set(taken) == {201} else [str(taken)]
    broken.touch()
    torn = "Torn", uuid.uuid4().hex
    status, problem = scene.add(*torn)
    right = status == 503 and "did not keep" in problem["detail"]
    yield "a write whose sync fails is refused as 503 and says why", [] if right else [f"{status} {problem}"]
    broken.unlink()
    later = [scene.add(f"Later {i}", uuid.uuid4().hex) for i in range(5)]
    yield "so are all after it, though the disk seems sound again", [f"{s} {p}" for s, p in later if s != 503]
    missing = sorted(set(scene.made) - set(scene.stored()))
    yield "reads go on", missing
    status, problem = server.ask(None, "GET", "/readyz")
    yield "whoever watches the server hears of it", [] if status == 503 else [f"{status} {problem}"]
    server.stop()
    server.start()
    status, got = scene.add(*torn)
    yield "after a restart what was refused can be repeated", [] if status == 201 else [f"{status} {got}"]
    status, got = scene.add("After", uuid.uuid4().hex)
    yield "and writes are taken", [] if status == 201 else [f"{status} {got}"]
    found = scene.stored()
    yield "nothing was lost or doubled", [] if found == sorted([*there, *scene.made]) else \
        [f"{len(found)} stored, {len(there) + len(scene.made)} acknowledged"]
    server.stop()
    yield "the store is whole", [why] if (why := server.check()) else []


def main():
    with data_folder() as parent:
        folder, shadow = pathlib.Path(parent, "data"), pathlib.Path(parent, "shadow")
        folder.mkdir()
        shadow.mkdir()
        server = PoweredServer(sys.argv[1], str(pathlib.Path(sys.argv[2]).resolve()), folder, shadow)
        try:
            server.start()
            report(play(server, shadow / "broken"))
        finally:
            server.process.kill()


if __name__ == "__main__":
    main()
