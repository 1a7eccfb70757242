"""kill -9 the server while files of many rows are taken in: a list of occupations is asked as it was until the new one is whole, and
every row of a CSV of résumés, and every profile, is added once and counted once.

Usage: bulk.py BINARY. Prints TAP.
"""
import io
import json
import pathlib
import random
import sys
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from stage import Server, data_folder, report  # noqa: E402

ENTRIES, TITLES, PEOPLE, KILLS = 1500, 12, 4000, 4
WORDS = ["nurse", "engineer", "lawyer", "clerk", "analyst", "teacher", "pilot", "editor", "chemist", "driver"]


def onet(name):
    """O*NET's files as they are published: a ZIP with a folder in it."""
    draw = random.Random(7)
    main = "".join(f"{i:05d}.00\t{name} {draw.choice(WORDS)} {i}\n" for i in range(ENTRIES))
    other = "".join(f"{i % ENTRIES:05d}.00\t{draw.choice(WORDS)} of {draw.choice(WORDS)} {i}\tn/a\n" for i in range(ENTRIES * TITLES))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("db/Occupation Data.txt", "O*NET-SOC Code\tTitle\n" + main)
        archive.writestr("db/Alternate Titles.txt", "O*NET-SOC Code\tAlternate Title\tShort Title\n" + other)
    return packed.getvalue()


def begin(server, path, content):
    return server.need(server.operator(), "POST", path, content, kind="application/octet-stream")


def end_of(server, begun, kills, imports="/v1/imports"):
    """Kill the server so often while the job runs; then what the import says, and how often it was killed."""
    killed = 0
    while killed < kills:
        time.sleep(random.uniform(0.05, 0.25))
        if server.need(server.operator(), "GET", f"/v1/jobs/{begun['job_id']}")["state"] not in ("waiting", "running"):
            break
        server.kill()
        killed += 1
        server.start()
    server.await_job(server.operator(), begun["job_id"], patience=180)
    return server.need(server.operator(), "GET", f"{imports}/{begun['import_id']}"), killed


def labels(server):
    """The names that a title is answered by: of one list, never of two."""
    found = server.need(server.operator(), "GET", "/v1/concepts?kind=occupation&name=nurse")["items"]
    return {one["label"].split()[0] for one in found}


def main(binary):
    with data_folder() as folder:
        server = Server(binary, folder).start()
        first, _ = end_of(server, begin(server, "/v1/taxonomy-imports?source=onet&name=onet.zip", onet("old")), 0)
        yield "a list is taken in whole", [] if first["added_count"] == ENTRIES and labels(server) == {"old"} else [str(first)]
        begun = begin(server, "/v1/taxonomy-imports?source=onet&name=onet.zip", onet("new"))
        early = labels(server)
        then, killed = end_of(server, begun, KILLS)
        counts = server.need(server.operator(), "GET", "/v1/taxonomies")["items"]
        yield (f"killed {killed} times, the next takes its place whole",
               [f"{early} {then} {labels(server)} {counts}"]
               if not killed or early != {"old"} or labels(server) != {"new"} or then["state"] != "ready"
               or [one["concept_count"] for one in counts] != [ENTRIES] else [])
        rows = "".join(f"p{i}@example.org,python\n" if i % 10 else f"nobody {i},python\n" for i in range(PEOPLE))
        then, killed = end_of(server, begin(server, "/v1/resume-imports", "email,skills\n" + rows), KILLS)
        bad = list(server.pages(server.operator(), f"/v1/imports/{then['id']}/errors"))
        want = {"read_count": PEOPLE, "added_count": PEOPLE * 9 // 10, "known_count": 0, "bad_count": PEOPLE // 10, "state": "ready"}
        yield (f"killed {killed} times, each row of résumés is added and counted once",
               [str(then)] if not killed or any(then[name] != value for name, value in want.items())
               or [one["line"] for one in bad] != [i + 2 for i in range(0, PEOPLE, 10)] else [])
        rows = "".join(json.dumps({"email": f"e{i}@example.org", "name": f"Expert {i}"} if i % 10 else {"name": f"Nobody {i}"}) + "\n"
                       for i in range(PEOPLE))
        then, killed = end_of(server, begin(server, "/v1/expert-imports?format=jsonl", rows), KILLS, "/v1/expert-imports")
        want = {"line_count": PEOPLE, "added_count": PEOPLE * 9 // 10, "changed_count": 0, "bad_count": PEOPLE // 10, "state": "ready"}
        yield (f"killed {killed} times, each profile is added and counted once",
               [str(then)] if not killed or any(then[name] != value for name, value in want.items()) else [])
        server.stop()
        bad = server.check()
        yield "the store is sound in the end", [bad] if bad else []


report(main(sys.argv[1]))
