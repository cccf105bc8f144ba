"""The base of every marshmallow schema, and the field types that domains share.

Schemas validate input and describe both directions in the OpenAPI document; replies are
shaped by SQL and written by orjson, and the tests hold them against these schemas.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar
from uuid import UUID

import orjson
from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from lms.core.addresses import normalize_email, to_mail_form
from lms.core.http.currencies import CURRENCIES
from lms.core.http.request import parse_uuid
from lms.errors import FieldError, Invalid

Checks = Callable[[Mapping[str, Any]], Iterable[FieldError]]

# What a client may set, so that adding any limit or grace to it stays a time.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
TOO_LATE = datetime(2200, 1, 1, tzinfo=UTC)

# Searched at once: a loop over the characters of an imported file holds up everyone for 0.1 s.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_CONTROLS_IN_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_UNSEARCHABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


# In a field's metadata: the name of its list of words in the OpenAPI document.
COMPONENT = "component"


def coded(code: str, detail: str) -> str:
    """The message of a ValidationError that becomes an entry of `errors` with this code."""
    return _Coded(code, detail)


class _Coded(str):
    """A message and its code."""

    __slots__ = ("code",)

    code: str

    def __new__(cls, code: str, detail: str) -> "_Coded":
        made = super().__new__(cls, detail)
        made.code = code
        return made


class BaseSchema(Schema):
    """Refuses unknown fields: a typo must not be taken for a default."""

    class Meta:
        unknown = RAISE
        ordered = True

    # The name in the OpenAPI document, where the class's own would take away another.
    component: ClassVar[str | None] = None

    # What the OpenAPI document shows in place of the fields, where those say too little.
    shape: ClassVar["type[Union] | None"] = None


class Empty(BaseSchema):
    """A body without fields."""


class Union(BaseSchema):
    """A reply of one of several shapes, told apart by the value of one field.

    Replies are not made from it: it describes them. A schema that takes a union names one in
    `shape`, and reads the input by itself.
    """

    members: ClassVar[tuple[type[Schema], ...]]
    discriminator: ClassVar[str | None] = "type"
    # False: a value may fit several members (`anyOf`).
    is_exclusive: ClassVar[bool] = True


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
        if (_CONTROLS_IN_LINES if self.lines else _CONTROLS).search(text):
            raise ValidationError("Must not contain control characters.")
        return text


# They make text run backwards, and what stands behind it too (Unicode TR 36 §2.5).
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINK = re.compile(r"://|www\.")
# Unicode's Default_Ignorable_Code_Point, of which nothing is seen, and an empty braille cell.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_IDEOGRAPHIC_STOP = "\u3002"  # which a browser reads as a dot between the labels of a host


def _seen(text: str) -> str:
    """What is seen of a text."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()


class Title(Text):
    """What something is called: up to 255 code points, and none that turn the text around."""

    def __init__(self, *, min: int = 1, max: int = 255, **kwargs: Any) -> None:
        super().__init__(min=min, max=max, **kwargs)

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if _TURNING.search(text):
            raise ValidationError("Must not contain characters that change the direction of text.")
        if text and not _seen(text):
            raise ValidationError("Must have characters that can be seen.")
        return text


class Name(Title):
    """What a person is called. It is seen, and no link in the mails that we write it into."""

    def __init__(self, *, min: int = 1, max: int = 200, **kwargs: Any) -> None:
        super().__init__(min=min, max=max, **kwargs)

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if _LINK.search(_seen(text).casefold().replace(_IDEOGRAPHIC_STOP, ".")):
            raise ValidationError("Must not contain a link.")
        return text


class Items(fields.List):  # type: ignore[type-arg]
    """A list whose length is checked before its items, and of whose faults the first are told."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        for check in self.validators:
            if isinstance(check, validate.Length) and check.max and len(value) > check.max:
                check(value)
        found, faults = [], {}
        for index, item in enumerate(value):
            try:
                found.append(self.inner.deserialize(item, **kwargs))
            except ValidationError as error:
                faults[index] = error.messages
                if len(faults) == _MOST_IN_LIST:
                    break
        if faults:
            raise ValidationError(faults)
        return found


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


_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?([Zz]|[+-]\d\d(?::?\d\d)?)", re.ASCII
)
_NO_TIME = "Must be a time with its offset, like 2026-09-01T08:30:00Z."


def parse_time(value: object) -> datetime:
    """An RFC 3339 time in UTC, without what is finer than a microsecond. Raises ValueError.

    What lies before the year 1 or after 9999 in UTC is moved to that edge.
    """
    match = _RFC3339.fullmatch(value) if isinstance(value, str) and len(value) <= 255 else None
    if match is None:
        raise ValueError(_NO_TIME)
    day, clock, fraction, offset = match.groups()
    if day.startswith("0000"):  # which computers' calendars do not have
        return _FIRST
    zone = "+00:00" if offset in "Zz" else offset
    time = datetime.fromisoformat(f"{day}T{clock}{zone}")
    time = time.replace(microsecond=int((fraction or "0")[:6].ljust(6, "0")))
    try:
        return time.astimezone(UTC)
    except OverflowError:
        return _FIRST if time.year == 1 else _LAST


class AnyTime(fields.AwareDateTime):
    """A time by a clock that may be wrong by years, in UTC."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        try:
            return parse_time(value)
        except ValueError:
            raise ValidationError(_NO_TIME) from None


class Time(AnyTime):
    """An RFC 3339 time with its offset, from 1970 to 2199; in a body or a query string."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        time = super()._deserialize(value, attr, data, **kwargs)
        if not EARLIEST <= time < TOO_LATE:
            raise ValidationError(coded("out_of_range", "Must be from 1970 to 2199."))
        return time


class SearchText(fields.String):
    """What someone typed into a search box: never refused, only cut and cleaned.

    Control characters and lone surrogates count as spaces; all is read up to 200 code points.
    """

    def _deserialize(self, value: Any, attr: object, data: object, **kwargs: object) -> str:
        return _UNSEARCHABLE.sub(" ", value)[:200].strip()


class Choice(fields.String):
    """One of a few words. `name` is what generated clients call the list of several words."""

    def __init__(
        self,
        *choices: str,
        name: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        named = {COMPONENT: name, **(metadata or {})}
        super().__init__(validate=validate.OneOf(choices), metadata=named, **kwargs)


class Either(fields.Field[Any]):
    """A value of one of several kinds. The document calls it `name`, and each kind by its own."""

    def __init__(self, name: str, kinds: Mapping[str, fields.Field[Any]], **kwargs: Any) -> None:
        self.known_as, self.kinds = name, kinds
        super().__init__(**kwargs)


_MOST_FAULTS = 1000  # that one reply tells of
_MOST_IN_LIST = 100  # of the items of one list
_NO_ADDRESS = coded("invalid_email", "Must be an e-mail address that can be mailed.")
_OLD_RULE = validate.Email()  # by which older accounts have their addresses


class AnyEmail(fields.Email):
    """An e-mail address that one may have an account under, of at most 254 characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        del self.validators[0]  # marshmallow's rule, which is in `check`

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> str:
        if not isinstance(value, str) or len(value) > 254 or not value.isprintable():
            raise ValidationError(_NO_ADDRESS)
        text = value.strip()
        try:
            self.check(text)
        except (ValueError, ValidationError):
            raise ValidationError(_NO_ADDRESS) from None
        return text

    @staticmethod
    def check(text: str) -> None:
        """Raise ValueError or ValidationError for what is no address, and was none."""
        try:
            to_mail_form(text)
        except ValueError:
            _OLD_RULE(text)
            normalize_email(text)


class Email(AnyEmail):
    """An e-mail address that can be mailed, without spaces around it."""

    @staticmethod
    def check(text: str) -> None:
        to_mail_form(text)


class Money(BaseSchema):
    """An amount in minor units (cents) of a currency."""

    amount = Integer(min=0, max=10**12, required=True, metadata={"example": 1999})
    currency = fields.String(
        required=True,
        validate=validate.OneOf(CURRENCIES, error="Must be a currency of ISO 4217."),
        metadata={COMPONENT: "Currency", "example": "USD"},
    )


def metadata_object(**options: Any) -> fields.Dict:
    """An object of the client's own, kept as it is: at most 16 kB of JSON."""

    def small_enough(value: object) -> None:
        if len(orjson.dumps(value)) > 16_384:
            raise ValidationError("Must be at most 16 kB.")

    return fields.Dict(keys=fields.String(), validate=small_enough, **options)


class Cursor(fields.String):
    """Where a page starts, as `meta.next_cursor` said; what we did not make is told by its use."""


class ListQuery(BaseSchema):
    """What every list takes."""

    limit = QueryInteger(min=1, max=100, load_default=20)
    cursor = Cursor(load_default=None)
    include_total = QueryBoolean(load_default=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a schema made of an input, and what is wrong with it."""

    loaded: Any
    faults: list[FieldError]


def load(schema: Schema, value: object, *, prefix: str = "/", partial: bool = False) -> Any:
    """Validated input, or an Invalid whose errors point at each fault.

    `prefix` is `/` for bodies (JSON pointers) and `?` for query strings.
    """
    return settle(check(schema, value, prefix=prefix, partial=partial))


def check(
    schema: Schema,
    value: object,
    *,
    prefix: str = "/",
    partial: bool = False,
    known: Sequence[FieldError] = (),
) -> Checked:
    """As `load`, for `settle` to raise the faults, with those that are `known` already."""
    if not isinstance(value, dict):
        return Checked(None, [FieldError("", "invalid", "Must be an object.")])
    faults: list[FieldError] = []
    try:
        loaded = schema.load(value, partial=partial or None)
    except ValidationError as error:
        faults = list(islice(_faults(error.messages_dict, prefix.rstrip("/")), _MOST_FAULTS))
        if prefix == "?":
            faults = [FieldError("?" + f.pointer.strip("/?"), f.code, f.detail) for f in faults]
        loaded = error.valid_data if isinstance(error.valid_data, dict) else {}
    if known:
        told = {fault.pointer for fault in known}
        faults = [*known, *(fault for fault in faults if fault.pointer not in told)]
    return Checked(loaded, faults)


def settle(checked: Checked, also: Checks | None = None) -> Any:
    """The input, or an Invalid with its faults and with those that `also` finds in the fields that
    are right by themselves.
    """
    faults = list(checked.faults)
    if also is not None and checked.loaded is not None:
        faults += also(checked.loaded)
    if faults:
        raise Invalid(errors=faults)
    return checked.loaded


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
                yield FieldError(pointer, _code(message), str(message))


_CODES = {
    "Unknown field.": "unknown_field",
    "Missing data for required field.": "required",
    "Field may not be null.": "required",
}


def _code(message: str) -> str:
    if isinstance(message, _Coded):
        return message.code
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
