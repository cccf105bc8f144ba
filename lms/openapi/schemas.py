"""What the documentation's own endpoints answer with."""

from marshmallow import fields

from lms.core.http.schemas import BaseSchema


class MeaningSchema(BaseSchema):
    status = fields.Integer(required=True, metadata={"example": 404})
    title = fields.String(required=True)
    detail = fields.String(required=True)


class ErrorCodeSchema(MeaningSchema):
    """A line of the catalogue of errors."""

    code = fields.String(required=True, metadata={"example": "not_found"})
    url = fields.String(required=True, metadata={"description": "The page that explains it."})


class ProblemTypeSchema(BaseSchema):
    """An error code and what it means."""

    code = fields.String(required=True, metadata={"example": "not_found"})
    meanings = fields.List(fields.Nested(MeaningSchema), required=True)
