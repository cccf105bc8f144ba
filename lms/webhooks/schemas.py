"""Webhooks, as the API shows and takes them."""

from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError, fields, validate

from lms.core.http.schemas import (
    BaseSchema,
    Boolean,
    Choice,
    Id,
    Items,
    ListQuery,
    PatchSchema,
    Text,
    Time,
)
from lms.events.payloads import TYPES

_URL = {"example": "https://hooks.example.com/lms"}


def _each_once(value: list[str]) -> None:
    if len(set(value)) != len(value):
        raise ValidationError("Name each type once.")


_SOME_TYPES: list[Callable[[Any], Any]] = [validate.Length(min=1, max=len(TYPES)), _each_once]


class WebhookSchema(BaseSchema):
    """Where events are sent. `disabled_reason` says why we stopped: the receiver answered 410
    (`gone`), or every attempt failed for five days (`failing`)."""

    id = Id(required=True)
    url = fields.String(required=True, metadata=_URL)
    types = fields.List(fields.String(), required=True)
    is_active = fields.Boolean(required=True)
    disabled_reason = Choice(
        "gone", "failing", name="DisabledReason", required=True, allow_none=True
    )
    created_at = fields.AwareDateTime(required=True)


class WebhookWithSecret(WebhookSchema):
    """A webhook and the secret that signs; it is shown this once."""

    secret = fields.String(
        required=True, metadata={"example": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
    )


class NewWebhook(BaseSchema):
    url = Text(min=1, max=2000, required=True, metadata=_URL)
    types = Items(Choice(*TYPES, name="EventType"), validate=_SOME_TYPES, required=True)


class WebhookChanges(PatchSchema):
    """What may be changed; `is_active: true` opens a webhook that was disabled."""

    url = Text(min=1, max=2000, metadata=_URL)
    types = Items(Choice(*TYPES, name="EventType"), validate=_SOME_TYPES)
    is_active = Boolean()


class DeliveryAttempt(BaseSchema):
    """One request: the status it was answered with, or a word for why there was none."""

    at = fields.AwareDateTime(required=True)
    status_code = fields.Integer(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True, metadata={"example": "timeout"})
    duration_ms = fields.Integer(required=True)


class DeliverySchema(BaseSchema):
    """An event on its way to a webhook."""

    id = Id(required=True)
    webhook_id = Id(required=True)
    event_id = Id(required=True)
    event_type = fields.String(required=True, metadata={"example": "enrollment.completed"})
    status = Choice("pending", "succeeded", "failed", name="DeliveryStatus", required=True)
    attempts = fields.List(fields.Nested(DeliveryAttempt), required=True)
    next_attempt_at = fields.AwareDateTime(required=True, allow_none=True)


class WebhookQuery(ListQuery):
    """Webhooks, the latest first."""


class DeliveryQuery(ListQuery):
    status = Choice("pending", "succeeded", "failed", name="DeliveryStatus")


class Recovery(BaseSchema):
    since = Time(required=True, metadata={"example": "2026-09-01T08:30:00Z"})


class Recovered(BaseSchema):
    """How many events are sent, or sent again; after the first 5,000 the rest follows by itself."""

    count = fields.Integer(required=True)
