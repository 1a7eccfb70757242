"""Every route, asked by every role and by the people of somebody else's organisation.

Usage: tenancy.py BINARY OPENAPI.json [STORE]

The routes come from the OpenAPI document, so that a new one is walked without being named here. One client
has one thing of every kind; strangers ask for each with a body that would fit. What they may not see must
sound like what does not exist: the same status and the same words, whether the identifier is real or not.
Nothing of the client may stand in any answer to a stranger. Prints TAP.
"""
import json
import re
import sys

from contract import parse
from world import Tap, open_world

# The identifier that a route means, by the name of its parameter.
OWNED = {"organisation_id": "acme", "campaign_id": "campaign", "batch_id": "batch", "task_id": "task",
         "delivery_id": "delivery", "submission_id": "submission", "lease_id": "lease", "gold_id": "gold",
         "challenge_id": "challenge", "decision_id": "decision", "job_id": "import",
         "engagement_id": "ana_engaged", "terms_id": "terms",
         "payout_account_id": "payout_account", "payout_id": "payout", "payout_run_id": "payout_run", "invoice_id": "invoice",
         "hold_id": "hold", "person_id": "ana_id", "change_id": "change", "award_id": "award",
         "referral_id": "referral", "extension_id": "extension",
         "wall_id": "wall", "rater_id": "rater", "key_id": "key",
         "notice_id": "notice", "token": "lease", "expert_id": "eve_id",
         "requirement_id": "requirement", "calibration_task_id": "calibration_task", "wall_rule_id": "wall_rule", "match_id": "match_run",
         "proposal_id": "proposal", "offer_id": "offer", "conflict_id": "conflict",
         "pool_id": "pool", "import_id": "expert_import",
         "run_id": "run", "reverification_id": "reverification", "environment_id": "environment",
         "environment_task_id": "environment_task", "hack_id": "hack", "rubric_id": "rubric", "suite_id": "suite", "inquiry_id": "inquiry",
         "item_id": "item", "listing_id": "listing", "application_id": "application", "interview_id": "interview",
         "grading_id": "grading", "qualification_id": "qualification", "resume_id": "resume", "pair_id": "pair"}
# What belongs to the operator itself: all of its operators may see it, with leave for a client or without.
HOUSE = {"expert_id", "pool_id", "import_id", "item_id", "listing_id", "application_id", "interview_id",
         "qualification_id", "pair_id"}
# What its auditors may see too.
AUDITED = {"item_id", "listing_id", "application_id", "interview_id",
         "qualification_id", "pair_id"}
# How the house's own people are paid: its finance and auditors see it, and finance decides about it.
PEOPLE = {"person_id", "payout_run_id"}
PAID = {"payout_account_id", "payout_id", "hold_id", "referral_id"}
# Who has no business with the first client: another client, a vendor's people, operator's people without leave.
STRANGERS = ("ulf", "vic", "val", "oda", "flo", "aud")
INSIDERS = ("operator", "ana", "ben", "rea", "rob", "fin", "cleo")
# Experts see that there is work and why it is closed to them, by name, and anybody what is listed: all that crosses.
SHARED = {"/v1/work", "/v1/listings"}
# The operator's one book, and what it owes its people, name all clients: its finance and auditors alone open them.
BOOKS = {"/v1/ledger/balances", "/v1/ledger/book", "/v1/people/{person_id}/statement"}
BAD_SEGMENTS = ("%00", "x%00y", "%ff", "%c3%28", "%ed%a0%80", "%zz", "%", "..%2f..", "%2e%2e", "x" * 300, "x" * 6000,
                "'%20OR%20'1'='1", "%27%3b%20DROP%20TABLE%20task", "-1", "null", "%e2%80%ae", "{campaign_id}")


def example(schemas, schema, names):
    """A value that fits the schema, with real identifiers where the names ask for some."""
    if "$ref" in schema:
        return example(schemas, schemas[schema["$ref"].rsplit("/", 1)[1]], names)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        value = {}
        for name, part in schema.get("properties", {}).items():
            if name == "person_id":
                value[name] = names["ana_id"]
            elif name in OWNED:
                value[name] = names[OWNED[name]]
            elif name in schema.get("required", []):
                value[name] = example(schemas, part, names)
        return value
    if kind == "array":
        return [example(schemas, schema["items"], names)]
    if kind == "integer":
        return max(1, int(schema.get("minimum", 1)))
    if kind == "boolean":
        return True
    if kind == "string":
        return "a" * max(12, schema.get("minLength", 0)) if "@" not in schema.get("pattern", "") else "a@example.org"
    return {"class": "bug"}


class Walk:
    def __init__(self, stage):
        self.stage = stage
        self.schemas = stage.contract.schemas
        self.secrets = {stage.names[name] for name in OWNED.values()} | {"It crashes when I press save."}

    def ask(self, actor, method, target, operation):
        headers = dict(self.stage.actors[actor])
        body = None
        if "requestBody" in operation:
            kind, content = next(iter(operation["requestBody"]["content"].items()))
            headers["Content-Type"] = kind
            body = json.dumps(example(self.schemas, content["schema"], self.stage.names)) \
                if kind == "application/json" else '{"id": "z", "text": "Z"}'
        answer, text = self.stage.server.ask(method, target, headers, body)
        kind = (answer.getheader("Content-Type") or "").split(";")[0]
        parsed = parse(kind, text)
        why = self.stage.contract.check(method, target, answer.status, kind, parsed)
        return answer.status, text.decode(errors="replace"), why

    def target(self, path, operation, stands_in=None):
        """The path with real identifiers, or with one of the same form that belongs to nothing."""
        def value(match):
            real = self.stage.names[OWNED[match[1]]]
            return real if stands_in is None else real[:4] + stands_in * (len(real) - 4)
        query = [f"{p['name']}=class" for p in operation.get("parameters", [])
                 if p.get("in") == "query" and p.get("required")]
        return re.sub(r"\{(\w+)\}", value, path) + ("?" + "&".join(query) if query else "")

    def operations(self):
        for _, method, path, operation in self.stage.contract.operations:
            if (method, path) not in (("DELETE", "/v1/session"), ("PUT", "/v1/session/password")):
                yield method, path, operation

    def stranger(self, actor):
        """What a stranger must not learn."""
        for method, path, operation in self.operations():
            target = self.target(path, operation)
            status, text, why = self.ask(actor, method, target, operation)
            place = f"{method} {path} as {actor}"
            if why:
                yield f"{place}: {why}"
            named = "requestBody" in operation and status >= 400  # a refusal may repeat what the body said
            if leaked := [s for s in self.secrets - self.house(actor) if s in text and s not in target]:
                if path not in SHARED | (BOOKS if actor in ("flo", "aud") else set()) and not named:
                    yield f"{place}: {status} tells {leaked}"
            first = re.search(r"\{(\w+)\}", path)
            if not first or not operation["security"] or first[1] in self.house_names(actor):
                continue
            if status < 400:
                yield f"{place}: {status}, though it is not theirs: {text[:200]}"
            other = self.ask(actor, method, self.target(path, operation, "0"), operation)
            if self.plain(status, text) != self.plain(*other[:2]):
                yield f"{place}: what exists answers {text[:200]} and what does not {other[1][:200]}"

    def house(self, actor):
        """Identifiers of the operator's own things, for its operators."""
        return {self.stage.names[OWNED[name]] for name in self.house_names(actor)}

    def house_names(self, actor):
        return {"oda": HOUSE | PEOPLE | {"referral_id"}, "aud": AUDITED | PEOPLE | PAID, "flo": PEOPLE | PAID}.get(actor, set())

    def plain(self, status, text):
        """An answer without what differs by nature: its request's identifier and the identifier that was asked for."""
        text = re.sub(r'"request_id":"[^"]*"', "", text)
        return status, re.sub(r"\b[a-z]{3}_[0-9a-zA-Z]+", "ID", text)

    def signed_out(self):
        for method, path, operation in self.operations():
            if operation["security"]:
                for stands_in in (None, "0"):
                    status, text, why = self.ask("nobody", method, self.target(path, operation, stands_in), operation)
                    if why or status != 401:
                        yield f"{method} {path}: {why or status} {text[:150]}"

    def bad_paths(self, actor):
        for method, path, operation in self.operations():
            if "{" not in path:
                continue
            for bad in BAD_SEGMENTS:
                names = re.findall(r"\{(\w+)\}", path)
                for chosen in names:
                    target = re.sub(r"\{(\w+)\}", lambda m: bad if m[1] == chosen
                                    else self.stage.names[OWNED[m[1]]], path)
                    status, text, _ = self.ask(actor, method, target, operation)
                    if not 400 <= status < 500 or '"type"' not in text:
                        yield f"{method} {target[:80]} as {actor}: {status} {text[:150]}"

    def insider(self, actor):
        """A role meets nothing but what the document declares, on its own client."""
        for method, path, operation in self.operations():
            if method == "GET":
                _, _, why = self.ask(actor, method, self.target(path, operation), operation)
                if why:
                    yield f"{method} {path} as {actor}: {why}"


def main():
    binary, openapi = sys.argv[1:3]
    store = sys.argv[3] if len(sys.argv) > 3 else "sqlite"
    stage = open_world(binary, openapi, store, "part/foreign.scene")
    walk, tap, kind = Walk(stage), Tap(), store.split(":")[0]
    unnamed = {name for *_, path, _ in stage.contract.operations for name in re.findall(r"\{(\w+)\}", path)} - OWNED.keys()
    tap.check(f"every parameter of a path is known to the walk on {kind}", sorted(unnamed))
    try:
        tap.check(f"signed out, every closed route answers 401 on {kind}", walk.signed_out())
        for actor in INSIDERS:
            tap.check(f"{actor} meets what the document declares on {kind}", walk.insider(actor))
        for actor in STRANGERS:
            tap.check(f"{actor} learns nothing of another's rows on {kind}", walk.stranger(actor))
        for actor in ("operator", "ana", "nobody"):
            tap.check(f"malformed identifiers are refused to {actor} on {kind}", walk.bad_paths(actor))
        tap.check(f"the server still answers on {kind}",
                  [] if stage.server.process.poll() is None else ["it has ended"])
    finally:
        stage.server.stop()
    tap.end()


if __name__ == "__main__":
    main()
