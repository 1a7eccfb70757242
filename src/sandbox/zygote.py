# The interpreter of a slot: starts once, then forks a fresh process for every check.
#
# It runs no untrusted code itself. Each fork enters a process namespace of its own, gives up its
# user and every capability, and only then looks at the code. It does not read the texts of a request
# either: a fork reads its own share, so that a solution's process has never held the tests.
# Descriptors: 0 nothing, 1 and 5 output of the job, 2 and 6 its error, 3 requests and replies, 4 the
# texts of the request, 7 the slot's process namespace.
import ctypes
import errno
import gc
import json
import marshal
import os
import resource
import signal
import struct
import sys
import time

# What solutions commonly import is loaded once, here; every page more is a page more to fork.
import bisect, builtins, collections, copy, datetime, functools, hashlib, heapq, itertools, math  # noqa
import operator, random, re, string, typing  # noqa

CONTROL, INPUT, OUTPUT, ERROR, own_namespace = 3, 4, 5, 6, 7
REQUEST = struct.Struct("<8q4I4I")
REPLY = struct.Struct("<4i3q320s")
SIZE = struct.Struct("<I")
EXITED, SIGNALLED, TIMEOUT, MEMORY, OUTPUT_LIMIT, BROKEN = range(6)
PASSED, FAILED, UNSCORED = 0, 1, 3
JOB_ID, TEST_ID = 1000, 1001
CLONE_NEWPID = 0x20000000
PR_SET_DUMPABLE = 4
F_SETFL = 4
MESSAGE_MAX = 1 << 24
MIB = 1 << 20

ISOLATED = sys.argv[1] == "namespaces"
OWN_IDS = sys.argv[2] == "ids"

libc = ctypes.CDLL(None, use_errno=True)
plain_fork = getattr(ctypes.PyDLL(None, use_errno=True), "_Fork", os.fork)
capset_header = struct.pack("<Ii", 0x20080522, 0)
capset_nothing = bytes(24)


def refuse_none(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def bare_fork():
    """fork without the handlers that mend locks of other threads: there is one thread. A child that
    touches little copies little."""
    child = plain_fork()
    if child < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return child


def fork_apart():
    """fork into a fresh process namespace, whose first process is the child."""
    if not ISOLATED:
        return bare_fork()
    refuse_none(libc.unshare(CLONE_NEWPID))
    try:
        child = bare_fork()
    except OSError:
        libc.setns(own_namespace, CLONE_NEWPID)
        raise
    if child != 0:
        refuse_none(libc.setns(own_namespace, CLONE_NEWPID))
    return child


def confine(limits, user, keep):
    """In the child: nothing of the zygote stays but the descriptors in `keep`."""
    _, cpu_ms, memory, address, file, _, processes, files = limits
    os.setsid()
    last = 3
    for fd in sorted(keep):
        os.closerange(last, fd)
        last = fd + 1
    os.closerange(last, 256)
    if OWN_IDS:
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    refuse_none(libc.capset(capset_header, capset_nothing))
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    seconds = (cpu_ms + 999) // 1000
    address = (address or memory) * MIB
    for what, soft, hard in (
        (resource.RLIMIT_AS, address, address),
        (resource.RLIMIT_CPU, seconds, seconds + 1),
        (resource.RLIMIT_FSIZE, file * MIB, file * MIB),
        (resource.RLIMIT_NOFILE, files, files),
        (resource.RLIMIT_NPROC, processes, processes),
    ):
        resource.setrlimit(what, (soft, hard))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def message_of(error):
    try:
        return str(error)[:200]
    except BaseException:
        return "an exception that cannot be shown"


def describe(error):
    return type(error).__name__ + ": " + message_of(error)


def leave(out, verdict):
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass
    os.write(out, verdict)
    os._exit(0)


# ---- one process: for code that is trusted not to cheat, or whose cheating does not matter ----


def judge_together(prompt, solution, test, entry, out):
    calls = 0
    try:
        names = {"__name__": "solution"}
        exec(compile(prompt + solution + "\n" + test, "solution", "exec"), names)
        function = names[entry]

        def counted(*args, **named):
            nonlocal calls
            calls += 1
            return function(*args, **named)

        names["check"](counted)
        verdict = b"P" if calls else b"Uno check was executed"
    except BaseException as error:
        verdict = b"F" + describe(error).encode("utf-8", "replace")
    leave(out, verdict)


# ---- two processes: the solution never meets the tests ----


def to_wire(value):
    """Plain values as JSON that keeps their types. Runs beside untrusted code; proves nothing."""
    kind = type(value)
    if value is None or kind is bool or kind is str or kind is float:
        return value
    if kind is int:
        return value if value.bit_length() < 4096 else {"i": hex(value)}
    if kind is list:
        return [to_wire(v) for v in value]
    if kind is tuple:
        return {"t": [to_wire(v) for v in value]}
    if kind is dict:
        return {"d": [[to_wire(k), to_wire(v)] for k, v in value.items()]}
    if kind is set:
        return {"s": [to_wire(v) for v in value]}
    if kind is frozenset:
        return {"f": [to_wire(v) for v in value]}
    if kind is complex:
        return {"c": [value.real, value.imag]}
    if kind is bytes:
        return {"b": value.hex()}
    if kind is range:
        return {"r": [value.start, value.stop, value.step]}
    for base in (bool, int, float, complex, str, bytes, tuple, list, dict, set, frozenset):
        if isinstance(value, base):
            return to_wire(base(value))
    raise TypeError("%s is not a plain value" % kind.__name__)


def from_wire(value):
    """The only way back: builds exact builtin types, whatever the other side sent."""
    kind = type(value)
    if kind is list:
        return [from_wire(v) for v in value]
    if kind is not dict:
        return value
    ((tag, body),) = value.items()
    if tag == "t":
        return tuple([from_wire(v) for v in body])
    if tag == "d":
        return {from_wire(k): from_wire(v) for k, v in body}
    if tag == "s":
        return {from_wire(v) for v in body}
    if tag == "f":
        return frozenset([from_wire(v) for v in body])
    if tag == "i":
        return int(body, 16)
    if tag == "c":
        return complex(float(body[0]), float(body[1]))
    if tag == "b":
        return bytes.fromhex(body)
    if tag == "r":
        start, stop, step = body
        return range(start, stop, step)
    raise ValueError("unknown tag")


def read_whole(fd, size):
    parts = []
    while size:
        part = os.read(fd, min(size, 1 << 16))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def send(fd, message):
    data = SIZE.pack(len(message)) + message
    while data:
        data = data[os.write(fd, data):]


def receive(fd):
    (size,) = SIZE.unpack(read_whole(fd, 4))
    if size > MESSAGE_MAX:
        raise ValueError("a message of %d bytes" % size)
    return read_whole(fd, size)


def serve_solution(prompt, solution, entry, asked, answers):
    try:
        names = {"__name__": "solution"}
        exec(compile(prompt + solution, "solution", "exec"), names)
        function = names[entry]
    except BaseException as error:
        send(answers, json.dumps({"e": ["", describe(error)]}).encode())
        os._exit(0)
    while True:
        try:
            args, named = marshal.loads(receive(asked))
        except EOFError:
            os._exit(0)
        try:
            reply = json.dumps({"v": to_wire(function(*args, **named))})
        except BaseException as error:
            reply = json.dumps({"e": [type(error).__name__, message_of(error)]})
        send(answers, reply.encode())


class SolutionError(Exception):
    """The solution raised something that has no plain counterpart."""


# In the tests' loops, as those over map(), these would end the tests as if all had been tried.
ENDS_LOOPS = (StopIteration, StopAsyncIteration)


def raise_like(name, text):
    kind = getattr(builtins, name, None) if type(name) is str else None
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, ENDS_LOOPS):
        raise kind(text)
    raise SolutionError(text)


class Proxy:
    """Stands for the tested function; forgets nothing that went wrong."""

    def __init__(self, ask, answers):
        self.ask, self.answers = ask, answers
        self.calls = 0
        self.broken = None
        self.unfit = None
        self.ranges = False  # among the answers: they cannot go back as arguments

    def __call__(self, *args, **named):
        if self.broken:
            raise SolutionError(self.broken)
        try:
            question = marshal.dumps((args, named))
        except ValueError:
            if self.ranges:
                self.broken = "the tests cannot pass the solution's range on"
            else:
                self.unfit = "the tests pass arguments that are not plain values"
            raise
        try:
            send(self.ask, question)
            answer = receive(self.answers)
            self.ranges = self.ranges or b'"r"' in answer
            reply = json.loads(answer)
            ((tag, body),) = reply.items()
            value = from_wire(body) if tag == "v" else None
            name, text = (None, None) if tag == "v" else body
        except (EOFError, BrokenPipeError):
            self.broken = "the solution ended before it answered"
        except Exception as error:
            self.broken = "the solution's answer is no plain value (%s)" % describe(error)
        if self.broken:
            raise SolutionError(self.broken)
        self.calls += 1
        if tag == "v":
            return value
        if name == "":
            self.broken = str(text)[:200]
        raise_like(name, str(text)[:200])


def judge_apart(prompt, test, entry, ask, answers, out):
    for stream in (1, 2):  # the solution could read there what the tests print
        os.dup2(0, stream)
    if "random" in test:
        random.seed()  # else solution and tests would draw alike
    proxy = Proxy(ask, answers)
    try:
        names = {"__name__": "tests"}
        # The prompt ends inside the function that is wanted; its helpers are there for the tests.
        try:
            code = compile(prompt + "\n    pass\n", "prompt", "exec")
        except SyntaxError:
            code = compile(prompt, "prompt", "exec")
        exec(code, names)
        names[entry] = proxy
        exec(compile(test, "tests", "exec"), names)
        check = names["check"]
    except BaseException as error:
        leave(out, b"U" + ("the tests do not load: " + describe(error)).encode("utf-8", "replace"))
    try:
        check(proxy)
        verdict = b"P" if proxy.calls else b"Uno check was executed"
    except BaseException as error:
        verdict = b"F" + describe(error).encode("utf-8", "replace")
    if proxy.broken:
        verdict = b"F" + proxy.broken.encode("utf-8", "replace")
    elif proxy.unfit:
        verdict = b"U" + proxy.unfit.encode()
    leave(out, verdict)


# ---- the parent: starts, keeps the deadline, reaps, cleans ----


PROMPT, SOLUTION, TEST, ENTRY = range(4)


def read_texts(sizes, *wanted):
    """Of prompt, solution, test and entry those that are wanted; the others stay unread."""
    return [os.pread(INPUT, sizes[i], sum(sizes[:i])).decode() for i in wanted]


def start_together(sizes, limits, out):
    child = fork_apart()
    if child == 0:
        try:
            texts = read_texts(sizes, PROMPT, SOLUTION, TEST, ENTRY)
            confine(limits, JOB_ID, [out])
        except BaseException as error:
            os.write(out, b"X" + describe(error).encode())
            os._exit(1)
        judge_together(*texts, out)
    return [child]


def start_apart(sizes, limits, out):
    asked, ask = os.pipe()
    answers, answer = os.pipe()
    children = []
    try:
        for solution in (True, False):
            child = fork_apart()
            if child != 0:
                children.append(child)
                continue
            try:
                texts = read_texts(sizes, PROMPT, SOLUTION if solution else TEST, ENTRY)
                confine(limits, JOB_ID if solution else TEST_ID,
                        [asked, answer] if solution else [ask, answers, out])
            except BaseException as error:
                if not solution:
                    os.write(out, b"X" + describe(error).encode())
                os._exit(1)
            if solution:
                serve_solution(*texts, asked, answer)
            judge_apart(*texts, ask, answers, out)
    finally:
        for fd in (asked, ask, answers, answer):
            os.close(fd)
    return children[::-1]  # the tests first: they decide when it is over


def wait_for(child, deadline):
    """Status and usage of the child, or None when the deadline passed first."""
    while True:
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid:
            return status, usage
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        signal.sigtimedwait({signal.SIGCHLD}, left)


def read_verdict(fd):
    os.set_blocking(fd, False)
    try:
        return os.read(fd, 512)
    except BlockingIOError:
        return b""


def lift(path, number):
    """Rename to the first name from `number` on that the job has not taken; the number after it."""
    while True:
        try:
            os.rename(path, ".lifted-%d" % number)
            return number + 1
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise
        number += 1


def clear():
    """Empty the jobs' folder, however deep it goes; False when something would not go."""
    lifted = 0
    for _ in range(1 << 16):
        names = os.listdir(".")
        if not names:
            return True
        for name in names:
            try:
                os.unlink(name)
                continue
            except IsADirectoryError:
                pass
            os.chmod(name, 0o700)
            for inner in os.listdir(name):
                path = name + "/" + inner
                try:
                    os.unlink(path)
                except IsADirectoryError:
                    os.chmod(path, 0o700)
                    lifted = lift(path, lifted)
            os.rmdir(name)
    return False


def settle(ended, status, verdict, cpu_us, limits):
    """How it ended, as the reply's end, exit code, signal and note."""
    kind, text = verdict[:1], verdict[1:].decode("utf-8", "replace")
    if kind == b"X":
        return BROKEN, 0, 0, text
    if not ended:
        return TIMEOUT, 0, 0, "the time was up"
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU or (number == signal.SIGKILL and cpu_us >= limits[1] * 1000):
            return TIMEOUT, 0, number, "the processor time was up"
        # The first process of a namespace cannot be killed from inside it.
        if number == signal.SIGKILL and ISOLATED:
            return MEMORY, 0, number, "killed for its memory"
        return SIGNALLED, 0, number, "ended by signal %d" % number
    if kind == b"P":
        return EXITED, PASSED, 0, ""
    if kind == b"U":
        return EXITED, UNSCORED, 0, text
    return EXITED, FAILED, 0, text if kind == b"F" else "ended before its tests did"


def run(request):
    limits, split = request[:8], request[8] == 2
    begin = time.monotonic()
    deadline = begin + limits[0] / 1000
    mine, out = os.pipe()
    try:
        children = (start_apart if split else start_together)(request[12:16], limits, out)
    finally:
        os.close(out)
    done = wait_for(children[0], deadline)
    cpu = peak = 0
    status = 0
    for child in children:
        if done is None or child != children[0]:
            os.kill(child, signal.SIGKILL)
            _, ended, usage = os.wait4(child, 0)
        else:
            ended, usage = done
        if child == children[0]:
            status = ended
        cpu += int((usage.ru_utime + usage.ru_stime) * 1e6)
        peak = max(peak, usage.ru_maxrss)
    verdict = read_verdict(mine)
    os.close(mine)
    end, code, number, note = settle(done is not None, status, verdict, cpu, limits)
    wall = int((time.monotonic() - begin) * 1e6)
    return end, code, number, wall, cpu, peak, note


def answer(packet):
    request = REQUEST.unpack_from(packet)
    try:
        for fd in (OUTPUT, ERROR):
            os.ftruncate(fd, 0)
            os.lseek(fd, 0, 0)
        for fd in (0, OUTPUT, ERROR):
            libc.fcntl(fd, F_SETFL, 0)
        end, code, number, wall, cpu, peak, note = run(request)
        if not OWN_IDS:
            os.chmod(".", 0o1777)  # where jobs share the slot's user, the folder is theirs too
    except (OSError, ValueError, EOFError) as error:
        end, code, number = BROKEN, 0, 0
        wall = cpu = peak = 0
        note = describe(error)
    try:
        spent = 0 if ISOLATED and end != BROKEN and clear() else 1
    except OSError:
        spent = 1  # the slot goes; the verdict stands
    note = note.encode("utf-8", "replace")[:319]
    os.write(CONTROL, REPLY.pack(end, code, number, spent, wall, cpu, peak, note))


WARM = '''
from typing import List, Dict, Tuple, Optional, Any
def f(a: List[int], b: float = 0.5) -> bool:
    """doc"""
    for i, e in enumerate(a):
        for j, g in enumerate(a):
            if i != j and abs(e - g) < b: return True
    d = {k: v for k, v in zip(a, a)}; s = set(a); t = sorted(a, key=lambda x: -x)
    try: raise ValueError("x %d" % 3)
    except (ValueError, KeyError) as e: pass
    while False: pass
    class C:
        def __init__(self): self.x = 1
        def __eq__(self, o): return self.x == o.x
    assert C() == C(), f"{d} {len(s)} {t!r:>5}"
    return any(x > 1 for x in a) and not (a[0] is None) or [*a][1:3:1] == [1]
def check(c):
    assert c([1, 2, 3]) in (True, False)
check(f)
'''


def main():
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    sys.path[:] = [folder for folder in sys.path if folder]
    for fd, other in ((0, os.open("/dev/null", os.O_RDWR)), (1, OUTPUT), (2, ERROR)):
        os.dup2(other, fd)
    resource.setrlimit(resource.RLIMIT_CORE, (1, 1))  # of none, it would still be piped to a handler
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    for _ in range(3):
        exec(compile(WARM, "warm", "exec"), {"__name__": "warm"})
        from_wire(json.loads(json.dumps(to_wire([1, (2, {3: {"a"}}), 1.5]))))
    del sys.argv[1:]
    gc.set_threshold(20000, 20, 50)  # checks are short
    gc.collect()
    gc.freeze()
    while True:
        packet = os.read(CONTROL, 4096)
        if not packet:
            os._exit(0)
        answer(packet)


main()
