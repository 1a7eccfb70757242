"""Black-box tests of truth, agree, rank and route on files: what is refused, and with which words; what poor input
is answered. Usage: test_quality.py PERITI"""
import csv
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

PERITI = sys.argv[1]
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="periti-quality-"))
HEAD = "item,worker,label\n"
PAIRS = "left,right,winner\n"
METHODS = ["auto", "plurality", "majority", "wawa", "zero-based-skill", "catd", "pm", "one-coin", "dawid-skene", "ibcc",
           "ebcc", "hierarchical", "glad", "mace", "bwa", "minimax"]


def write(content, name="in.csv"):
    path = FOLDER / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def run(*words, stdin=None):
    done = subprocess.run([PERITI, *map(str, words)], capture_output=True, timeout=100, input=stdin)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def refused(content, *words, naming):
    code, out, err = run(words[0], write(content), *words[1:])
    assert code == 2 and out == "", (content, words, code, out, err)
    for word in naming:
        assert word in err, (content, words, word, err)


def answered(content, *words):
    code, out, err = run(words[0], write(content), *words[1:])
    assert code == 0, (content, words, err)
    assert not re.search(r"(?<![a-z])(nan|inf)(?![a-z])", out, re.I), (words, out)
    return out


def broken_labels_name_line_and_field():
    for command in ("truth", "agree", "route", "drift", "collude"):
        refused("", command, naming=["line 1", "item"])
        refused("\n\n", command, naming=["line 1", "item"])
        refused("a,w,x\nb,w,y\n", command, naming=["line 1", "item"])
        refused("item,worker\na,w\n", command, naming=["line 1", "label"])
        refused("item,worker,label,label\na,w,x,y\n", command, naming=["line 1", "label", "twice"])
        refused(HEAD, command, naming=["no rows"])
        refused(HEAD + "a,w,x\nb,w\n", command, naming=["line 3", "label", "2 fields"])
        refused(HEAD + "a,w,x\n\nb,w,x,y\n", command, naming=["line 4", "more than 3"])
        refused(HEAD + "a,,x\n", command, naming=["line 2", "worker is empty"])
        refused((HEAD + "a,w,x\nb,").encode() + b"\xff,x\n", command, naming=["line 3", "worker", "UTF-8"])
        refused((HEAD + "a,w,").encode() + b"x\0\n", command, naming=["line 2", "label", "UTF-8"])
        refused(HEAD + "a,w,\"x\n", command, naming=["line 2", "label", "never closes"])
        refused(HEAD + "\"a\"b,w,x\n", command, naming=["line 2", "item", "closing quote"])
        refused(HEAD + "a,w,x\nb,w,x\na,w,y\n", command, naming=["line 4", "worker w", "item a", "--repeats"])
        code, _, err = run(command, FOLDER / "nowhere.csv")
        assert code == 2 and "nowhere.csv" in err and "No such file" in err, err


def a_pipe_says_the_same_as_a_file():
    rows = HEAD + "".join(f"{i},{w},{(i * w) % 3}\n" for i in range(3000) for w in range(3))
    for command in ("truth", "agree", "drift", "collude"):
        out = answered(rows, command, "--json")
        assert run(command, "-", "--json", stdin=rows.encode()) == (0, out, ""), command
    pairs = PAIRS + "".join(f"a{i % 50},b{i % 49},{'left' if i % 3 else 'tie'}\n" for i in range(9000))
    out = answered(pairs, "rank", "--json")
    assert run("rank", "-", "--json", stdin=pairs.encode()) == (0, out, "")


def repeats_are_settled_as_asked():
    twice = HEAD + "a,w,x\na,w,x\na,w,y\nb,w,x\na,v,y\n"
    for command in ("truth", "agree"):
        for how in ("last", "mean"):
            answered(twice, command, "--repeats", how)
    answered(twice, "truth", "--repeats", "last", "--method", "majority", "--out", FOLDER / "out.csv")
    assert "a,y,1.000000" in (FOLDER / "out.csv").read_text()
    answered(twice, "truth", "--repeats", "mean", "--method", "majority", "--out", FOLDER / "out.csv")
    assert "a,x,0.500000" in (FOLDER / "out.csv").read_text()


def poor_labels_are_answered_by_every_method():
    poor = {"one worker": "a,w,x\nb,w,y\nc,w,x\n", "one item": "a,u,x\na,v,y\na,w,x\n",
            "one class": "a,u,x\na,v,x\nb,u,x\n", "one label": "a,w,x\n",
            "a worker who always says the same": "".join(f"{i},u,x\n{i},v,{'xy'[i % 2]}\n" for i in range(9)),
            "all disagree": "a,u,x\na,v,y\na,w,z\nb,u,y\nb,v,z\nb,w,x\n"}
    for name, rows in poor.items():
        for method in METHODS:
            said = json.loads(answered(HEAD + rows, "truth", "--method", method, "--json"))
            assert said["labels"] == rows.count("\n"), name
            answered(HEAD + rows, "truth", "--method", method, "--out", FOLDER / "out.csv",
                     "--workers", FOLDER / "workers.csv")
            for row in csv.DictReader(open(FOLDER / "out.csv")):
                assert 0 <= float(row["probability"]) <= 1, (name, method, row)
            for row in csv.DictReader(open(FOLDER / "workers.csv")):
                assert 0 <= float(row["low"]) <= float(row["skill"]) <= float(row["high"]) <= 1, (name, method, row)
        answered(HEAD + rows, "agree")
        answered(HEAD + rows, "route", "--budget", "3")


def what_cannot_be_known_is_said():
    lone = HEAD + "a,w,x\nb,w,y\nc,w,x\n"
    assert "nobody else has labelled" in answered(lone, "drift")
    [worker] = json.loads(answered(lone, "drift", "--json"))["workers"]
    assert worker["labels"] == 3 and [worker[key] for key in ("agreement", "surprise", "spam", "cusum", "p")] == [None] * 5
    assert "1 of 20" in answered(HEAD + "a,u,x\na,v,y\n", "drift")
    same = HEAD + "".join(f"{i},{w},x\n" for i in range(30) for w in "uv")
    assert "no label surprises more" in answered(same, "drift")
    assert [row["spam"] for row in json.loads(answered(same, "drift", "--json"))["workers"]] == [None, None]
    for rows in (lone, same):
        assert json.loads(answered(rows, "collude", "--json")) == {"pairs_judged": 0, "pairs": []}
    assert not json.loads(answered(lone, "route", "--budget", "2", "--json"))["skill_known"]
    assert json.loads(answered(same, "route", "--budget", "2", "--json"))["skill_known"]
    one = HEAD + "a,u,x\na,v,y\n"
    assert "[interval unknown]" in answered(one, "agree") and "unknown" not in answered(one, "agree", "--bootstrap", "0")
    assert "-0.0000" not in answered(HEAD + "a,u,x\na,v,y\nb,u,z\nb,v,w\n", "agree")


def memory_must_be_an_amount():
    for command, rows in (("agree", HEAD + "a,u,x\na,v,y\n"), ("rank", PAIRS + "a,b,a\n")):
        for amount in ("much", "1M", "-1G", "1T", ""):
            refused(rows, command, "--memory", amount, naming=["memory"])
        assert answered(rows, command, "--memory", "256M") == answered(rows, command)


def numbers_must_be_numbers():
    refused(HEAD + "a,w,1\nb,w,nan\n", "truth", "--method", "numeric", naming=["line 3", "nan", "finite"])
    refused(HEAD + "a,w,1\nb,w,inf\n", "truth", "--method", "numeric", naming=["line 3", "inf", "finite"])
    refused(HEAD + "a,w,1\nb,w,1e999\n", "truth", "--method", "numeric", naming=["line 3", "1e999"])
    refused(HEAD + "a,w,1\na,v,x\n", "agree", "--level", "interval", naming=["line 3", "label"])
    refused(HEAD + "a,w,low\na,v,high\n", "truth", "--method", "ordinal", naming=["--order"])
    answered(HEAD + "a,w,1\n", "truth", "--method", "numeric")
    answered(HEAD + "a,w,5\nb,w,5\na,v,5\nb,v,5\n", "truth", "--method", "numeric")
    refused(HEAD + "a,w,1\na,v,2\nb,v,-1e300\n", "truth", "--method", "numeric", naming=["line 4", "-1e300"])
    answered(HEAD + "a,w,1\na,w,2\nb,v,-1e99\n", "truth", "--method", "numeric", "--repeats", "mean")
    answered(HEAD + "a,w,1e-250\na,v,2e-250\nb,v,1e-251\n", "truth", "--method", "numeric")
    for scale in ("1e300", "1e-300"):
        rows = "".join(f"{i},{w},{(i * 7 + w) % 5}{scale[1:]}\n" for i in range(9) for w in range(3))
        same = "".join(f"{i},{w},{(i * 7 + w) % 5}\n" for i in range(9) for w in range(3))
        for level in ("ordinal", "interval", "ratio"):
            said = [json.loads(answered(HEAD + body, "agree", "--level", level, "--json")) for body in (rows, same)]
            for ours, want in zip(*(one["coefficients"] for one in said)):
                assert ours["value"] is want["value"] or abs(ours["value"] - want["value"]) < 1e-9, (level, ours, want)


def broken_comparisons_name_line_and_field():
    refused("", "rank", naming=["line 1", "left"])
    refused("left,right\na,b\n", "rank", naming=["line 1", "winner"])
    refused("left,right,winner,side,side\na,b,a,left,right\n", "rank", naming=["line 1", "side", "twice"])
    refused(PAIRS, "rank", naming=["no rows"])
    refused(PAIRS + "a,b\n", "rank", naming=["line 2", "winner"])
    refused(PAIRS + "a,b,c\n", "rank", naming=["line 2", "winner", "\"c\""])
    refused(PAIRS + "a,a,a\n", "rank", naming=["line 2", "itself"])
    refused("left,right,winner,rater\na,b,a,\n", "rank", naming=["line 2", "rater is empty"])
    refused("left,right,winner,side\na,b,a,up\n", "rank", naming=["line 2", "side", "\"up\""])
    refused("left,right,winner,length\na,b,a,nan\n", "rank", "--style", "length", naming=["line 2", "nan", "finite"])
    refused(PAIRS + "a,b,a\n", "rank", "--style", "length", naming=["line 1", "length"])
    refused(PAIRS + "a,b,a\n", "rank", "--style", "winner", naming=["winner", "twice"])
    refused(PAIRS + "a,b,a\n", "rank", "--style", ",", naming=["empty name"])
    refused((PAIRS + "a,").encode() + b"\xfe,a\n", "rank", naming=["line 2", "right", "UTF-8"])
    refused(PAIRS + "a,b,a\n", "rank", "--follow", FOLDER / "nowhere.csv", naming=["nowhere.csv"])


def poor_comparisons_are_answered():
    for rows in ("a,b,a\n", "a,b,tie\n", "a,b,a\n" * 50, "a,b,a\nc,d,tie\n"):
        for more in ((), ("--bias",), ("--error", "bootstrap", "--replicates", "5"), ("--ties", "half"),
                     ("--follow", FOLDER / "in.csv")):
            answered(PAIRS + rows, "rank", *more)
            json.loads(answered(PAIRS + rows, "rank", "--json", *more))
    rows = "".join(f"a,b,a,r{i % 2},left,{i}\n" for i in range(6))
    answered("left,right,winner,rater,side,length\n" + rows, "rank", "--style", "length", "--bias")


def styles_biases_and_later_comparisons_are_told():
    draw = random.Random(3)

    def battles(count):
        rows = []
        for _ in range(count):
            left, right = draw.sample(range(8), 2)
            longer, first = draw.gauss(0, 1), draw.choice(("left", "right"))
            odds = 2.718281828 ** (.4 * (left - right) + .8 * longer + (.5 if first == "left" else -.5))
            rows.append(f"m{left},m{right},{'left' if draw.random() < odds / (1 + odds) else 'right'},r,{first},{longer}")
        return "left,right,winner,rater,side,length\n" + "\n".join(rows) + "\n"

    later = write(battles(1500), "later.csv")
    said = json.loads(answered(battles(3000), "rank", "--style", "length", "--bias", "--follow", later, "--json"))
    assert abs(said["styles"][0]["weight"] - .8) < 4 * said["styles"][0]["error"] + .05, said["styles"]
    assert said["shown_first_won"]["low"] > .5 and said["said_the_same"]["count"] > 1000, said
    assert said["followed"] == 1500 and said["followed_log_loss"] < .62, said["followed_log_loss"]
    assert [row["item"] for row in said["items"]][:2] == ["m7", "m6"], said["items"]


def columns_may_stand_in_any_order_and_threads_do_not_matter():
    draw = random.Random(4)
    rows = [(f"i{i}", f"w{k}", draw.choice("abc")) for i in range(4000) for k in draw.sample(range(40), 5)]
    plain = HEAD + "".join(f"{i},{w},{x}\n" for i, w, x in rows)
    turned = "\ufefflabel,note,worker,item\r\n" + "".join(f"\"{x}\",,{w},{i}\r\n" for i, w, x in rows)
    outs = []
    for content, threads in ((plain, 1), (plain, 7), (turned, 3)):
        out = FOLDER / "out.csv"
        said = answered(content, "truth", "--method", "dawid-skene", "--threads", threads, "--json", "--out", out)
        outs.append((said, out.read_bytes(), answered(content, "agree", "--threads", threads, "--json")))
    assert outs[0] == outs[1] == outs[2]
    games = "left,right,winner,rater\n" + "".join(
        f"m{a},m{b},{draw.choice(('left', 'right', 'tie'))},r{draw.randrange(9)}\n"
        for a, b in (draw.sample(range(300), 2) for _ in range(20000)))
    assert len({answered(games, "rank", "--json", "--threads", threads) for threads in (1, 2, 7)}) == 1
    assert len({answered(games, "rank", "--json", "--alike", "--threads", threads) for threads in (1, 5)}) == 1
    code, out, err = run("truth", "-", "--method", "dawid-skene", "--json", stdin=plain.encode())
    assert code == 0 and out == outs[0][0], err


CASES = [broken_labels_name_line_and_field, a_pipe_says_the_same_as_a_file, repeats_are_settled_as_asked,
         poor_labels_are_answered_by_every_method, what_cannot_be_known_is_said, memory_must_be_an_amount, numbers_must_be_numbers, broken_comparisons_name_line_and_field, poor_comparisons_are_answered,
         styles_biases_and_later_comparisons_are_told, columns_may_stand_in_any_order_and_threads_do_not_matter]
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
