"""What a process namespace of its own costs a check: the sandbox's own interpreter, with and without.

Drives src/sandbox/zygote.py by its protocol, in turns, so that a busy machine slows both alike. Usage:
isolation.py ZYGOTE; prints processor milliseconds a check with and without, each the median of its turns. Wants root.
"""
import os
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

TURNS, SECONDS = 7, 1.0
LIMITS = (5000, 5000, 512, 0, 32, 256, 64, 128)  # wall and processor ms, memory, addresses, file MiB, output KiB, processes, files
TEXTS = ("def mean(numbers):\n", "    return sum(numbers) / len(numbers)\n",
         "def check(candidate):\n    for size in range(1, 200):\n        assert candidate(list(range(size))) == (size - 1) / 2\n", "mean")
TOGETHER, PASSED = 1, 0


class Zygote:
    def __init__(self, source, isolated):
        self.folder = tempfile.TemporaryDirectory()
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        texts = [text.encode() for text in TEXTS]
        files = [os.memfd_create(name) for name in ("input", "output", "error")]
        os.write(files[0], b"".join(texts))
        places = [theirs.fileno(), *files, os.open("/proc/self/ns/pid", os.O_RDONLY)]
        high = [os.dup2(fd, 100 + at) for at, fd in enumerate(places)]

        def lay_out():
            for at, fd in enumerate(high):
                os.dup2(fd, 3 + at)

        self.process = subprocess.Popen(["/usr/bin/python3", "-s", "-S", "-B", "-c", source, isolated, "none"], cwd=self.folder.name,
                                        close_fds=False, preexec_fn=lay_out)
        for fd in (*places[1:], *high):
            os.close(fd)
        theirs.close()
        self.request = struct.pack("<8q4I4I", *LIMITS, TOGETHER, 0, 0, 16, *map(len, texts))
        self.check()

    def check(self):
        self.control.send(self.request)
        end, code = struct.unpack_from("<2i", self.control.recv(4096))
        if (end, code) != (0, PASSED):
            raise SystemExit(f"a check ended with {end} {code}")

    def ticks(self):
        """Of the interpreter and of every check that it has waited for."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            return sum(map(int, file.read().rpartition(")")[2].split()[11:15]))

    def cost_ms(self):
        begin, before, count = time.monotonic(), self.ticks(), 0
        while time.monotonic() < begin + SECONDS:
            self.check()
            count += 1
        return (self.ticks() - before) * 1000 / os.sysconf("SC_CLK_TCK") / count

    def stop(self):
        self.control.close()
        self.process.wait()
        self.folder.cleanup()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        source = file.read()
    zygotes = [Zygote(source, isolated) for isolated in ("namespaces", "none")]
    costs = [[], []]
    for _ in range(TURNS):
        for one, seen in zip(zygotes, costs):
            seen.append(one.cost_ms())
    for zygote in zygotes:
        zygote.stop()
    print(*(statistics.median(seen) for seen in costs))


main()
