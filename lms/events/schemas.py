"""Events, as the API shows them."""

from typing import Any

from marshmallow import ValidationError, fields

from lms.core.http.schemas import BaseSchema, Choice, Id, ListQuery
from lms.events.payloads import TYPES


class EventTypes(fields.String):
    """Types of events, with commas between them."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        wanted = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
        unknown = [part for part in wanted if part not in TYPES]
        if unknown:
            raise ValidationError(f"Must be one of: {', '.join(TYPES)}.")
        return wanted


class EventSchema(BaseSchema):
    """Something that happened; `data` is described for each type in docs/events.md."""

    id = Id(required=True)
    type = Choice(*TYPES, required=True)
    timestamp = fields.AwareDateTime(required=True)
    data = fields.Dict(required=True)


class EventQuery(ListQuery):
    after = Id(load_default=None, metadata={"description": "An event's id; read on after it."})
    types = EventTypes(
        load_default=None,
        metadata={"description": "Types with commas between them; all of them if left out."},
    )
