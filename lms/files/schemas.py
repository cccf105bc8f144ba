"""Files, as the API shows and takes them."""

from marshmallow import ValidationError, fields, validate

from lms.core.http.schemas import (
    COMPONENT,
    BaseSchema,
    Boolean,
    Id,
    Integer,
    ListQuery,
    PatchSchema,
    QueryInteger,
)
from lms.files.kinds import CONTENT_TYPES, GROUPS

MAX_LINK_SECONDS = 7 * 24 * 3600  # the limit of the storages' own signed URLs


class LearningFileSchema(BaseSchema):
    """A file. `url` is its download; to give it to people without a login, make a link."""

    id = Id(required=True)
    filename = fields.String(required=True, metadata={"example": "handout.pdf"})
    content_type = fields.String(required=True, metadata={"example": "application/pdf"})
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    sha256 = fields.String(
        required=True,
        validate=validate.Regexp(r"[0-9a-f]{64}\Z"),
        metadata={"example": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    )
    is_public = fields.Boolean(required=True)
    uploader_id = Id(required=True)
    url = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class UploadForm(BaseSchema):
    """A form of two parts, in any order."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
    is_public = fields.Boolean(load_default=False)


class _Name(fields.String):
    """A file's name; lms/files/names.py says which are taken."""

    def _deserialize(self, value: object, *args: object, **kwargs: object) -> str:
        if not isinstance(value, str):
            raise ValidationError("Must be text.")
        return value


_LENGTH = {"minLength": 1, "maxLength": 255}


class NewDirectUpload(BaseSchema):
    filename = _Name(required=True, metadata=_LENGTH)
    size = Integer(min=1, max=2**53 - 1, required=True, metadata={"description": "Bytes."})
    is_public = Boolean(load_default=False)


class DirectUploadSchema(BaseSchema):
    """Send the file's bytes, and nothing else, to `url` with `method` and `headers`."""

    id = Id(required=True)
    method = fields.String(required=True, metadata={"example": "PUT"})
    url = fields.String(required=True)
    headers = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    expires_at = fields.AwareDateTime(required=True)


class FileChanges(PatchSchema):
    filename = _Name(metadata=_LENGTH)
    is_public = Boolean()


class NewLink(BaseSchema):
    expires_in = Integer(
        min=1,
        max=MAX_LINK_SECONDS,
        metadata={"description": "Seconds; 15 minutes if not given.", "example": 900},
    )


class LinkSchema(BaseSchema):
    url = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


class LinkQuery(BaseSchema):
    """The query of a signed link."""

    expires = QueryInteger(min=0, max=2**40, load_default=None)
    signature = fields.String(validate=validate.Length(max=100), load_default=None)


class FileQuery(ListQuery):
    type = fields.String(
        validate=validate.OneOf((*GROUPS, *CONTENT_TYPES)),
        load_default=None,
        metadata={
            COMPONENT: "FileType",
            "description": "A group, such as `image`, or a content type.",
        },
    )
    q = fields.String(
        validate=validate.Length(max=200),
        load_default=None,
        metadata={"description": "Part of the file's name."},
    )
