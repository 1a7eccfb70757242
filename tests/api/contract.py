"""The promise in api/openapi.json, held against every answer."""
import json
import re


def parse(kind, text):
    """The JSON of an answer; a list for lines of JSON, where null says as much as nothing."""
    if kind == "application/x-ndjson":
        return [json.loads(line) for line in text.splitlines()]
    return json.loads(text) if kind.endswith("json") and text else None


class Contract:
    def __init__(self, document):
        self.schemas = document["components"]["schemas"]
        self.operations = []  # (pattern, method, path, operation)
        self.met = {}         # (method, path) -> statuses seen
        for path, methods in document["paths"].items():
            pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))
            for method, operation in methods.items():
                self.operations.append((pattern, method.upper(), path, operation))
                self.met[method.upper(), path] = set()
        self.operations.sort(key=lambda entry: entry[2].count("{"))  # literal paths first

    def find(self, method, target):
        path = target.split("?")[0]
        wanted = "GET" if method == "HEAD" else method
        for pattern, its_method, its_path, operation in self.operations:
            if its_method == wanted and pattern.fullmatch(path):
                return its_path, operation
        return None, None

    def check(self, method, target, status, kind, body):
        """Why this answer breaks the promise, or None. `body` is parsed JSON or None."""
        path, operation = self.find(method, target)
        if operation is None:
            return None
        self.met["GET" if method == "HEAD" else method, path].add(status)
        if status == 500:
            return "status 500: a fault of the server"
        if status >= 400:
            if kind != "application/problem+json":
                return f"a refusal of type {kind}"
            why = self.wrong({"$ref": "#/components/schemas/problem"}, body)
            return why or (None if body["status"] == status else "the problem tells another status")
        if str(status) not in operation["responses"] and status != 304:
            return f"status {status} is not declared"
        content = operation["responses"].get(str(status), {}).get("content", {})
        if "application/json" in content and method != "HEAD":
            return self.wrong(content["application/json"]["schema"], body)
        if "application/x-ndjson" in content and method != "HEAD":
            schema = content["application/x-ndjson"]["schema"]
            lines = [{name: part for name, part in line.items() if part is not None} for line in body]
            return next((why for line in lines if (why := self.wrong(schema, line, "line"))), None)
        return None

    def wrong(self, schema, value, at="body"):
        """Why the value does not fit the schema: what http/schema.c writes, and no more."""
        if "$ref" in schema:
            return self.wrong(self.schemas[schema["$ref"].rsplit("/", 1)[1]], value, at)
        kind = schema.get("type")
        python = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}
        if kind and (not isinstance(value, python[kind]) or (kind != "boolean" and isinstance(value, bool))):
            return f"{at}: {value!r} is no {kind}"
        if "enum" in schema and value not in schema["enum"]:
            return f"{at}: {value!r} is none of {schema['enum']}"
        if kind == "array":
            return next((why for i, v in enumerate(value) if (why := self.wrong(schema["items"], v, f"{at}[{i}]"))), None)
        if kind == "object":
            return self.wrong_object(schema, value, at)
        return None

    def wrong_object(self, schema, value, at):
        if missing := set(schema["required"]) - value.keys():
            return f"{at}: {sorted(missing)} missing"
        if extra := value.keys() - schema["properties"].keys():
            return f"{at}: {sorted(extra)} not declared"
        return next((why for name, part in value.items()
                     if (why := self.wrong(schema["properties"][name], part, f"{at}.{name}"))), None)

    def unmet(self):
        """Declared routes and refusals that no answer has shown."""
        for _, method, path, operation in self.operations:
            declared = {int(status) for status in operation["responses"] if status.isdigit()}
            if lacking := sorted(declared - self.met[method, path]):
                yield method, path, lacking
