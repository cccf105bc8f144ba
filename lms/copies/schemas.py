"""Copies, as the API shows them."""

from marshmallow import fields

from lms.core.http.schemas import BaseSchema, Id
from lms.courses.schemas import CourseSchema


class CourseCopy(BaseSchema):
    """The copy of a course, and the new id of everything that was copied."""

    course = fields.Nested(CourseSchema, required=True)
    id_map = fields.Dict(keys=Id(), values=Id(), required=True)
