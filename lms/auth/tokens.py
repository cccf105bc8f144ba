"""Access tokens (JWT, RFC 9068 and RFC 8725) and refresh tokens.

A refresh token is `<session id>.<secret>`, base64url. The child of a rotation is derived from
its parent, an HMAC, so nothing but hashes is stored and a lost reply can be given again.
"""

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from uuid import UUID

import jwt
from aiohttp import web

from lms.errors import Unauthorized
from lms.request import parse_uuid
from lms.settings import Settings

AUDIENCE = "lms-api"
_REQUIRED = ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp"]
_MAX_LENGTH = 4096  # ours have some 500; nothing larger is worth parsing


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a good access token says; roles in it are for clients, never for us."""

    user_id: UUID
    session_id: UUID
    expires_at: int  # seconds of the epoch


class Tokens:
    """Makes and reads the tokens of this installation."""

    def __init__(self, settings: Settings) -> None:
        self._keys = settings.key_ring
        self._kid = next(iter(self._keys))
        self._issuer = settings.base_url
        self.access_seconds = settings.access_token_seconds

    def make_access(self, user_id: UUID, session_id: UUID, role: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "sid": str(session_id),
            "jti": secrets.token_hex(16),
            "iat": now,
            "nbf": now,
            "exp": now + self.access_seconds,
            "role": role,
        }
        return jwt.encode(
            claims,
            self._keys[self._kid],
            algorithm="HS256",
            headers={"typ": "at+jwt", "kid": self._kid},
        )

    def read_access(self, token: str) -> AccessToken:
        """Raises Unauthorized for a token that is not ours, not an access token, or over."""
        if len(token) > _MAX_LENGTH:
            raise Unauthorized
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.get(header.get("kid", ""))
            if key is None or header.get("typ") != "at+jwt":
                raise Unauthorized
            claims = jwt.decode(
                token,
                key,
                algorithms=["HS256"],
                issuer=self._issuer,
                audience=AUDIENCE,
                options={"require": _REQUIRED, "strict_aud": True},
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise Unauthorized from None
        user_id, session_id = parse_uuid(claims["sub"]), parse_uuid(str(claims["sid"]))
        if user_id is None or session_id is None:
            raise Unauthorized
        return AccessToken(user_id, session_id, int(claims["exp"]))

    def derive_refresh(self, parent: str) -> list[str]:
        """The child of a refresh token, by each key of the ring, the newest first."""
        session, _, secret = parent.partition(".")
        return [
            f"{session}.{_encode(hmac.digest(key, b'refresh' + secret.encode(), 'sha256'))}"
            for key in self._keys.values()
        ]


TOKENS: web.AppKey[Tokens] = web.AppKey("tokens", Tokens)


def new_refresh(session_id: UUID) -> str:
    """The first refresh token of a session: 256 random bits."""
    return f"{_encode(session_id.bytes)}.{_encode(secrets.token_bytes(32))}"


def refresh_session_id(token: str) -> UUID | None:
    """The session that a refresh token names; None if it cannot be one."""
    session, _, secret = token.partition(".")
    try:
        raw = base64.urlsafe_b64decode(session + "==")
        return UUID(bytes=raw) if len(secret) == 43 else None
    except ValueError:
        return None


def refresh_hash(token: str) -> bytes:
    """What is stored of a refresh token; it has enough entropy for a plain SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
