"""Somebody with access to the store changes what was done: `periti audit verify` names the first break.

Usage: audit.py BINARY. Prints TAP.
"""
import hashlib
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from stage import add_campaign, add_person, data_folder, engage, perform  # noqa: E402

# What is done to the store, and what must be said of it.
CRIMES = (
    ("a detail is changed", "UPDATE audit_event SET detail = '{\"x\":1}' WHERE {event} AND position = 3",
     "event 3, {id3}: this event was changed"),
    ("the person is changed", "UPDATE audit_event SET person_id = 'per_x' WHERE {event} AND position = 2",
     "event 2, {id2}: this event was changed"),
    ("a time is changed by a microsecond", "UPDATE audit_event SET happened_at = happened_at + 1 WHERE {event} AND position = 1",
     "event 1, {id1}: this event was changed"),
    ("a detail is made nonsense", "UPDATE audit_event SET detail = 'nonsense' WHERE {event} AND position = 2",
     "event 2, {id2}: this event was changed"),
    ("an event is taken out", "DELETE FROM audit_event WHERE {event} AND position = 2", "event 2: the event at this position is missing"),
    ("the first is taken out", "DELETE FROM audit_event WHERE {event} AND position = 1", "event 1: the event at this position is missing"),
    ("the last is taken out", "DELETE FROM audit_event WHERE {event} AND position = {last}", "event {last}: the event at this position is missing"),
    ("all are taken out", "DELETE FROM audit_event WHERE {event}", "event 1: the event at this position is missing"),
    ("a hash is changed as well", "UPDATE audit_event SET action = 'x', hash = '" + "0" * 64 + "' WHERE {event} AND position = 2",
     "event 2, {id2}: this event was changed"),
    ("an event is put in", "INSERT INTO audit_event (id, organisation_id, action, object_id, detail, happened_at, position, previous_hash, hash) "
     "SELECT 'aud_new', organisation_id, action, object_id, detail, happened_at, {last} + 1, hash, hash FROM audit_event WHERE {event} AND position = {last}",
     "event {next}, aud_new: this event was changed"),
    ("an old event is never sealed", "UPDATE audit_event SET position = 0, previous_hash = NULL, hash = NULL, happened_at = 0 WHERE {event} AND position = {last}; "
     "UPDATE audit_head SET position = {last} - 1, hash = (SELECT hash FROM audit_event WHERE {event} AND position = {last} - 1) WHERE chain = '{chain}'",
     "event {last}: an old event was not sealed"),
)


def verify(server, folder, *words):
    return subprocess.run([server.binary, "audit", "verify", *words, "--data", str(folder)], env=server.environment(),
                          capture_output=True, text=True)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def commit(folder, client, crime, want):
    """(what the command said, what it should have) after the crime was done to a copy."""
    with data_folder() as copy:
        for name in ("periti.db", "signing.key"):
            shutil.copy(f"{folder}/{name}", copy)
        store = sqlite3.connect(f"{copy}/periti.db")
        rows = dict(store.execute("SELECT position, id FROM audit_event WHERE organisation_id = ?", (client,)).fetchall())
        names = {"event": f"organisation_id = '{client}'", "chain": client, "last": len(rows), "next": len(rows) + 1,
                 **{f"id{position}": name for position, name in rows.items()}}
        for key, value in names.items():
            crime, want = crime.replace("{" + key + "}", str(value)), want.replace("{" + key + "}", str(value))
        store.executescript(crime)
        store.close()
        yield copy, want


def play(server):
    operator = server.operator()
    client = server.need(operator, "POST", "/v1/organisations", {"name": "Acme"})["id"]
    campaign = add_campaign(server, 3, client=client)
    person, _ = add_person(server, "expert", "Ada")
    engage(server, campaign, person)
    path = f"/v1/organisations/{client}/audit"
    proof = server.need(operator, "GET", path + "/proof")
    items = list(server.pages(operator, path))
    yield "events are sealed with their deeds", [] if proof["whole"] and proof["unsealed_count"] == 0 and \
        proof["event_count"] == len(items) > 3 else [str(proof)]
    hashes = [hashlib.sha256(canonical({k: v for k, v in one.items() if k != "hash"})).hexdigest() for one in items]
    yield "anybody can compute the hashes from the list", [] if hashes == [one["hash"] for one in items] else [str(items[:1])]
    noted = f"{path}/proof?position=2&hash={items[-2]['hash']}"
    other = f"{path}/proof?position=2&hash={'0' * 64}"
    later = f"{path}/proof?position=99&hash={'0' * 64}"
    said = [server.need(operator, "GET", one) for one in (noted, other, later)]
    yield "what was noted earlier is held against the chain", [] if \
        [one["whole"] for one in said] == [True, False, False] and said[1]["broken_at"] == 2 and \
        "noted" in said[1]["broken_why"] and said[2]["broken_at"] == len(items) + 1 else [str(said)]
    server.stop()
    done = verify(server, server.folder)
    yield "the command finds every chain whole", [] if done.returncode == 0 and f"{client}: whole, {len(items)} events" in done.stdout \
        and "the house: whole" in done.stdout else [done.stdout + done.stderr]
    for title, crime, want in CRIMES:
        for copy, want in commit(server.folder, client, crime, want):
            done = verify(server, copy, client)
            right = done.returncode == 1 and f"{client}: BROKEN at {want}" in done.stdout
            yield f"{title}: the first break is named", [] if right else [f"wanted {want}", done.stdout + done.stderr]
    nowhere = [subprocess.run([server.binary, *words, "--store", f"sqlite:{server.folder}/none.db"], capture_output=True, text=True)
               for words in (("audit", "verify"), ("check",))]
    yield "a store that is not there is not made", [] if not pathlib.Path(server.folder, "none.db").exists() and all(
        one.returncode == 1 and "there is no store" in one.stderr for one in nowhere) else [str(nowhere)]
    server.start()
    yield "a chain goes on after a restart", [] if server.need(operator, "GET", path + "/proof")["whole"] else ["broken"]
    server.need(operator, "POST", f"/v1/campaigns/{campaign}/state", {"state": "paused"})
    server.kill()
    done = verify(server, server.folder, client)
    yield "a deed that was acknowledged before a kill is sealed", [] if done.returncode == 0 and "not sealed" not in done.stdout and \
        f"{client}: whole, {len(items) + 1} events" in done.stdout else [done.stdout + done.stderr]
    server.start()


if __name__ == "__main__":
    perform(play)
