"""Turns marshmallow schemas into JSON Schema where apispec alone would not be exact."""

from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_instance
from apispec.ext.marshmallow.field_converter import DEFAULT_FIELD_MAPPING
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, fields

from lms.core.http.schemas import AnyEmail, BaseSchema, PatchSchema

Json = dict[str, Any]


# Parameters that lists have in common.
_QUERY_WORDS = {
    "limit": "Rows per page.",
    "cursor": "`meta.next_cursor` of the page before; only with the same filters.",
    "include_total": "Count all rows into `meta.total`; costs time on long lists.",
    "sort": "The order of the list.",
    "updated_since": "Only rows written at this time or later.",
}


class Converter(OpenAPIConverter):
    """Our own field types and base schemas, in JSON Schema."""

    field_mapping = {**DEFAULT_FIELD_MAPPING, fields.URL: ("string", "uri")}  # noqa: RUF012

    def field2type_and_format(self, field: fields.Field[Any], **kwargs: Any) -> Json:
        if isinstance(field, fields.Decimal) and field.as_string:
            return {"type": "string", "format": "decimal"}
        return super().field2type_and_format(field, **kwargs)

    def field2default(self, field: fields.Field[Any], **kwargs: Any) -> Json:
        # A default of None means "not given". In the document it would be null, which most of these
        # fields refuse.
        found = super().field2default(field, **kwargs)
        return {} if found.get("default", ...) is None else found

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
        found: Json = super().schema2jsonschema(schema)  # type: ignore[no-untyped-call]
        kind = type(resolve_schema_instance(schema))
        if issubclass(kind, PatchSchema):
            found["minProperties"] = 1
        if kind.__doc__ and kind.__doc__ not in (BaseSchema.__doc__, Schema.__doc__):
            found["description"] = " ".join(kind.__doc__.split())
        return found

    def init_parameter_attribute_functions(self) -> None:
        super().init_parameter_attribute_functions()
        self.parameter_attribute_functions.append(self._field2query)

    def _field2query(self, field: fields.Field[Any], **kwargs: Any) -> Json:
        ret: Json = kwargs["ret"]
        if ret["name"] in _QUERY_WORDS:
            ret.setdefault("description", _QUERY_WORDS[ret["name"]])
        # A parameter that is not given is left out; a query string cannot say null.
        schema = ret["schema"]
        if isinstance(schema.get("type"), list):
            (schema["type"],) = (kind for kind in schema["type"] if kind != "null")
        if "enum" in schema:
            schema["enum"] = [value for value in schema["enum"] if value is not None]
        return {}


class Plugin(MarshmallowPlugin):
    Converter = Converter


def component_name(schema: Schema | type[Schema]) -> str | None:
    """The schema's name among the components; None for a partial schema, written in place."""
    instance = resolve_schema_instance(schema)
    if instance.only is not None or instance.exclude or instance.partial:
        return None
    name = type(instance).__name__
    return name.removesuffix("Schema") or name


_BY_FORMAT = {
    "uuid": "0198c5f2-7b1e-7c3a-9f00-3d2c4b5a6978",
    "date-time": "2026-09-01T08:30:00Z",
    "date": "2026-09-01",
    "email": "sam@example.com",
    "uri": "https://example.com/",
    "decimal": "1.5",
    "password": "learn-by-doing-7",
}


_BY_NAME = {
    "title": "Python for beginners",
    "slug": "python-for-beginners",
    "full_name": "Sam Student",
    "message": "OK.",
    "timezone": "Europe/Berlin",
    "locale": "en",
    "language": "en",
}


def example_of(schema: Json, components: Json) -> Any:
    """An example of this schema: from its own examples, else the simplest value that fits.

    Objects show the properties that are required or have an example; if there are none, the first
    property.
    """
    if "$ref" in schema:
        return example_of(components[schema["$ref"].rpartition("/")[2]], components)
    for key in ("example", "const", "default"):
        if key in schema:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example_of(schema[key][0], components)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        return _object_example(schema, components)
    if kind == "array":
        count = max(1, schema.get("minItems", 1))
        return [example_of(schema["items"], components)] * count
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), min(1, schema.get("maximum", 1)))
    if kind == "boolean":
        return True
    if kind == "string":
        return _BY_FORMAT.get(
            schema.get("format", ""), "text".ljust(schema.get("minLength", 0), "t")
        )
    return None


def _object_example(schema: Json, components: Json) -> Json:
    properties = schema.get("properties", {})
    shown = [
        name
        for name, part in properties.items()
        if name in schema.get("required", ()) or "example" in part
    ]
    if not shown and schema.get("minProperties"):
        shown = list(properties)[:1]
    found = {}
    for name in shown:
        value = example_of(properties[name], components)
        if value == "text":  # the property's name says more
            value = "https://example.com/" if name.endswith("_url") else _BY_NAME.get(name, value)
        found[name] = value
    return found
