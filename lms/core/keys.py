"""Everything made from the key ring: a key for each purpose, sealed values, hashes of tokens.

The ring's secrets themselves sign access tokens and nothing else. Every other purpose gets its own
key by HKDF (RFC 5869), so that a leaked key tells nothing about the others. The newest key writes;
every key of the ring reads, so that a rotation invalidates nothing.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lms.settings import Settings

_NONCE_BYTES = 12  # of AES-GCM (NIST SP 800-38D §8.2.2)


class CannotOpen(Exception):
    """The sealed value was changed, or its key is not in the ring any more."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted value and the kid of the key that opens it."""

    key_id: str
    box: bytes


@lru_cache(maxsize=256)
def derive_key(secret: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose."""
    return HKDF(SHA256(), length=32, salt=None, info=f"lms {purpose}".encode()).derive(secret)


def purpose_keys(settings: Settings, purpose: str) -> Iterator[bytes]:
    """The purpose's keys, one from each secret of the ring, the newest first."""
    for secret in settings.key_ring.values():
        yield derive_key(secret, purpose)


def seal(settings: Settings, purpose: str, owner: UUID, value: bytes) -> Sealed:
    """Encrypt a value so that it opens for this owner and purpose alone (AES-256-GCM)."""
    key_id, secret = next(iter(settings.key_ring.items()))
    nonce = secrets.token_bytes(_NONCE_BYTES)
    box = AESGCM(derive_key(secret, purpose)).encrypt(nonce, value, owner.bytes)
    return Sealed(key_id, nonce + box)


def unseal(settings: Settings, purpose: str, owner: UUID, sealed: Sealed) -> bytes:
    """Decrypt a sealed value. Raises CannotOpen."""
    secret = settings.key_ring.get(sealed.key_id)
    if secret is None:
        raise CannotOpen(f"the key {sealed.key_id} is not in LMS_SECRET_KEYS")
    nonce, box = sealed.box[:_NONCE_BYTES], sealed.box[_NONCE_BYTES:]
    try:
        return AESGCM(derive_key(secret, purpose)).decrypt(nonce, box, owner.bytes)
    except InvalidTag:
        raise CannotOpen("the sealed value was changed") from None


def token_hash(token: str) -> bytes:
    """The hash that is stored for a token; tokens have enough entropy for a plain SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
