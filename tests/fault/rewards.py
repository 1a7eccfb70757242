"""kill -9 the server while it judges: nothing of its sandboxes is left, no verdict is lost or given twice.

Usage: rewards.py BINARY [ROUNDS]

Each round asks for a run of programs, reads some verdicts, and kills the server at that moment. Soon no process, control
group, mount or temporary file of it is left. After a restart the same run is asked again: what was said before is said
again word for word, and every row has one verdict. Prints TAP.
"""
import glob
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROWS = 120
PATIENCE_S = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(pid):
    """All processes below this one, itself left out."""
    below, found = {}, []
    for stat in glob.glob("/proc/[0-9]*/stat"):
        try:
            text = pathlib.Path(stat).read_text()
        except OSError:
            continue
        one, parent = int(text.split(" ", 1)[0]), int(text.rsplit(")", 1)[1].split()[1])
        below.setdefault(parent, []).append(one)
    waiting = [pid]
    while waiting:
        new = below.get(waiting.pop(), [])
        found += new
        waiting += new
    return found


def alive(pids):
    """Those that still are what they were: not gone, and no zombies."""
    left = []
    for pid in pids:
        try:
            state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if state not in "ZX":
            left.append((pid, pathlib.Path(f"/proc/{pid}/comm").read_text().strip()))
    return left


def groups(pids):
    pattern = re.compile(r"periti-(%s)-" % "|".join(map(str, pids)))
    return [path for path in glob.glob("/sys/fs/cgroup/**/periti-*", recursive=True) if pattern.search(path)]


def folders(pids):
    return [path for pid in pids for path in glob.glob(f"/tmp/periti-{pid}-*")]


class Server:
    def __init__(self, binary, folder):
        self.binary, self.folder, self.port = binary, folder, free_port()

    def start(self):
        environment = {**os.environ, "PERITI_DATA": self.folder, "PERITI_PORT": str(self.port), "PERITI_RATE_PER_MINUTE": "0"}
        with open(f"{self.folder}/log", "a") as log:
            self.process = subprocess.Popen([self.binary, "serve"], env=environment, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the server does not start")

    def ask(self, run, rows):
        """The answer of a request for rewards, to be read line by line."""
        key = pathlib.Path(self.folder, "operator.key").read_text().strip()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("POST", f"/v1/rewards?run={run}", rows,
                           {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"})
        return connection.getresponse()

    def get(self, path):
        key = pathlib.Path(self.folder, "operator.key").read_text().strip()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
        return json.loads(connection.getresponse().read())


def row(number):
    code = f"import time\n\n\ndef f(x):\n    time.sleep({0.01 * (number % 5)})\n    return x + {number % 3 == 0:d}\n"
    function = {"check": "code", "entry": "f", "test": "def check(c):\n    assert c(1) == 2\n"}
    program = {"check": "program", "language": "bash", "cases": [{"input": "", "output": "hi"}]}
    return {"id": number, "answer": code, "verifier": function} if number % 4 else \
        {"id": number, "answer": "(sleep 300 &)\necho left > left.txt\nsleep 0.05\necho hi", "verifier": program}


def plain(line):
    """A verdict without the mark that it was given before."""
    return {name: value for name, value in line.items() if name != "stored"}


def one_round(server, number):
    """What went wrong, if anything."""
    rows = "".join(json.dumps(row(i)) + "\n" for i in range(ROWS)).encode()
    run = f"round-{number}"
    answer = server.ask(run, rows)
    said = {}
    for line in answer:
        verdict = json.loads(line)
        said[verdict["index"]] = verdict
        if len(said) >= 5 + 17 * number:
            break
    ours = children(server.process.pid)
    if not ours:
        yield "the server has no sandbox: nothing was tried"
    server.process.kill()
    server.process.wait()
    until = time.monotonic() + PATIENCE_S
    while (alive(ours) or groups(ours) or folders(ours)) and time.monotonic() < until:
        time.sleep(0.05)
    yield from (f"process {pid} {name} is left" for pid, name in alive(ours))
    yield from (f"{path} is left" for path in groups(ours) + folders(ours))
    if "periti" in pathlib.Path("/proc/mounts").read_text():
        yield "a mount is left"
    server.start()
    if left := glob.glob(f"{server.folder}/spool/upload-*"):
        yield f"{left} is left"
    again, last = {}, {}
    for line in server.ask(run, rows):
        verdict = json.loads(line)
        if "index" in verdict:
            if verdict["index"] in again:
                yield f"row {verdict['index']} has two verdicts"
            again[verdict["index"]] = verdict
        last = verdict
    if sorted(again) != list(range(ROWS)) or not last.get("done"):
        yield f"{len(again)} verdicts of {ROWS}, and the last line is {last}"
    for index, verdict in said.items():
        if verdict["verdict"] != "unscored" and plain(again[index]) != plain(verdict):
            yield f"row {index} was {verdict} and is {again[index]}"
    wrong = [v for v in again.values() if v["reward"] != (1 if v["id"] % 4 == 0 or v["id"] % 3 == 0 else 0)]
    yield from (f"{verdict} is not what the answer deserves" for verdict in wrong[:3])
    counts = server.get(f"/v1/reward-runs/{last['run_id']}")
    kept = counts["pass_count"] + counts["fail_count"] + counts["unscored_count"]
    if kept != ROWS:
        yield f"{kept} verdicts are kept, not {ROWS}"


def main():
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else int(os.environ.get("ROUNDS", "4"))
    print(f"1..{rounds}")
    folder = tempfile.mkdtemp(prefix="periti-rewards-")
    server = Server(sys.argv[1], folder)
    bad = 0
    server.start()
    try:
        for number in range(rounds):
            wrongs = list(one_round(server, number))
            bad += bool(wrongs)
            print(f"{'not ok' if wrongs else 'ok'} {number + 1} - killed after {5 + 17 * number} verdicts, nothing is left, lost or doubled")
            for wrong in wrongs[:10]:
                print(f"# {wrong}")
            sys.stdout.flush()
    finally:
        server.process.send_signal(signal.SIGTERM)
        server.process.wait()
        shutil.rmtree(folder)
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
