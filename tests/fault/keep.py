"""What people brought is deleted when it has been kept for as long as was promised, and not a day before; what somebody still needs
is held.

Usage: keep.py BINARY. Needs Debian's libfaketime; skipped without it. Prints TAP.
"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from stage import FAKETIME, Machine, add_person, data_folder, report, skip  # noqa: E402

KEEP = {"PERITI_ANSWERS_KEEP_DAYS": "30", "PERITI_APPLICATIONS_KEEP_DAYS": "30", "PERITI_RESUMES_KEEP_DAYS": "10"}
DAY = 86400
HOUSE_S = 75  # the house is kept at the start, and once a minute


def add_listing(server):
    operator = server.operator()
    made = server.need(operator, "POST", "/v1/listings", {"title": "Law", "domain": "law", "rate_low_minor": 1, "rate_high_minor": 2,
                                                         "item_max": 3})["id"]
    server.need(operator, "POST", f"/v1/listings/{made}/state", {"state": "open"})
    return made


def begin(server, key, application):
    notice = server.need(key, "GET", "/v1/interview-notice")
    made = server.need(key, "POST", f"/v1/applications/{application}/interviews", {"notice_version": notice["version"]})["id"]
    return notice["text"], made


def answer(server, key, interview, count):
    for _ in range(count):
        question = server.need(key, "GET", f"/v1/interviews/{interview}")
        if question["state"] != "open":
            return
        text = "1" if question["kind"] != "free" else "Nobody may be judged without having been heard first."
        server.need(key, "POST", f"/v1/interviews/{interview}/answers", {"revision": question["revision"], "answer": text})


def state(server, key, interview):
    return next(one["interview_state"] for one in server.need(key, "GET", "/v1/interviews")["items"] if one["id"] == interview)


def resumes(server, key):
    return len(server.need(key, "GET", "/v1/resumes")["items"])


def keep_house(server, is_kept):
    """Start anew; until it is kept, or has surely been."""
    server.stop()
    server.start()
    end = time.monotonic() + HOUSE_S
    while not is_kept() and time.monotonic() < end:
        time.sleep(0.2)


def main(binary):
    with data_folder() as folder:
        machine = Machine(binary, folder)
        server = machine.server
        server.variables.update(KEEP)
        server.start()
        listing = add_listing(server)
        keys = [add_person(server, "expert", name)[1] for name in ("Left", "Done")]
        applications = [server.need(key, "POST", f"/v1/listings/{listing}/applications", {"note": "I judge well."})["id"] for key in keys]
        notice, left = begin(server, keys[0], applications[0])
        _, done = begin(server, keys[1], applications[1])
        answer(server, keys[0], left, 1)
        answer(server, keys[1], done, 9)
        waits = state(server, keys[1], done) == "done"
        server.need(keys[0], "POST", "/v1/resumes", b"Ada\nada@example.org\n", kind="application/octet-stream")
        server.need(keys[0], "POST", f"/v1/applications/{applications[0]}/withdrawal")
        yield "the notice names the days", [] if "30 days" in notice and waits else [notice, str(waits)]
        machine.set(9 * DAY)
        started = time.monotonic()
        keep_house(server, lambda: time.monotonic() > started + 5)
        early = (state(server, keys[0], left), resumes(server, keys[0]))
        yield "before its days nothing is deleted", [] if early == ("open", 1) else [str(early)]
        machine.set(31 * DAY)
        keep_house(server, lambda: resumes(server, keys[0]) == 0 and state(server, keys[0], left) == "erased")
        late = (state(server, keys[0], left), resumes(server, keys[0]))
        note = server.need(keys[0], "GET", f"/v1/applications/{applications[0]}")["application"]["note"]
        yield "after them it is", [] if late == ("erased", 0) and note == "" else [str(late), str(note)]
        held = state(server, keys[1], done)
        yield "what a person still has to grade is held", [] if held == "done" else [held]
        server.stop()
        bad = server.check()
        yield "the store is sound in the end", [bad] if bad else []


if FAKETIME is None:
    skip("libfaketime is not there")
else:
    report(main(sys.argv[1]))
