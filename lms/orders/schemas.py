"""Orders, as the API shows and takes them."""

from marshmallow import fields

from lms.core.http.schemas import BaseSchema, Choice, Id, ListQuery, Money, Text, Time

STATUSES = ("pending", "paid", "refunded")


class OrderedCourseSchema(BaseSchema):
    id = Id(required=True)
    title = fields.String(required=True)


class OrderSchema(BaseSchema):
    id = Id(required=True)
    course = fields.Nested(OrderedCourseSchema, required=True)
    student_id = Id(required=True)
    status = Choice(*STATUSES, name="OrderStatus", required=True)
    total = fields.Nested(Money, required=True)
    reference = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    paid_at = fields.AwareDateTime(required=True, allow_none=True)
    refunded_at = fields.AwareDateTime(required=True, allow_none=True)
    updated_at = fields.AwareDateTime(required=True)


class NewCourseOrder(BaseSchema):
    """The amount is the course's price."""

    course_id = Id(required=True)


class Payment(BaseSchema):
    reference = Text(min=1, max=200, required=True, metadata={"example": "Bank transfer 4711"})


class OrderQuery(ListQuery):
    status = Choice(*STATUSES, name="OrderStatus")
    course_id = Id()
    student_id = Id()
    updated_since = Time()
