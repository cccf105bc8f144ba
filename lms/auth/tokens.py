"""Access tokens (JWT, RFC 9068 and RFC 8725) and refresh tokens.

A refresh token is `<session id>.<secret>`, base64url. The child of a rotation is derived from
its parent, an HMAC, so nothing but hashes is stored and a lost reply can be given again. The secret
ends with a tag by which we recognise our own tokens. An old token that comes back means theft and
ends the session; an invented one ends nothing.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import jwt
from aiohttp import web

from lms.core.http.request import parse_uuid
from lms.core.keys import purpose_keys
from lms.errors import Unauthorized
from lms.settings import Settings

AUDIENCE = "lms-api"
_REQUIRED = ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp"]
_HEADER = {"alg", "typ", "kid"}
_MAX_LENGTH = 4096  # ours have some 500; nothing larger is worth parsing
_SECRET_LENGTH = 64  # base64url of 32 secret bytes and a tag of 16


@dataclass(frozen=True, slots=True)
class AccessToken:
    """The claims of a valid access token; its roles are for clients, and we never use them."""

    user_id: UUID
    session_id: UUID
    expires_at: int  # seconds of the epoch, with the leeway between clocks


class Tokens:
    """Makes and reads the tokens of this installation."""

    def __init__(self, settings: Settings) -> None:
        self._keys = settings.key_ring
        self._kid = next(iter(self._keys))
        self._issuer = settings.base_url
        self._children = list(purpose_keys(settings, "refresh children"))
        self._tags = list(purpose_keys(settings, "refresh tags"))
        self._leeway = settings.token_leeway_seconds
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
        """Raises Unauthorized for a token that is not ours, not an access token, or expired."""
        if len(token) > _MAX_LENGTH:
            raise Unauthorized
        try:
            header, payload = _read_strictly(token)
            key = self._keys.get(header["kid"])
            if key is None or header["typ"] != "at+jwt" or set(header) != _HEADER:
                raise Unauthorized
            claims = jwt.decode(
                token,
                key,
                algorithms=["HS256"],
                issuer=self._issuer,
                audience=AUDIENCE,
                leeway=self._leeway,
                options={"require": _REQUIRED, "strict_aud": True},
            )
            user_id, session_id = parse_uuid(claims["sub"]), parse_uuid(claims["sid"])
            if user_id is None or session_id is None or claims != payload:
                raise Unauthorized
            return AccessToken(user_id, session_id, int(claims["exp"]) + self._leeway)
        except (jwt.PyJWTError, ValueError, TypeError, KeyError, RecursionError, OverflowError):
            raise Unauthorized from None

    def new_refresh(self, session_id: UUID) -> str:
        """The first refresh token of a session: 256 random bits."""
        return self._refresh(session_id.bytes, secrets.token_bytes(32), self._tags[0])

    def derive_refresh(self, parent: str) -> list[str]:
        """The child of a refresh token, by each key of the ring, the newest first."""
        session = _decode(parent.partition(".")[0])
        return [
            self._refresh(session, hmac.digest(child_key, parent.encode(), "sha256"), tag_key)
            for child_key, tag_key in zip(self._children, self._tags, strict=True)
        ]

    def made_refresh(self, token: str) -> bool:
        """Whether a refresh token is one that we made, valid or not."""
        session, _, secret = token.partition(".")
        raw = _decode(secret)
        return any(
            hmac.compare_digest(_tag(key, _decode(session), raw[:32]), raw[32:])
            for key in self._tags
        )

    @staticmethod
    def _refresh(session: bytes, secret: bytes, tag_key: bytes) -> str:
        return f"{_encode(session)}.{_encode(secret + _tag(tag_key, session, secret))}"


TOKENS: web.AppKey[Tokens] = web.AppKey("tokens", Tokens)


def refresh_session_id(token: str) -> UUID | None:
    """The session that a refresh token names; None if it cannot be one."""
    session, _, secret = token.partition(".")
    try:
        if len(secret) != _SECRET_LENGTH or len(_decode(secret)) != 48:
            return None
        return UUID(bytes=_decode(session))
    except ValueError:
        return None


def refresh_hash(token: str) -> bytes:
    """The hash that is stored for a refresh token; it has enough entropy for a plain SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def new_challenge() -> str:
    """The token between the password and the code: 256 random bits."""
    return secrets.token_urlsafe(32)


def _tag(key: bytes, session: bytes, secret: bytes) -> bytes:
    return hmac.digest(key, session + secret, "sha256")[:16]


def _read_strictly(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token in its canonical spelling. Raises ValueError.

    The bits that base64 leaves unused would let a changed token pass for ours, and JSON
    readers disagree about which of two equal names counts.
    """
    parts = [_decode(part) for part in token.split(".")]
    header, payload, _ = parts
    return _read_object(header), _read_object(payload)


def _read_object(raw: bytes) -> dict[str, Any]:
    value = json.loads(raw, object_pairs_hook=_refuse_duplicates)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands there twice")
    return dict(pairs)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    """Canonical base64url without padding. Raises ValueError for any other spelling."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if _encode(raw) != text:
        raise ValueError("not the canonical spelling")
    return raw
