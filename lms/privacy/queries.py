"""The person of a copy or an erasure, and the tables of the schema."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.auth.throttling import account_keys
from lms.core.db.query import Db, Query
from lms.errors import Unauthorized


@dataclass(frozen=True, slots=True)
class Subject:
    """The ids by which a person's rows are found in the tables."""

    id: UUID
    email: str
    email_key: str
    full_name: str
    updated_at: datetime

    def arguments(self, query: Query[None], **more: Any) -> dict[str, Any]:
        """The parameters of a query about this person."""
        known = {
            "user_id": self.id,
            "email": self.email,
            "email_key": self.email_key,
            "account_keys": account_keys(self.id, self.email_key),
            **more,
        }
        return {name: known[name] for name in query.params}


_get_subject = Query("privacy/get_subject", Subject)


async def get_subject(db: Db, user_id: UUID) -> Subject:
    """Raises Unauthorized if the person was erased a moment ago."""
    subject = await _get_subject.first(db, user_id=user_id)
    if subject is None:
        raise Unauthorized
    return subject
