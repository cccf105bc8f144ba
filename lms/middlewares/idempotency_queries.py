"""Replies that are kept under Idempotency-Keys, as rows."""

from dataclasses import asdict, dataclass
from datetime import datetime

from lms.core.db.query import Db, Query


@dataclass(frozen=True, slots=True)
class ReplyKey:
    """The name by which a kept reply is found."""

    scope: str  # the id of the user who asks; the client's address if nobody is signed in
    method: str
    path: str
    key: str  # as the client sent it

    @property
    def name(self) -> str:
        """All of it in one string."""
        return f"{self.scope}\n{self.method}\n{self.path}\n{self.key}"


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A reply as the client got it, and the fingerprint of the body that it answered."""

    fingerprint: bytes
    status: int
    headers: dict[str, str]
    body: bytes
    is_kept: bool = True  # False: the body was left out, beyond what one person may have kept


_lock_key = Query("middlewares/lock_key", bool)
_get_reply = Query("middlewares/get_reply", StoredReply)
_store_reply: Query[None] = Query("middlewares/store_reply")
_delete_old_replies: Query[None] = Query("middlewares/delete_old_replies")
_delete_old_usage: Query[None] = Query("middlewares/delete_old_usage")


async def lock_key(db: Db, key: ReplyKey) -> bool:
    """Whether nobody else works under this key; the lock lasts until the transaction ends."""
    return await _lock_key.one(db, name=key.name)


async def get_reply(db: Db, key: ReplyKey) -> StoredReply | None:
    """The reply that was given under this key in the last 24 hours."""
    return await _get_reply.first(db, **asdict(key))


async def store_reply(db: Db, key: ReplyKey, reply: StoredReply, *, most_bytes: int) -> bool:
    """Keep a reply; False if another one stands under this key.

    `most_bytes` bounds what is kept for one scope in a day; beyond, the body is left out.
    """
    touched = await _store_reply.run(
        db,
        **asdict(key),
        fingerprint=reply.fingerprint,
        status=reply.status,
        headers=reply.headers,
        body=reply.body,
        most_bytes=most_bytes,
    )
    return touched > 0


async def delete_old_replies(db: Db, *, before: datetime, limit: int) -> int:
    """Delete up to `limit` replies from before a moment; how many went."""
    return await _delete_old_replies.run(db, before=before, limit=limit)


async def delete_old_usage(db: Db, *, before: datetime, limit: int) -> int:
    """Delete up to `limit` counts of days that began before a moment; how many went."""
    return await _delete_old_usage.run(db, before=before, limit=limit)
