"""Shared by the store's fault tests: TAP, the hammer, a private PostgreSQL."""
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
POSTGRES = str(ROOT / "tests/tools/postgres.sh")


class Hammer:
    """Writers at once in another process; `acknowledged` grows as they are told OK."""

    def __init__(self, program, url, prefix, threads=16, size=20):
        self.acknowledged, self.unavailable, self.failed = [], [], []
        self.process = subprocess.Popen([program, url, "append", prefix, str(threads), str(size)],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            line = line.decode()
            if not line.endswith("\n"):
                continue  # cut off by the kill
            kind = (self.unavailable if line.startswith("# unavailable") else
                    self.failed if line.startswith("#") else self.acknowledged)
            kind.append(line.strip())

    def wait_for(self, truth, seconds=30):
        end = time.monotonic() + seconds
        while not truth(self) and time.monotonic() < end and self.process.poll() is None:
            time.sleep(0.005)
        return truth(self)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.reader.join()
        self.process.stderr.close()


def stored(program, url):
    """All ids; fails when the store does not pass its own check."""
    out = subprocess.run([program, url, "list"], capture_output=True, text=True)
    if out.returncode != 0:
        raise AssertionError(out.stderr.strip())
    return out.stdout.split()


def check(number, name, truth, detail=""):
    print(f"{'ok' if truth else 'not ok'} {number} - {name}" + (f" # {detail}" if detail else ""), flush=True)
    return bool(truth)


def skip(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def have_postgres():
    return os.path.exists("/usr/lib/postgresql/15/bin/initdb")


def postgres(folder, command):
    environment = dict(os.environ, PERITI_POSTGRES_DIR=folder)
    return subprocess.run([POSTGRES, command], env=environment, check=True, capture_output=True, text=True).stdout.strip()
