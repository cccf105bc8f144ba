"""What the document calls things: names that generators can take, and words for people."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from lms.app import create_app
from lms.openapi.document import build
from lms.settings import Settings
from tests.openapi_checker import Json

# Names of the browser, of JavaScript and of Python that a schema must not take away.
_TAKEN = {
    "Array", "Attr", "Blob", "Boolean", "Comment", "Date", "Document", "Element", "Error", "Event",
    "Exception", "File", "Function", "History", "Image", "Import", "Lock", "Location", "Map",
    "Notification", "Number", "Object", "Option", "Permissions", "Promise", "Range", "Record",
    "Report", "Request", "Response", "Selection", "Set", "Storage", "String", "Text", "Warning",
}  # fmt: skip


@pytest.fixture(scope="module")
def document() -> Json:
    return build(create_app(Settings(environment="test")))


def _parts(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Json]]:
    """Every object of the document but those of examples, with the way to it."""
    if isinstance(value, dict):
        yield where, value
        for key, part in value.items():
            if key != "example":
                yield from _parts(part, (*where, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _parts(part, (*where, index))


def _schemas(document: Json) -> dict[str, Json]:
    found: dict[str, Json] = document["components"]["schemas"]
    return found


def test_components_have_names_that_every_language_takes(document: Json) -> None:
    for section, found in document["components"].items():
        if section in ("schemas", "responses"):
            assert [name for name in found if not re.fullmatch(r"[A-Z][A-Za-z]*", name)] == []
            assert set(found) & _TAKEN == set()


def test_no_component_has_a_property_of_its_own_name(document: Json) -> None:
    for name, schema in _schemas(document).items():
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        assert snake not in schema.get("properties", ()), name


def test_lists_of_words_are_components_with_names(document: Json) -> None:
    for where, part in _parts(document):
        if isinstance(part.get("enum"), list):
            is_component = where[:2] == ("components", "schemas") and len(where) == 3
            is_code = where[-1] == "code" and where[-5].endswith("Problem")
            assert is_component or is_code, where
            assert len(part["enum"]) > 1 or is_code, where


def test_null_stands_beside_something_else(document: Json) -> None:
    for where, part in _parts(document):
        if part.get("type") == "null":
            assert where[-2] == "anyOf", where
        if isinstance(part.get("type"), list):
            kind, null = part["type"]
            assert kind != "null"
            assert null == "null", where


def test_bodies_are_closed_and_replies_are_open(document: Json) -> None:
    schemas = _schemas(document)
    bodies = set()
    for _, part in _parts(document["paths"]):
        for kind in part.get("requestBody", {}).get("content", {}).values():
            name = kind["schema"].get("$ref", "").rpartition("/")[2]
            forms = schemas.get(name, {}).get("oneOf") or schemas.get(name, {}).get("anyOf")
            bodies |= {form["$ref"].rpartition("/")[2] for form in forms} if forms else {name}
    bodies.discard("")
    closed = {name for name, one in schemas.items() if one.get("additionalProperties") is False}
    assert closed == bodies


def test_everything_has_a_description(document: Json) -> None:
    for name, schema in _schemas(document).items():
        for key, part in schema.get("properties", {}).items():
            ref = _name_of(part)
            told = part.get("description") or _schemas(document).get(ref, {}).get("description")
            assert told, f"{name}.{key}: say in lms/openapi/words.py what it means"
    for where, part in _parts(document["paths"]):
        if "in" in part and "schema" in part:
            assert part.get("description"), where
    for tag in document["tags"]:
        assert tag["description"] != f"{tag['name']}.", tag
    for hook in document["webhooks"].values():
        assert hook["post"]["description"]
        assert hook["post"]["operationId"].startswith("on_")


def _name_of(part: Json) -> str:
    return str(part.get("$ref", "")).rpartition("/")[2]


def test_what_is_taken_has_bounds(document: Json) -> None:
    schemas = _schemas(document)
    closed = {
        name: one for name, one in schemas.items() if one.get("additionalProperties") is False
    }
    for name, schema in closed.items():
        for key, part in schema["properties"].items():
            kinds = part.get("type") if isinstance(part.get("type"), list) else [part.get("type")]
            if "string" in kinds:
                bounds = {"maxLength", "pattern", "format", "const"}
                assert bounds & set(part), f"{name}.{key}"
            if {"integer", "number"} & set(kinds):
                assert {"minimum", "maximum"} <= set(part), f"{name}.{key}"
            if "array" in kinds:
                assert "maxItems" in part, f"{name}.{key}"


def test_unions_tell_their_members_apart(document: Json) -> None:
    schemas = _schemas(document)
    unions = {name for name, one in schemas.items() if "discriminator" in one}
    assert {"Question", "NewQuestion", "AskedQuestion", "LearningEvent", "LoginOutcome",
            "SignInOutcome"} <= unions  # fmt: skip
    for name in unions:
        key = schemas[name]["discriminator"]["propertyName"]
        for word, ref in schemas[name]["discriminator"]["mapping"].items():
            member = schemas[ref.rpartition("/")[2]]
            assert member["properties"][key]["const"] == word, name
            assert key in member["required"], name
