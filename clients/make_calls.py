"""Writes the call tables of both SDKs from the OpenAPI document and calls.json; see bin/sdk.

`calls.json` says under which area and verb each operation is found. An operation that is missing
there, or is there and no longer exists, is an error: names are chosen by people.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_METHODS = ("get", "post", "put", "patch", "delete")
_LEFT_OUT = ("Development", "Operations", "Documentation")  # no part of what a program calls
Json = dict[str, Any]


@dataclass(frozen=True)
class Parameter:
    name: str
    schema: Json
    words: str


@dataclass(frozen=True)
class Operation:
    """An operation as a method: where it stands, what it takes, and what it gives back."""

    id: str
    area: str
    verb: str
    method: str
    path: str
    summary: str
    path_names: list[str]
    query: list[Parameter]
    body: str | None  # a component
    needs_body: bool
    reply: str  # data, page, list, bytes, nothing
    data: list[str]  # components; more than one where the status decides
    takes_key: bool
    is_signed: bool


def read(document: Json, names: dict[str, list[str]]) -> list[Operation]:
    """Every operation that the SDKs have, by area and verb."""
    found = list(_operations(document, names))
    gone = set(names) - {one.id for one in found}
    if gone:
        sys.exit(f"clients/calls.json names operations that do not exist: {sorted(gone)}")
    return sorted(found, key=lambda one: (one.area, one.verb))


def _operations(document: Json, names: dict[str, list[str]]) -> Iterator[Operation]:
    components = document["components"]
    for path, item in document["paths"].items():
        for method in filter(item.__contains__, _METHODS):
            operation = item[method]
            if operation["tags"][0] in _LEFT_OUT or not path.startswith("/api/"):
                continue
            id = operation["operationId"]
            if "multipart/form-data" in operation.get("requestBody", {}).get("content", {}):
                continue  # files.upload is written by hand
            if "application/octet-stream" in operation.get("requestBody", {}).get("content", {}):
                continue  # and sends the bytes
            if id not in names:
                sys.exit(f"clients/calls.json has no area and verb for {id}")
            area, verb = names[id]
            parameters = [_resolve(one, components) for one in operation["parameters"]]
            body = operation.get("requestBody", {})
            reply, data = _reply(operation, components)
            yield Operation(
                id=id,
                area=area,
                verb=verb,
                method=method.upper(),
                path=path,
                summary=operation["summary"],
                path_names=re.findall(r"\{(\w+)\}", path),
                query=[
                    Parameter(one["name"], one["schema"], one.get("description", ""))
                    for one in parameters
                    if one["in"] == "query" and one["name"] != "cursor"
                ],
                body=_name(body["content"]["application/json"]["schema"]) if body else None,
                needs_body=bool(body.get("required")),
                reply=reply,
                data=data,
                takes_key=any(one["name"] == "Idempotency-Key" for one in parameters),
                is_signed=any("bearer" in one for one in operation["security"]),
            )


def _reply(operation: Json, components: Json) -> tuple[str, list[str]]:
    found: list[str] = []
    kind = "nothing"
    for status, response in operation["responses"].items():
        if not status.startswith("2"):
            continue
        content = response.get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if schema is None:
            if content:
                kind = "bytes"
            continue
        if "$ref" not in schema or not _name(schema).endswith(("Reply", "Page", "List")):
            kind = "bytes"  # a document of its own
            continue
        envelope = components["schemas"][_name(schema)]
        data = envelope["properties"]["data"]
        if data.get("type") == "array":
            kind = "page" if _name(schema).endswith("Page") else "list"
            data = data["items"]
        elif "$ref" in data:
            kind = "data"
        if "$ref" in data and _name(data) not in found:
            found.append(_name(data))
    return kind, found


def _resolve(part: Json, components: Json) -> Json:
    if "$ref" in part:
        found: Json = components["parameters"][part["$ref"].rpartition("/")[2]]
        return found
    return part


def _name(schema: Json) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _areas(operations: list[Operation]) -> dict[str, list[Operation]]:
    areas: dict[str, list[Operation]] = {}
    for one in operations:
        areas.setdefault(one.area, []).append(one)
    return areas


# Python

_MADE = "Made by bin/sdk from the OpenAPI document; do not edit."
_WORDS_OF_PYTHON = {"from": "from_", "import": "import_"}


def python(document: Json, operations: list[Operation]) -> str:
    """The module of areas for Python."""
    lines = [
        f'"""The operations of the API, by area. {_MADE}"""',
        "",
        "from __future__ import annotations",
        "",
        "import builtins",
        "from datetime import date, datetime",
        "from uuid import UUID",
        "",
        "from lms_client import models",
        "from lms_client._clients import (",
        "    Area, AsyncArea, AsyncPages, Pages, async_call, call,",
        ")",
        "from lms_client._core import Operation, Options",
        "",
    ]
    for one in operations:
        kind = {"list": "data"}.get(one.reply, one.reply)
        lines.append(
            f"_{one.id.upper()} = Operation({one.id!r}, {one.method!r}, {one.path!r}, {kind!r},"
            f" {one.takes_key}, {one.is_signed})"
        )
    for is_async in (False, True):
        for area, found in _areas(operations).items():
            lines += _python_area(document, area, found, is_async=is_async)
    return "\n".join(lines) + "\n"


def _python_area(document: Json, area: str, found: list[Operation], *, is_async: bool) -> list[str]:
    prefix, base = ("Async", "AsyncArea") if is_async else ("", "Area")
    lines = ["", "", f"class {prefix}{area.title().replace('_', '')}({base}):"]
    for one in found:
        lines += _python_method(document, one, is_async=is_async)
    return lines


def _python_method(document: Json, one: Operation, *, is_async: bool) -> list[str]:
    is_page = one.reply == "page"
    takes = [f"{name}: str | UUID" for name in one.path_names]
    if one.body is not None:
        takes.append(f"body: models.{one.body}" + ("" if one.needs_body else " | None = None"))
    named = []
    for parameter in one.query:
        name = _WORDS_OF_PYTHON.get(parameter.name, parameter.name)
        named.append(f"{name}: {_python_type(document, parameter.schema)} | None = None")
    named.append("options: Options | None = None")
    arguments = ", ".join(["self", *takes, "*", *named])
    item = " | ".join(f"models.{name}" for name in one.data) or "None"
    types = f"({item})" if len(one.data) > 1 else item
    gives = {
        "data": item, "list": f"builtins.list[{item}]", "bytes": "bytes", "nothing": "None",
        "page": f"{'Async' if is_async else ''}Pages[{item}]",
    }[one.reply]  # fmt: skip
    read_as = {"list": f"builtins.list[{item}]", "bytes": "None", "nothing": "None"}.get(
        one.reply, types
    )
    asked = [f"_{one.id.upper()}", read_as]
    if one.path_names:
        asked.append("{" + ", ".join(f'"{n}": {n}' for n in one.path_names) + "}")
    if one.query:
        given = ", ".join(f'"{p.name}": {_WORDS_OF_PYTHON.get(p.name, p.name)}' for p in one.query)
        asked.append(f"query={{{given}}}")
    if one.body is not None:
        asked.append("body=body")
    asked.append("options=options")
    lines = [""]
    if not is_page:
        lines.append("    @async_call" if is_async else "    @call")
    awaits = is_async and not is_page
    verb = one.verb + "_" if one.verb in ("import",) else one.verb
    lines.append(f"    {'async ' if awaits else ''}def {verb}({arguments}) -> {gives}:")
    lines.append(f'        """{one.summary}."""')
    asks = "self._list" if is_async and is_page else "self._ask"
    lines.append(
        f"        return {'await ' if awaits else ''}{asks}({', '.join(asked)})"
        "  # type: ignore[no-any-return]"
    )
    return lines


def _python_type(document: Json, schema: Json) -> str:
    if "$ref" in schema:
        return f"models.{_name(schema)} | str"
    if schema.get("format") == "uuid":
        return "str | UUID"
    if schema.get("format") == "date-time":
        return "str | datetime"
    if schema.get("format") == "date":
        return "str | date"
    return {"integer": "int", "boolean": "bool", "number": "float"}.get(schema["type"], "str")


# TypeScript


def typescript(operations: list[Operation]) -> str:
    """The module of areas for TypeScript."""
    lines = [
        f"// The operations of the API, by area. {_MADE}",
        "",
        'import { Area, type Call, type List, type CallOptions } from "./core.js";',
        'import type * as T from "./generated/types.gen.js";',
        "",
    ]
    for area, found in _areas(operations).items():
        lines.append(f"export class {_pascal(area)}Calls extends Area {{")
        for one in found:
            lines += _typescript_method(one)
        lines += ["}", ""]
    return "\n".join(lines)


def _typescript_method(one: Operation) -> list[str]:
    takes = [f"{_camel(name)}: string" for name in one.path_names]
    data = f"T.{_pascal(one.id)}Data"
    if one.body is not None:
        takes.append(f"body{'' if one.needs_body else '?'}: T.{one.body}")
    if one.query:
        takes.append(f'query?: {data}["query"]')
    takes.append("options?: CallOptions")
    item = " | ".join(f"T.{name}" for name in one.data) or "void"
    gives = {
        "data": f"Call<{item}>", "list": f"Call<Array<{item}>>", "page": f"List<{item}>",
        "bytes": "Call<Blob>", "nothing": "Call<void>",
    }[one.reply]  # fmt: skip
    flags = {"id": one.id, "method": one.method, "path": one.path, "reply": one.reply}
    if one.takes_key:
        flags["takesKey"] = True
    if one.is_signed:
        flags["isSigned"] = True
    operation = "{ " + ", ".join(f"{k}: {json.dumps(v)}" for k, v in flags.items()) + " }"
    given = []
    if one.path_names:
        given.append("path: { " + ", ".join(f"{n}: {_camel(n)}" for n in one.path_names) + " }")
    if one.query:
        given.append("query")
    if one.body is not None:
        given.append("body")
    asks = "this.pages" if one.reply == "page" else "this.send"
    return [
        f"  /** {one.summary}. */",
        f"  {_camel(one.verb)}({', '.join(takes)}): {gives} {{",
        f"    return {asks}({operation}, {{ {', '.join(given)} }}, options);",
        "  }",
    ]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _pascal(name: str) -> str:
    return "".join(word.title() for word in name.split("_"))


def main() -> None:
    """`make_calls.py openapi.json`: write both modules."""
    document = json.loads(Path(sys.argv[1]).read_text())
    names = json.loads((HERE / "calls.json").read_text())
    operations = read(document, names)
    (HERE / "python/src/lms_client/_areas.py").write_text(python(document, operations))
    (HERE / "typescript/src/areas.gen.ts").write_text(typescript(operations))
    # Its list of exports names a module without its extension, which browsers and Node refuse.
    (HERE / "typescript/src/generated/index.ts").unlink(missing_ok=True)


if __name__ == "__main__":
    main()
