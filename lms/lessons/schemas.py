"""Lessons, as the API shows and takes them."""

from urllib.parse import urlsplit

from marshmallow import ValidationError, fields, validate

from lms.core.http.schemas import (
    BaseSchema,
    Boolean,
    Choice,
    Id,
    Integer,
    Items,
    ListQuery,
    PatchSchema,
    Text,
    Title,
    metadata_object,
)

CONTENT_TYPES = ("text", "video", "document", "quiz")


def _is_https(url: str) -> None:
    try:
        parts = urlsplit(url)
        valid = parts.scheme == "https" and bool(parts.hostname) and url.isprintable()
    except ValueError:
        valid = False
    if not valid or " " in url:
        raise ValidationError("Must be an https URL.")


class LessonSchema(BaseSchema):
    """A lesson. Anyone who may not read it yet gets only its outline, with `locked` true."""

    id = Id(required=True)
    course_id = Id(required=True)
    title = fields.String(required=True)
    content_type = Choice(*CONTENT_TYPES, name="LessonType", required=True)
    content = fields.String(allow_none=True)
    video_url = fields.String(allow_none=True)
    file_id = Id(allow_none=True)
    file_url = fields.String(allow_none=True)
    quiz_id = Id(required=True, allow_none=True)
    duration_minutes = fields.Integer(required=True, allow_none=True)
    is_preview = fields.Boolean(required=True)
    position = fields.Integer(required=True)
    metadata = fields.Dict()
    locked = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class _LessonFields(BaseSchema):
    content = Text(max=200_000, lines=True, trim=False, allow_none=True)
    video_url = fields.String(validate=[validate.Length(max=2000), _is_https], allow_none=True)
    file_id = Id(allow_none=True)
    quiz_id = Id(allow_none=True)
    duration_minutes = Integer(min=0, max=100_000, allow_none=True)
    is_preview = Boolean()
    metadata = metadata_object()


class NewLesson(_LessonFields):
    title = Title(required=True, metadata={"example": "Variables"})
    content_type = Choice(*CONTENT_TYPES, name="LessonType", required=True)


class LessonChanges(_LessonFields, PatchSchema):
    title = Title()
    content_type = Choice(*CONTENT_TYPES, name="LessonType")


class NewLessonOrder(BaseSchema):
    course_id = Id(required=True)
    lesson_ids = Items(Id(), required=True, validate=validate.Length(min=1, max=5000))


class LessonQuery(ListQuery):
    """Lessons in their order."""
