"""Ids of version 7 (RFC 9562 §5.7), as the database's `uuid_v7()` makes them."""

import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """An id that sorts by the time it was made: milliseconds, and 12 bits of what is below."""
    micros = time.time_ns() // 1000
    milliseconds, rest = divmod(micros, 1000)
    high = milliseconds << 16 | 7 << 12 | rest * 4096 // 1000
    return UUID(int=high << 64 | 0b10 << 62 | secrets.randbits(62))
