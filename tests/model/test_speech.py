"""Spoken answers against a transcription server that misbehaves: pieces survive a reload and a restart, only confirmed words are
scored, the sound goes when it is said, and without the server an answer is typed.

Usage: test_speech.py PERITI
"""
import pathlib
import sqlite3
import sys
import time
import uuid

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "fault")]
from server import ModelServer  # noqa: E402
from stage import Server, add_person, data_folder, report  # noqa: E402

PATIENCE_S = 90


class Stage:
    def __init__(self, binary, folder, model, **settings):
        self.model, self.path = model, pathlib.Path(folder, "periti.db")
        key = pathlib.Path(folder, "speech.key")
        key.write_text("secret-of-the-server\n")
        self.server = Server(binary, folder, settings={"transcription_url": model.url, "transcription_model": "ears",
                                                       "transcription_key_file": str(key), **settings}).start()
        self.listing = self.server.need(self.server.operator(), "POST", "/v1/listings", {
            "title": "Law", "domain": "law", "rate_low_minor": 1, "rate_high_minor": 2, "item_max": 8})["id"]
        self.server.need(self.server.operator(), "POST", f"/v1/listings/{self.listing}/state", {"state": "open"})
        self.speakers = 0
        self.apply()

    def apply(self):
        """Somebody new begins an interview."""
        self.speakers += 1
        _, self.key = add_person(self.server, "expert", f"Speaker{self.speakers}")
        application = self.server.need(self.key, "POST", f"/v1/listings/{self.listing}/applications", {"note": ""})["id"]
        self.interview = self.server.need(self.key, "POST", f"/v1/applications/{application}/interviews", {
            "notice_version": self.server.need(self.key, "GET", "/v1/interview-notice")["version"]})["id"]
        self.base = f"/v1/interviews/{self.interview}"

    def question(self):
        """The next one that may be spoken; others are answered by rule."""
        while True:
            question = self.server.need(self.key, "GET", self.base)
            if "kind" not in question:  # it came to its end without one
                self.apply()
                continue
            if question["may_speak"]:
                return question
            answer = " ".join(str(k + 1) for k in range(len(question["parts"]))) if question["kind"] == "order" else "1"
            self.server.need(self.key, "POST", f"{self.base}/answers", {"revision": question["revision"], "answer": answer})

    def begin(self, question):
        self.server.need(self.key, "POST", f"{self.base}/recording", {"revision": question["revision"], "media": "audio/webm;codecs=opus"})

    def send(self, text, segment, chunk):
        return self.server.ask(self.key, "POST", f"{self.base}/recording/pieces?segment={segment}&chunk={chunk}", text,
                               kind="application/octet-stream")[0]

    def write_down(self):
        self.server.need(self.key, "POST", f"{self.base}/recording/transcript")
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            found = self.server.need(self.key, "GET", f"{self.base}/recording")
            if found["state"] not in ("open", "waiting"):
                return found
            time.sleep(0.1)
        raise SystemExit("Bail out! nothing was written down")

    def chunks(self):
        return sqlite3.connect(self.path).execute("SELECT COUNT(*) FROM recording_chunk").fetchone()[0]

    def stop(self):
        self.model.stop()
        self.server.stop()


def it_is_spoken(stage):
    question = stage.question()
    stage.begin(question)
    for chunk, text in enumerate(["The contract ", "is void "]):
        if stage.send(text, 0, chunk) != 201:
            yield "a piece was refused"
    stage.server.kill()  # the page is loaded again, and the server has been restarted
    stage.server.start()
    found = stage.server.need(stage.key, "GET", f"{stage.base}/recording")
    if [one["chunk_count"] for one in found["segments"]] != [2]:
        yield f"after a restart there is {found}"
    stage.send("because of duress.", 1, 0)
    _, _, sound = stage.server.send(stage.key, "GET", f"{stage.base}/recording/sound?segment=0")
    if sound != b"The contract is void ":
        yield f"played back: {sound}"
    found = stage.write_down()
    if found["transcript"] != "The contract is void  because of duress.":
        yield f"it was written down as {found.get('transcript')}, {found.get('note')}"
    heard = stage.model.heard[-1]
    if heard["model"] != b"ears" or stage.model.keys != {"secret-of-the-server"}:
        yield f"the server was asked for {heard['model']} with {stage.model.keys}"
    own = f"The contract can be set aside because of duress. {uuid.uuid4().hex}"
    stage.server.need(stage.key, "POST", f"{stage.base}/answers", {"revision": question["revision"], "answer": own})
    store = sqlite3.connect(stage.path)
    kept = [row[0] for row in store.execute("SELECT answer FROM interview_step WHERE answer IS NOT NULL")]
    if own not in kept or any("is void  because" in (answer or "") for answer in kept):
        yield f"not the confirmed words are the answer: {kept}"
    if stage.chunks() != 0 or store.execute("SELECT COUNT(*) FROM recording WHERE transcript IS NOT NULL").fetchone()[0]:
        yield "sound or transcript outlived the answer"
    verdict = store.execute("SELECT verdict FROM interview_step WHERE answer = ?", (own,)).fetchone()[0]
    if "spoken" in verdict or "speech" in verdict:
        yield "the score knows that it was spoken"


def it_is_bounded(stage):
    question = stage.question()
    stage.begin(question)
    for size, chunk, want in ((0, 0, (422, 413, 400)), (1 << 20, 0, (201,)), ((1 << 20) + 1, 1, (413, 422))):
        if (status := stage.send("x" * size, 0, chunk)) not in want:
            yield f"a piece of {size} bytes: {status}"
    statuses = [stage.send("x" * (1 << 20), 0, chunk) for chunk in range(1, 26)]
    if statuses.count(201) != 23 or set(statuses) - {201, 413, 422}:
        yield f"24 MiB and more were answered {statuses}"


def it_is_kept_for_as_long_as_is_said(stage):
    question = stage.question()
    stage.begin(question)
    stage.send("Duress.", 0, 0)
    stage.server.need(stage.key, "POST", f"{stage.base}/answers", {"revision": question["revision"], "answer": "Duress."})
    if stage.chunks() != 1:
        yield "the sound did not stay for the day that was said"
    if "1 days" not in stage.server.need(stage.key, "GET", "/v1/interview-notice")["text"]:
        yield "the notice does not say for how long"
    store = sqlite3.connect(stage.path)
    due = store.execute("SELECT delete_at - began_at FROM recording").fetchone()[0]
    if abs(due - 86_400_000_000) > 600_000_000:
        yield f"it goes after {due / 3.6e9:.1f} hours"
    stage.server.need(stage.key, "DELETE", stage.base)
    if stage.chunks() != 0:
        yield "the sound outlived the erasure"


def goes_on(stage):
    question = stage.question()
    stage.begin(question)
    stage.send("Duress.", 0, 0)
    found = stage.write_down()
    if found["state"] != "failed" or "transcript" in found or not found.get("note"):
        yield f"it ended so: {found}"
    status, got = stage.server.ask(stage.key, "POST", f"{stage.base}/answers", {"revision": question["revision"], "answer": "Duress, typed."})
    if status != 200:
        yield f"typed instead: {status} {got}"


def with_model(binary, test, **how):
    settings = how.pop("settings", {})
    with data_folder() as folder:
        stage = Stage(binary, folder, ModelServer(**how), **settings)
        wrongs = list(test(stage))
        stage.stop()
        return wrongs


def main(binary):
    yield "an answer is spoken, goes on after a restart, is corrected, and only the confirmed words stay", with_model(binary, it_is_spoken)
    yield "pieces and recordings are bounded", with_model(binary, it_is_bounded)
    yield "sound is kept for as long as is said, and no longer than the answer", with_model(
        binary, it_is_kept_for_as_long_as_is_said, settings={"speech_keep_days": 1})
    for kind in ("500", "reset", "not_json", "wrong_types", "flood", "invalid_utf8"):
        yield f"with a transcription server that answers so: {kind}, the answer is typed", with_model(binary, goes_on, faults=1.0, kinds=[kind])


report(main(sys.argv[1]))
