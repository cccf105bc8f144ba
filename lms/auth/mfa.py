"""Second factors: TOTP (RFC 6238) and recovery codes."""

import base64
import hashlib
import hmac
import io
import re
import secrets
import time
from uuid import UUID

import pyotp
import segno

from lms.auth import mfa_queries as queries
from lms.auth.mfa_queries import Factor
from lms.core.db.query import Db
from lms.core.keys import CannotOpen, Sealed, seal, unseal
from lms.core.log import get_logger
from lms.errors import Conflict, Forbidden
from lms.settings import Settings

log = get_logger(__name__)

_PURPOSE = "totp secrets"
_STEP_SECONDS = 30
RECOVERY_CODES = 10
CHALLENGE_SECONDS = 600


class MfaCodeInvalid(Forbidden):
    """This code is wrong, was used before, or is not valid any more."""


class MfaCodeRequired(Forbidden):
    """You have a second factor: send a code of it as `code` too."""


class MfaAlreadyEnabled(Conflict):
    """There is a second factor already; disable it first to set up another."""


class EmailNotVerified(Conflict):
    """Confirm your e-mail address first, with the link that we mail to it."""


class MfaNotEnabled(Conflict):
    """There is no second factor; set one up first."""


def new_secret() -> bytes:
    """160 random bits, as RFC 4226 §4 recommends."""
    return secrets.token_bytes(20)


def secret_text(secret: bytes) -> str:
    """The secret as people type it into an app."""
    return base64.b32encode(secret).decode()


def provisioning_uri(secret: bytes, *, email: str, issuer: str) -> str:
    """The otpauth:// address that apps read."""
    return pyotp.TOTP(secret_text(secret)).provisioning_uri(name=email, issuer_name=issuer)


def qr_svg(text: str) -> str:
    """A QR code as an SVG document."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=4, border=4, xmldecl=False)
    return out.getvalue().decode()


def matching_step(secret: bytes, code: str, *, now: float) -> int | None:
    """The time step whose code this is, the current one or the one before; else None."""
    totp = pyotp.TOTP(secret_text(secret))
    current = int(now) // _STEP_SECONDS
    return next(
        (
            step
            for step in (current, current - 1)
            if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
        ),
        None,
    )


def new_recovery_codes() -> list[str]:
    """Ten codes of 120 random bits each, as `abcd-efgh-ijkl-mnop-qrst-uvwx`.

    ASVS 5.0 §6.5.2: with fewer than 112 bits a plain hash of them would not do.
    """
    count = range(RECOVERY_CODES)
    codes = [base64.b32encode(secrets.token_bytes(15)).decode().lower() for _ in count]
    return ["-".join(re.findall("....", code)) for code in codes]


def recovery_hash(user_id: UUID, code: str) -> bytes:
    """The hash that is stored for a recovery code; spaces, dashes and case do not matter."""
    plain = re.sub(r"[\s-]", "", code).lower()
    return hashlib.sha256(user_id.bytes + plain.encode("utf-8", "replace")).digest()


def seal_secret(settings: Settings, user_id: UUID, secret: bytes) -> Sealed:
    """The secret as it is stored."""
    return seal(settings, _PURPOSE, user_id, secret)


def open_secret(settings: Settings, user_id: UUID, sealed: Sealed) -> bytes:
    """The stored secret. Raises CannotOpen."""
    return unseal(settings, _PURPOSE, user_id, sealed)


async def use_code(db: Db, settings: Settings, factor: Factor, code: str) -> bool:
    """Whether a TOTP or recovery code is right and was still unused; it is used now."""
    digits = re.sub(r"\s", "", code)
    if re.fullmatch(r"[0-9]{6}", digits):
        try:
            secret = open_secret(settings, factor.user_id, Sealed(factor.key_id, factor.secret))
        except CannotOpen as error:
            # An operator removed a key too early; recovery codes still work.
            log.error("a second factor cannot be read", user_id=factor.user_id, error=str(error))
            return False
        step = matching_step(secret, digits, now=time.time())
        return step is not None and await queries.use_step(db, factor.user_id, step)
    return await queries.use_recovery_code(db, factor.user_id, recovery_hash(factor.user_id, code))


async def give_recovery_codes(db: Db, user_id: UUID) -> list[str]:
    """A new set of codes, shown once; the old ones no longer work."""
    codes = new_recovery_codes()
    hashes = [recovery_hash(user_id, code) for code in codes]
    await queries.replace_recovery_codes(db, user_id, hashes)
    return codes
