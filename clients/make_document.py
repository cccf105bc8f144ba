"""Prepares the OpenAPI document for the SDKs: `make_document.py openapi.json OUT --python`.

Both get the union of all webhook bodies, which the document itself has no use for. Python also gets
unions and lists of words that bear what a later version of the API adds, since its models check.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SDKS = ("python", "typescript")
Json = dict[str, Any]


def prepare(document: Json, *, for_python: bool) -> Json:
    """The document with what SDKs need besides; the one given is changed."""
    schemas = document["components"]["schemas"]
    hooks = sorted(
        name
        for name, schema in schemas.items()
        if name.endswith("Webhook") and "const" in schema["properties"].get("type", {})
    )
    refs = [{"$ref": f"#/components/schemas/{name}"} for name in hooks]
    mapping = {
        schemas[name]["properties"]["type"]["const"]: ref["$ref"]
        for name, ref in zip(hooks, refs, strict=True)
    }
    schemas["WebhookBody"] = {
        "oneOf": refs,
        "discriminator": {"propertyName": "type", "mapping": mapping},
        "description": "What a webhook's receiver is sent.",
    }
    if for_python:
        for schema in list(schemas.values()):
            if "enum" in schema:
                words = {"type": "string", "enum": schema.pop("enum")}
                del schema["type"]
                schema["anyOf"] = [words, {"type": "string"}]
        _plain_text(schemas)
        for name in ("AskedQuestion", "LearningEvent", "Question", "WebhookBody"):
            _open(schemas, name)
    return document


def _plain_text(part: Any) -> None:
    """Take passwords, addresses and URLs as text: the server checks them."""
    if isinstance(part, dict):
        if part.get("format") in ("email", "password", "uri"):
            del part["format"]
        for one in part.values():
            _plain_text(one)
    elif isinstance(part, list):
        for one in part:
            _plain_text(one)


def _open(schemas: Json, name: str) -> None:
    """Let a union have members that this version does not know."""
    union = schemas[name]
    word = {"type": "string", "description": "A word that this version does not know."}
    schemas[f"Unknown{name}"] = {
        "type": "object",
        "description": "One of a type that this version does not know; it keeps all fields.",
        "properties": {"type": word},
        "required": ["type"],
        "additionalProperties": True,
    }
    union["anyOf"] = [*union.pop("oneOf"), {"$ref": f"#/components/schemas/Unknown{name}"}]
    del union["discriminator"]


def digest(document: Json, sdk: str) -> str:
    """What the generated parts of an SDK are made from, in short. Examples are no part of it."""
    names = (HERE / "calls.json").read_text()
    found = prepare(json.loads(json.dumps(document)), for_python=sdk == "python")
    kept = {key: found[key] for key in ("paths", "components")}
    text = json.dumps([_without_examples(kept), names], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _without_examples(part: Any) -> Any:
    if isinstance(part, list):
        return [_without_examples(one) for one in part]
    if isinstance(part, dict):
        return {key: _without_examples(one) for key, one in part.items() if key != "example"}
    return part


def digest_file(sdk: str) -> Path:
    return HERE / sdk / "document.sha256"


def main() -> None:
    if sys.argv[1] == "--digests":
        document = json.loads(Path(sys.argv[2]).read_text())
        for sdk in SDKS:
            digest_file(sdk).write_text(digest(document, sdk) + "\n")
        return
    source, target, sdk = sys.argv[1:]
    made = prepare(json.loads(Path(source).read_text()), for_python=sdk == "--python")
    Path(target).write_text(json.dumps(made))


if __name__ == "__main__":
    main()
