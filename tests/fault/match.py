"""Match runs that are killed or cancelled in the middle change nothing, and of several who accept one proposal one wins.

Usage: match.py BINARY [ROUNDS]   (or ROUNDS in the environment; 5 unless said)

Each round asks for a team, kills the server at a random moment of the run, and starts it again: the run is made once, its
proposals fill each seat once, and it replays to the bit. Prints TAP.
"""
import json
import pathlib
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from stage import add_person, perform, rounds_wanted  # noqa: E402

EXPERTS, SEATS, RIVALS = 6000, 20, 4
SKILLS = ("contract law", "tax law", "patent law")


def import_experts(server, operator):
    draw = random.Random(1)
    lines = "\n".join(json.dumps({
        "email": f"x{number}@example.org", "name": f"Expert {number}", "domain": "law",
        "skills": [{"name": draw.choice(SKILLS), "level": draw.randint(1, 10)}], "languages": ["en"], "currency": "USD",
        "rate_minor": draw.randint(20, 90) * 100, "weekly_hours": draw.choice((10, 20, 40)),
        "summary": " ".join(draw.choices("lease supply agreement court appeal tariff grant claim".split(), k=6))})
        for number in range(EXPERTS))
    begun = server.need(operator, "POST", "/v1/expert-imports", lines, kind="application/octet-stream")
    server.await_job(operator, begun["job_id"])


def ask_for_team(server, operator, number):
    """(campaign, requirement) of a new campaign that wants a team."""
    client = server.need(operator, "POST", "/v1/organisations", {"name": f"Client {number}"})["id"]
    campaign = server.need(operator, "POST", "/v1/campaigns", {
        "organisation_id": client, "name": f"Team {number}", "task_type": "classification", "price_minor": 100,
        "parameters": {"classes": ["a", "b"]}, "guideline": "# 1 Read\nTwice."})["id"]
    requirement = server.need(operator, "POST", f"/v1/campaigns/{campaign}/requirements", {
        "name": "Lawyers", "seats": SEATS,
        "demand": {"skills": [{"name": SKILLS[number % len(SKILLS)], "level": 3}], "text": "lease and supply agreement"}})["id"]
    return campaign, requirement


def seats_wrong(server, operator, campaign, run):
    """What is wrong with the campaign's proposals after the run."""
    rows = [row for row in server.pages(operator, f"/v1/campaigns/{campaign}/proposals") if row["state"] == "proposed"]
    people = {row["person_id"] for row in rows}
    shown = server.need(operator, "GET", f"/v1/match-runs/{run}")
    return [] if len(rows) == len(people) == SEATS and shown["is_optimal"] == 1 else \
        [f"{len(rows)} proposals for {len(people)} people, {SEATS} seats; optimal {shown['is_optimal']}"]


def kill_runs(server, operator, rounds):
    wrong, reran = [], []
    for number in range(rounds):
        campaign, _ = ask_for_team(server, operator, number)
        begun = server.need(operator, "POST", "/v1/match-runs", {"seed": number})
        time.sleep(random.uniform(0, 0.5))
        server.kill()
        wrong += [why] if (why := server.check()) else []
        server.start()
        ended = server.await_job(operator, begun["job_id"])
        wrong += [] if ended["state"] == "done" else [json.dumps(ended)]
        wrong += seats_wrong(server, operator, campaign, begun["run_id"])
        again = server.need(operator, "POST", f"/v1/match-runs/{begun['run_id']}/replay")
        same = server.await_job(operator, again["job_id"])
        reran += [] if (same["result"] or {}).get("same") else [json.dumps(same)]
    yield f"each of {rounds} killed runs filled every seat once", wrong
    yield "what they read and found replays to the bit", reran


def cancel_runs(server, operator, rounds):
    campaign, _ = ask_for_team(server, operator, rounds)
    proposed = lambda: {row["id"] for row in server.pages(operator, f"/v1/campaigns/{campaign}/proposals")}  # noqa: E731
    wrong, cancelled = [], 0
    for number in range(4 * rounds):
        before = proposed()
        begun = server.need(operator, "POST", "/v1/match-runs", {"seed": 100 + number})
        time.sleep(random.uniform(0, 0.05))
        server.ask(operator, "POST", f"/v1/jobs/{begun['job_id']}/cancel")
        if server.await_job(operator, begun["job_id"])["state"] == "done":
            continue  # it was quicker than we
        cancelled += 1
        time.sleep(0.6)  # longer than a run takes: whoever goes on all the same has written by then
        status, _ = server.ask(operator, "GET", f"/v1/match-runs/{begun['run_id']}")
        wrong += [f"run {begun['run_id']}: {status}"] if status != 404 or proposed() != before else []
    yield "a cancelled run leaves everything as it was", wrong if cancelled else ["none was cancelled in time"]


def accept_together(server, operator):
    """Several operators offer the same seat at once."""
    campaign, _ = ask_for_team(server, operator, 1000)
    begun = server.need(operator, "POST", "/v1/match-runs", {"seed": 1})
    server.await_job(operator, begun["job_id"])
    keys = [operator] + [add_person(server, "operator", f"Rival{number}")[1] for number in range(RIVALS - 1)]
    client = server.need(operator, "GET", f"/v1/campaigns/{campaign}")["organisation_id"]
    for number in range(1, RIVALS):
        person = server.need(keys[number], "GET", "/v1/session")["person_id"]
        server.need(operator, "POST", f"/v1/organisations/{client}/grants", {"person_id": person, "granted": True})
    wrong = []
    for row in list(server.pages(operator, f"/v1/campaigns/{campaign}/proposals"))[:8]:
        answers = []
        gate = threading.Barrier(RIVALS)

        def offer(key, proposal=row["id"], gate=gate, answers=answers):
            gate.wait()
            answers.append(server.ask(key, "POST", f"/v1/proposals/{proposal}/offer", {"terms": {"hour_minor": 9000}})[0])

        threads = [threading.Thread(target=offer, args=(key,)) for key in keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wrong += [] if sorted(answers) == [201] + [409] * (RIVALS - 1) else [f"{row['id']}: {sorted(answers)}"]
    yield f"of {RIVALS} who accept one proposal at once, one wins", wrong


def play(server, rounds):
    random.seed(1)
    operator = server.operator()
    import_experts(server, operator)
    yield from kill_runs(server, operator, rounds)
    yield from cancel_runs(server, operator, rounds)
    yield from accept_together(server, operator)
    server.stop()
    yield "the store is whole in the end", [why] if (why := server.check()) else []


if __name__ == "__main__":
    perform(play, rounds_wanted())
