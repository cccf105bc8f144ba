"""Tokens in mails: made with their row, stored as a hash, and computed again for the mail.

The token is an HMAC over its row under the key ring, so neither the row nor the job that mails it
holds anything that gives access to an account.
"""

import base64
import hmac
import secrets
from typing import Literal
from uuid import UUID

from lms.auth import queries
from lms.auth.queries import FoundToken
from lms.core.db.query import Db
from lms.core.ids import new_id
from lms.core.keys import purpose_keys, token_hash
from lms.errors import TokenInvalid
from lms.settings import Settings

Kind = Literal["verification", "email_change", "registration", "reset", "invitation"]

_PURPOSE = "mailed tokens"
_MINUTES: dict[Kind, int] = {
    "reset": 30,
    "verification": 24 * 60,
    "email_change": 24 * 60,
    "registration": 24 * 60,
    "invitation": 7 * 24 * 60,  # the invited person does not expect it and may be away
}
CONFIRMING: tuple[Kind, ...] = ("verification", "email_change", "registration")
SETTING_PASSWORD: tuple[Kind, ...] = ("reset", "invitation")


async def create_token(
    db: Db,
    settings: Settings,
    kind: Kind,
    *,
    user_id: UUID | None = None,
    registration_id: UUID | None = None,
    address: str | None = None,
    session_id: UUID | None = None,
) -> UUID:
    """A new token's row; its id is what the mail is promised with."""
    token_id, nonce = new_id(), secrets.token_bytes(16)
    key = next(purpose_keys(settings, _PURPOSE))
    await queries.create_mailed_token(
        db,
        id=token_id,
        kind=kind,
        user_id=user_id,
        registration_id=registration_id,
        address=address,
        session_id=session_id,
        nonce=nonce,
        token_hash=token_hash(_token_of(key, kind, token_id, nonce)),
        minutes=_MINUTES[kind],
    )
    return token_id


async def derive_token(db: Db, settings: Settings, token_id: UUID) -> str | None:
    """The token of a row, for its mail; None if it was used, has expired, or its key is gone."""
    source = await queries.get_mailed_token(db, token_id)
    if source is None:
        return None
    for key in purpose_keys(settings, _PURPOSE):
        token = _token_of(key, source.kind, source.id, source.nonce)
        if token_hash(token) == source.token_hash:
            return token
    return None


async def find_token(db: Db, token: str, kinds: tuple[Kind, ...]) -> FoundToken:
    """The row of a token that a client sent. Raises TokenInvalid, also for another kind."""
    found = await queries.get_mailed_token_by_hash(db, token_hash(token), kinds)
    if found is None:
        raise TokenInvalid
    return found


async def spend_token(db: Db, found: FoundToken) -> None:
    """Use a token up. Raises TokenInvalid if another request did."""
    if not await queries.spend_mailed_token(db, found.id):
        raise TokenInvalid


def _token_of(key: bytes, kind: str, ident: UUID, nonce: bytes) -> str:
    """The token of a row: 256 bits, base64url; nothing in the database leads to it."""
    digest = hmac.digest(key, kind.encode() + b"\0" + ident.bytes + nonce, "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
