"""What the tables of the middlewares hold of a person."""

from lms.core.db.query import Query
from lms.core.personal import PersonalTable

_erase_idempotency_keys: Query[None] = Query("middlewares/erase_idempotency_keys")

PERSONAL = (
    PersonalTable(
        "idempotency_keys", erase=_erase_idempotency_keys, why="copies of replies, for a day"
    ),
)
