"""Black-box tests of the commands match, similarity and title link. Usage: test_matching.py PERITI"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

PERITI = sys.argv[1]
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="periti-matching-"))


def write(name, content):
    path = FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else "".join(json.dumps(row) + "\n" for row in content))
    return path


def run(*words):
    done = subprocess.run([PERITI, *map(str, words)], capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def match(experts, requirements, *more):
    code, out, err = run("match", "--experts", write("experts.jsonl", experts), "--requirements",
                         write("requirements.jsonl", requirements), *more)
    assert code == 0, err
    return [json.loads(line) for line in out.splitlines()]


def refused(*words, naming):
    code, _, err = run(*words)
    assert code == 2, (code, err)
    for word in naming:
        assert word in err, err


def people(count, seed):
    draw = random.Random(seed)
    return [{"id": f"e{i}", "skills": [{"name": draw.choice("abcd"), "level": draw.randint(1, 10)}],
             "languages": draw.sample(["en", "de", "fr"], 2), "zone": draw.randint(-11, 12),
             "rate": draw.randint(20, 100), "hours": draw.randint(5, 40), "seats": draw.randint(0, 2),
             "employers": draw.sample(["Acme", "Beta"], draw.randint(0, 1)),
             "text": " ".join(draw.choices(["law", "tax", "cell", "proof", "bond", "code"], k=4))}
            for i in range(count)]


def needs(count, seed):
    draw = random.Random(seed)
    return [{"id": f"r{i}", "client": draw.choice(["Acme", "Beta", "Gamma"]), "seats": draw.randint(1, 4),
             "skills": [{"name": draw.choice("abcd"), "level": draw.randint(1, 6)}], "languages": ["en"],
             "zone": draw.randint(-11, 12), "zone_shift": 8, "rate": 90, "hours": 8,
             "text": draw.choice(["tax law", "code proof", ""])} for i in range(count)]


def fits(expert, need):
    apart = abs(expert["zone"] - need["zone"])
    return (expert["seats"] > 0 and expert["hours"] >= need["hours"] and expert["rate"] <= need["rate"]
            and min(apart, 24 - apart) <= need["zone_shift"] and "en" in expert["languages"]
            and need["client"] not in expert["employers"]
            and any(skill["name"] == need["skills"][0]["name"] and skill["level"] >= need["skills"][0]["level"]
                    for skill in expert["skills"]))


def seats_keep_every_rule():
    for seed in range(8):
        experts = {row["id"]: row for row in people(60, seed)}
        requirements = {row["id"]: row for row in needs(6, seed)}
        rows = match(list(experts.values()), list(requirements.values()), "--nearest", "6")
        taken, filled = {}, {}
        assert rows[0]["kind"] == "run" and rows[0]["optimal"] and rows[0]["gap"] == 0
        for row in rows:
            if row["kind"] == "seat":
                assert fits(experts[row["expert"]], requirements[row["requirement"]]), row
                assert 0 <= row["score"] <= 1
                next_one = row["runner_up"]
                assert next_one is None or fits(experts[next_one["expert"]], requirements[row["requirement"]])
                assert next_one is None or next_one["margin"] >= -1e-6, row
                taken[row["expert"]] = taken.get(row["expert"], 0) + 1
                filled[row["requirement"]] = filled.get(row["requirement"], 0) + 1
            elif row["kind"] == "requirement":
                eligible = [e for e in experts.values() if fits(e, requirements[row["id"]])]
                assert row["eligible"] == len(eligible)
            elif row["kind"] == "unseated":
                for near in row["nearest"]:
                    expert, need = experts[row["expert"]], requirements[near["requirement"]]
                    assert fits(expert, need) == (not near["failed"]), near
        assert all(count <= experts[name]["seats"] for name, count in taken.items())
        assert all(count <= requirements[name]["seats"] for name, count in filled.items())


def same_seed_gives_the_same_bytes():
    experts, requirements = write("e.jsonl", people(80, 5)), write("r.jsonl", needs(5, 5))
    first, second = FOLDER / "first", FOLDER / "second"
    for path in (first, second):
        assert run("match", "--experts", experts, "--requirements", requirements, "--seed", 7, "--out", path)[0] == 0
    assert first.read_bytes() == second.read_bytes() and first.stat().st_size > 0


def walls_name_what_they_are_against():
    experts = [{"id": "ann"}, {"id": "bob"}]
    wall = write("wall.csv", "expert,against\nann,c1\n")
    rows = match(experts, [{"id": "r", "campaign": "c1", "seats": 2}], "--conflicts", wall)
    assert [row["expert"] for row in rows if row["kind"] == "seat"] == ["bob"]
    assert rows[-1]["nearest"][0]["failed"][0]["check"] == "wall"


def broken_files_are_refused():
    good, needed = write("e.jsonl", people(3, 1)), write("r.jsonl", needs(1, 1))
    text = good.read_text()
    bad = {"cut": (text[:-20], ["line 3"]), "type": (text + '{"id":"x","rate":"high"}\n', ["line 4", "rate"]),
           "unknown": ('{"id":"x","raet":1}\n', ["line 1", "raet"]), "twice": (text + text, ["line 4", "e0"]),
           "bound": ('{"id":"x","hours":1000}\n', ["line 1", "hours"]), "empty": ("", ["experts"])}
    for name, (content, naming) in bad.items():
        refused("match", "--experts", write(name, content), "--requirements", needed, naming=naming)
    refused("match", "--experts", good, naming=["requirements"])
    refused("match", "--experts", good, "--requirements", needed, "--conflicts",
            write("c.csv", "expert,against\nnobody,r0\n"), naming=["line 2", "nobody"])


def similarity_prints_a_matrix():
    write("works/ann/one.txt", "Gradient descent trains deep networks")
    write("works/ann/two.txt", "Convex optimisation")
    write("works/bob.jsonl", [{"title": "Contract law", "abstract": "duty of care"}, {"text": "tort"}])
    write("tasks/t1.txt", "training networks by gradient descent")
    write("tasks/t2/a.txt", "liability in contract law")
    code, out, err = run("similarity", "--experts", FOLDER / "works", "--tasks", FOLDER / "tasks")
    assert code == 0, err
    head, ann, bob = [line.split(",") for line in out.splitlines()]
    assert head == ["expert", "t1", "t2"] and ann[0] == "ann" and bob[0] == "bob"
    assert float(ann[1]) > float(bob[1]) == 0 and float(bob[2]) > float(ann[2]) == 0
    write("odd/x.jsonl", '{"txt": 1}\n')
    refused("similarity", "--experts", FOLDER / "odd", "--tasks", FOLDER / "tasks", naming=["line 1", "text"])
    refused("similarity", "--experts", FOLDER / "none", "--tasks", FOLDER / "tasks", naming=["none"])


def titles_are_linked_and_measured():
    queries = write("q.tsv", "q1\tSoftware Developers\nq2\tNurses\n")
    corpus = write("c.tsv", "c1\tnurse\nc2\tsoftware developer\nc3\tdevelopment economist\n")
    right = write("r.tsv", "q1\tc2\nq2\tc3\n")
    code, out, err = run("title", "link", queries, corpus, "--relevant", right, "--top", 1)
    assert code == 0, err
    rows = [line.split("\t") for line in out.splitlines()]
    assert rows[0][:3] == ["q1", "1", "c2"] and rows[1][:3] == ["q2", "1", "c1"]
    assert dict(row for row in rows if len(row) == 2)["MRR"] == "0.500000"
    refused("title", "link", queries, write("bad.tsv", "c1 nurse\n"), naming=["line 1", "tab"])
    refused("title", "link", queries, corpus, "--relevant", write("none.tsv", "x\ty\n"), naming=["none.tsv"])


CASES = [seats_keep_every_rule, same_seed_gives_the_same_bytes, walls_name_what_they_are_against,
         broken_files_are_refused, similarity_prints_a_matrix, titles_are_linked_and_measured]
print(f"1..{len(CASES)}")
failed = 0
for number, case in enumerate(CASES, 1):
    try:
        case()
        print(f"ok {number} - {case.__name__}")
    except (AssertionError, subprocess.TimeoutExpired, ValueError) as error:
        failed = 1
        print(f"# {error!r}\nnot ok {number} - {case.__name__}")
sys.exit(failed)
