"""A model server of OpenAI's form that misbehaves on purpose, for tests.

It answers chat completions: a judge's call (one with a schema) by the words MET, UNSURE or FORGED in the answer to
grade, a task by echoing what stands behind "say ". With a share of faults it breaks off, stalls, floods, forges or
answers in another form, each by a name of FAULTS. Deterministic for a seed and the order of calls to one prompt.
"""
import asyncio
import collections
import hashlib
import json
import random
import re
import threading

FAULTS = ["429", "500", "503", "reset", "reset_mid_body", "slow", "truncated_stream", "fenced", "prefixed", "wrong_types",
          "empty", "null", "length", "duplicate_keys", "invalid_utf8", "no_choices", "not_json", "two_answers", "flood"]
USAGE = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}


def completion(content, finish="stop", refusal=None):
    message = {"role": "assistant", "content": content}
    if refusal is not None:
        message["refusal"] = refusal
    return {"id": "c", "object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": USAGE}


def graded(prompt):
    """The verdict that an honest judge would give, by the words in the answer to grade."""
    found = re.search(r"the answer to grade\n(.*?)\n=====", prompt, re.S)
    answer = found.group(1) if found else ""
    verdict = {"reason": "It says so.", "quote": answer[:20], "verdict": "met" if "MET" in answer else "not_met", "sure": True}
    if "FORGED" in answer:
        verdict.update(verdict="met", quote="words that stand nowhere")
    if "UNSURE" in answer:
        verdict.update(sure=False)
    return json.dumps(verdict)


def drafted(prompt):
    """Criteria for a task: one for each of its first words, and a bad thing."""
    words = re.search(r"the task\n(.*?)\n=====", prompt, re.S).group(1).split()[:3]
    return json.dumps({"criteria": [{"criterion": f"Names the word {word}", "points": 2 + place, "kind": "factual"} for place, word in enumerate(words)]
                       + [{"criterion": "Claims what nobody said", "points": -3, "kind": "safety"}]})


class ModelServer:
    def __init__(self, faults=0.0, seed=1, kinds=FAULTS, stall=30.0, delay=0.0, no_format=False):
        self.faults, self.seed, self.kinds, self.stall, self.delay, self.no_format = faults, seed, kinds, stall, delay, no_format
        self.calls, self.at_once, self.most_at_once = 0, 0, 0
        self.met = collections.Counter()
        self.times, self.bodies, self.keys, self.heard = [], [], set(), []
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(started,), daemon=True)
        self.thread.start()
        started.wait()
        self.url = f"http://127.0.0.1:{self.port}/v1"

    def run(self, started):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=1024))
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self.loop.run_forever()

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                size = int(re.search(rb"content-length: *(\d+)", head, re.I).group(1))
                body = await reader.readexactly(size)
                found = re.search(rb"authorization: *bearer *(\S+)", head, re.I)
                self.keys.add(found.group(1).decode() if found else None)
                if b"/audio/transcriptions" in head.split(b"\r\n")[0]:
                    if not await self.hear(head, body, writer):
                        break
                    continue
                if not await self.answer(json.loads(body), writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def hear(self, head, body, writer):
        """Write down what was spoken: here, what the file says in letters."""
        boundary = re.search(rb"boundary=(\S+)", head).group(1)
        parts = {re.search(rb'name="(\w+)"', part).group(1).decode(): part.split(b"\r\n\r\n", 1)[1][:-2]
                 for part in body.split(b"--" + boundary)[1:-1]}
        self.calls += 1
        self.heard.append(parts)
        await asyncio.sleep(self.delay)
        spoken = parts["file"].decode("utf-8", "replace")
        return await self.break_in(self.fault_of(spoken), spoken, {}, writer, {"text": spoken})

    def fault_of(self, prompt):
        digest = hashlib.sha256(f"{self.seed} {prompt} {self.met[prompt]}".encode()).digest()
        self.met[prompt] += 1
        draw = random.Random(digest)
        return draw.choice(self.kinds) if draw.random() < self.faults else None

    async def answer(self, call, writer):
        self.calls += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.times.append(self.loop.time())
        self.bodies.append(call)
        try:
            await asyncio.sleep(self.delay)
            return await self.speak(call, writer)
        finally:
            self.at_once -= 1

    async def speak(self, call, writer):
        prompt = call["messages"][-1]["content"]
        if self.no_format and "response_format" in call:
            return await self.send(writer, {"error": {"message": "unknown member response_format"}}, 400)
        content = graded(prompt) if "the answer to grade" in prompt else prompt.split("say ", 1)[-1]
        if "the task\n" in prompt:
            content = drafted(prompt)
        if "REFUSE" in prompt:
            return await self.send(writer, completion(None, refusal="I will not."))
        return await self.break_in(self.fault_of(prompt), content, call, writer)

    async def break_in(self, fault, content, call, writer, plain=None):
        if fault in ("429", "500", "503"):
            more = b"Retry-After: 1\r\n" if fault == "429" else b""
            return await self.send(writer, {"error": fault}, int(fault), more)
        if fault == "reset":
            writer.transport.abort()
            return False
        if fault == "reset_mid_body":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{\"choices\": [")
            await writer.drain()
            writer.transport.abort()
            return False
        if fault == "slow":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n")
            for _ in range(int(self.stall * 10)):
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.1)
            return False
        if fault == "truncated_stream":
            chunk = json.dumps({"choices": [{"index": 0, "delta": {"content": content[:3]}}]})
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: " + chunk.encode() + b"\n\n")
            await writer.drain()
            return False
        if fault == "flood":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 40000000\r\n\r\n" + b" " * 16000000)
            await writer.drain()
            return False
        bodies = {
            "fenced": completion(f"```json\n{content}\n```"), "prefixed": completion(f"Here is my verdict:\n{content}\nI hope it helps."),
            "wrong_types": {"choices": [{"message": {"content": 7}, "finish_reason": "stop"}]}, "empty": completion(""),
            "null": completion(None), "length": completion(content[:5], "length"), "no_choices": {"choices": []},
            "two_answers": completion(content + content)}
        if fault in bodies:
            return await self.send(writer, bodies[fault])
        raw = {"duplicate_keys": b'{"choices":[],"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}',
               "invalid_utf8": b'{"choices":[{"message":{"content":"\xff\xfe"},"finish_reason":"stop"}]}', "not_json": b"<html>busy</html>"}
        if fault in raw:
            return await self.send_bytes(writer, raw[fault], 200, "application/json")
        if plain is not None:
            return await self.send(writer, plain)
        if call.get("stream"):
            return await self.stream(writer, content)
        return await self.send(writer, completion(content))

    async def send(self, writer, body, status=200, more=b""):
        return await self.send_bytes(writer, json.dumps(body).encode(), status, "application/json", more)

    async def send_bytes(self, writer, body, status, kind, more=b""):
        writer.write(b"HTTP/1.1 %d X\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n" % (status, kind.encode(), more, len(body)) + body)
        await writer.drain()
        return True

    async def stream(self, writer, content):
        events = [{"choices": [{"index": 0, "delta": {"content": part}}]} for part in re.findall(r"(?s).{1,7}", content)]
        events += [{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}, {"choices": [], "usage": USAGE}]
        body = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
        return await self.send_bytes(writer, body.encode(), 200, "text/event-stream")
