"""Replies of the probes."""

from marshmallow import fields

from lms.core.http.schemas import BaseSchema, Choice
from lms.core.version import VERSION


class Health(BaseSchema):
    status = Choice("ok", required=True)
    version = fields.String(required=True, metadata={"example": VERSION})
    commit = fields.String(required=True, allow_none=True, metadata={"example": "8f2a41c"})
    built_at = fields.AwareDateTime(required=True, allow_none=True)


class Readiness(BaseSchema):
    status = Choice("ok", "degraded", name="ReadinessStatus", required=True)
    database = fields.String(required=True)
    redis = Choice("ok", "away", name="RedisStatus", required=True)
