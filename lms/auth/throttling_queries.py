"""Failed sign-ins, counted as rows: by account and network, by client address, and in a row."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lms.core.db.query import Db, Query
from lms.settings import Network


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a sign-in needs: the account, if there is one, and the counts that may hold it back."""

    user_id: UUID | None
    password_hash: str | None
    is_active: bool
    wait_seconds: int
    needs_reset: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a pair of account and network has to wait, and whether it failed before."""

    seconds: int
    has_failures: bool


_get_sign_in = Query("auth/get_sign_in", SignIn)
_get_wait = Query("auth/get_wait", int)
_lock_wait = Query("auth/lock_wait", Wait)
_record_address_failure = Query("auth/record_address_failure", bool)
_record_failure = Query("auth/record_failure", bool)
_record_streak = Query("auth/record_streak", int)
_forget_failures: Query[None] = Query("auth/forget_failures")
_forget_all_failures: Query[None] = Query("auth/forget_all_failures")
_delete_old_throttles: Query[None] = Query("auth/delete_old_throttles")
_delete_old_addresses: Query[None] = Query("auth/delete_old_addresses")
_delete_old_streaks: Query[None] = Query("auth/delete_old_streaks")


async def get_sign_in(
    db: Db,
    email_key: str,
    *,
    account_key: bytes,
    network: Network,
    address: str,
    address_limit: int,
) -> SignIn:
    return await _get_sign_in.one(
        db,
        email_key=email_key,
        account_key=account_key,
        network=network,
        address=address,
        address_limit=address_limit,
    )


async def get_wait(db: Db, account_key: bytes, network: Network) -> int | None:
    """The seconds that the pair has to wait; None if it never failed."""
    return await _get_wait.first(db, account_key=account_key, network=network)


async def lock_wait(
    db: Db, account_key: bytes, network: Network, *, address: str, address_limit: int
) -> Wait:
    """How long the pair and the client's address have to wait; locks both rows."""
    return await _lock_wait.one(
        db, account_key=account_key, network=network, address=address, address_limit=address_limit
    )


async def record_address_failure(db: Db, address: str, address_limit: int) -> bool:
    """Whether one more failure of the client's address was counted; if not, it has to wait."""
    recorded = await _record_address_failure.first(db, address=address, address_limit=address_limit)
    return recorded is not None


async def record_failure(db: Db, account_key: bytes, network: Network) -> bool:
    """Whether one more failure of the pair was counted; if not, it has to wait."""
    return await _record_failure.first(db, account_key=account_key, network=network) is not None


async def record_streak(db: Db, account_key: bytes) -> int:
    """One more failure in a row over all networks; how many there are."""
    return await _record_streak.one(db, account_key=account_key)


async def forget_failures(db: Db, account_key: bytes, network: Network) -> None:
    await _forget_failures.run(db, account_key=account_key, network=network)


async def forget_all_failures(db: Db, account_key: bytes) -> None:
    """In every network."""
    await _forget_all_failures.run(db, account_key=account_key)


async def delete_old_throttles(db: Db, *, before: datetime, limit: int) -> int:
    """Delete some counts of an account and network; how many went."""
    return await _delete_old_throttles.run(db, before=before, limit=limit)


async def delete_old_addresses(db: Db, *, before: datetime, limit: int) -> int:
    """Delete some counts of client addresses; how many went."""
    return await _delete_old_addresses.run(db, before=before, limit=limit)


async def delete_old_streaks(db: Db, *, before: datetime, limit: int) -> int:
    """Delete some streaks of failures that are below the limit; how many went."""
    return await _delete_old_streaks.run(db, before=before, limit=limit)
