"""The Python client for trainers against a real server: its reward functions, and what happens on a bad line.

Usage: test_rewards.py BINARY
"""
import json
import os
import pathlib
import socket
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "clients" / "python"))
sys.path.insert(0, str(HERE.parent / "api"))
import periti_rewards as client  # noqa: E402
from run import Server  # noqa: E402


class Line(threading.Thread):
    """A line to the server that is cut after so many bytes of answer, for its first connections."""

    def __init__(self, port, cuts):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.server = port
        self.cuts = list(cuts)
        self.asked = 0
        self.start()

    def run(self):
        while True:
            near, _ = self.listener.accept()
            self.asked += 1
            far = socket.create_connection(("127.0.0.1", self.server))
            threading.Thread(target=self.carry, args=(near, far, None), daemon=True).start()
            threading.Thread(target=self.carry, args=(far, near, self.cuts.pop(0) if self.cuts else None), daemon=True).start()

    def carry(self, one, other, most):
        try:
            while data := one.recv(4096 if most is None else max(1, min(4096, most))):
                other.sendall(data)
                most = None if most is None else most - len(data)
                if most is not None and most <= 0:
                    break
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


FUNCTION = {"check": "code", "fenced": True, "entry": "double", "test": "def check(c):\n    assert c(4) == 8\n"}


def check_trl(server, key):
    reward = client.trl_reward(client.Rewards(server, key, check="math"), reference="answer")
    got = reward(prompts=["p"] * 4, completions=["\\boxed{4}", [{"role": "assistant", "content": "It is 5."}], "4", None],
                 answer=["4", "4", "4", "4"], trainer_state=None, completion_ids=[[1]] * 4)
    assert got == [1, 0, 1, 0], got
    assert reward.__name__ == "periti"
    assert reward(prompts=["p"], completions=["4"], answer=[None]) == [None], "without a reference there is no reward"
    code = client.trl_reward(client.Rewards(server, key, verifier=FUNCTION))
    assert code(prompts=[], completions=["```python\ndef double(x):\n    return 2 * x\n```", "def double(x): return x"]) == [1, 0]


def check_verl(server, key):
    os.environ.update(PERITI_SERVER=server, PERITI_KEY=key, PERITI_CHECK="numeric")
    assert client.compute_score("gsm8k", "so 7 apples", "7", {"split": "train"})["score"] == 1.0
    assert client.compute_score_batch(["x"] * 2, ["8", "9"], ["8", "8"], None) == [1.0, 0.0]
    try:
        client.compute_score("x", "8", None)
        raise AssertionError("no reference, and yet a number")
    except client.Unscored as wrong:
        assert "verifier" in str(wrong)
    os.environ["PERITI_UNSCORED"] = "0.5"
    assert client.compute_score("x", "8", None)["score"] == 0.5
    for name in ("PERITI_SERVER", "PERITI_KEY", "PERITI_CHECK", "PERITI_UNSCORED"):
        del os.environ[name]


def check_verifiers(server, key):
    reward = client.verifiers_reward(client.Rewards(server, key, check="choice"))
    assert reward(prompt="q", completion=[{"role": "assistant", "content": "The answer is (C)"}], answer="C", state={}, info={}) == 1.0
    assert reward(prompt="q", completion="B", answer="", state={}, info=json.dumps({"verifier": {"check": "exact"}, "reference": "A"})) == 0.0


class Scalar:
    """A number of a trainer's library, which json does not know."""

    def __init__(self, value):
        self.value = value

    def tolist(self):
        return self.value


def check_odd_rows(server, key):
    """One row that is no text must not cost the batch."""
    rewards = client.Rewards(server, key, check="math")
    rows = [{"answer": "7", "reference": Scalar(7)}, {"answer": "3.5", "reference": 3.5}, {"answer": "cut \ud83d", "reference": "3"},
            {"answer": None, "reference": "3"}, {"answer": "3", "reference": "3"}]
    got = [verdict["reward"] for verdict in rewards.judge(rows)]
    assert got == [1, 1, 0, 0, 1], got


def check_cut_line(server, key):
    """Cut twice in the middle of the answer: every row has its verdict, from a few requests."""
    rows = [{"id": i, "answer": str(i), "reference": str(i - i % 2), "check": "exact"} for i in range(3000)]
    for run in (None, "cut-night"):
        line = Line(int(server.rsplit(":", 1)[1]), cuts=(40_000, 90_000))
        verdicts = client.Rewards(f"http://127.0.0.1:{line.port}", key).judge(rows, run=run)
        assert [v["reward"] for v in verdicts] == [1 - i % 2 for i in range(3000)]
        assert line.asked == 3, line.asked


def check_nobody(server, key):
    """Nobody answers: no reward, and why; never a zero."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        got = client.Rewards(f"http://127.0.0.1:{free.getsockname()[1]}", key, attempts=2).judge([{"answer": "x"}])
    assert got[0]["reward"] is None and got[0]["reason"] == "transport", got


def check_refusals(server, key):
    for rewards, status in ((client.Rewards(server, "pk_none"), 401), (client.Rewards(server, key, check="telepathy"), 422)):
        try:
            rewards.judge([{"answer": "x", "reference": "x"}])
            raise AssertionError("nothing was refused")
        except client.Refused as wrong:
            assert wrong.status == status, wrong
    assert client.Rewards(server, key).judge([]) == []


def main():
    tests = [(name[6:].replace("_", " "), test) for name, test in globals().items() if name.startswith("check_")]
    print(f"1..{len(tests)}")
    server = Server(sys.argv[1], "sqlite")
    bad = 0
    try:
        for number, (name, test) in enumerate(tests, 1):
            try:
                test(f"http://127.0.0.1:{server.port}", server.operator_key())
                print(f"ok {number} - {name}")
            except Exception as wrong:  # noqa: BLE001 - any failure is a failure of this test
                bad += 1
                print(f"not ok {number} - {name}\n# {type(wrong).__name__}: {wrong}")
            sys.stdout.flush()
    finally:
        server.stop()
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
