"""Rewards from a Periti server, for trainers. Standard library only; one file that may be copied.

    from periti_rewards import Rewards, trl_reward

    rewards = Rewards("http://127.0.0.1:8080", key, check="math")
    trainer = GRPOTrainer(..., reward_funcs=trl_reward(rewards, reference="answer"))

Server and key may come from PERITI_SERVER, PERITI_KEY or PERITI_KEY_FILE. A reward is a number from 0 to 1,
or None: the answer could not be judged, which is nobody's zero. What was cut off on the way is asked again,
and only that; what nobody answered in the end is None with the reason "transport".
"""
import http.client
import json
import os
import random
import time
import urllib.parse

__all__ = ["Refused", "Rewards", "Unscored", "compute_score", "compute_score_batch", "trl_reward", "verifiers_reward"]

CUT = (OSError, http.client.HTTPException, ValueError)
AGAIN = (408, 425, 429, 500, 502, 503, 504)


class Refused(Exception):
    """The server does not take the request; asking again would not help."""

    def __init__(self, status, problem):
        super().__init__(f"{status}: {problem.get('detail') or problem.get('title') or 'refused'}")
        self.status = status
        self.problem = problem


class Unscored(Exception):
    """A trainer wanted a number where there is none."""


def _key():
    path = os.environ.get("PERITI_KEY_FILE")
    if path:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    return os.environ.get("PERITI_KEY", "")


class Rewards:
    """A server that judges. Safe to use from several threads: every call has a connection of its own."""

    def __init__(self, server=None, key=None, *, check=None, verifier=None, environment=None, timeout=600, attempts=5):
        self.server = urllib.parse.urlsplit(server or os.environ.get("PERITI_SERVER") or "http://127.0.0.1:8080")
        self.key = key or _key()
        self.query = {"check": check, "verifier": verifier if verifier is None else json.dumps(verifier),
                      "environment_id": environment}
        self.timeout = timeout
        self.attempts = attempts

    def judge(self, rows, run=None):
        """The verdicts of the rows, in their order. `run` names them on the server, to be asked again for free."""
        rows = list(rows)
        verdicts = [None] * len(rows)
        for index, verdict in self.stream(rows, run):
            verdicts[index] = verdict
        return verdicts

    def stream(self, rows, run=None):
        """Pairs of index and verdict, in the order in which the server is done with them."""
        rows = list(rows)
        missing = set(range(len(rows)))
        why = "the server was not asked"
        for attempt in range(self.attempts):
            if not missing:
                return
            if attempt:
                time.sleep(self._pause(attempt, why))
            try:
                # A run counts its rows from the first, so all of them are sent again: nothing is judged twice.
                sent = list(range(len(rows))) if run else sorted(missing)
                for verdict in self._ask([rows[i] for i in sent], run):
                    index = sent[verdict.pop("index")]
                    if index in missing:
                        missing.remove(index)
                        yield index, verdict
            except CUT as wrong:
                why = wrong
        for index in sorted(missing):
            yield index, {"reward": None, "verdict": "unscored", "reason": "transport", "note": str(why)}

    def _pause(self, attempt, why):
        """Full jitter, unless the server said how long."""
        said = getattr(why, "retry_after", None)
        return said if said is not None else random.uniform(0, min(30.0, 0.25 * 2 ** attempt))

    def _ask(self, rows, run):
        query = {name: value for name, value in {**self.query, "run": run}.items() if value is not None}
        secure = self.server.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(self.server.hostname, self.server.port, timeout=self.timeout)
        try:
            connection.request(
                "POST", f"{self.server.path.rstrip('/')}/v1/rewards?{urllib.parse.urlencode(query)}",
                map(_line, rows),
                {"Authorization": f"Bearer {self.key}", "Content-Type": "application/x-ndjson"}, encode_chunked=True)
            answer = connection.getresponse()
            if answer.status != 200:
                self._refuse(answer)
            yield from self._read(answer)
        finally:
            connection.close()

    def _read(self, answer):
        """Verdicts up to the last line; without it the rest is missing."""
        for line in answer:
            verdict = json.loads(line)
            if "index" in verdict:
                yield verdict
            elif verdict.get("done"):
                return
            else:
                raise ValueError(verdict.get("note", "the server gave up"))
        raise http.client.IncompleteRead(b"")

    def _refuse(self, answer):
        try:
            problem = json.loads(answer.read())
        except ValueError:
            problem = {}
        if answer.status not in AGAIN:
            raise Refused(answer.status, problem)
        wrong = ConnectionError(f"{answer.status}: {problem.get('detail', 'try again')}")
        after = answer.getheader("Retry-After", "")
        wrong.retry_after = min(float(after), 60.0) if after.isdigit() else None
        raise wrong


def _plain(value):
    """Numbers and arrays as trainers hold them: those of numpy and torch know their plain form."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be part of a row")


def _line(row):
    """Half of a surrogate pair, as a cut-off generation may end in, is no text: a question mark stands for it."""
    return json.dumps(row, ensure_ascii=False, default=_plain).encode("utf-8", "replace") + b"\n"


def text_of(completion):
    """What the model said: a text, or the contents of its messages."""
    if isinstance(completion, str) or completion is None:
        return completion
    if isinstance(completion, dict):
        content = completion.get("content")
        if isinstance(content, list):
            return "".join(part.get("text", "") for part in content if isinstance(part, dict))
        return content
    return "".join(text_of(message) or "" for message in completion
                   if not isinstance(message, dict) or message.get("role", "assistant") == "assistant")


def trl_reward(rewards, reference="answer", task=None, verifier=None, name="periti"):
    """A reward function for TRL: one call judges the whole batch. Names are columns of the data set."""

    def reward(prompts=None, completions=(), **columns):
        rows = []
        for index, completion in enumerate(completions):
            row = {"answer": text_of(completion)}
            for member, column in (("reference", reference), ("task", task), ("verifier", verifier)):
                if column is not None and column in columns and columns[column][index] is not None:
                    row[member] = columns[column][index]
            rows.append(row)
        return [verdict["reward"] for verdict in rewards.judge(rows)]

    reward.__name__ = name  # TRL logs under this name
    return reward


def verifiers_reward(rewards, name="periti"):
    """A reward function for verifiers: `info` may name a task or a verifier, else `answer` is the reference."""

    def reward(prompt=None, completion=None, answer=None, state=None, info=None, **_):
        info = json.loads(info) if isinstance(info, str) else info or {}
        row = {"answer": text_of(completion)}
        row.update({member: info[member] for member in ("task", "verifier", "reference") if info.get(member)})
        if answer not in (None, "") and "reference" not in row:
            row["reference"] = answer
        return number(rewards.judge([row])[0])

    reward.__name__ = name
    return reward


def number(verdict):
    """The reward as a number, for trainers that cannot skip: PERITI_UNSCORED stands for None, if it is set."""
    if verdict["reward"] is not None:
        return float(verdict["reward"])
    if os.environ.get("PERITI_UNSCORED"):
        return float(os.environ["PERITI_UNSCORED"])
    raise Unscored(f"{verdict.get('reason')}: {verdict.get('note', '')}")


def _environment():
    verifier = os.environ.get("PERITI_VERIFIER")
    return Rewards(check=None if verifier else os.environ.get("PERITI_CHECK"),
                   verifier=json.loads(verifier) if verifier else None, environment=os.environ.get("PERITI_ENVIRONMENT"))


def _row(answer, truth, extra):
    extra = extra or {}
    row = {"answer": answer}
    row.update({member: extra[member] for member in ("task", "verifier") if extra.get(member)})
    if truth is not None and "task" not in row:
        row["reference"] = truth
    return row


def compute_score(data_source, solution_str, ground_truth, extra_info=None, **_):
    """For verl: custom_reward_function.path is this file. Settings come from PERITI_* in the environment:
    SERVER, KEY or KEY_FILE, and CHECK, VERIFIER (JSON) or ENVIRONMENT."""
    verdict = _environment().judge([_row(solution_str, ground_truth, extra_info)])[0]
    return {"score": number(verdict), "verdict": verdict["verdict"], "reason": verdict.get("reason") or ""}


def compute_score_batch(data_sources, solution_strs, ground_truths, extra_infos, **_):
    """For verl's batch reward manager: one request a batch."""
    extras = extra_infos if extra_infos is not None else [None] * len(solution_strs)
    rows = [_row(*each) for each in zip(solution_strs, ground_truths, extras)]
    return [number(verdict) for verdict in _environment().judge(rows)]
