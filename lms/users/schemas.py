"""People, as the API shows and takes them."""

from zoneinfo import available_timezones

from marshmallow import ValidationError, fields, validate

from lms.core.http.schemas import (
    BaseSchema,
    Boolean,
    Choice,
    Email,
    Id,
    ListQuery,
    Name,
    PatchSchema,
    QueryBoolean,
    Text,
    Time,
    metadata_object,
)

ROLES = ("student", "instructor", "admin")
# The areas by which the tz database names its zones (its file theory.html, "Timezone identifiers").
# What it keeps besides are old names, offsets and abbreviations: US/Eastern, Etc/GMT+5, EST5EDT.
_AREAS = (
    "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/",
    "Europe/", "Indian/", "Pacific/",
)  # fmt: skip
_ZONES = {"UTC", *(zone for zone in available_timezones() if zone.startswith(_AREAS))}


def _known_zone(name: str) -> None:
    if name not in _ZONES:
        raise ValidationError("Must be an IANA time zone such as Europe/Berlin, or UTC.")


class UserSchema(BaseSchema):
    """A person as they see themselves."""

    id = Id(required=True)
    email = fields.String(required=True)
    full_name = fields.String(required=True)
    role = Choice(*ROLES, name="Role", required=True)
    is_active = fields.Boolean(required=True)
    email_verified = fields.Boolean(required=True)
    mfa_enabled = fields.Boolean(required=True)
    bio = fields.String(required=True, allow_none=True)
    avatar_url = fields.String(required=True, allow_none=True)
    timezone = fields.String(required=True)
    locale = fields.String(required=True)
    metadata = fields.Dict(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class MyChanges(PatchSchema):
    full_name = Name()
    bio = Text(max=5000, lines=True, allow_none=True)
    avatar_file_id = Id(allow_none=True)
    timezone = fields.String(
        validate=[validate.Length(max=64), _known_zone], metadata={"example": "Europe/Berlin"}
    )
    locale = fields.String(
        validate=validate.Regexp(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z"), metadata={"example": "en"}
    )
    metadata = metadata_object()


class NewUser(BaseSchema):
    """The person to invite; they set their own password."""

    email = Email(required=True, metadata={"example": "tara@example.com"})
    full_name = Name(required=True, metadata={"example": "Tara Teacher"})
    role = Choice(*ROLES, name="Role", load_default="student")


class UserChanges(PatchSchema):
    full_name = Name()
    role = Choice(*ROLES, name="Role")
    is_active = Boolean()


class UserQuery(ListQuery):
    q = Text(min=1, max=200, metadata={"description": "A part of the name or the address."})
    role = Choice(*ROLES, name="Role")
    is_active = QueryBoolean()
    updated_since = Time()
