"""Turns marshmallow schemas into JSON Schema where apispec alone would not be exact."""

from decimal import Decimal
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_instance
from apispec.ext.marshmallow.field_converter import DEFAULT_FIELD_MAPPING
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, fields, validate

from lms.core.http.schemas import COMPONENT, AnyEmail, BaseSchema, Either, PatchSchema, Union
from lms.openapi.words import WORDS

Json = dict[str, Any]


class Converter(OpenAPIConverter):
    """Our own field types and base schemas, in JSON Schema."""

    field_mapping = {**DEFAULT_FIELD_MAPPING, fields.URL: ("string", "uri")}  # noqa: RUF012

    # Schemas of bodies, which refuse unknown fields. All others are open.
    closed: frozenset[type[Schema]] = frozenset()

    def field2property(self, field: fields.Field[Any]) -> Json:
        found: Json = super().field2property(field)
        if isinstance(field, Either):
            return self._name_kinds(field, found)
        if found.get("type") == ["object", "null"]:  # which generators take for any object
            kind = {"type": "object", "additionalProperties": found.pop("additionalProperties")}
            del found["type"]
            return {"anyOf": [kind, {"type": "null"}], **found}
        return self._name_words(field, found) if "enum" in found else found

    def _name_kinds(self, field: Either, found: Json) -> Json:
        """Each kind of value is a component of its own, and so are all of them together."""
        components = self.spec.components
        if field.known_as not in components.schemas:
            refs = []
            for name, kind in field.kinds.items():
                schema = self.field2property(kind)
                if "$ref" not in schema:
                    if name not in components.schemas:
                        described = {**schema, "description": WORDS.get(name, "")}
                        components.schema(name, described)
                    schema = {"$ref": f"#/components/schemas/{name}"}
                refs.append(schema)
            words = WORDS.get(field.known_as, "")
            components.schema(field.known_as, {"oneOf": refs, "description": words})
        ref = {"$ref": f"#/components/schemas/{field.known_as}"}
        rest = {key: value for key, value in found.items() if key != "type"}
        return {"anyOf": [ref, {"type": "null"}], **rest} if field.allow_none else {**ref, **rest}

    def _name_words(self, field: fields.Field[Any], found: Json) -> Json:
        """A list of words is a component of its own; a single word is a constant."""
        words = [word for word in found.pop("enum") if word is not None]
        if len(words) == 1:
            return {**found, "const": words[0]}
        name = field.metadata.get(COMPONENT)
        assert name, f"{field} needs a name for its words: {words}"
        known = self.spec.components.schemas.get(name)
        if known is None:
            described = {"type": "string", "enum": words, "description": WORDS.get(name, "")}
            self.spec.components.schema(name, described)
        else:
            assert known["enum"] == words, f"{name} has two lists of words"
        ref = {"$ref": f"#/components/schemas/{name}"}
        # What the words mean is said at the component.
        rest = {key: value for key, value in found.items() if key != "type"}
        return {"anyOf": [ref, {"type": "null"}], **rest} if field.allow_none else {**ref, **rest}

    def field2type_and_format(self, field: fields.Field[Any], **kwargs: Any) -> Json:
        if isinstance(field, fields.Decimal) and field.as_string:
            return {"type": "string", "format": "decimal"}
        return super().field2type_and_format(field, **kwargs)

    def field2default(self, field: fields.Field[Any], **kwargs: Any) -> Json:
        # A default of None means "not given". In the document it would be null, which most of these
        # fields refuse.
        found = super().field2default(field, **kwargs)
        value = found.get("default", ...)
        if isinstance(value, Decimal):
            return {"default": float(value)}
        return {} if value is None else found

    def field2length(self, field: fields.Field[Any], **kwargs: Any) -> Json:
        found = super().field2length(field, **kwargs)
        if isinstance(field, AnyEmail):
            found["maxLength"] = 254
        return {name: value for name, value in found.items() if value}  # "at least 0" is noise

    def field2pattern(self, field: fields.Field[Any], **kwargs: Any) -> Json:
        found = super().field2pattern(field, **kwargs)
        if "pattern" in found:
            # Python matches from the start and ends with \Z; JSON Schema searches, in ECMA's
            # dialect.
            found["pattern"] = "^" + found["pattern"].removeprefix("^").replace(r"\Z", "$")
        return found

    def schema2jsonschema(self, schema: Schema | type[Schema]) -> Json:
        kind = type(resolve_schema_instance(schema))
        shape = kind if issubclass(kind, Union) else getattr(kind, "shape", None)
        found: Json
        if shape is not None:
            found = self._one_of(shape)
        else:
            found = super().schema2jsonschema(schema)  # type: ignore[no-untyped-call]
            self._describe(kind, found["properties"])
            if kind not in self.closed:
                found.pop("additionalProperties", None)
        if issubclass(kind, PatchSchema) and shape is None:
            found["minProperties"] = 1
        if kind.__doc__ and kind.__doc__ not in (BaseSchema.__doc__, Schema.__doc__):
            found["description"] = " ".join(kind.__doc__.split())
        return found

    def _one_of(self, union: type[Union]) -> Json:
        members: list[Json] = [
            self.resolve_nested_schema(member)  # type: ignore[no-untyped-call]
            for member in union.members
        ]
        found: Json = {"oneOf" if union.is_exclusive else "anyOf": members}
        if union.discriminator is not None:
            mapping = {
                _word_of(member, union.discriminator): ref["$ref"]
                for member, ref in zip(union.members, members, strict=True)
            }
            found["discriminator"] = {"propertyName": union.discriminator, "mapping": mapping}
        return found

    def _describe(self, kind: type[Schema], properties: Json) -> None:
        for name, found in properties.items():
            words = None if "description" in found else words_for(kind, name)
            if words is not None:
                found["description"] = words

    def init_parameter_attribute_functions(self) -> None:
        super().init_parameter_attribute_functions()
        self.parameter_attribute_functions.append(self._field2query)

    def _field2query(self, field: fields.Field[Any], **kwargs: Any) -> Json:
        ret: Json = kwargs["ret"]
        # A parameter that is not given is left out; a query string cannot say null.
        schema = ret["schema"]
        schema.pop("description", None)
        if isinstance(schema.get("type"), list):
            (schema["type"],) = (kind for kind in schema["type"] if kind != "null")
        if "anyOf" in schema:
            schema.update(schema.pop("anyOf")[0])
        if "description" not in ret:
            assert isinstance(field.parent, Schema)
            words = words_for(type(field.parent), ret["name"])
            if words is not None:
                ret["description"] = words
        return {}


class Plugin(MarshmallowPlugin):
    Converter = Converter


def words_for(kind: type[Schema], name: str) -> str | None:
    """What a field means: in this schema, in one that it is made from, or everywhere."""
    keys = [f"{_plain(above.__name__)}.{name}" for above in kind.__mro__]
    return next((WORDS[key] for key in [*keys, name] if key in WORDS), None)


def _word_of(member: type[Schema], name: str) -> str:
    """The only value that this field has in this schema."""
    (word,) = (
        rule.comparable for rule in member().fields[name].validators
        if isinstance(rule, validate.Equal)
    )  # fmt: skip
    return str(word)


def component_name(schema: Schema | type[Schema]) -> str | None:
    """The schema's name among the components; None for a partial schema, written in place."""
    instance = resolve_schema_instance(schema)
    if instance.only is not None or instance.exclude or instance.partial:
        return None
    kind = type(instance)
    if kind.__dict__.get("component"):
        return str(kind.__dict__["component"])
    # A private schema is known in its module alone, so the module's name makes it plain.
    module = kind.__module__.rpartition(".")[2] if kind.__name__.startswith("_") else ""
    return "".join(word.capitalize() for word in module.split("_")) + _plain(kind.__name__)


def _plain(name: str) -> str:
    plain = name.lstrip("_")
    return plain.removesuffix("Schema") or plain
