"""What the developers' mailbox takes and shows."""

from marshmallow import fields

from lms.core.http.schemas import BaseSchema, ListQuery, QueryInteger, Text


class SentMailSchema(BaseSchema):
    to = fields.String(required=True, metadata={"example": "student@example.com"})
    subject = fields.String(required=True)
    text = fields.String(required=True)
    html = fields.String(required=True)
    sent_at = fields.AwareDateTime(required=True)


class MailQuery(ListQuery):
    to = Text(max=320, metadata={"description": "The address of one person."})
    limit = QueryInteger(min=1, max=500, load_default=100)


class MailPageQuery(MailQuery):
    limit = QueryInteger(min=1, max=100, load_default=20)
