"""Holds every answer of the Graph door against the OpenAPI documents in `contract/`.

Additional members are allowed, `error.innerError.date` is excepted (graph contract 2 and 18, no. 16). What the
documents can't say of every answer is checked here too: headers (1.2), `@odata.type` names, form of dates, and
the error envelope (2).
"""

import functools
import json
import pathlib
import re
import urllib.parse

import httpx
import jsonschema
import yaml

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "contract"
DOCUMENTS = {"v1.0": "graph-v1.0.yaml", "beta": "graph-beta-tap.yaml"}

#: Microsoft Graph's own, beyond the documents at hand (docs/graph.md).
BEYOND = re.compile(r"/(applications|servicePrincipals)[^/]*(/[^/]+)?/owners(/|$)", re.IGNORECASE)

GUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
UTC = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$")
ODATA_JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


def _as_json_schema(node):
    """An OpenAPI 3.0 schema in the words of JSON Schema: `nullable`, and no limit on further members."""
    if isinstance(node, list):
        return [_as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("type") == "object" and node.get("nullable") and len(node) == 2:
        # How the documents write "or null" beside a `$ref`. Taken literally it would allow any object.
        return {"type": "null"}
    schema = {key: _as_json_schema(value) for key, value in node.items()
              if key not in ("nullable", "additionalProperties", "discriminator", "title", "default", "format")}
    if node.get("nullable"):
        if "type" in schema:
            schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
        if "$ref" in schema:
            schema = {"anyOf": [schema, {"type": "null"}]}
    return schema


class Document:
    """One OpenAPI document."""

    def __init__(self, version):
        raw = yaml.load((FOLDER / DOCUMENTS[version]).read_text(), Loader=yaml.CSafeLoader)
        self.responses = raw["components"]["responses"]
        self.schemas = _as_json_schema(raw["components"]["schemas"])
        # The service writes this one date without an offset, against the official pattern.
        del self.schemas["microsoft.graph.ODataErrors.InnerError"]["properties"]["date"]
        self._validators = {}
        # Literal segments win over `{…}` ones: sorted by the number of parameters.
        self.paths = sorted(
            ((self._pattern(path), path, item) for path, item in raw["paths"].items()),
            key=lambda entry: entry[1].count("{"))

    @staticmethod
    def _pattern(path):
        pattern = re.escape(path)
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", pattern)
        # Functions may be called with and without their parentheses (1.1).
        pattern = re.sub(r"\\\(\\\)", r"(\\(\\))?", pattern)
        return re.compile(pattern + "$", re.IGNORECASE)

    def operation(self, path, method):
        """The operation at this path, or None."""
        for pattern, _, item in self.paths:
            if pattern.match(path) and method.lower() in item:
                return item[method.lower()]
        return None

    def errors(self, schema, body):
        """What is wrong with the body, in words."""
        key = str(schema)
        if key not in self._validators:
            root = {"components": {"schemas": self.schemas}, **_as_json_schema(schema)}
            self._validators[key] = jsonschema.Draft202012Validator(root)
        return [f"{error.json_path}: {error.message[:300]}" for error in self._validators[key].iter_errors(body)]


@functools.cache
def document(version):
    """The document of a version, read once."""
    return Document(version)


def _canonical(path):
    """The path as the documents write it: one slash, `/users/{id}` for the other ways to name a user."""
    path = re.sub("/+", "/", path)
    path = re.sub(r"/me-token-to-replace(?=/|$)", "/me", path).replace("/users/me/", "/me/")
    path = re.sub(r"^/users\((userPrincipalName=)?'.*?'\)(?=/)", "/users/x", path, flags=re.IGNORECASE)
    return re.sub(r"^/users\('.*?'\)$", "/users/x", path, flags=re.IGNORECASE)


def _check_tree(doc, node, at, problems):
    if isinstance(node, list):
        for place, item in enumerate(node):
            _check_tree(doc, item, f"{at}[{place}]", problems)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key == "@odata.type":
            if not value.startswith("#") or value[1:] not in doc.schemas:
                problems.append(f"{at}: unknown @odata.type {value}")
            else:
                schema = {"$ref": f"#/components/schemas/{value[1:]}"}
                problems.extend(f"{at}: as {value}: {error}" for error in doc.errors(schema, node))
        elif key.endswith("DateTime") and isinstance(value, str) and not UTC.match(value):
            problems.append(f"{at}.{key}: {value} is not UTC with Z and at most 7 fraction digits")
        _check_tree(doc, value, f"{at}.{key}", problems)


def _check_envelope(response, problems):
    """The Graph error envelope (graph contract 2; 18, no. 14)."""
    if response.headers.get("content-type", "").split(";")[0] != "application/json":
        problems.append(f"error with content type {response.headers.get('content-type')}")
        return
    error = response.json().get("error")
    if not isinstance(error, dict):
        problems.append("no error member")
        return
    for key in ("code", "message"):
        if not isinstance(error.get(key), str) or not error[key]:
            problems.append(f"error.{key} missing or empty")
    inner = error.get("innerError") or {}
    for key in ("request-id", "client-request-id"):
        if inner.get(key) != response.headers.get(key):
            problems.append(f"innerError.{key} {inner.get(key)} is not the header's {response.headers.get(key)}")
    if not re.match(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$", inner.get("date") or ""):
        problems.append(f"innerError.date {inner.get('date')} should be UTC without zone and fraction")


def _check_headers(response, problems):
    headers = response.headers
    if not GUID.match(headers.get("request-id", "")):
        problems.append(f"request-id {headers.get('request-id')} is no GUID")
    sent = response.request.headers.get("client-request-id")
    if headers.get("client-request-id") != (sent or headers.get("request-id")):
        problems.append(f"client-request-id {headers.get('client-request-id')}, sent {sent}")
    status = response.status_code
    if status == 204 and (response.content or "content-type" in headers):
        problems.append("204 with a body or content type")
    if status == 401 and 'Bearer realm=""' not in headers.get("www-authenticate", ""):
        problems.append(f"401 with WWW-Authenticate {headers.get('www-authenticate')}")
    if status in (429, 503) and not headers.get("retry-after", "").isdigit():
        problems.append(f"{status} without Retry-After in seconds")
    if status < 300 and headers.get("content-type", "").startswith("application/json"):
        if headers.get("odata-version") != "4.0":
            problems.append(f"OData-Version {headers.get('odata-version')}")
        if headers["content-type"].replace(" ", "") != ODATA_JSON:
            problems.append(f"content type {headers['content-type']}")
        cache = headers.get("cache-control", "")
        if ("no-store" if '"temporaryAccessPass":"' in response.text else "no-") not in cache:
            problems.append(f"Cache-Control {cache}")


def _check_success(doc, version, method, path, status, body, problems):
    """An answer to one request, by itself or in a batch: its status and, where it is JSON, its body."""
    operation = doc.operation(_canonical(path), method)
    if operation is None and version == "v1.0" and not BEYOND.search(path):
        problems.append(f"{path}: success on a path or method that the document doesn't have")
    elif operation is not None:
        if status != int(operation["x-success-status"]):
            problems.append(f"{path}: status {status}, documented {operation['x-success-status']}")
        answer = operation["responses"].get("2XX", {})
        answer = doc.responses[answer["$ref"].rsplit("/", 1)[1]] if "$ref" in answer else answer
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        if schema is not None and status != 204:
            problems += doc.errors(schema, body)
    if body is not None:
        if "@odata.context" not in body:
            problems.append(f"{path}: no @odata.context")
        _check_tree(doc, body, "$", problems)


def _check_batch(doc, version, request, body, problems):
    """A batch's answer (graph contract 14): each answer in it is held against its own request's operation."""
    sent = {item["id"]: item for item in json.loads(request.content)["requests"]}
    answers = {item["id"]: item for item in body["responses"]}
    if set(sent) != set(answers):
        problems.append(f"answers to {sorted(answers)}, asked were {sorted(sent)}")
        return
    for key, answer in answers.items():
        item, status = sent[key], answer["status"]
        path = urllib.parse.unquote(re.sub(r"^https?://[^/]+/(v1\.0|beta)", "", item["url"]).split("?")[0])
        if not isinstance(status, int) or not all(isinstance(value, str) for value in answer["headers"].values()):
            problems.append(f"{key}: status or headers of a wrong type: {answer}")
        elif status >= 400:
            schema = {"$ref": "#/components/schemas/microsoft.graph.ODataErrors.ODataError"}
            problems += [f"{key}: {error}" for error in doc.errors(schema, answer["body"])]
        else:
            is_json = isinstance(answer.get("body"), dict)
            _check_success(doc, version, item["method"].upper(), "/" + path.lstrip("/"), status,
                           answer["body"] if is_json else None, problems)


def check(response: httpx.Response):
    """Fails with a list of all that is wrong in this answer. For the event hooks of an `httpx.Client`."""
    request = response.request
    raw_path = urllib.parse.unquote(request.url.raw_path.decode().split("?")[0])
    match = re.match(r"^/(v1\.0|beta)(/.*)", raw_path, re.IGNORECASE)
    if not match:
        return
    response.read()
    problems = []
    doc = document(match[1].lower())
    status = response.status_code
    _check_headers(response, problems)
    if status >= 400:
        _check_envelope(response, problems)
        if not problems:
            schema = {"$ref": "#/components/schemas/microsoft.graph.ODataErrors.ODataError"}
            problems += doc.errors(schema, response.json())
    elif match[2] == "/$batch":
        _check_batch(doc, match[1].lower(), request, response.json(), problems)
    elif "preference-applied" in response.headers:
        # What was made is not repeated where the client prefers so.
        if request.headers.get("prefer") != "return=minimal" or status != 204 or response.content:
            problems.append("a preference was applied that was not asked for")
    else:
        is_json = response.headers.get("content-type", "").startswith("application/json")
        _check_success(doc, match[1].lower(), request.method, match[2], status,
                       response.json() if is_json else None, problems)
    assert not problems, f"{request.method} {raw_path} → {status}\n" + "\n".join(problems) + f"\n{response.text[:2000]}"
