"""Two thousand event streams at once: all are served, memory is bounded, one more is refused clearly, and ordinary
requests are answered beside them.

Usage: streams.py BINARY [COUNT]. Prints TAP; the measured numbers stand in comments.
"""
import json
import os
import pathlib
import resource
import selectors
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from stage import Server, add_campaign, add_person, data_folder, engage, report  # noqa: E402

# Memory is measured here: a library that writes to all it gives out would make all of it real.
os.environ.pop("MALLOC_PERTURB_", None)

KIB_PER_STREAM = 128  # at most, beside what the server needs anyway


class Streams:
    """Raw connections that read events."""

    def __init__(self, server, key, path):
        self.address, self.open = ("127.0.0.1", server.port), {}
        self.request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
        self.selector = selectors.DefaultSelector()

    def add(self, count):
        for _ in range(count):
            one = socket.create_connection(self.address, timeout=30)
            one.sendall(self.request)
            one.setblocking(False)
            self.open[one] = b""
            self.selector.register(one, selectors.EVENT_READ)

    def read(self, truth, seconds):
        """Read all until `truth` holds of each one's bytes; how many it holds of."""
        until = time.monotonic() + seconds
        while sum(map(truth, self.open.values())) < len(self.open) and time.monotonic() < until:
            for key, _ in self.selector.select(0.1):
                piece = key.fileobj.recv(65536)
                self.open[key.fileobj] += piece
                if not piece:
                    self.selector.unregister(key.fileobj)
        return sum(map(truth, self.open.values()))

    def close(self, count):
        for one in list(self.open)[:count]:
            if one in self.selector.get_map():
                self.selector.unregister(one)
            one.close()
            del self.open[one]


def is_served(got):
    return b"200 OK" in got and b"event: progress" in got


def is_over(got):
    return got.rstrip(b"\r\n0").endswith(b"}") and b'"cancelled"' in got


def median_ms(server, key, path, count=200):
    times = []
    for _ in range(count):
        begun = time.monotonic()
        status, _, text = server.send(key, "GET", path)
        times.append(time.monotonic() - begun)
        if status != 200:
            raise SystemExit(f"Bail out! {path}: {status} {text[:200]}")
    return sorted(times)[count // 2] * 1000, sorted(times)[count * 99 // 100] * 1000


def metric(server, name):
    _, _, text = server.send(None, "GET", "/metrics")
    return next(float(line.split()[1]) for line in text.decode().splitlines() if line.startswith(name + " "))


def prepare(folder, binary):
    """A server without runners, so that a job waits, and streams of it stay open."""
    server = Server(binary, folder).start()
    campaign = add_campaign(server, 100)
    person, key = add_person(server, "expert", "Ada")
    engage(server, campaign, person)
    server.stop()
    return server, campaign, key


def play(server, campaign, expert, count):
    operator = server.operator()
    job = server.need(operator, "POST", f"/v1/campaigns/{campaign}/imports?name=x", '{"id": "x", "text": "X"}',
                      kind="application/octet-stream")["job_id"]
    events, page = f"/v1/jobs/{job}/events", f"/v1/campaigns/{campaign}/tasks"
    alone = median_ms(server, operator, page)
    before = server.memory()
    streams = Streams(server, operator, events)
    streams.add(count)
    served = streams.read(is_served, 60)
    yield f"{count} streams are served at once", [] if served == count else [f"{served}"]
    each = (server.memory() - before) * 1024 / count
    print(f"# {server.memory():.0f} MB in all, {each:.0f} KiB a stream")
    yield f"a stream takes less than {KIB_PER_STREAM} KiB", [] if each < KIB_PER_STREAM else [f"{each:.0f} KiB"]
    beside = median_ms(server, operator, page)
    print(f"# a page: median {alone[0]:.2f} ms and p99 {alone[1]:.2f} ms alone, {beside[0]:.2f} and {beside[1]:.2f} beside")
    yield from self_refusal(server, operator, events)
    status, got = server.ask(expert, "POST", f"/v1/campaigns/{campaign}/claims")
    made = [server.ask(expert, "POST", f"/v1/leases/{got['lease_id']}/submission", {"answer": {"class": "bug"}})[0]]
    yield "work is done beside the streams", [] if made == [201] else [str(made)]
    streams.close(50)
    until = time.monotonic() + 20
    while metric(server, "periti_http_streams") > count - 50 and time.monotonic() < until:
        time.sleep(0.1)
    fresh = Streams(server, operator, events)
    fresh.add(50)
    served = fresh.read(is_served, 30)
    yield "places that are left are given again", [] if served == 50 else [f"{served} of 50"]
    server.need(operator, "POST", f"/v1/jobs/{job}/cancel")
    heard = streams.read(is_over, 60)
    yield "all hear of the end", [] if heard == len(streams.open) else [f"{heard} of {len(streams.open)}"]
    begun = time.monotonic()
    yield "the server ends well", [] if server.stop() == 0 and time.monotonic() - begun < 25 else ["it does not"]


def self_refusal(server, operator, events):
    status, headers, text = server.send(operator, "GET", events)
    right = status == 503 and headers["Retry-After"] and "event streams" in json.loads(text)["detail"]
    yield "one more is refused as 503 and told why", [] if right else [f"{status} {text[:300]}"]


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[0]),
                                                max(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    with data_folder() as folder:
        server, campaign, expert = prepare(folder, sys.argv[1])
        server.variables |= {"PERITI_JOB_RUNNERS": "0", "PERITI_STREAMS": str(count)}
        try:
            server.start()
            report(play(server, campaign, expert, count))
        finally:
            server.kill()


if __name__ == "__main__":
    main()
