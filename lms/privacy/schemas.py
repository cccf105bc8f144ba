"""What erasing an account takes."""

from marshmallow import fields

from lms.auth.schemas import Code
from lms.core.http.schemas import BaseSchema


class Erasure(BaseSchema):
    password = fields.String(required=True, metadata={"example": "learn-by-doing-7"})
    code = Code(required=False)
