"""The base of every marshmallow schema, and the field types that domains share.

Schemas validate input and describe both directions in the OpenAPI document; replies are
shaped by SQL and written by orjson, and the tests hold them against these schemas.
"""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from lms.core.http.request import parse_uuid
from lms.errors import FieldError, Invalid

_UNSEARCHABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class BaseSchema(Schema):
    """Refuses unknown fields: a typo must not be taken for a default."""

    class Meta:
        unknown = RAISE
        ordered = True


class Empty(BaseSchema):
    """A body without fields."""


class PatchSchema(BaseSchema):
    """A body that changes only the fields that it names; it must name at least one."""

    @validates_schema
    def _not_empty(self, data: dict[str, object], **_: object) -> None:
        if not data:
            raise ValidationError("Name at least one field to change.")


class Text(fields.String):
    """Text as written: any Unicode but control characters (line breaks if `lines`).

    `min`/`max` count code points, after trimming unless `trim=False`.
    """

    def __init__(
        self, *, min: int = 0, max: int, lines: bool = False, trim: bool = True, **kwargs: Any
    ) -> None:
        self.lines, self.trim = lines, trim
        super().__init__(validate=validate.Length(min=min, max=max), **kwargs)

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> str:
        if not isinstance(value, str):
            raise ValidationError("Must be text.")
        if len(value) > 2_000_000:
            raise ValidationError("Too long.")
        text = value.strip() if self.trim else value
        for character in text:
            if character < " " and not (self.lines and character in "\n\r\t"):
                raise ValidationError("Must not contain control characters.")
            if character == "\x7f" or "\ud800" <= character <= "\udfff":
                raise ValidationError("Must not contain control characters.")
        return text


class Id(fields.UUID):
    """A UUID in its canonical shape."""

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> UUID:
        parsed = parse_uuid(value) if isinstance(value, str) else None
        if parsed is None:
            raise ValidationError("Must be a UUID.")
        return parsed


class Integer(fields.Integer):
    """A whole number in `min`..`max`; no text, no fraction, no boolean."""

    def __init__(self, *, min: int, max: int, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=min, max=max), **kwargs)

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> int:
        if type(value) is not int:
            raise ValidationError("Must be a whole number.")
        return value


class Exact(fields.Decimal):
    """An exact decimal in `min`..`max` with at most `places`: a JSON number or decimal text."""

    def __init__(self, *, min: int, max: int, places: int, **kwargs: Any) -> None:
        self.places_allowed = places
        super().__init__(validate=validate.Range(min=min, max=max), **kwargs)

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> Decimal:
        # A float is read as it was written: its repr is the shortest text that means it.
        text = repr(value) if type(value) in (int, float) else value
        if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
            raise ValidationError("Must be a decimal number.")
        number = Decimal(text)
        if number and -number.normalize().as_tuple().exponent > self.places_allowed:  # type: ignore[operator]
            raise ValidationError(f"Must have at most {self.places_allowed} decimals.")
        return number

    def _serialize(self, value: object, attr: object, obj: object, **kwargs: object) -> Any:
        return value  # a default, as the document writes it


_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,2})?")


class QueryInteger(fields.Integer):
    """A whole number from a query string, plain ASCII digits."""

    def __init__(self, *, min: int, max: int, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(min=min, max=max), **kwargs)

    def _deserialize(self, value: Any, attr: object, data: object, **kwargs: object) -> int:
        if not re.fullmatch(r"-?[0-9]{1,15}", value):
            raise ValidationError("Must be a whole number.")
        return int(value)


class Boolean(fields.Boolean):
    """`true` or `false`, not something like them."""

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> bool:
        if type(value) is not bool:
            raise ValidationError("Must be true or false.")
        return value


class QueryBoolean(fields.Boolean):
    """`true` or `false` in a query string."""

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> bool:
        if value not in ("true", "false"):
            raise ValidationError("Must be true or false.")
        return value == "true"


class QueryTime(fields.AwareDateTime):
    """An RFC 3339 time with its offset, in a query string."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)


class SearchText(fields.String):
    """What someone typed into a search box: never refused, only cut and cleaned.

    Control characters and lone surrogates count as spaces; all is read up to 200 code points.
    """

    def _deserialize(self, value: Any, attr: object, data: object, **kwargs: object) -> str:
        return _UNSEARCHABLE.sub(" ", value)[:200].strip()


class Choice(fields.String):
    """One of a few words."""

    def __init__(self, *choices: str, **kwargs: Any) -> None:
        super().__init__(validate=validate.OneOf(choices), **kwargs)


class Email(fields.Email):
    """An e-mail address of at most 254 characters, without spaces around it."""

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> str:
        if not isinstance(value, str) or len(value) > 254 or not value.isprintable():
            raise ValidationError("Must be an e-mail address.")
        if "=?" in value:  # a mail program would decode it and show another address
            raise ValidationError("Must be an e-mail address.")
        text = str(super()._deserialize(value.strip(), attr, data, **kwargs))
        try:
            normalize_email(text)
        except (UnicodeError, ValueError):
            raise ValidationError("Must be an e-mail address.") from None
        return text


def normalize_email(email: str) -> str:
    """The form in which addresses are compared: NFKC, case folded, the domain as A-label."""
    local, _, domain = unicodedata.normalize("NFKC", email).casefold().rpartition("@")
    if not local or not domain:
        raise ValueError("not an e-mail address")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


class Money(BaseSchema):
    """An amount in minor units (cents) of a currency."""

    amount = Integer(min=0, max=10**12, required=True, metadata={"example": 1999})
    currency = fields.String(
        required=True, validate=validate.Regexp(r"[A-Z]{3}\Z"), metadata={"example": "USD"}
    )


def metadata_object(**options: Any) -> fields.Dict:
    """An object of the client's own, kept as it is: at most 16 kB of JSON."""

    def small_enough(value: object) -> None:
        if len(orjson.dumps(value)) > 16_384:
            raise ValidationError("Must be at most 16 kB.")

    return fields.Dict(keys=fields.String(), validate=small_enough, **options)


class ListQuery(BaseSchema):
    """What every list takes."""

    limit = QueryInteger(min=1, max=100, load_default=20)
    cursor = fields.String(load_default=None, validate=validate.Length(max=1000))
    include_total = QueryBoolean(load_default=False)


def load(schema: Schema, value: object, *, prefix: str = "/", partial: bool = False) -> Any:
    """Validated input, or an Invalid whose errors point at each fault.

    `prefix` is `/` for bodies (JSON pointers) and `?` for query strings.
    """
    if not isinstance(value, dict):
        raise Invalid(errors=[FieldError("", "invalid", "Must be an object.")])
    try:
        return schema.load(value, partial=partial or None)
    except ValidationError as error:
        faults = list(_faults(error.messages_dict, prefix.rstrip("/")))
        if prefix == "?":
            faults = [FieldError("?" + f.pointer.strip("/?"), f.code, f.detail) for f in faults]
        raise Invalid(errors=faults) from None


def _faults(messages: Any, pointer: str) -> Iterator[FieldError]:
    if isinstance(messages, dict):
        for key, below in messages.items():
            here = pointer if key == "_schema" else f"{pointer}/{_escape(str(key))}"
            yield from _faults(below, here)
    else:
        for message in messages:
            if isinstance(message, dict):
                yield from _faults(message, pointer)
            else:
                yield FieldError(pointer, _code(message, pointer), message)


_CODES = {
    "Unknown field.": "unknown_field",
    "Missing data for required field.": "required",
    "Field may not be null.": "required",
    "Not a valid email address.": "invalid_email",
    "Must be an e-mail address.": "invalid_email",
}


def _code(message: str, pointer: str) -> str:
    if message in _CODES:
        return _CODES[message]
    if message.startswith(("Shorter than", "Length must be")):
        return "invalid_length"
    if message.startswith("Longer than"):
        return "too_long"
    if message.startswith("Must be one of"):
        return "invalid_choice"
    return "invalid"


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
