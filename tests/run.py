"""`./run` as somebody new meets it: cut off while it loads the sample, begun again, and every room has something in it.

usage: run.py    in a project that is built. Prints TAP.
"""
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "clients" / "python"), str(ROOT / "tests" / "fault")]
from periti import Periti  # noqa: E402
from stage import data_folder, report  # noqa: E402

SIGN_IN = re.compile(r"^  (operator|client|reviewer|expert) +(\S+) +(\S+)$", re.M)
ROOMS = {
    "operator": ["/v1/campaigns", "/v1/experts", "/v1/listings", "/v1/qualifications", "/v1/environments", "/v1/rubrics", "/v1/suites"],
    "client": ["/v1/campaigns", "/v1/environments", "/v1/rubrics", "/v1/suites"],
    "reviewer": ["/v1/reviews"],
    "expert": ["/v1/work", "/v1/submissions", "/v1/offers"],
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


class Run:
    def __init__(self, folder):
        self.data = pathlib.Path(folder, "data")
        self.environment = {**os.environ, "PERITI_DATA": str(self.data), "PERITI_PORT": free_port()}

    def begin(self):
        self.out = open(self.data.parent / "out", "w+")
        self.process = subprocess.Popen([ROOT / "run"], env=self.environment, stdout=self.out, stderr=subprocess.STDOUT, start_new_session=True)

    def said(self):
        return (self.data.parent / "out").read_text()

    def until(self, ready, seconds=120):
        """Whether `ready` came true before it ended or the time was over."""
        end = time.monotonic() + seconds
        while not ready() and time.monotonic() < end and self.process.poll() is None:
            time.sleep(0.05)
        return ready()

    def interrupt(self):
        """What Ctrl-C does in a terminal; the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(60)

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def empty_rooms(url, role, email, password):
    api = Periti(url)
    api.sign_in(email, password)
    paths = list(ROOMS[role])
    if role == "client":
        paths.append(f"/v1/campaigns/{api.get('/v1/campaigns')['items'][0]['id']}/deliveries")
    for path in paths:
        if not api.get(path)["items"]:
            yield f"{role} sees nothing at {path}"


def play(run):
    run.begin()
    loading = run.until((run.data / "sample.log").exists)
    time.sleep(1)
    run.interrupt()
    cut = loading and not (run.data / "sample.sign-ins").exists()
    yield "it can be ended while it loads the sample", [] if cut else [run.said()[-500:]]
    run.begin()
    run.until(lambda: "Ctrl-C stops the server." in run.said())
    found = SIGN_IN.findall(run.said())
    yield "begun again, it prints the address and four sign-ins", [] if len(found) == 4 else [run.said()[-500:]]
    yield "what the first try left is put aside, not thrown away", [] if list(run.data.glob("cut-off.*/periti.db")) else ["it is gone"]
    url = re.search(r"Periti runs at (\S+)", run.said())
    yield "each of the four signs in, and no room is empty", [wrong for one in found for wrong in empty_rooms(url[1], *one)]
    second = subprocess.run([ROOT / "run"], env=run.environment, capture_output=True, text=True, timeout=120)
    said = [line for line in (second.stdout + second.stderr).splitlines() if line]
    right = second.returncode == 1 and len(said) == 1 and "another server has" in said[0]
    yield "a second one on the same folder says why not, and nothing else", [] if right else [str(second.returncode), *said]
    code = run.interrupt()
    yield "Ctrl-C ends it", [] if code == 0 else [f"exit code {code}"]
    run.begin()
    run.until(lambda: "Ctrl-C stops the server." in run.said())
    again = [] if SIGN_IN.findall(run.said()) == found and "Loading" not in run.said() else [run.said()[-500:]]
    yield "the next time it loads nothing, and the sign-ins are the same", again


def main():
    with data_folder() as folder:
        run = Run(folder)
        try:
            report(play(run))
        finally:
            run.stop()


if __name__ == "__main__":
    main()
