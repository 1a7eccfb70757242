"""Black-box test of the commands that ask a server: a campaign from its client to a proven delivery.

Usage: test_remote.py PERITI
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

PERITI = pathlib.Path(sys.argv[1]).resolve()
GUIDELINE = "# Which answer is better\n\n## 1.1 Truth\n\nA false statement loses.\n"
TASKS = [json.dumps({"id": f"t{i}", "prompt": f"What is {i} plus {i}?", "answer_a": f"It is {2 * i}.",
                     "answer_b": f"It is {2 * i + 1}."}) for i in range(1, 5)]


class Server:
    """The binary under test on a free port, with a data folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.log = open(folder / "serve.log", "w")
        self.process = subprocess.Popen([PERITI, "serve", "--data", folder / "data", "--port", "0"],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.url = None
        for line in self.process.stdout:
            if found := re.search(r"listens on (http://\S+)", line):
                self.url = found[1]
                break
        assert self.url, (folder / "serve.log").read_text()[-500:]

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=30)
        self.log.close()


class Person:
    """Runs commands as the owner of a key, or signed in with a home of their own."""

    def __init__(self, server, key_file=None, name="nobody"):
        self.home = server.folder / f"home of {name}"
        self.home.mkdir(exist_ok=True)
        said = {"PERITI_SERVER": server.url, "PERITI_KEY_FILE": str(key_file)} if key_file else {}
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(("PERITI_", "XDG_"))}
        self.environment |= {"HOME": str(self.home), **said}

    def run(self, *words, given=""):
        done = subprocess.run([PERITI, *map(str, words)], env=self.environment, capture_output=True, timeout=120,
                              input=given.encode())
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def does(self, *words, given=""):
        code, out, err = self.run(*words, given=given)
        assert code == 0, (words, code, err)
        return out

    def gets(self, *words):
        return json.loads(self.does(*words, "--json").splitlines()[0])

    def fails(self, code, naming, *words, given=""):
        got, out, err = self.run(*words, given=given)
        assert got == code and naming in err, (words, got, out, err)
        return out


WORLD = {}


def add_person(role, organisation):
    email = f"{role}@example.org"
    made = WORLD["operator"].gets("person", "add", "--organisation-id", organisation, "--email", email, "--name",
                                  role.title(), "--role", role)
    WORLD[role] = Person(WORLD["server"], name=role)
    WORLD[role].does("sign-in", WORLD["server"].url, "--email", email, given=made["password"] + "\n")
    return made["id"]


def a_campaign_is_added_with_its_guideline_and_people():
    operator = WORLD["operator"]
    client = operator.gets("organisation", "add", "--name", "Northlight", "--kind", "client")["id"]
    WORLD["own"] = operator.gets("session", "show")["organisation_id"]
    guideline = WORLD["folder"] / "guideline.md"
    guideline.write_text(GUIDELINE)
    WORLD["campaign"] = operator.gets(
        "campaign", "add", "--organisation-id", client, "--name", "Sums", "--task-type", "preference", "--guideline",
        f"@{guideline}", "--redundancy", 1, "--review-layers", 1, "--price-minor", 100, "--currency", "USD")["id"]
    assert "1.1" in operator.does("guideline", "show", WORLD["campaign"])
    WORLD["people"] = {role: add_person(role, WORLD["own"]) for role in ("expert", "reviewer")}
    operator.fails(2, "guideline", "campaign", "edit", WORLD["campaign"], "--guideline", "@/nowhere/guideline.md")


def an_import_waits_and_reports_bad_rows():
    operator, campaign = WORLD["operator"], WORLD["campaign"]
    path = WORLD["folder"] / "tasks.jsonl"
    path.write_text("\n".join([TASKS[0], '{"id":"bad","prompt":"No answers"}', TASKS[1], "{broken", *TASKS[2:]]) + "\n")
    out = operator.fails(2, "nothing was imported", "task", "import", campaign, path, "--wait", "--on-error", "rollback")
    assert "rolled_back" in out
    code, out, err = operator.run("task", "import", campaign, path, "--wait")
    assert code == 0, err
    assert re.search(r"task_count +4\n", out) and re.search(r"name +tasks.jsonl\n", out), out
    report = out.split("Records that were not imported:\n")[1].splitlines()
    assert report[0].split() == ["line", "field", "message"], report
    assert report[1].startswith("2 ") and "answer_a" in report[1] and report[2].startswith("4 "), report
    assert "\r" not in err
    again = operator.gets("task", "import", campaign, path, "--wait")
    assert again["task_count"] == 0 and again["repeat_count"] == 4 and again["bad_count"] == 2
    operator.fails(2, "cannot be opened", "task", "import", campaign, WORLD["folder"] / "none.jsonl", "--wait")
    operator.fails(1, "campaign", "task", "import", "cam_none", path, "--wait")


def work_is_claimed_submitted_and_reviewed():
    operator, expert, reviewer = WORLD["operator"], WORLD["expert"], WORLD["reviewer"]
    campaign = WORLD["campaign"]
    for role, person in WORLD["people"].items():
        operator.does("engagement", "add", campaign, "--person-id", person, "--duty", role)
    operator.does("campaign", "state", campaign, "--state", "open")
    assert "Sums" in expert.does("work", "list")
    for _ in TASKS:
        lease = expert.gets("work", "claim", campaign)["lease_id"]
        assert "plus" in expert.does("work", "show", lease)
        expert.fails(2, "choice is missing", "work", "submit", lease, "--answer", "{}")
        expert.does("work", "submit", lease, "--answer", '{"choice":"a","strength":2}')
        lease = reviewer.gets("review", "claim", campaign)["lease_id"]
        reviewer.fails(2, "verdict", "review", "decide", lease, "--verdict", "perhaps")
        reviewer.does("review", "decide", lease, "--verdict", "accept")
    assert "lease_id" not in expert.gets("work", "claim", campaign)


def a_delivery_is_made_fetched_and_proven():
    operator, campaign, target = WORLD["operator"], WORLD["campaign"], WORLD["folder"] / "deliveries"
    for _ in range(60):  # truths are inferred soon after a review, not with it
        code, out, err = operator.run("delivery", "make", campaign, "--wait", "--json")
        made = json.loads(out) if code == 0 else {"delivery": {"state": err, "row_count": 0}}
        if made["delivery"]["row_count"] == len(TASKS):
            break
        time.sleep(0.5)
    assert made["delivery"]["state"] == "ready" and made["delivery"]["row_count"] == 4, made
    delivery = made["delivery"]["id"]
    assert "delivery verify" in operator.does("delivery", "fetch", delivery, target)
    assert [path.name for path in target.iterdir()] == [delivery]
    assert "Proven" in operator.does("delivery", "verify", target / delivery)
    operator.fails(2, "is there already", "delivery", "fetch", delivery, target)
    operator.fails(2, "no identifier", "delivery", "fetch", "../x", target)
    operator.fails(1, "dlv_none", "delivery", "fetch", "dlv_none", WORLD["folder"] / "other")
    assert not list((WORLD["folder"] / "other").iterdir())
    for path in sorted(path for path in (target / delivery).rglob("*") if path.is_file()):
        content, name = path.read_bytes(), path.relative_to(target / delivery)
        for place in {0, len(content) // 2, len(content) - 1}:
            path.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1:])
            operator.fails(1, f"{name} was changed; the first changed byte is {place} ", "delivery", "verify",
                           target / delivery)
        path.write_bytes(content[:-1])
        operator.fails(1, f"{name} was cut off at byte {len(content) - 1} ", "delivery", "verify", target / delivery)
        path.write_bytes(content)
    assert "Proven" in operator.does("delivery", "verify", target / delivery)
    (target / delivery / "more.txt").write_text("more")
    operator.fails(1, "more.txt does not belong", "delivery", "verify", target / delivery)


def signing_in_and_out_need_no_key():
    server, made = WORLD["server"], None
    made = WORLD["operator"].gets("person", "add", "--organisation-id", WORLD["own"], "--email", "ada@example.org",
                                  "--name", "Ada", "--role", "expert")
    ada, kept = Person(server, name="ada"), server.folder / "home of ada/.config/periti/sign-in.json"
    sign_in, password = ("sign-in", server.url + "/", "--email", "ada@example.org"), made["password"] + "\n"
    ada.fails(1, "nobody is signed in", "sign-out")
    ada.fails(1, "wrong", *sign_in, given="not the password\n")
    ada.fails(2, "password", *sign_in, given="")
    ada.fails(2, "--email ADDRESS is needed", "sign-in", server.url, given=password)
    ada.fails(2, "no address", "sign-in", "periti.example.org", "--email", "ada@example.org", given=password)
    assert not kept.exists()
    assert "30 days" in ada.does(*sign_in, given=password)
    assert kept.stat().st_mode & 0o777 == 0o600 and kept.parent.stat().st_mode & 0o777 == 0o700
    key = json.loads(kept.read_text())["key"]
    assert ada.gets("session", "show")["email"] == "ada@example.org"
    listed = ada.gets("key", "list")["items"]
    assert len(listed) == 1 and listed[0]["name"].startswith("sign-in") and listed[0]["expires_at"], listed
    ada.fails(1, "signed in", *sign_in, given=password)
    ada.environment["PERITI_SERVER"] = "http://127.0.0.1:1"  # the key is for the server where it was made
    ada.fails(1, "127.0.0.1:1", "session", "show")
    del ada.environment["PERITI_SERVER"]
    assert "signed out" in ada.does("sign-out") and not kept.exists()
    (server.folder / "ada.key").write_text(key)
    Person(server, server.folder / "ada.key").fails(1, "not valid", "session", "show")
    ada.does(*sign_in, "--scope", "read", "--days", "1", given=password)
    assert ada.gets("session", "show")["name"] == "Ada"
    ada.fails(1, "only read", "key", "add", "--name", "more")
    kept.write_text("nonsense")
    ada.fails(2, "damaged", "session", "show")


def refusals_carry_their_exit_code():
    stranger = Person(WORLD["server"], WORLD["folder"] / "stranger.key")
    (WORLD["folder"] / "stranger.key").write_text("pk_not_a_key")
    stranger.fails(1, "campaign list", "campaign", "list")
    WORLD["operator"].fails(2, "no option --nmae", "organisation", "add", "--nmae", "x")
    WORLD["operator"].fails(2, "usage", "campaign", "show")
    WORLD["operator"].fails(1, "127.0.0.1:1", "campaign", "list", "--server", "http://127.0.0.1:1")


CASES = [a_campaign_is_added_with_its_guideline_and_people, an_import_waits_and_reports_bad_rows,
         work_is_claimed_submitted_and_reviewed, a_delivery_is_made_fetched_and_proven, signing_in_and_out_need_no_key,
         refusals_carry_their_exit_code]


def main():
    failed = 0
    print(f"1..{len(CASES)}")
    with tempfile.TemporaryDirectory(prefix="periti-remote-") as name:
        server = Server(pathlib.Path(name))
        WORLD.update(folder=server.folder, server=server,
                     operator=Person(server, server.folder / "data/operator.key"))
        try:
            for number, case in enumerate(CASES, 1):
                try:
                    case()
                    print(f"ok {number} - {case.__name__}")
                except (AssertionError, OSError, subprocess.TimeoutExpired, ValueError, LookupError) as error:
                    failed = 1
                    if server.process.poll() is not None:
                        print(f"# the server ended with {server.process.returncode}: "
                              + (server.folder / "serve.log").read_text()[-800:].replace("\n", "\n# "))
                    print("# " + repr(error).replace("\n", " ") + f"\nnot ok {number} - {case.__name__}")
        finally:
            server.stop()
    return failed


sys.exit(main())
