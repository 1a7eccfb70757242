"""A client of Periti's HTTP API, standard library only.

    from periti import Periti
    api = Periti("http://127.0.0.1:8080", key="pk_…")
    for campaign in api.pages("/v1/campaigns"):
        print(campaign["name"])
"""
import http.client
import json
import time
import urllib.parse
import uuid


class Problem(Exception):
    """An answer that is no success: `status`, `detail`, and `field` where one is at fault (RFC 9457)."""

    def __init__(self, status, body):
        self.status = status
        self.detail = body.get("detail") or body.get("title") or f"status {status}"
        self.field = body.get("field")
        super().__init__(f"{self.detail} ({status})")


class Periti:
    """One connection to one server, kept open. Not for use by several threads at once."""

    def __init__(self, url="http://127.0.0.1:8080", key=None, timeout=60):
        parts = urllib.parse.urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.connection = kind(parts.hostname, parts.port, timeout=timeout)
        self.key = key
        self.cookie = None

    def ask(self, method, path, body=None, content_type="application/json"):
        """Send one request and return the answer's JSON. A write carries an Idempotency-Key, so a repeat is safe."""
        headers = {"Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        if self.cookie:
            headers["Cookie"] = self.cookie
            headers["Sec-Fetch-Site"] = "same-origin"
        if body is not None:
            headers["Content-Type"] = content_type
            if content_type == "application/json":
                body = json.dumps(body).encode()
        if method != "GET":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        answer = self._send(method, path, body, headers)
        text = answer.read()
        if answer.getheader("Set-Cookie"):
            self.cookie = answer.getheader("Set-Cookie").split(";")[0]
        value = json.loads(text) if text and "json" in (answer.getheader("Content-Type") or "") else text
        if answer.status >= 400:
            raise Problem(answer.status, value if isinstance(value, dict) else {})
        return value

    def _send(self, method, path, body, headers):
        for attempt in range(6):
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()
                if attempt == 5:
                    raise
            else:
                if answer.status not in (429, 503) or attempt == 5:
                    return answer
                answer.read()
            time.sleep(0.2 * 2**attempt)
        raise AssertionError("not reached")

    def get(self, path, **query):
        chosen = {name: value for name, value in query.items() if value is not None}
        return self.ask("GET", path + ("?" + urllib.parse.urlencode(chosen) if chosen else ""))

    def post(self, path, body=None):
        return self.ask("POST", path, body)

    def upload(self, path, content, **query):
        return self.ask("POST", path + "?" + urllib.parse.urlencode(query), content, "application/octet-stream")

    def pages(self, path, **query):
        """Every row of a list, page after page."""
        after = None
        while True:
            page = self.get(path, after=after, **query)
            yield from page["items"]
            after = page.get("next")
            if not after:
                return

    def sign_in(self, email, password):
        self.key = None
        return self.post("/v1/sessions", {"email": email, "password": password})

    def wait(self, job_id, seconds=600):
        """Until a job has ended; its last state. Problem when it failed."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            job = self.get(f"/v1/jobs/{job_id}")
            if job["state"] == "failed":
                raise Problem(500, {"detail": job.get("fault_text")})
            if job["state"] in ("done", "cancelled"):
                return job
            time.sleep(0.1)
        raise TimeoutError(f"job {job_id} has not ended after {seconds} s")
