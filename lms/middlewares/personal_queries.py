"""What the tables of the middlewares hold of a person."""

from lms.core.db.query import Query
from lms.core.personal import PersonalTable

_erase_idempotency_keys: Query[None] = Query("middlewares/erase_idempotency_keys")
_erase_idempotency_usage: Query[None] = Query("middlewares/erase_idempotency_usage")

PERSONAL = (
    PersonalTable(
        "idempotency_keys", erase=_erase_idempotency_keys, why="copies of replies, for a day"
    ),
    PersonalTable(
        "idempotency_usage", erase=_erase_idempotency_usage, why="counts of bytes, for a day"
    ),
)
