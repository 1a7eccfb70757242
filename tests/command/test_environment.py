"""Harbor folders in and out of a real server, and archives that nobody should send.

Usage: test_environment.py BINARY
"""
import http.client
import io
import json
import pathlib
import sys
import tarfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "api"))
from run import Server  # noqa: E402

FOLDER = {
    "task.toml": 'schema_version = "1.1"\n[task]\nname = "house/greet"\n[verifier]\ntimeout_sec = 20.0\n',
    "instruction.md": "Write the line `hello` into greeting.txt.\n",
    "environment/Dockerfile": "FROM debian:12\nWORKDIR /app\n",
    "environment/names.txt": "ada\ngrace\n",
    "tests/test.sh": "grep -qx hello /app/greeting.txt && cmp -s /app/names.txt /tests/names.txt && echo 1 > "
                     "/logs/verifier/reward.txt || echo '{\"reward\": 0, \"lines\": 2}' > /logs/verifier/reward.json\n",
    "tests/names.txt": "ada\ngrace\n",
    "solution/solve.sh": "echo hello > greeting.txt\n",
}


def archive(members, gzip=True):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz" if gzip else "w") as tar:
        for member in members:
            info, content = member if isinstance(member, tuple) else (member, b"")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def folder(name="greet", files=FOLDER):
    return [(tarfile.TarInfo(f"{name}/{path}"), text.encode()) for path, text in files.items()]


def odd(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    info.devmajor = info.devminor = 1
    return info


def bomb():
    for i in range(20_001):
        yield tarfile.TarInfo(f"greet/environment/{i}")


HOSTILE = {
    "a link out": [*folder(), odd("greet/environment/passwd", tarfile.SYMTYPE, "/etc/passwd")],
    "a link inside": [*folder(), odd("greet/environment/again", tarfile.SYMTYPE, "names.txt")],
    "a hard link": [*folder(), odd("greet/environment/passwd", tarfile.LNKTYPE, "/etc/passwd")],
    "a link as a folder": [odd("greet", tarfile.SYMTYPE, "/tmp"), *folder()],
    "an absolute path": [*folder(), (tarfile.TarInfo("/etc/cron.d/job"), b"x")],
    "a way up": [*folder(), (tarfile.TarInfo("greet/environment/../../../x"), b"x")],
    "a character device": [*folder(), odd("greet/environment/null", tarfile.CHRTYPE)],
    "a block device": [*folder(), odd("greet/environment/disk", tarfile.BLKTYPE)],
    "a pipe": [*folder(), odd("greet/environment/pipe", tarfile.FIFOTYPE)],
    "too many files": bomb(),
    "a file too large": [*folder(), (tarfile.TarInfo("greet/environment/big"), bytes((16 << 20) + 1))],
    "no instruction": folder(files={k: v for k, v in FOLDER.items() if k != "instruction.md"}),
    "no test": folder(files={k: v for k, v in FOLDER.items() if k != "tests/test.sh"}),
    "a test that is no text": [*folder(), (tarfile.TarInfo("greet/tests/blob"), b"\xff\xfe\x00")],
    "nothing of ours": [(tarfile.TarInfo("README"), b"hello")],
}


class Client:
    def __init__(self, server):
        self.server = server
        self.key = server.operator_key()

    def ask(self, method, path, body=None, kind="application/json"):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        body = json.dumps(body).encode() if body is not None and kind == "application/json" else body
        connection.request(method, path, body, {"Authorization": f"Bearer {self.key}", "Content-Type": kind})
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if "json" in answer.getheader("Content-Type", "") else content

    def environment(self, name):
        return self.ask("POST", "/v1/environments", {"name": name})[1]["id"]

    def load(self, environment, content):
        return self.ask("POST", f"/v1/environments/{environment}/imports?format=harbor", content, "application/octet-stream")

    def settled(self, environment):
        """The environment once the gate has tried its tasks."""
        for _ in range(600):
            _, view = self.ask("GET", f"/v1/environments/{environment}")
            if view["open_count"] == 0:
                return view
            time.sleep(0.1)
        raise AssertionError("the gate does not end")

    def only_task(self, environment):
        _, page = self.ask("GET", f"/v1/environments/{environment}/tasks")
        assert len(page["items"]) == 1, page
        return self.ask("GET", f"/v1/environment-tasks/{page['items'][0]['id']}")[1]


def check_folder_in_and_out(client):
    """A folder passes the gate, leaves as it came, and comes in again as the same task."""
    first, second = client.environment("first"), client.environment("second")
    status, done = client.load(first, archive(folder()))
    assert (status, done["new_count"]) == (201, 1), done
    view = client.settled(first)
    task = client.only_task(first)
    assert view["passed_count"] == 1, task["report"]
    assert [file["path"] for file in task["files"]] == ["names.txt"]
    assert task["verifier"]["limits"]["wall_ms"] == 20000
    status, content = client.ask("GET", f"/v1/environment-tasks/{task['id']}/harbor")
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        got = {member.name: tar.extractfile(member).read().decode() for member in tar.getmembers()}
    assert got == {f"greet/{path}": text for path, text in FOLDER.items()}, got.keys()
    assert client.load(second, content)[0] == 201
    client.settled(second)
    assert client.only_task(second)["content_hash"] == task["content_hash"]
    assert client.load(first, archive(folder(), gzip=False))[1]["same_count"] == 1


def check_answers_in_a_world(client):
    """What the answer leaves is judged; what it writes beside the world is not."""
    environment = client.environment("answers")
    client.load(environment, archive(folder()))
    client.settled(environment)
    answers = ["printf 'hello\\n' > greeting.txt", "echo bye > greeting.txt", "echo hello > greeting.txt; rm names.txt",
               "mkdir -p /tmp/logs/verifier; echo 1 > /tmp/logs/verifier/reward.txt", "sleep 100 & echo hello > greeting.txt",
               "ln -s /etc/hostname greeting.txt", "exit 3"]
    rows = "".join(json.dumps({"task": "greet", "answer": answer}) + "\n" for answer in answers)
    connection = http.client.HTTPConnection("127.0.0.1", client.server.port, timeout=120)
    connection.request("POST", f"/v1/rewards?environment_id={environment}", rows.encode(),
                       {"Authorization": f"Bearer {client.key}", "Content-Type": "application/x-ndjson"})
    lines = [json.loads(line) for line in connection.getresponse()]
    rewards = [line["reward"] for line in sorted((l for l in lines if "index" in l), key=lambda l: l["index"])]
    assert rewards == [1, 0, 0, 0, 1, 0, 0], lines


def check_hostile_archives(client):
    """Each is refused with the entry's name, and nothing of it is taken."""
    environment = client.environment("hostile")
    for name, members in HOSTILE.items():
        status, problem = client.load(environment, archive(members))
        assert status == 422 and problem.get("field") in ("archive", "files"), (name, status, problem)
    for name, content in {"no archive": b"x" * 1000, "half an archive": archive(folder())[:200]}.items():
        status, problem = client.load(environment, content)
        assert status == 422, (name, status, problem)
    assert client.ask("GET", f"/v1/environments/{environment}")[1]["task_count"] == 0


def main():
    tests = [(name[6:].replace("_", " "), test) for name, test in globals().items() if name.startswith("check_")]
    print(f"1..{len(tests)}")
    server = Server(sys.argv[1], "sqlite")
    bad = 0
    try:
        for number, (name, test) in enumerate(tests, 1):
            try:
                test(Client(server))
                print(f"ok {number} - {name}")
            except Exception as wrong:  # noqa: BLE001 - any failure is a failure of this test
                bad += 1
                print(f"not ok {number} - {name}\n# {type(wrong).__name__}: {wrong}")
            sys.stdout.flush()
    finally:
        server.stop()
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
