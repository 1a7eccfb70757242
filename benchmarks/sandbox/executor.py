"""A functional-correctness executor in the way of the public one, written for this comparison.

As there: four threads; each check is a process of multiprocessing with a managed list for its
result, in a temporary folder, with its streams swallowed, a guard that disables dangerous
functions, and an interval timer. Usage: executor.py SAMPLES PROBLEMS; prints passed, total, seconds,
processor seconds.
"""
import concurrent.futures
import contextlib
import gzip
import io
import json
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time

TIMEOUT = 3.0


class TimeIsUp(Exception):
    pass


class WriteOnly(io.StringIO):
    def read(self, *args, **kwargs):
        raise OSError

    readline = readlines = read

    def readable(self, *args, **kwargs):
        return False


class swallow_input(contextlib._RedirectStream):
    _stream = "stdin"


@contextlib.contextmanager
def time_limit(seconds):
    def ring(signum, frame):
        raise TimeIsUp

    signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.signal(signal.SIGALRM, ring)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def swallow():
    stream = WriteOnly()
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream), swallow_input(stream):
        yield


@contextlib.contextmanager
def folder():
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        try:
            yield
        finally:
            os.chdir(before)


def guard():
    import builtins
    import faulthandler
    import shutil
    import subprocess

    faulthandler.disable()
    builtins.exit = builtins.quit = None
    os.environ["OMP_NUM_THREADS"] = "1"
    for name in ("kill system putenv remove removedirs rmdir fchdir setuid fork forkpty killpg rename renames "
                 "truncate replace unlink fchmod fchown chmod chown chroot lchown getcwd chdir").split():
        setattr(os, name, None)
    shutil.rmtree = shutil.move = shutil.chown = None
    subprocess.Popen = None
    for name in ("ipdb", "joblib", "resource", "psutil", "tkinter"):
        sys.modules[name] = None


def execute(problem, completion, result):
    with folder():
        import shutil

        rmtree, rmdir, chdir, unlink = shutil.rmtree, os.rmdir, os.chdir, os.unlink
        getcwd = os.getcwd
        guard()
        program = (problem["prompt"] + completion + "\n" + problem["test"] + "\n"
                   + "check(%s)" % problem["entry_point"])
        try:
            names = {}
            with swallow():
                with time_limit(TIMEOUT):
                    exec(program, names)
            result.append("passed")
        except TimeIsUp:
            result.append("timed out")
        except BaseException as error:
            result.append("failed: %s" % error)
        shutil.rmtree, os.rmdir, os.chdir, os.unlink, os.getcwd = rmtree, rmdir, chdir, unlink, getcwd


def check(problem, completion):
    manager = multiprocessing.Manager()
    result = manager.list()
    process = multiprocessing.Process(target=execute, args=(problem, completion, result))
    process.start()
    process.join(timeout=TIMEOUT + 1)
    if process.is_alive():
        process.kill()
    return len(result) > 0 and result[0] == "passed"


def rows(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def main():
    samples, problems = rows(sys.argv[1]), {p["task_id"]: p for p in rows(sys.argv[2])}
    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
        jobs = [pool.submit(check, problems[s["task_id"]], s["completion"]) for s in samples]
        passed = sum(job.result() for job in jobs)
    seconds = time.monotonic() - begin
    cpu = sum(getattr(resource.getrusage(who), field)
              for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN) for field in ("ru_utime", "ru_stime"))
    print(passed, len(samples), seconds, cpu)


if __name__ == "__main__":
    main()
