"""A pay week from work to the bank and back, in a zone whose clocks change in it, with kills on the way.

Usage: week.py BINARY. Needs Debian's libfaketime; skipped without it. On SQLite, and on PostgreSQL too when
PERITI_TEST_POSTGRES is set. Uses hledger where it is installed. Prints TAP.

Berlin's clocks went back on Sunday, 25 October 2026: that week has 169 hours. Somebody earns units, minutes across the
doubled hour and across the week's end, and a bonus; somebody else a share of it. Two people approve the run, the bank pays one
and returns the other, who is paid by the next run. The client is told of the budget, invoiced, and pays. In the end the
book holds, on the server and outside of it.
"""
import contextlib
import datetime
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from clock import FAKETIME, Machine  # noqa: E402
from payout import iban, statement  # noqa: E402
from stage import add_campaign, add_person, data_folder, report, skip  # noqa: E402

UTC = datetime.timezone.utc
UNIT, HOUR, BUDGET, BONUSES, KILLS = 250, 4000, 8000, 40, 8
MINUTES = 60 + 10  # in the week: the doubled hour, and ten minutes before its end


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


def text_of(moment):
    return moment.isoformat().replace("+00:00", "Z")


class Week:
    def __init__(self, machine, binary):
        self.machine, self.server, self.binary = machine, machine.server, binary
        self.go("2026-10-21T08:00:00")
        server = self.server.start()
        self.operator = server.operator()
        self.client = server.need(self.operator, "POST", "/v1/organisations", {"name": "Client"})["id"]
        self.campaign = add_campaign(server, 20, client=self.client, redundancy=1, price_minor=UNIT, budget_minor=BUDGET)
        self.finance = [add_person(server, "finance", name) for name in ("Fay", "Fin")]
        for person, _ in self.finance:
            server.need(self.operator, "POST", f"/v1/organisations/{self.client}/grants", {"person_id": person, "granted": True})
        self.cleo, self.cleo_key = add_person(server, "client", "Cleo", self.client)
        self.eva, self.eva_key = add_person(server, "expert", "Eva")
        self.ron, self.ron_key = add_person(server, "expert", "Ron")
        server.need(self.eva_key, "PUT", "/v1/pay-profile", {"zone": "Europe/Berlin", "tax_form": "none"})
        self.engagement = server.need(self.operator, "POST", f"/v1/campaigns/{self.campaign}/engagements", {
            "person_id": self.eva, "duty": "expert", "price_minor": UNIT, "hour_minor": HOUR})["id"]
        server.need(self.operator, "POST", "/v1/referrals", {
            "person_id": self.eva, "referrer_id": self.ron, "source": "Named in her application.", "currency": "USD",
            "share_points": 1000, "cap_minor": 300, "until_at": "2027-01-01T00:00:00Z"})
        for number, key in enumerate((self.eva_key, self.ron_key)):
            account = server.need(key, "POST", "/v1/payout-accounts", {
                "kind": "iban", "holder": f"Expert {number}", "account_number": iban(number), "bank_code": "COBADEFFXXX"})["id"]
            server.need(self.finance[0][1], "POST", f"/v1/payout-accounts/{account}/decision", {"verdict": "accept"})
        self.account = server.need(self.finance[0][1], "POST", "/v1/paying-accounts", {
            "kind": "iban", "holder": "Example GmbH", "currency": "USD", "account_number": iban(999),
            "bank_code": "COBADEFFXXX", "company_code": "EXAMPLE"})["id"]

    def go(self, moment):
        """The machine's clock goes to a moment, and on from there."""
        self.machine.set(round((at(moment) - datetime.datetime.now(UTC)).total_seconds()))
        self.gone, self.begun = at(moment), time.monotonic()

    @property
    def now(self):
        return self.gone + datetime.timedelta(seconds=time.monotonic() - self.begun - 1)

    def units(self, count):
        for _ in range(count):
            lease = self.server.need(self.eva_key, "POST", f"/v1/campaigns/{self.campaign}/claims")["lease_id"]
            self.server.need(self.eva_key, "POST", f"/v1/leases/{lease}/submission", {"answer": {"class": "bug"}})

    def meet(self, begin, end):
        """A meeting in whole steps of four minutes and less; sent when it is over."""
        begin, end = at(begin), at(end)
        steps = [*range(0, int((end - begin).total_seconds()), 240), int((end - begin).total_seconds())]
        self.go(text_of(end)[:-1])
        told = self.server.need(self.eva_key, "POST", "/v1/work-events", {
            "tab": "t1", "sent_at": text_of(end), "sent_tick_ms": steps[-1] * 1000,
            "events": [{"engagement_id": self.engagement, "class": "meeting", "kind": "pause" if step == steps[-1] else "focus",
                        "at": text_of(begin + datetime.timedelta(seconds=step)), "tick_ms": step * 1000} for step in steps]})
        return [] if told["accepted"] == len(steps) else [f"{told}, not {len(steps)} events"]

    def settle(self):
        job = self.server.need(self.finance[0][1], "POST", "/v1/time-settlements", {"week": "2026-10-19"})["id"]
        state = self.server.await_job(self.finance[0][1], job)
        result = state.get("result") or {}
        return state["state"], result.get("posted"), result.get("waiting")

    def post_awards(self):
        job = self.server.need(self.finance[0][1], "POST", "/v1/award-postings")["id"]
        return self.server.await_job(self.finance[0][1], job)["state"]

    def owed(self, key):
        due = self.server.need(key, "GET", "/v1/earnings")["due"]
        return sum(one["amount_minor"] for one in due)

    def run(self):
        """Gather, approve twice, wait until it is sent; its lines by person."""
        day = (self.now + datetime.timedelta(days=2)).date().isoformat()
        run = self.server.need(self.finance[0][1], "POST", "/v1/payout-runs", {
            "paying_account_id": self.account, "until_at": text_of(self.now), "pay_day": day})["id"]
        for _, key in self.finance:
            self.server.need(key, "POST", f"/v1/payout-runs/{run}/approval")
        until = time.monotonic() + 30
        while time.monotonic() < until:
            show = self.server.need(self.finance[0][1], "GET", f"/v1/payout-runs/{run}")
            if show["state"] == "sent":
                return run, {line["person_id"]: line for line in show["lines"]}
            time.sleep(0.05)
        raise SystemExit("Bail out! the run is not sent")

    # What is checked, in the order of the days.

    def work(self):
        self.units(4)
        yield "work is told across the doubled hour", self.meet("2026-10-25T00:10:00", "2026-10-25T01:10:00")
        self.go("2026-10-25T22:40:00")  # a clock of summer would say that the week is over
        got = self.settle()
        yield "a week of 169 hours is not settled an hour early", [] if got == ("done", 0, 1) else [got]
        yield "work is told across the week's end", self.meet("2026-10-25T22:50:00", "2026-10-25T23:10:00")
        self.go("2026-10-26T00:30:00")

    def minutes(self):
        first, again = self.settle(), self.settle()
        self.paid = self.owed(self.eva_key) - 4 * UNIT
        sheet = self.server.need(self.eva_key, "GET", f"/v1/engagements/{self.engagement}/time?week=2026-10-19")
        classes = sheet["classes"]
        yield "each minute of the doubled hour is paid once, and those behind the week's end are not", [
            wrong for wrong in (first != ("done", 1, 0) and f"settled {first}", again != ("done", 0, 0) and f"settled again {again}",
                                [one["class"] for one in classes] != ["meeting"] and f"{classes}",
                                # what lies between two clocks is a second at most
                                abs(classes[0]["seconds"] - MINUTES * 60) > 1 and f"{classes}",
                                classes[0]["amount_minor"] != self.paid and f"{self.paid} posted, {classes}",
                                abs(self.paid - round(HOUR * MINUTES / 60)) > 1 and f"paid {self.paid}") if wrong]

    def awards(self):
        """Bonuses, while the server is killed: each is posted, none twice."""
        chance = random.Random(7)
        before = self.owed(self.eva_key)
        for number in range(BONUSES):
            self.server.need(self.operator, "POST", f"/v1/engagements/{self.engagement}/bonuses", {
                "amount_minor": 10 + number, "reason": f"Reason {number} of {BONUSES}."})
            if number % (BONUSES // KILLS) == 0:
                time.sleep(chance.random() * 0.05)
                self.server.kill()
                self.server.start()
        self.go("2026-10-26T01:30:00")
        states = {self.post_awards(), self.post_awards()}
        self.bonus = sum(10 + number for number in range(BONUSES))
        entries = self.server.need(self.eva_key, "GET", "/v1/statement?limit=1000")["entries"]
        paid = [one["pays_id"] for one in entries if one["kind"] == "bonus"]
        yield f"{BONUSES} bonuses under {KILLS} kills are posted once each", [
            wrong for wrong in (states != {"done"} and f"{states}", len(paid) != BONUSES and f"{len(paid)} entries",
                                len(set(paid)) != len(paid) and "an award twice",
                                self.owed(self.eva_key) != before + self.bonus and f"owed {self.owed(self.eva_key)}") if wrong]
        yield "a referral pays its share of the ended week, once", \
            [] if self.owed(self.ron_key) == 4 * UNIT // 10 else [f"{self.owed(self.ron_key)}"]

    def statement(self):
        week = self.server.need(self.eva_key, "GET", "/v1/statement?week=2026-10-19&limit=1000")
        hours = (at(week["to_at"][:19]) - at(week["from_at"][:19])).total_seconds() / 3600
        total = sum(one["amount_minor"] for one in week["items"])
        entries = sum(one["person_minor"] for one in week["entries"])
        yield "the statement of the week has its 169 hours, and its entries are its sums", [
            wrong for wrong in (hours != 169 and f"{hours} hours", week["from_at"] != "2026-10-18T22:00:00Z" and week["from_at"],
                                not total == entries == 4 * UNIT and f"{total}, {entries}") if wrong]

    def payouts(self):
        self.go("2026-10-26T09:00:00")
        owed = {self.eva: self.owed(self.eva_key), self.ron: self.owed(self.ron_key)}
        run, lines = self.run()
        _, _, pain = self.server.send(self.finance[0][1], "GET", f"/v1/payout-runs/{run}/file?format=pain.001")
        root = xml.etree.ElementTree.fromstring(pain)
        space = re.match(r"\{.*\}", root.tag)[0]
        paid = {one.find(f".//{space}EndToEndId").text: one.find(f".//{space}InstdAmt").text for one in root.iter(f"{space}CdtTrfTxInf")}
        asked = {line["id"]: f"{line['amount_minor'] / 100:.2f}" for line in lines.values()}
        yield "the bank's file pays what is owed, to the cent", [
            wrong for wrong in ({person: line["amount_minor"] for person, line in lines.items()} != owed and f"{lines}, owed {owed}",
                                paid != asked and f"{paid}, not {asked}") if wrong]
        bank = statement("S1", [(lines[self.eva]["id"], lines[self.eva]["amount_minor"], False),
                                (lines[self.ron]["id"], lines[self.ron]["amount_minor"], True)])
        said = self.server.need(self.finance[0][1], "POST", "/v1/bank-statements", bank, kind="application/octet-stream")
        yield "the bank pays one and returns the other, who is owed it again", [] if (
            said["paid"], said["failed"], self.owed(self.eva_key), self.owed(self.ron_key)) == (1, 1, 0, owed[self.ron]) else [said]
        self.go("2026-10-27T09:00:00")
        _, lines = self.run()
        bank = statement("S2", [(line["id"], line["amount_minor"], False) for line in lines.values()])
        said = self.server.need(self.finance[0][1], "POST", "/v1/bank-statements", bank, kind="application/octet-stream")
        yield "the next run pays who came back, and nobody else", \
            [] if set(lines) == {self.ron} and said["paid"] == 1 and self.owed(self.ron_key) == 0 else [lines, said]

    def share(self):
        self.go("2026-11-02T09:00:00")
        self.post_awards()
        yield "the share of the next week ends at its cap", [] if self.owed(self.ron_key) == 300 - 4 * UNIT // 10 else [
            f"{self.owed(self.ron_key)}"]

    def budget(self):
        def told():
            notices = self.server.need(self.cleo_key, "GET", "/v1/notices?limit=50")["items"]
            return [one["title"] for one in notices if one["kind"] == "budget"]
        for _ in range(2):  # a start looks after the house
            self.server.stop()
            self.server.start()
            until = time.monotonic() + 10
            while time.monotonic() < until and not told():
                time.sleep(0.05)
        first = told()
        self.units((BUDGET - 4 * UNIT - self.paid) // UNIT)
        status, refused = self.server.ask(self.eva_key, "POST", f"/v1/campaigns/{self.campaign}/claims")
        self.server.stop()
        self.server.start()
        until = time.monotonic() + 10
        while time.monotonic() < until and len(told()) < 2:
            time.sleep(0.05)
        yield "the client is told of the budget once a step, before no more tasks are handed out", [
            wrong for wrong in (first != ["50 % of the budget of Load is used"] and f"{first}",
                                status != 403 and f"{status} {refused}",
                                told() != ["95 % of the budget of Load is used", *first] and f"{told()}") if wrong]

    def invoice(self):
        self.go("2026-11-02T10:00:00")
        key = self.finance[0][1]
        self.server.need(key, "PUT", "/v1/seller", {
            "legal_name": "Operator", "address": "Paris", "country": "FR", "tax_number": "FR12345678901"})
        self.server.need(key, "PUT", f"/v1/campaigns/{self.campaign}/billing", {
            "legal_name": "Client Inc.", "address": "1 Main Street", "country": "US", "tax_points": 825, "due_days": 14})
        made = self.server.need(key, "POST", f"/v1/campaigns/{self.campaign}/invoices", {
            "until_at": text_of(self.now)})["id"]
        shown = self.server.need(key, "GET", f"/v1/invoices/{made}")
        entries = list(self.server.pages(key, f"/v1/invoices/{made}/entries"))
        invoice, spent = shown["invoice"], self.server.need(self.cleo_key, "GET", f"/v1/campaigns/{self.campaign}/spend")
        drawn = {self.server.send(key, "GET", f"/v1/invoices/{made}/document")[2] for _ in range(2)}
        yield "the invoice is what was spent, opens to its entries, and is the same whenever it is drawn", [
            wrong for wrong in (not invoice["net_minor"] == sum(one["client_minor"] for one in entries) == spent["spent_minor"]
                                and f"{invoice}, {spent}", len(drawn) != 1 and "two documents") if wrong]
        bank = ("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><BkToCstmrStmt><Stmt><Id>S3</Id><Ntry>"
                f"<Amt Ccy='USD'>{invoice['open_minor'] / 100:.2f}</Amt><CdtDbtInd>CRDT</CdtDbtInd><NtryDtls><TxDtls><RmtInf><Ustrd>"
                f"Your {invoice['invoice_number']}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>")
        said = self.server.need(key, "POST", "/v1/invoice-receipts", bank, kind="application/octet-stream")
        claims = self.server.need(key, "GET", "/v1/receivables")
        yield "what the client pays is found by the invoice's number, and nothing is open", \
            [] if said["recorded"] == 1 and claims["items"] == [] else [said, claims]

    def book(self):
        key = self.finance[0][1]
        proof = self.server.need(key, "GET", "/v1/ledger/proof")
        yield "the server's book holds", [] if proof["holds"] else [proof]
        folder = pathlib.Path(self.server.folder)
        balances = {(one["account"], one["currency"]): one["amount_minor"]
                    for one in self.server.need(key, "GET", "/v1/ledger/balances")["items"] if one["amount_minor"]}
        (folder / "book.csv").write_bytes(self.server.send(key, "GET", "/v1/ledger/book")[2])
        done = subprocess.run([self.binary, "ledger", "check", folder / "book.csv"], capture_output=True, text=True)
        yield "its copy holds without the server", [] if done.returncode == 0 else [done.stdout + done.stderr]
        if not shutil.which("hledger"):
            return
        (folder / "book.journal").write_bytes(self.server.send(key, "GET", "/v1/ledger/book?format=hledger")[2])
        done = subprocess.run(["hledger", "-f", folder / "book.journal", "balance", "--flat", "--no-total", "-O", "csv"],
                              capture_output=True, text=True)
        found = {}
        for line in done.stdout.splitlines()[1:]:
            account, amount = line.replace('"', "").split(",", 1)
            number = re.search(r"-?[\d,]*\.?\d+", amount)[0].replace(",", "")
            found[account, "USD"] = round(float(number) * 100)
        yield "hledger finds the same balances", [] if found == balances else [done.stderr, set(found.items()) ^ set(balances.items())]

    def windows(self):
        key = self.finance[0][1]
        money = self.server.need(key, "GET", "/v1/money")
        spent = self.server.need(key, "GET", f"/v1/campaigns/{self.campaign}/spend")
        own = self.server.need(self.ron_key, "GET", "/v1/money/own")
        margin = money["margins"][0]
        calendar = self.server.send(self.eva_key, "GET", "/v1/pay-calendar")[2].decode()
        yield "the three windows tell the same money", [
            wrong for wrong in (margin["revenue_minor"] != spent["spent_minor"] and f"{margin}, {spent}",
                                margin["margin_minor"] != -self.bonus and f"{margin}",
                                money["standing"][0]["payable_minor"] != self.owed(self.eva_key) + self.owed(self.ron_key)
                                and f"{money['standing']}",
                                own["due"][0]["amount_minor"] != self.owed(self.ron_key) and f"{own}",
                                calendar.count("BEGIN:VEVENT") != 12 and calendar) if wrong]

    def preview(self):
        """Five people on other work, half an hour each, one to five units: what an hour came to."""
        self.go("2026-11-03T08:00:00")
        campaign = add_campaign(self.server, 20, client=self.client, redundancy=1, price_minor=UNIT, name="Other")
        path, before = f"/v1/campaigns/{campaign}/pay-preview", None
        people = [add_person(self.server, "expert", f"P{number}") for number in range(5)]
        engaged = [self.server.need(self.operator, "POST", f"/v1/campaigns/{campaign}/engagements", {
            "person_id": person, "duty": "expert"})["id"] for person, _ in people]
        for number, (_, key) in enumerate(people):
            if number == 4:
                self.go("2026-11-03T14:00:00")
                self.server.await_job(self.operator, self.server.need(self.operator, "POST", "/v1/pay-previews")["id"])
                before = self.server.need(people[0][1], "GET", path)
            self.eva_key, self.engagement, self.campaign = key, engaged[number], campaign
            self.meet(f"2026-11-03T{9 + number + (number == 4) * 2:02}:00:00", f"2026-11-03T{9 + number + (number == 4) * 2:02}:30:00")
            self.units(number + 1)
        self.go("2026-11-03T18:00:00")
        self.server.await_job(self.operator, self.server.need(self.operator, "POST", "/v1/pay-previews")["id"])
        shown = self.server.need(people[0][1], "GET", path)
        quarters = [shown.get(name, 0) for name in ("low_minor", "middle_minor", "high_minor")]
        yield "what an hour came to is said of five people and more, and of nobody alone", [
            wrong for wrong in ((before["people"], "middle_minor" in before) != (4, False) and f"{before}", shown["people"] != 5 and f"{shown}",
                                any(abs(got - 2 * UNIT * number) > 2 for got, number in zip(quarters, (2, 3, 4))) and f"{shown}",
                                (shown["accepted"], shown["judged"], shown["answers_left"]) != (15, 15, 5) and f"{shown}",
                                shown["minutes_left"] not in (49, 50) and f"{shown}") if wrong]

    def play(self):
        for part in (self.work, self.minutes, self.awards, self.statement, self.payouts, self.share, self.budget,
                     self.invoice, self.book, self.windows, self.preview):
            yield from part()


@contextlib.contextmanager
def database(url):
    """A new one on the server of the tests; its URL."""
    name = f"week_{os.getpid()}_{time.monotonic_ns()}"
    subprocess.run(["psql", "-q", "-d", url, "-c", f"CREATE DATABASE {name}"], check=True)
    try:
        yield f"{url.rsplit('/', 1)[0]}/{name}"
    finally:
        subprocess.run(["psql", "-q", "-d", url, "-c", f"DROP DATABASE {name} WITH (FORCE)"], check=True)


def stores():
    yield None
    url = os.environ.get("PERITI_TEST_POSTGRES", "")
    if url.startswith("postgresql://"):
        with database(url) as fresh:
            yield fresh


def checks(binary):
    for store in stores():
        with data_folder() as folder:
            machine = Machine(binary, folder)
            if store:
                machine.server.variables["PERITI_STORE"] = store
            try:
                for title, wrongs in Week(machine, binary).play():
                    yield f"{title} on {'postgresql' if store else 'sqlite'}", wrongs
            finally:
                machine.server.kill()


if __name__ == "__main__":
    if FAKETIME is None:
        skip("no libfaketime")
    report(checks(sys.argv[1]))
