"""A Postman collection (v2.1) made from the OpenAPI document and a journey through it.

It runs from the first request to the last: it signs in as the demo accounts and as somebody whom it
registers, carries ids from reply to request, and asserts each reply's status. `base_url` is the
server's origin.
"""

from typing import Any

import orjson

from lms.openapi.examples import examples
from lms.openapi.journey import JOURNEY, Step

Json = dict[str, Any]

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_METHODS = ("get", "post", "put", "patch", "delete")
_BOUNDARY = "a-line-between-parts"
_FORM = (
    f"--{_BOUNDARY}\r\n"
    'Content-Disposition: form-data; name="file"; filename="steam.txt"\r\n'
    f"Content-Type: text/plain\r\n\r\nSteam.\r\n--{_BOUNDARY}--\r\n"
)
# Known before the first reply.
_VARIABLES = {
    "docs_file": "swagger-ui.css", "problem_code": "not_found", "email": "", "refresh_token": ""
}  # fmt: skip
_TRIES = 60  # a second apart: a worker has to make the certificate


def to_postman(document: Json) -> Json:
    """A folder for each part of the journey, a request for each step."""
    operations = {
        operation["operationId"]: (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in _METHODS
    }
    variables = {"base_url": document["servers"][0]["url"], **_VARIABLES}
    for step in _steps():
        variables |= dict.fromkeys(step.keep, "")
    return {
        "info": {
            "name": document["info"]["title"],
            "description": document["info"]["description"],
            "version": document["info"]["version"],
            "schema": _SCHEMA,
        },
        "variable": [{"key": key, "value": value} for key, value in variables.items()],
        "item": [
            {"name": name, "item": [_item(step, *operations[step.operation]) for step in steps
                                    if step.operation in operations]}
            for name, steps in JOURNEY.items()
        ],
    }  # fmt: skip


def _steps() -> list[Step]:
    return [step for steps in JOURNEY.values() for step in steps]


def _item(step: Step, method: str, path: str, operation: Json) -> Json:
    example = examples().get(f"{method.upper()} {path}", {})
    status = step.status or (example.get("status", 200),)
    request: Json = {
        "method": method.upper(),
        "header": [],
        "url": _url(step, path),
        "description": operation["description"],
        "auth": _auth(step.who),
    }
    request |= _body(step, operation, example.get("request"), request["header"])
    script = {"type": "text/javascript", "exec": _asserts(step, operation["summary"], status)}
    events: list[Json] = [{"listen": "test", "script": script}]
    if step.before is not None:
        script = {"type": "text/javascript", "exec": [step.before]}
        events.append({"listen": "prerequest", "script": script})
    name = operation["summary"] if step.who is None else f"{operation['summary']} ({step.who})"
    return {"name": name, "request": request, "event": events, "response": []}


def _auth(who: str | None) -> Json:
    if who is None:
        return {"type": "noauth"}
    token = {"key": "token", "value": f"{{{{{who}_token}}}}", "type": "string"}
    return {"type": "bearer", "bearer": [token]}


def _url(step: Step, path: str) -> Json | str:
    if step.operation == "receive_direct_upload":
        return "{{upload_url}}"  # which is signed
    parts = [_part(step, part) for part in path.strip("/").split("/")]
    query = [{"key": key, "value": value} for key, value in step.query.items()]
    raw = "/".join(["{{base_url}}", *parts])
    raw += "?" + "&".join(f"{one['key']}={one['value']}" for one in query) if query else ""
    return {"raw": raw, "host": ["{{base_url}}"], "path": parts, "query": query}


def _part(step: Step, part: str) -> str:
    before, opened, rest = part.partition("{")
    name, _, after = rest.partition("}")
    return f"{before}{{{{{step.ids.get(name, name)}}}}}{after}" if opened else part


def _body(step: Step, operation: Json, example: Any, headers: list[Json]) -> Json:
    content = operation.get("requestBody", {}).get("content", {})
    if step.operation == "get_problem" or step.operation == "list_problems":
        headers.append({"key": "Accept", "value": "application/json"})
    if not content:
        return {}
    kind = next(iter(content))
    if kind == "multipart/form-data":
        headers.append({"key": "Content-Type", "value": f"{kind}; boundary={_BOUNDARY}"})
        return {"body": {"mode": "raw", "raw": _FORM}}
    headers.append({"key": "Content-Type", "value": kind})
    if kind != "application/json":
        return {"body": {"mode": "raw", "raw": "token=none" if "form" in kind else "Steam."}}
    body = step.body if step.body is not None else example
    text = orjson.dumps(body if body is not None else {}, option=orjson.OPT_INDENT_2).decode()
    return {"body": {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}}


def _asserts(step: Step, summary: str, status: tuple[int, ...]) -> list[str]:
    lines = [
        "if (pm.response.code === 429) {  // wait as long as it says, and send it again",
        "    setTimeout(() => {}, 1000 * Number(pm.response.headers.get('Retry-After')));",
        "    pm.execution.setNextRequest(pm.info.requestId);",
        "    return;",
        "}",
        "const told = pm.response.headers.get('Content-Type') || '';",
        "const got = told.startsWith('application/json') ? pm.response.json().data : null;",
    ]
    if step.until is not None:
        lines += [
            f"const holds = got && got.length > 0 && {step.until};",
            "const tries = Number(pm.variables.get('tries') || 0);",
            f"if (!holds && tries < {_TRIES}) {{",
            "    pm.variables.set('tries', tries + 1);",
            "    setTimeout(() => {}, 1000);",
            "    pm.execution.setNextRequest(pm.info.requestId);",
            "    return;",
            "}",
            "pm.variables.set('tries', 0);",
        ]
    lines += [
        f"pm.test({orjson.dumps(summary).decode()}, () => {{",
        f"    pm.expect(pm.response.code, pm.response.text()).to.be.oneOf({list(status)});",
        "});",
    ]
    if step.keep:
        lines.append("if (pm.response.code < 300) {")
        for variable, place in step.keep.items():
            way = "".join(f"[{p}]" if p.isdigit() else f".{p}" for p in place.split("."))
            lines.append(f'    pm.collectionVariables.set("{variable}", got{way});')
        lines.append("}")
    return lines
