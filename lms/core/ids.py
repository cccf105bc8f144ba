"""Ids of version 7 (RFC 9562 §5.7), as the database's `uuid_v7()` makes them."""

import secrets
import time
from datetime import datetime
from uuid import UUID


def new_id() -> UUID:
    """An id that sorts by the time it was made: milliseconds, and 12 bits of what is below."""
    micros = time.time_ns() // 1000
    milliseconds, rest = divmod(micros, 1000)
    high = milliseconds << 16 | 7 << 12 | rest * 4096 // 1000
    return UUID(int=high << 64 | 0b10 << 62 | secrets.randbits(62))


def least_id(moment: datetime) -> UUID:
    """The least id of this moment: ids begin with milliseconds."""
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)
