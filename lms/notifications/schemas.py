"""Replies of the developers' mailbox."""

from marshmallow import fields

from lms.core.http.schemas import BaseSchema


class SentMailSchema(BaseSchema):
    to = fields.String(required=True, metadata={"example": "student@example.com"})
    subject = fields.String(required=True)
    text = fields.String(required=True)
    html = fields.String(required=True)
    sent_at = fields.AwareDateTime(required=True)
