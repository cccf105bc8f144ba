"""Courses, as the API shows and takes them."""

from marshmallow import ValidationError, fields, validate

from lms.core.http.schemas import (
    BaseSchema,
    Choice,
    Id,
    Integer,
    Items,
    ListQuery,
    Money,
    PatchSchema,
    QueryBoolean,
    SearchText,
    Text,
    Time,
    Title,
    metadata_object,
)
from lms.courses.slugs import MAX_LENGTH, SLUG, may_be_slug

DIFFICULTIES = ("beginner", "intermediate", "advanced")
STATUSES = ("draft", "published", "archived")
SORTS = ("newest", "title", "popular", "rating")
_SLUG = validate.Regexp(rf"{SLUG.pattern}\Z", error="Must be lower-case words joined by hyphens.")
_COLOUR = validate.Regexp(r"#[0-9a-fA-F]{6}\Z")
_LANGUAGE = validate.Regexp(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")


def _free_slug(slug: str) -> None:
    if SLUG.fullmatch(slug) and not may_be_slug(slug):  # another shape is told by _SLUG
        raise ValidationError("Must be neither an id nor the name of a page of ours.")


class InstructorSchema(BaseSchema):
    id = Id(required=True)
    full_name = fields.String(required=True)


class CertificateDesignSchema(BaseSchema):
    """How this course's certificates look; every field is optional."""

    valid_days = Integer(min=1, max=36_500, allow_none=True)
    title = Title(min=0, max=200, allow_none=True)
    text = Text(max=1000, lines=True, allow_none=True)
    primary_colour = fields.String(validate=_COLOUR, allow_none=True)
    accent_colour = fields.String(validate=_COLOUR, allow_none=True)
    orientation = Choice("landscape", "portrait", name="Orientation", allow_none=True)
    logo_file_id = Id(allow_none=True)
    signature_file_id = Id(allow_none=True)


class CourseSchema(BaseSchema):
    id = Id(required=True)
    title = fields.String(required=True)
    slug = fields.String(required=True)
    description = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    difficulty = Choice(*DIFFICULTIES, name="Difficulty", required=True)
    status = Choice(*STATUSES, name="CourseStatus", required=True)
    instructor = fields.Nested(InstructorSchema, required=True)
    thumbnail_url = fields.String(required=True, allow_none=True)
    thumbnail_file_id = Id(required=True, allow_none=True)
    estimated_duration_minutes = fields.Integer(required=True, allow_none=True)
    price = fields.Nested(Money, required=True, allow_none=True)
    capacity = fields.Integer(required=True, allow_none=True)
    language = fields.String(required=True)
    learning_objectives = Items(fields.String(), required=True)
    requirements = Items(fields.String(), required=True)
    metadata = fields.Dict(required=True)
    certificate = fields.Nested(CertificateDesignSchema, required=True)
    lesson_count = fields.Integer(required=True)
    enrollment_count = fields.Integer(required=True)
    average_rating = fields.Float(required=True, allow_none=True)
    rating_count = fields.Integer(required=True)
    published_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class _CourseFields(BaseSchema):
    slug = fields.String(validate=[validate.Length(max=MAX_LENGTH), _SLUG, _free_slug])
    description = Text(max=50_000, lines=True)
    category = fields.String(validate=[validate.Length(max=64), _SLUG], allow_none=True)
    difficulty = Choice(*DIFFICULTIES, name="Difficulty")
    language = fields.String(validate=_LANGUAGE, metadata={"example": "en"})
    thumbnail_file_id = Id(allow_none=True)
    estimated_duration_minutes = Integer(min=0, max=1_000_000, allow_none=True)
    price = fields.Nested(Money, allow_none=True)
    capacity = Integer(min=1, max=10_000_000, allow_none=True)
    learning_objectives = Items(Text(min=1, max=500), validate=validate.Length(max=50))
    requirements = Items(Text(min=1, max=500), validate=validate.Length(max=50))
    metadata = metadata_object()
    certificate = fields.Nested(CertificateDesignSchema)


class NewCourse(_CourseFields):
    title = Title(required=True, metadata={"example": "Python for beginners"})


class CourseChanges(_CourseFields, PatchSchema):
    title = Title()
    instructor_id = Id(
        metadata={"description": "For admins: an active instructor or admin who teaches it on."}
    )


class CourseQuery(ListQuery):
    category = fields.String()
    difficulty = Choice(*DIFFICULTIES, name="Difficulty")
    instructor_id = Id()
    status = Choice(*STATUSES, name="CourseStatus")
    price = Choice("free", "paid", name="PriceKind")
    mine = QueryBoolean()
    # Without an order: the newest first, or the best results of a search.
    sort = Choice(*SORTS, name="CourseSort")
    q = SearchText(metadata={"description": "Words in title, description and lesson titles."})
    updated_since = Time()


class CategorySchema(BaseSchema):
    name = fields.String(required=True)
    count = fields.Integer(required=True)
