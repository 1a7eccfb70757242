"""kill -9 in the middle of payout runs: nobody is paid twice, nobody is left out, and the book holds.

Usage: payout.py BINARY [ROUNDS]   (or ROUNDS in the environment; 50 unless said)

Each round earns everybody one unit, makes a run, has two people approve it, and kills the server at a random moment while the
run is being sent. After the restart the run has to end by itself. The bank's statement then says that all was paid but one
payout, which comes back and goes with the next run. In the end each person was paid what was earned, to the cent, the
file of each run lists every payout once and is the same whenever it is asked for, the book is proven by the server, and hledger,
where it is installed, finds the same balances in its export. Prints TAP.
"""
import csv
import datetime
import io
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from stage import CUT, Server, add_campaign, add_person, data_folder, engage, report  # noqa: E402

PEOPLE, PRICE = 12, 100


def iban(number):
    """A sound German IBAN."""
    body = f"{37040044:08}{number:010}"
    rest = 98 - int(body + "131400") % 97
    return f"DE{rest:02}{body}"


def file_of(*statements):
    return ("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><BkToCstmrStmt>"
            f"{''.join(f'<Stmt><Id>{name}</Id>{entries}</Stmt>' for name, entries in statements)}</BkToCstmrStmt></Document>")


def booked(run, total):
    """A run in one sum, as our file asks the bank to book it."""
    return (f"<Ntry><Amt Ccy='USD'>{total / 100:.2f}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
            f"<NtryDtls><Btch><PmtInfId>{run}</PmtInfId></Btch></NtryDtls></Ntry>")


def entries_of(movements):
    return "".join(
        f"<Ntry><Amt Ccy='USD'>{amount / 100:.2f}</Amt><CdtDbtInd>{'CRDT' if back else 'DBIT'}</CdtDbtInd><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>{line}</EndToEndId></Refs>{'<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>' if back else ''}"
        "</TxDtls></NtryDtls></Ntry>" for line, amount, back in movements)


def statement(name, movements):
    return file_of((name, entries_of(movements)))


class Site:
    def __init__(self, server, rounds):
        self.server, self.operator = server, server.operator()
        self.first, self.first_key = add_person(server, "finance", "F1")
        self.second, self.second_key = add_person(server, "finance", "F2")
        self.campaign = add_campaign(server, rounds + 2, redundancy=PEOPLE, price_minor=PRICE)
        self.people = []
        for number in range(PEOPLE):
            person, key = add_person(server, "expert", f"E{number}")
            engage(server, self.campaign, person)
            account = server.need(key, "POST", "/v1/payout-accounts", {
                "kind": "iban", "holder": f"Expert {number}", "account_number": iban(number), "bank_code": "COBADEFFXXX"})
            server.need(self.first_key, "POST", f"/v1/payout-accounts/{account['id']}/decision", {"verdict": "accept"})
            self.people.append((person, key))
        self.account = server.need(self.first_key, "POST", "/v1/paying-accounts", {
            "kind": "iban", "holder": "Example GmbH", "currency": "USD", "account_number": iban(999),
            "bank_code": "COBADEFFXXX", "company_code": "EXAMPLE"})["id"]
        self.owed = {person: 0 for person, _ in self.people}
        self.paid = {person: 0 for person, _ in self.people}
        self.files = {}
        self.wrong, self.in_the_middle = [], 0

    def earn(self):
        for person, key in self.people:
            lease = self.server.need(key, "POST", f"/v1/campaigns/{self.campaign}/claims")["lease_id"]
            self.server.need(key, "POST", f"/v1/leases/{lease}/submission", {"answer": {"class": "bug"}})
            self.owed[person] += PRICE

    def make_run(self):
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
        until = datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
        return self.server.need(self.first_key, "POST", "/v1/payout-runs", {
            "paying_account_id": self.account, "until_at": until, "pay_day": soon.date().isoformat()})["id"]

    def approve(self, run):
        """The second approval may be cut off: it is sent again under the same key."""
        once = self.server.ask(self.first_key, "POST", f"/v1/payout-runs/{run}/approval")
        twice = self.server.ask(self.first_key, "POST", f"/v1/payout-runs/{run}/approval")
        if once[0] != 200 or once[1]["complete"] or twice[0] != 409:
            self.wrong.append(f"one person approved {run} alone: {once} {twice}")
        repeat = uuid.uuid4().hex
        try:
            self.server.ask(self.second_key, "POST", f"/v1/payout-runs/{run}/approval", repeat=repeat)
        except CUT:
            pass
        time.sleep(random.uniform(0, 0.03))
        self.server.kill()
        if complaint := self.server.check():
            self.wrong.append(complaint)
        return repeat

    def finish(self, run, repeat):
        self.server.start()
        show = self.server.need(self.first_key, "GET", f"/v1/payout-runs/{run}")
        states = {line["state"] for line in show["lines"]}
        self.in_the_middle += show["state"] == "approved" and "planned" in states
        self.server.ask(self.second_key, "POST", f"/v1/payout-runs/{run}/approval", repeat=repeat)
        until = time.monotonic() + 60
        while show["state"] != "sent" and time.monotonic() < until:
            time.sleep(0.02)
            show = self.server.need(self.first_key, "GET", f"/v1/payout-runs/{run}")
        if show["state"] != "sent":
            raise SystemExit(f"Bail out! the run {run} does not end: {show['state']}")
        return show["lines"]

    def file(self, run):
        status, _, text = self.server.send(self.first_key, "GET", f"/v1/payout-runs/{run}/file?format=csv")
        if status != 200:
            self.wrong.append(f"the file of {run}: {status} {text}")
        return text.decode()

    def settle(self, number, run, lines):
        listed = [row["reference"] for row in csv.DictReader(io.StringIO(self.file(run)))]
        if sorted(listed) != sorted(line["id"] for line in lines) or len(set(listed)) != len(listed):
            self.wrong.append(f"the file of {run} does not list each payout once")
        self.files[run] = self.file(run)
        for line in lines:
            if line["state"] != "sent" or line["amount_minor"] != self.owed[line["person_id"]]:
                self.wrong.append(f"{line['person_id']} was owed {self.owed[line['person_id']]}, not {line}")
        back = random.randrange(len(lines))
        movements = [(line["id"], line["amount_minor"], index == back) for index, line in enumerate(lines)]
        text = statement(f"S{number}", movements)
        one_sum = number % 3 == 0  # and what came back stands in a second statement of the file
        if one_sum:
            total = sum(line["amount_minor"] for line in lines)
            wrong, why = self.server.ask(self.first_key, "POST", "/v1/bank-statements", file_of((f"X{number}", booked(run, total + 1))),
                                         kind="application/octet-stream")
            if wrong != 422 or "of which we sent" not in why["detail"]:
                self.wrong.append(f"a run of another sum: {wrong} {why}")
            text = file_of((f"S{number}", booked(run, total)), (f"S{number}-2", entries_of([movements[back]])))
        got = self.server.need(self.first_key, "POST", "/v1/bank-statements", text, kind="application/octet-stream")
        again, _ = self.server.ask(self.first_key, "POST", "/v1/bank-statements", text, kind="application/octet-stream")
        if got["paid"] != len(lines) - 1 + one_sum or got["failed"] != 1 or again != 409:
            self.wrong.append(f"the bank's statement: {got}, and again {again}")
        for index, line in enumerate(lines):
            if index != back:
                self.paid[line["person_id"]] += line["amount_minor"]
                self.owed[line["person_id"]] = 0

    def round(self, number):
        self.earn()
        run = self.make_run()
        status, got = self.server.ask(self.first_key, "POST", "/v1/payout-runs", {
            "paying_account_id": self.account, "until_at": "2026-01-01T00:00:00Z", "pay_day": "2199-01-01"})
        if status != 409:
            self.wrong.append(f"a second run took along what waits in the first: {got}")
        self.settle(number, run, self.finish(run, self.approve(run)))

    def refusals(self):
        """Statements that name what we never sent, or another amount: nothing of them is read."""
        line = self.server.need(self.people[0][1], "GET", "/v1/payouts")["items"][0]
        for movements, words in (([("pyl_00000000000000000000000000", 1, False)], "never made"),
                                 ([(line["id"], line["amount_minor"] + 1, False)], "we sent")):
            status, got = self.server.ask(self.first_key, "POST", "/v1/bank-statements",
                                          statement(f"bad{words[0]}", movements), kind="application/octet-stream")
            if status != 422 or words not in got["detail"]:
                yield f"{status} {got}"

    def invoiced(self):
        """What the client owes is what was charged; a period is invoiced once; the same document each time."""
        ask, need, key = self.server.ask, self.server.need, self.first_key
        client = need(self.operator, "GET", f"/v1/campaigns/{self.campaign}")["organisation_id"]
        need(self.operator, "POST", f"/v1/organisations/{client}/grants", {"person_id": self.first, "granted": True})
        need(key, "PUT", "/v1/seller", {"legal_name": "Operator", "address": "Paris", "country": "FR", "tax_number": "FR12345678901"})
        need(key, "PUT", f"/v1/campaigns/{self.campaign}/billing", {
            "legal_name": "Acme", "address": "Berlin", "country": "DE", "tax_points": 1900, "due_days": 14})
        until = datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
        issue = (key, "POST", f"/v1/campaigns/{self.campaign}/invoices", {"until_at": until})
        invoice = need(*issue)["id"]
        if (again := ask(*issue))[0] != 409:
            yield f"a period is invoiced twice: {again}"
        show = need(key, "GET", f"/v1/campaigns/{self.campaign}/invoices")["items"][0]
        charged = PRICE * sum(1 for _ in self.server.pages(key, f"/v1/invoices/{invoice}/entries"))
        earned = sum(self.owed.values()) + sum(self.paid.values())
        if show["net_minor"] != charged or charged != earned or show["tax_minor"] != round(charged * 0.19):
            yield f"{show}: {charged} were charged and {earned} earned"
        first, second = (self.server.send(key, "GET", f"/v1/invoices/{invoice}/document")[2] for _ in range(2))
        if first != second or not first.startswith(b"%PDF"):
            yield "the PDF is another one each time"
        gross = show["net_minor"] + show["tax_minor"]
        pay = (key, "POST", f"/v1/invoices/{invoice}/payments")
        for amount, reference, want in ((1, "R1", 201), (1, "R1", 409), (gross, "R2", 422), (gross - 1, "R3", 201)):
            status, got = ask(*pay, {"amount_minor": amount, "reference": reference, "received_at": until})
            if status != want:
                yield f"a payment of {amount} as {reference}: {status}, not {want}: {got}"
        open_now = need(key, "GET", f"/v1/campaigns/{self.campaign}/invoices")["items"][0]["open_minor"]
        if open_now != 0:
            yield f"{open_now} are open after all was paid"

    def conserved(self):
        for person, key in self.people:
            due = {row["currency"]: row["amount_minor"]
                   for row in self.server.need(key, "GET", "/v1/earnings")["due"]}.get("USD", 0)
            paid = sum(row["amount_minor"] for row in self.server.need(key, "GET", "/v1/payouts")["items"]
                       if row["state"] == "paid")
            if (due, paid) != (self.owed[person], self.paid[person]):
                yield f"{person}: due {due} not {self.owed[person]}, paid {paid} not {self.paid[person]}"

    def proven(self):
        proof = self.server.need(self.first_key, "GET", "/v1/ledger/proof")
        if not proof["holds"]:
            yield proof["broken"]
        for run, text in self.files.items():
            if self.file(run) != text:
                yield f"the file of {run} changed"

    def exported(self):
        """What hledger makes of the book."""
        ours = {(row["account"], row["currency"]): row["amount_minor"]
                for row in self.server.need(self.first_key, "GET", "/v1/ledger/balances")["items"] if row["amount_minor"]}
        journal = pathlib.Path(self.server.folder, "book.journal")
        journal.write_bytes(self.server.send(self.first_key, "GET", "/v1/ledger/book?format=hledger")[2])
        check = subprocess.run(["hledger", "-f", journal, "check", "--strict"], capture_output=True, text=True)
        if check.returncode:
            yield check.stderr
        out = subprocess.run(["hledger", "-f", journal, "balance", "--flat", "-N", "--layout", "bare", "-O", "csv"],
                             capture_output=True, text=True).stdout
        theirs = {(row["account"], row["commodity"]): round(float(row["balance"].replace(",", "")) * 100)
                  for row in csv.DictReader(out.splitlines()) if row["balance"] not in ("", "0")}
        if theirs != ours:
            yield f"{set(theirs.items()) ^ set(ours.items())}"
        book = pathlib.Path(self.server.folder, "book.csv")
        book.write_bytes(self.server.send(self.first_key, "GET", "/v1/ledger/book")[2])
        proof = subprocess.run([self.server.binary, "ledger", "check", book], capture_output=True, text=True)
        if proof.returncode:
            yield proof.stderr


def play(binary, rounds):
    random.seed(20261122)
    with data_folder() as folder:
        server = Server(binary, folder).start()
        try:
            site = Site(server, rounds)
            for number in range(rounds):
                site.round(number)
            yield f"{rounds} kills, {site.in_the_middle} of them in the middle of a run: each run ended once", site.wrong
            yield "everybody was paid what was earned, once", site.conserved()
            yield "a statement that cannot be is refused whole", site.refusals()
            yield "what was charged is invoiced once, and paid", site.invoiced()
            yield "the book is proven, and files are the same again", site.proven()
            if shutil.which("hledger"):
                yield "hledger and `ledger check` accept the book with the same balances", site.exported()
        finally:
            server.kill()


if __name__ == "__main__":
    report((title, list(wrongs)) for title, wrongs in
           play(sys.argv[1], int(sys.argv[2] if len(sys.argv) > 2 else os.environ.get("ROUNDS", 50))))
