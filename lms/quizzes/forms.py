"""The forms of a question by its type, as the OpenAPI document shows them.

They are made from the schemas that read questions: one for what all types have in common, and each
type's own for its options and its key.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from marshmallow import Schema, fields, missing, validate

from lms.core.http.schemas import BaseSchema, Either, Exact, Union
from lms.quizzes.types import TYPES
from lms.quizzes.types.parts import Nothing

Parts = Mapping[str, fields.Field[Any]]
_PARTS = ("options", "answer")


def forms(
    name: str,
    common: Mapping[str, fields.Field[Any]],
    parts_of: Callable[[Parts], Parts],
    *,
    words: str,
    is_patch: bool = False,
) -> type[Union]:
    """A union with a member for each type: `New{}Question` gives `NewEssayQuestion` and others."""
    rest = {key: field for key, field in common.items() if key not in ("type", *_PARTS)}
    members = []
    for kind in TYPES.values():
        is_type = fields.String(required=not is_patch, validate=validate.Equal(kind.name))
        own = {"type": is_type, **rest, **parts_of(kind.schema.fields)}
        stem = "".join(word.capitalize() for word in kind.name.split("_"))
        members.append(_made(name.format(stem), own, words.format(kind.name.replace("_", " "))))
    attributes: dict[str, Any] = {"members": tuple(members), "__doc__": words.format("any")}
    if is_patch:  # without its type a change may fit several
        attributes |= {"discriminator": None, "is_exclusive": False}
    union: type[Union] = _class(name.format(""), (Union,), attributes)
    return union


def as_sent(parts: Parts) -> Parts:
    """Options and key as an author sends them, of the types that have them."""
    return {name: field for name, field in parts.items() if not isinstance(field, Nothing)}


def as_kept(parts: Parts) -> Parts:
    """Options and key as the author gets them back: decimals as text, gaps as null."""
    return {name: _kept(parts[name], required=True) for name in _PARTS}


def as_asked(parts: Parts) -> Parts:
    """Options as a student sees them, and the key, which is shown afterwards."""
    options = _kept(parts["options"], required=True, without=("percent",))
    answer = _kept(parts["answer"], required=False)
    return {"options": options, "answer": answer}


def _kept(
    field: fields.Field[Any], *, required: bool, without: tuple[str, ...] = ()
) -> fields.Field[Any]:
    found: fields.Field[Any]
    if isinstance(field, Nothing):
        words = {"description": "Always null: this type of question has none."}
        return fields.String(required=required, allow_none=True, metadata=words)
    if isinstance(field, Exact):  # kept as text, and shown to students as a number
        found = fields.Decimal() if without else fields.String(metadata={"format": "decimal"})
    elif isinstance(field, Either):
        kinds = {
            f"Kept{name}" if isinstance(kind, fields.Nested) else name: _kept(kind, required=False)
            for name, kind in field.kinds.items()
        }
        found = Either(f"Kept{field.known_as}", kinds)
    elif isinstance(field, fields.Nested):
        found = fields.Nested(_kept_schema(field.schema, without))
    elif isinstance(field, fields.Dict):
        assert field.value_field is not None
        values = _kept(field.value_field, required=False, without=without)
        found = fields.Dict(keys=field.key_field, values=values)
    elif isinstance(field, fields.List):
        found = fields.List(_kept(field.inner, required=True, without=without))
    else:
        found = deepcopy(field)
        found.load_default = missing
    found.required, found.allow_none = required, field.allow_none
    return found


_known: dict[tuple[type[Schema], tuple[str, ...]], type[Schema]] = {}


def _kept_schema(schema: Schema, without: tuple[str, ...]) -> type[Schema]:
    """A schema of what is kept of this one; the same one if that makes no difference."""
    kind = type(schema)
    drops = tuple(name for name in without if name in schema.fields)
    is_same = not drops and not any(
        isinstance(field, Either | Exact | fields.Nested | fields.Dict | fields.List)
        for field in schema.fields.values()
    )
    if is_same:
        return kind
    if (kind, without) not in _known:
        own = {
            name: _kept(field, required=_is_always_there(field), without=without)
            for name, field in schema.fields.items()
            if name not in drops
        }
        plain = kind.__name__.lstrip("_")
        private = kind.__name__[: -len(plain)]
        name = private + ("Shown" if without else "Kept") + plain
        _known[kind, without] = _made(name, own, kind.__doc__, kind)
    return _known[kind, without]


def _is_always_there(field: fields.Field[Any]) -> bool:
    return field.required or field.load_default is not missing


def _made(name: str, own: Parts, words: str | None, of: type[Schema] = BaseSchema) -> type[Schema]:
    attributes = {**own, "__doc__": words, "__module__": of.__module__}
    made: type[Schema] = _class(name, (BaseSchema,), attributes)
    return made


def _class(name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> Any:
    meta = type("Meta", (BaseSchema.Meta,), {"register": False})
    return type(name, bases, {**attributes, "Meta": meta})
