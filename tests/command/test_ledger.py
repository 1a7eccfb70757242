"""Black-box test of `periti ledger`: the first break is named with its line, and what is exported has the same balances
in hledger, Ledger and Beancount where these are installed. Usage: test_ledger.py PERITI"""
import csv
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

PERITI = sys.argv[1]
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="periti-ledger-"))
HEAD = "entry,at,currency,kind,pays,corrects,account,amount\n"
DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3}


class Skip(Exception):
    pass


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def periti(*words):
    return run(PERITI, "ledger", *map(str, words))


def book(name, rows):
    path = FOLDER / name
    path.write_text(HEAD + "".join(row + "\n" for row in rows))
    return path


def entry(number, account="expenses:cost:c", back="liabilities:payable:p", amount=250, at="2026-03-01T09:30:00Z",
          currency="EUR", kind="unit", pays=None, corrects=""):
    start = f"e{number:05},{at},{currency},{kind},{pays or f's{number}'},{corrects}"
    return [f"{start},{account},{amount}", f"{start},{back},{-amount}"]


def a_sound_book_holds():
    path = book("sound.csv", entry(1) + entry(2) + ["c,2026-04-01T00:00:00Z,,close,,,,"] +
                entry(3, at="2026-04-01T00:00:00Z", pays="s1", amount=-250, corrects="e00001"))
    code, out, err = periti("check", path)
    assert code == 0 and "3 entries, 6 postings, 2 accounts, 1 closed periods" in out, (out, err)
    code, out, _ = periti("check", path, "--list")
    assert out.splitlines()[1:] == ["expenses:cost:c,EUR,250", "liabilities:payable:p,EUR,-250"]
    balances = FOLDER / "balances.csv"
    balances.write_text(out)
    assert "the balances agree" in periti("check", path, "--balances", balances)[1]
    balances.write_text(out.replace(",250", ",251"))
    code, _, err = periti("check", path, "--balances", balances)
    assert code == 2 and "expenses:cost:c in EUR is said to hold 251" in err


def the_first_break_is_named():
    for name, rows, line, words in (
            ("uneven", entry(1)[:1] + ["e00001,2026-03-01T09:30:00Z,EUR,unit,s1,,income:x,-249"], 2, "does not balance"),
            ("twice", entry(1) + entry(2, pays="s1"), 4, "second time"),
            ("shrinking", entry(2) + entry(1), 4, "have to grow"),
            ("closed", ["c,2026-04-01T00:00:00Z,,close,,,,"] + entry(1), 3, "closed"),
            ("currency", entry(1, currency="XXX"), 2, "ISO 4217"),
            ("account", entry(1, account="somewhere"), 2, "no account"),
            ("lonely", entry(1)[:1], 2, "postings"),
            ("mixed", entry(1)[:1] + [entry(1, currency="USD")[1]], 3, "do not agree"),
            ("wrong", entry(1) + entry(2, pays="s1", amount=-200, corrects="e00001"), 4, "not the opposite"),
            ("amount", [entry(1)[0].replace(",250", ",2.50")], 2, "whole number"),
            ("time", [entry(1)[0].replace("2026-03-01T", "2026-02-30T")], 2, "no time"),
            ("huge", entry(1, amount=9223372036854775807) + entry(2, amount=9223372036854775807), 4, "64 bits")):
        code, out, err = periti("check", book(name + ".csv", rows))
        assert code == 2 and words in err and f"line {line}" in err and out == "", (name, err)
        assert periti("export", FOLDER / (name + ".csv"))[0] == 2, name


def a_random_book(count):
    chance = random.Random(7)
    rows = []
    paid = []
    for number in range(count):
        at = f"2026-{1 + number * 12 // count:02}-{1 + number % 28:02}T10:00:00Z"
        if paid and chance.random() < 0.1:
            first, kept = paid.pop(chance.randrange(len(paid)))
            rows += entry(number, at=at, corrects=f"e{first:05}", **kept | {"amount": -kept["amount"]})
            continue
        kept = {"currency": chance.choice(list(DIGITS)), "amount": chance.randrange(1, 10**chance.randrange(1, 9)),
                "account": f"expenses:cost:cmp_{chance.randrange(5)}", "pays": f"sub_{number}",
                "back": f"liabilities:payable:per_{chance.randrange(20)}"}
        rows += entry(number, at=at, **kept)
        paid.append((number, kept))
    return book("random.csv", rows)


def ours(path):
    code, out, err = periti("check", path, "--list")
    assert code == 0, err
    return {(row["account"], row["currency"]): int(row["amount"]) for row in csv.DictReader(out.splitlines())
            if row["amount"] != "0"}


def export(path, form):
    code, out, err = periti("export", path, "--format", form)
    assert code == 0, err
    to = FOLDER / f"random.{form}"
    to.write_text(out)
    return to


def minor(amount, currency):
    whole, _, part = amount.replace(",", "").partition(".")
    return int(whole + part.ljust(DIGITS[currency], "0")[:DIGITS[currency]])


def needs(tool):
    if shutil.which(tool) is None:
        raise Skip(f"{tool} is not installed")


def hledger_reads_the_same_balances():
    needs("hledger")
    path = a_random_book(2000)
    journal = export(path, "hledger")
    code, _, err = run("hledger", "-f", journal, "check", "--strict")
    assert code == 0, err
    code, out, err = run("hledger", "-f", journal, "balance", "--flat", "-N", "--layout", "bare", "-O", "csv")
    assert code == 0, err
    theirs = {(row["account"], row["commodity"]): minor(row["balance"], row["commodity"])
              for row in csv.DictReader(out.splitlines()) if row["balance"] not in ("0", "")}
    assert theirs == ours(path) and len(theirs) > 50


def ledger_reads_the_same_balances():
    needs("ledger")
    path = a_random_book(2000)
    code, out, err = run("ledger", "--args-only", "-f", str(export(path, "ledger")), "--strict", "csv")
    assert code == 0 and err == "", err[:300]
    theirs = {}
    for _, _, _, account, currency, amount, *_ in csv.reader(out.splitlines()):
        theirs[account, currency] = theirs.get((account, currency), 0) + minor(amount, currency)
    assert {key: value for key, value in theirs.items() if value} == ours(path)


def beancount_accepts_the_book():
    needs("bean-check")
    path = a_random_book(2000)
    code, out, err = run("bean-check", str(export(path, "beancount")))
    assert code == 0 and out == err == "", (out, err)


def main():
    cases = [a_sound_book_holds, the_first_break_is_named, hledger_reads_the_same_balances,
             ledger_reads_the_same_balances, beancount_accepts_the_book]
    bad = 0
    print(f"1..{len(cases)}")
    for number, case in enumerate(cases, 1):
        try:
            case()
            print(f"ok {number} - {case.__name__}")
        except Skip as why:
            print(f"ok {number} - {case.__name__} # SKIP {why}")
        except Exception as why:  # noqa: BLE001
            bad += 1
            print(f"not ok {number} - {case.__name__}\n# {repr(why)[:600]}")
    shutil.rmtree(FOLDER)
    sys.exit(bad > 0)


main()
