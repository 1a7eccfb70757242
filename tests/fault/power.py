"""The power is cut while people claim, submit and review, and deliveries and imports are under way: nothing acknowledged is
lost, nothing is there twice, nothing is half done.

Usage: power.py BINARY SHIM [ROUNDS]   (or ROUNDS in the environment; 4 unless said)

As kill.py, but more than the process goes: of each file only what was synced is left, and of each folder the names that
were (power.c keeps them). Every other time, pages that were written but not synced survive by chance, as they do on a
real disk. Prints TAP.
"""
import ctypes
import os
import pathlib
import random
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import kill  # noqa: E402
from stage import Server, data_folder, report, rounds_wanted  # noqa: E402

PAGE = 4096


class PoweredServer(Server):
    def __init__(self, binary, shim, folder, shadow):
        super().__init__(binary, folder, environment={"POWER_ROOT": str(folder), "POWER_SHADOW": str(shadow)})
        self.shim, self.shadow, self.cuts, self.chance = shim, pathlib.Path(shadow), 0, random.Random(1)
        self.library = ctypes.CDLL(shim)

    def start(self):
        self.variables["LD_PRELOAD"] = self.shim
        try:
            return super().start()
        finally:
            del self.variables["LD_PRELOAD"]

    def kill(self):
        runs = self.process and self.process.poll() is None
        super().kill()
        if runs:
            self.cuts += 1
            self.lose(by_chance=self.cuts % 2 == 0)

    def key(self, path):
        key = ctypes.create_string_buffer(64)
        return key.value.decode() if self.library.power_key(-100, os.fsencode(path), key) else None

    def lose(self, by_chance):
        """Put in place of the data folder what is left of it."""
        live = {}
        if by_chance:
            live = {self.key(path): path for path in pathlib.Path(self.folder).rglob("*") if path.is_file()}
        left = pathlib.Path(tempfile.mkdtemp(dir=pathlib.Path(self.folder).parent))
        self.rebuild((self.shadow / "root").read_text(), left, live)
        shutil.rmtree(self.folder)
        left.rename(self.folder)
        for one in self.shadow.iterdir():
            one.unlink()

    def rebuild(self, key, folder, live):
        names = self.shadow / f"d-{key}"
        for line in names.read_text().splitlines() if names.exists() else []:
            entry, mode, kind, name = line.split(" ", 3)
            path = folder / name
            if kind == "d":
                path.mkdir()
                self.rebuild(entry, path, live)
            else:
                kept = self.shadow / f"f-{entry}"
                synced = kept.read_bytes() if kept.exists() else b""
                path.write_bytes(self.mix(synced, live[entry].read_bytes()) if entry in live else synced)
            path.chmod(int(mode, 8))

    def mix(self, synced, written):
        """Some of the pages that were written since the last sync."""
        size = self.chance.choice((len(synced), len(written)))
        pages = []
        for at in range(0, size, PAGE):
            old, new = synced[at:at + PAGE], written[at:at + PAGE]
            pages.append((new if self.chance.random() < 0.5 else old).ljust(PAGE, b"\0"))
        return b"".join(pages)[:size]


def main():
    rounds = rounds_wanted(3, "4")
    with data_folder() as parent:
        folder, shadow = pathlib.Path(parent, "data"), pathlib.Path(parent, "shadow")
        folder.mkdir()
        shadow.mkdir()
        server = PoweredServer(sys.argv[1], str(pathlib.Path(sys.argv[2]).resolve()), folder, shadow)
        try:
            server.start()
            report(kill.play(server, rounds))
        finally:
            server.process.kill()


if __name__ == "__main__":
    main()
