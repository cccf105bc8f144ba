"""Events, as the API shows them."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from lms.core.http.schemas import BaseSchema, Id, ListQuery, Union
from lms.events.payloads import PAYLOADS, TYPES, stem_of


class EventTypes(fields.String):
    """Types of events, with commas between them."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        wanted = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
        unknown = [part for part in wanted if part not in TYPES]
        if unknown:
            raise ValidationError(f"Must be one of: {', '.join(TYPES)}.")
        return wanted


class _Event(BaseSchema):
    id = Id(required=True)
    timestamp = fields.AwareDateTime(required=True)


class _WebhookBody(BaseSchema):
    timestamp = fields.AwareDateTime(required=True)


def _of_each_type(base: type[BaseSchema], kind: str) -> tuple[type[Schema], ...]:
    """A schema for each type of event, with that type's `data`: `EnrollmentCompletedEvent`."""
    return tuple(
        base.from_dict(
            {
                "type": fields.String(required=True, validate=validate.Equal(type)),
                "data": fields.Nested(payload, required=True),
            },
            name=stem_of(type) + kind,
        )
        for type, payload in PAYLOADS.items()
    )


class LearningEvent(Union):
    """Something that happened. `type` says what, and which fields `data` has (docs/events.md)."""

    members = _of_each_type(_Event, "Event")


class WebhookBody(Union):
    """What a webhook's receiver is sent. `type` says what happened, and which fields `data` has."""

    members = _of_each_type(_WebhookBody, "Webhook")


class EventQuery(ListQuery):
    after = Id(load_default=None, metadata={"description": "An event's id; read on after it."})
    types = EventTypes(
        load_default=None,
        metadata={"description": "Types with commas between them; all of them if left out."},
    )
