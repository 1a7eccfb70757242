"""Scenes: what a *.scene file says, read into steps.

A scene is blocks between blank lines. A block is one of

    # a comment, anywhere
    as NAME                      from here on NAME asks; "as nobody": signed out
    enter NAME EMAIL PASSWORD    sign in; NAME asks from here on
    key NAME TOKEN               NAME asks with this API key from here on
    let NAME = VALUE             bind a name by hand
    setting NAME = VALUE         the server starts with this setting
    include OTHER.scene          play another scene's steps here
    METHOD /path                 a request: header lines "Name: value", then a JSON body,
    Header: value                or "@file TYPE" for an upload
    {"body": 1}
    -> STATUS                    what must come back: header lines, then JSON
    {"id": "$made", "...": "..."}

"until METHOD /path" asks again until the answer is as it says, for half a minute at most.
"operator" is there from the start and asks with the key that the first start wrote.

"$name" in an expected body binds the value at first sight and must equal it
afterwards; in a request it stands for the value. "..." as a member allows more
members; as the last element of a list, more elements. "<text>", "<number>",
"<time>" and "<any>" match by kind.
"""
import json
import pathlib
import re

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


class SceneError(Exception):
    pass


class Step:
    """One request with its actor and what must come back."""

    def __init__(self, place, method, target, headers, body, upload, status, want_headers, want, patient):
        self.place = place
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.upload = upload
        self.status = status
        self.want_headers = want_headers
        self.want = want
        self.patient = patient


def read_headers(lines):
    """Take leading "Name: value" lines off."""
    headers = {}
    while lines and (match := re.fullmatch(r"([A-Za-z-]+): (.*)", lines[0])):
        headers[match[1]] = match[2]
        lines.pop(0)
    return headers


def read_request(place, lines, folder):
    first = lines.pop(0)
    method, target = first.removeprefix("until ").split(" ", 1)
    arrows = [i for i, line in enumerate(lines) if line.startswith("-> ")]
    if len(arrows) != 1:
        raise SceneError(f"{place}: a request needs exactly one line '-> STATUS'")
    asked, wanted = lines[:arrows[0]], lines[arrows[0] + 1:]
    status = int(lines[arrows[0]][3:])
    headers, want_headers = read_headers(asked), read_headers(wanted)
    upload, body = None, "\n".join(asked) or None
    if body and body.startswith("@"):
        name, _, kind = body[1:].partition(" ")
        upload, body = (folder / name, kind or "application/octet-stream"), None
    want = "\n".join(wanted)
    try:
        expected = json.loads(want) if want else None
    except ValueError as wrong:
        raise SceneError(f"{place}: the expected body is not JSON: {wrong}") from None
    return Step(place, method, target, headers, body, upload, status, want_headers, expected,
                first.startswith("until "))


def blocks(text):
    """Runs of lines between blank ones, with the number of each run's first line."""
    block, start = [], 0
    for number, line in enumerate(text.splitlines() + [""], 1):
        if line.startswith("#"):
            continue
        if line.strip():
            start = start if block else number
            block.append(line)
        elif block:
            yield start, block
            block = []


def read(path):
    """The scene's steps: requests, and ("as", NAME), ("enter", …), ("key", …), ("let", …)."""
    path = pathlib.Path(path)
    steps = []
    for number, lines in blocks(path.read_text()):
        place = f"{path.name}:{number}"
        while lines:
            words = lines[0].split()
            if words[0] in ("as", "enter", "key"):
                steps.append((words[0], place, words[1:]))
                lines.pop(0)
            elif words[0] in ("let", "setting") and len(words) >= 4 and words[2] == "=":
                steps.append((words[0], place, [words[1], lines[0].split("=", 1)[1].strip()]))
                lines.pop(0)
            elif words[0] == "include":
                steps.extend(read(path.parent / words[1]))
                lines.pop(0)
            elif words[0] in METHODS or (words[0] == "until" and words[1] in METHODS):
                steps.append(read_request(place, lines, path.parent))
                break
            else:
                raise SceneError(f"{place}: cannot read {lines[0]!r}")
    return steps


def fill(text, names):
    """Put bound names in the place of $name."""
    def value(match):
        if match[1] not in names:
            raise SceneError(f"${match[1]} is not bound yet")
        return str(names[match[1]])
    return re.sub(r"\$(\w+)", value, text)


KINDS = {
    "<any>": lambda got: True,
    "<text>": lambda got: isinstance(got, str),
    "<number>": lambda got: isinstance(got, (int, float)) and not isinstance(got, bool),
    "<time>": lambda got: isinstance(got, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", got),
}


def differ(want, got, names, at="body"):
    """Say where `got` departs from `want`, or None; bind names at first sight."""
    if isinstance(want, str) and want in KINDS:
        return None if KINDS[want](got) else f"{at}: {got!r} is no {want}"
    if isinstance(want, str) and re.fullmatch(r"\$\w+", want):
        return None if names.setdefault(want[1:], got) == got else f"{at}: {got!r} is not {want} = {names[want[1:]]!r}"
    if isinstance(want, dict) and isinstance(got, dict):
        return differ_objects(want, got, names, at)
    if isinstance(want, list) and isinstance(got, list):
        return differ_lists(want, got, names, at)
    if isinstance(want, str) and "$" in want:
        want = fill(want, names)
    same = want == got and isinstance(want, bool) == isinstance(got, bool)
    return None if same else f"{at}: {got!r} is not {want!r}"


def differ_objects(want, got, names, at):
    extra = sorted(got.keys() - want.keys())
    if extra and "..." not in want:
        return f"{at}: unexpected {extra}"
    for key in want:
        if key == "...":
            continue
        if key not in got:
            return f"{at}.{key}: missing"
        if why := differ(want[key], got[key], names, f"{at}.{key}"):
            return why
    return None


def differ_lists(want, got, names, at):
    open_ended = bool(want) and want[-1] == "..."
    wanted = want[:-1] if open_ended else want
    if len(got) < len(wanted) or (len(got) > len(wanted) and not open_ended):
        return f"{at}: {len(got)} elements, not {len(wanted)}"
    return next((why for i, w in enumerate(wanted) if (why := differ(w, got[i], names, f"{at}[{i}]"))), None)
