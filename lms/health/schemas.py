"""Replies of the probes."""

from marshmallow import fields

from lms.core.http.schemas import BaseSchema, Choice


class Health(BaseSchema):
    status = Choice("ok", required=True)


class Readiness(BaseSchema):
    status = Choice("ok", "degraded", name="ReadinessStatus", required=True)
    database = fields.String(required=True)
    redis = Choice("ok", "away", name="RedisStatus", required=True)
