"""A Postman collection (v2.1) made from the OpenAPI document.

`base_url` is a variable of the collection, and signing in sets `access_token`, so that every other
request is signed in. That includes requests that anyone may make, since an owner sees more.
"""

from typing import Any

import orjson

Json = dict[str, Any]

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_METHODS = ("get", "post", "put", "patch", "delete")
# The tokens of a login are kept for the requests that follow.
_KEEP_TOKENS = [
    "const reply = pm.response.code < 300 ? pm.response.json() : {};",
    "if (reply.data && reply.data.tokens) {",
    '    pm.collectionVariables.set("access_token", reply.data.tokens.access_token);',
    '    pm.collectionVariables.set("refresh_token", reply.data.tokens.refresh_token);',
    "}",
]


def to_postman(document: Json) -> Json:
    """A folder per tag, a request per operation."""
    folders: dict[str, list[Json]] = {tag["name"]: [] for tag in document["tags"]}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                operation = operations[method]
                item = _item(method.upper(), path, operation, document["components"])
                folders[operation["tags"][0]].append(item)
    return {
        "info": {
            "name": document["info"]["title"],
            "description": document["info"]["description"],
            "version": document["info"]["version"],
            "schema": _SCHEMA,
        },
        "auth": {"type": "bearer", "bearer": [_pair("token", "{{access_token}}")]},
        "variable": [
            {"key": "base_url", "value": document["servers"][0]["url"]},
            {"key": "access_token", "value": ""},
            {"key": "refresh_token", "value": ""},
        ],
        "item": [{"name": name, "item": items} for name, items in folders.items()],
    }


def _item(method: str, path: str, operation: Json, components: Json) -> Json:
    parameters = [_resolve(part, components) for part in operation["parameters"]]
    request: Json = {
        "method": method,
        "header": _headers(parameters),
        "url": _url(path, parameters),
        "description": operation["description"],
    }
    if path.startswith("/api/v1/auth/") and not operation["security"]:
        request["auth"] = {"type": "noauth"}
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        example = dict(content["application/json"]["example"])
        if "refresh_token" in example:
            example["refresh_token"] = "{{refresh_token}}"  # noqa: S105 - a variable's name
        request["header"].append({"key": "Content-Type", "value": "application/json"})
        request["body"] = {
            "mode": "raw",
            "raw": orjson.dumps(example, option=orjson.OPT_INDENT_2).decode(),
            "options": {"raw": {"language": "json"}},
        }
    elif "multipart/form-data" in content:
        file = {"key": "file", "type": "file", "src": None}
        request["body"] = {"mode": "formdata", "formdata": [file]}
    item: Json = {"name": operation["summary"], "request": request, "response": []}
    if "/auth/" in path:
        script = {"type": "text/javascript", "exec": _KEEP_TOKENS}
        item["event"] = [{"listen": "test", "script": script}]
    return item


def _url(path: str, parameters: list[Json]) -> Json:
    parts = [
        f":{part[1:-1]}" if part.startswith("{") else part for part in path.strip("/").split("/")
    ]
    url: Json = {
        "raw": "/".join(["{{base_url}}", *parts]),
        "host": ["{{base_url}}"],
        "path": parts,
        "variable": [
            {"key": part["name"], "value": "", "description": part.get("description", "")}
            for part in parameters
            if part["in"] == "path"
        ],
        "query": [
            {
                "key": part["name"],
                "value": str(part["schema"].get("default", "")),
                "description": part.get("description", ""),
                "disabled": not part.get("required", False),
            }
            for part in parameters
            if part["in"] == "query"
        ],
    }
    return url


def _headers(parameters: list[Json]) -> list[Json]:
    return [
        {
            "key": part["name"],
            "value": "{{$guid}}" if part["name"] == "Idempotency-Key" else "",
            "description": part.get("description", ""),
            "disabled": True,
        }
        for part in parameters
        if part["in"] == "header"
    ]


def _resolve(part: Json, components: Json) -> Json:
    if "$ref" not in part:
        return part
    found: Json = components["parameters"][part["$ref"].rpartition("/")[2]]
    return found


def _pair(key: str, value: str) -> Json:
    return {"key": key, "value": value, "type": "string"}
