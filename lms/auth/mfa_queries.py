"""Second factors, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lms.core.db.query import Db, Query


@dataclass(frozen=True, slots=True)
class Factor:
    """Someone's TOTP secret, sealed, and how far its codes are used."""

    user_id: UUID
    secret: bytes
    key_id: str
    is_enabled: bool
    last_step: int
    counts_as_proved: bool  # older than the rule that an address is proved first


@dataclass(frozen=True, slots=True)
class Challenge:
    """A user whose sign-in waits for a code."""

    user_id: UUID
    email_key: str


@dataclass(frozen=True, slots=True)
class OldFactor:
    """A secret that an older key of the ring seals."""

    user_id: UUID
    secret: bytes
    key_id: str


_lock_factor = Query("auth/lock_factor", Factor)
_set_up_factor = Query("auth/set_up_factor", UUID)
_enable_factor: Query[None] = Query("auth/enable_factor")
_use_step = Query("auth/use_step", UUID)
_delete_factor: Query[None] = Query("auth/delete_factor")
_delete_pending_factor: Query[None] = Query("auth/delete_pending_factor")
_replace_recovery_codes: Query[None] = Query("auth/replace_recovery_codes")
_use_recovery_code = Query("auth/use_recovery_code", UUID)
_create_challenge: Query[None] = Query("auth/create_challenge")
_get_challenge = Query("auth/get_challenge", Challenge)
_try_challenge = Query("auth/try_challenge", int)
_delete_challenge: Query[None] = Query("auth/delete_challenge")
_delete_challenges: Query[None] = Query("auth/delete_challenges")
_list_old_factors = Query("auth/list_old_factors", OldFactor)
_reseal_factors: Query[None] = Query("auth/reseal_factors")


async def lock_factor(db: Db, user_id: UUID) -> Factor | None:
    return await _lock_factor.first(db, user_id=user_id)


async def set_up_factor(db: Db, user_id: UUID, *, secret: bytes, key_id: str) -> bool:
    """Keep a secret that waits for its first code; False if a factor is enabled already."""
    row = await _set_up_factor.first(db, user_id=user_id, secret=secret, key_id=key_id)
    return row is not None


async def enable_factor(db: Db, user_id: UUID) -> None:
    await _enable_factor.run(db, user_id=user_id)


async def use_step(db: Db, user_id: UUID, step: int) -> bool:
    """Whether the code of this time step was still unused."""
    return await _use_step.first(db, user_id=user_id, step=step) is not None


async def delete_factor(db: Db, user_id: UUID) -> None:
    await _delete_factor.run(db, user_id=user_id)


async def delete_pending_factor(db: Db, user_id: UUID) -> None:
    await _delete_pending_factor.run(db, user_id=user_id)


async def replace_recovery_codes(db: Db, user_id: UUID, hashes: Sequence[bytes]) -> None:
    await _replace_recovery_codes.run(db, user_id=user_id, hashes=list(hashes))


async def use_recovery_code(db: Db, user_id: UUID, code_hash: bytes) -> bool:
    """Use a recovery code up; returns whether it existed."""
    return await _use_recovery_code.first(db, user_id=user_id, code_hash=code_hash) is not None


async def create_challenge(db: Db, user_id: UUID, *, token_hash: bytes, seconds: int) -> None:
    await _create_challenge.run(db, user_id=user_id, token_hash=token_hash, seconds=float(seconds))


async def get_challenge(db: Db, token_hash: bytes) -> Challenge | None:
    return await _get_challenge.first(db, token_hash=token_hash)


async def try_challenge(db: Db, token_hash: bytes) -> bool:
    """Take one of the five tries; False if there is none left."""
    return await _try_challenge.first(db, token_hash=token_hash) is not None


async def delete_challenge(db: Db, token_hash: bytes) -> None:
    await _delete_challenge.run(db, token_hash=token_hash)


async def delete_challenges(db: Db, user_id: UUID) -> None:
    await _delete_challenges.run(db, user_id=user_id)


async def list_old_factors(db: Db, key_id: str) -> list[OldFactor]:
    """Up to 500 factors that are sealed with another key than this."""
    return await _list_old_factors.all(db, key_id=key_id)


async def reseal_factors(
    db: Db,
    key_id: str,
    *,
    user_ids: Sequence[UUID],
    old_secrets: Sequence[bytes],
    secrets: Sequence[bytes],
) -> int:
    return await _reseal_factors.run(
        db,
        key_id=key_id,
        user_ids=list(user_ids),
        old_secrets=list(old_secrets),
        secrets=list(secrets),
    )
