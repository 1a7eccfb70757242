"""Bodies that nobody in their right mind sends, to every route that takes one.

Usage: abuse.py BINARY OPENAPI.json [STORE]

Malformed JSON, wrong types, unknown fields, text over its bound, invalid UTF-8, NUL, deep nesting, repeated
members, huge numbers, bodies too large, bodies that end early, raw bytes that are no HTTP: each is answered by
a refusal of 4xx as application/problem+json that names its type, and the server stays up. Prints TAP.
"""
import json
import re
import socket
import sys

from tenancy import OWNED, example
from world import Tap, open_world

MALFORMED = {
    "nothing": b"", "a blank": b" ", "an open object": b"{", "an open text": b'{"a": "', "a bare word": b"nope",
    "two values": b"{} {}", "a comma too many": b'{"name": "a",}', "single quotes": b"{'name': 'a'}",
    "a comment": b"{/* */}", "not a number": b'{"name": NaN}', "an infinity": b'{"name": Infinity}',
    "a leading zero": b'{"name": 012}', "a raw control": b'{"name": "a\x01b"}', "a raw NUL": b'{"name": "a\x00b"}',
    "an escaped NUL": b'{"name": "a\\u0000b"}', "half a surrogate": b'{"name": "\\ud800"}',
    "invalid UTF-8": b'{"name": "\xff\xfe"}', "overlong UTF-8": b'{"name": "\xc0\xaf"}',
    "a coded surrogate": b'{"name": "\xed\xa0\x80"}', "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"name": "a"}', "a deep list": b"[" * 100000,
    "a deep object": b'{"a":' * 50000 + b"1" + b"}" * 50000, "a repeated member": b'{"name": "a", "name": "b"}',
    "a list": b"[]", "a text": b'"a"', "a number": b"1", "null": b"null", "true": b"true",
    "an unknown field": b'{"no_such_field": 1}', "a huge exponent": b'{"no_such_field": 1e999999}',
    "a number of many digits": b'{"no_such_field": ' + b"9" * 5000 + b"}",
    "many members": b"{" + b",".join(b'"m%d": 1' % i for i in range(20000)) + b"}",
}
WRONG = [None, True, -1, 1.5, 1e308, -9223372036854775809, 9223372036854775808, 10 ** 40, "", "x", [], [[]], {}, {"a": 1},
         "\u202e", "2026-13-45T99:99:99Z", "x" * 300000]
RAW = [b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\n\r\n", b"G" * 70000,
       b"GET /v1/session HTTP/1.1\r\n" + b"X: " + b"a" * 100000 + b"\r\n\r\n",
       b"POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
       b"POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
       b"POST /v1/sessions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
       b"POST /v1/sessions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
       b"POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{\"email\"",
       b"GET /v1/session HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \x00\xff\r\n\r\n"]


class Abuse:
    def __init__(self, stage):
        self.stage = stage
        self.headers = stage.actors["operator"]
        self.schemas = stage.contract.schemas

    def send(self, method, path, body, kind="application/json"):
        target = re.sub(r"\{(\w+)\}", lambda m: self.stage.names[OWNED[m[1]]], path)
        answer, text = self.stage.server.ask(method, target, {**self.headers, "Content-Type": kind}, body)
        return answer.status, (answer.getheader("Content-Type") or "").split(";")[0], text

    def refused(self, method, path, what, body, kind="application/json"):
        """Why the answer is no refusal as promised, or None."""
        try:
            status, its_kind, text = self.send(method, path, body, kind)
        except OSError as wrong:  # a body far too large may be cut off, a server must not be gone
            return None if len(body) > 1 << 20 else f"{method} {path}, {what}: {wrong}"
        if not 400 <= status < 500:
            return f"{method} {path}, {what}: {status} {text[:150]}"
        try:
            problem = json.loads(text)
        except ValueError:
            return f"{method} {path}, {what}: {status} without JSON: {text[:150]}"
        if its_kind != "application/problem+json" or not problem.get("type") or problem.get("status") != status:
            return f"{method} {path}, {what}: {its_kind} {text[:150]}"
        return None

    def routes(self):
        for _, method, path, operation in self.stage.contract.operations:
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                yield method, path, content["application/json"]["schema"]

    def malformed(self):
        for method, path, schema in self.routes():
            lenient = not self.schemas[schema["$ref"].rsplit("/", 1)[1]].get("required")
            for what, body in MALFORMED.items():
                if lenient and not body.strip():
                    continue  # every field may be left out: no body says so too
                if why := self.refused(method, path, what, body):
                    yield why

    def wrong_types(self):
        """Each field in turn with values that it does not take: refused, or taken where they happen to fit; never a fault."""
        for method, path, schema in self.routes():
            fields = self.schemas[schema["$ref"].rsplit("/", 1)[1]]["properties"]
            base = example(self.schemas, schema, self.stage.names)
            for name in fields:
                for value in WRONG:
                    status, kind, text = self.send(method, path, json.dumps({**base, name: value}).encode())
                    if status >= 500 or (status >= 400 and kind != "application/problem+json"):
                        yield f"{method} {path}, {name} = {str(value)[:40]!r}: {status} {text[:150]}"

    def unknown_fields(self):
        for method, path, schema in self.routes():
            body = {**example(self.schemas, schema, self.stage.names), "no_such_field": 1}
            if why := self.refused(method, path, "an unknown field beside the right ones", json.dumps(body).encode()):
                yield why

    def too_large(self):
        for method, path, schema in self.routes():
            if why := self.refused(method, path, "a body of 9 MiB", b'{"name": "' + b"x" * (9 << 20) + b'"}'):
                yield why

    def wrong_kinds(self):
        for method, path, _ in self.routes():
            for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "*"):
                if why := self.refused(method, path, f"as {kind}", b"{}", kind):
                    yield why

    def queries(self):
        for _, method, path, _ in self.stage.contract.operations:
            for query in ("limit=0", "limit=99999999999999999999", "limit=1e3", "after=%00", "after=%ff", "limit=1&limit=2",
                          "after=" + "x" * 3000, "no_such_parameter=1", "%zz=1"):
                if method == "GET" and path not in ("/v1/downloads/{token}",):
                    status, kind, text = self.send(method, path + "?" + query, None)
                    if not 400 <= status < 500 or kind != "application/problem+json":
                        yield f"{method} {path}?{query[:30]}: {status} {text[:120]}"

    def raw(self):
        for sent in RAW:
            with socket.create_connection(("127.0.0.1", self.stage.server.port), timeout=5) as connection:
                connection.settimeout(0.5)
                try:
                    connection.sendall(sent)
                    got = connection.recv(4096)
                except OSError:
                    got = b""
            if got and not re.match(rb"HTTP/1\.[01] (4\d\d|505) ", got):
                yield f"{sent[:60]}: {got[:60]}"

    def alive(self):
        answer, _ = self.stage.server.ask("GET", "/v1/session", self.headers, None)
        if self.stage.server.process.poll() is not None or answer.status != 200:
            yield f"status {answer.status}, process {self.stage.server.process.poll()}"


def main():
    binary, openapi = sys.argv[1:3]
    store = sys.argv[3] if len(sys.argv) > 3 else "sqlite"
    stage = open_world(binary, openapi, store, "part/foreign.scene")
    abuse, tap, kind = Abuse(stage), Tap(), store.split(":")[0]
    try:
        for title, tries in (("malformed JSON is refused", abuse.malformed), ("wrong types are no fault", abuse.wrong_types),
                             ("unknown fields are refused", abuse.unknown_fields),
                             ("what is too large is refused", abuse.too_large),
                             ("other media types are refused", abuse.wrong_kinds),
                             ("odd queries are refused", abuse.queries), ("what is no HTTP is refused", abuse.raw)):
            tap.check(f"{title} on {kind}", tries())
            tap.check(f"the server is up after that on {kind}", abuse.alive())
    finally:
        stage.server.stop()
    tap.end()


if __name__ == "__main__":
    main()
