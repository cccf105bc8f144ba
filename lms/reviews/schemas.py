"""Reviews, as the API shows and takes them."""

from marshmallow import fields

from lms.core.http.schemas import BaseSchema, Id, Integer, ListQuery, Text, Time


class ReviewerSchema(BaseSchema):
    id = Id(required=True)
    full_name = fields.String(required=True)


class ReviewSchema(BaseSchema):
    id = Id(required=True)
    course_id = Id(required=True)
    student = fields.Nested(ReviewerSchema, required=True)
    rating = fields.Integer(required=True)
    text = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class OwnReview(BaseSchema):
    rating = Integer(min=1, max=5, required=True, metadata={"example": 5})
    text = Text(max=5000, lines=True, load_default="")


class ReviewQuery(ListQuery):
    updated_since = Time()
