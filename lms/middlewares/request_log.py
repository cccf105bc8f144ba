"""One line in the log for each request, once its reply is sent."""

import time
from datetime import UTC, datetime
from typing import Any

import orjson
from aiohttp import web

from lms.core.http.access import Access
from lms.core.http.client import client_address
from lms.core.log import LOG, log_context
from lms.permissions import ACCESS

# Asked every few seconds by machines: a line only where it is asked for, or where they fail.
_PROBES = {name.split()[1] for name, access in ACCESS.items() if access is Access.PROBE}
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def note_seconds(seconds: float) -> None:
    """Say how long the request took: until its reply was ready, or sent if it is a stream."""
    context = log_context.get()
    if context is not None:
        context.seconds = seconds


def add_to_line(**fields: object) -> None:
    """Say more in the request's line."""
    context = log_context.get()
    if context is not None:
        context.more = {**(context.more or {}), **fields}


def write_line(request: Any, status: int, *, is_whole: bool) -> None:
    """Write the line of a request. `bytes` is what was sent of the reply, its head included; a
    reply that is not whole was cut off: the client left, or we stopped.
    """
    outlet = LOG.outlet
    context = log_context.get()
    if outlet is None or context is None:
        return
    fields = context.fields
    key = (fields["route"], fields["method"], status)
    level, head = LOG.heads.get(key) or _make_head(key)
    if not head:
        return
    if not is_whole:
        add_to_line(cut=True)
    rest = f',"client_address":"{client_address(request)}"' if LOG.client_addresses else ""
    if "user_id" in fields:
        rest = f'{rest},"user_id":"{fields["user_id"]}"'
    if context.more is not None:
        rest = f"{rest},{_members(context.more)}"
    # By hand, for half of what orjson takes with the dictionary that it needs: a cached read costs
    # 36 µs in all. Nothing has to be escaped; ids and addresses are checked, the rest is ours.
    line = (
        f'{{"time":"{_clock.text()}",{head},"request_id":"{fields["request_id"]}",'
        f'"duration_ms":{1000 * context.seconds:.2f},"bytes":{request.writer.output_size}'
        f"{rest}}}\n"
    )
    outlet.put(line.encode(), level)


def write_cut_off(request: web.Request, status: int, seconds: float) -> None:
    """Write the line of a request that has no reply, since a shutdown cut it off."""
    note_seconds(seconds)
    write_line(request, status, is_whole=False)


def _make_head(key: tuple[str, str, int]) -> tuple[str, str]:
    """The level of all requests with one outcome, and what their lines have in common; nothing if
    they are to have no line.
    """
    route, method, status = key
    level = _level(route, status)
    fields = {"level": level, **LOG.about, "message": "request"}
    fields |= {"method": method, "route": route, "status": status}
    head = _members(fields) if _LEVELS[level] >= LOG.level else ""
    LOG.heads[key] = level, head
    return level, head


def _members(fields: dict[str, object]) -> str:
    return orjson.dumps(fields, default=str).decode()[1:-1]


def _level(route: str, status: int) -> str:
    if status == 503:
        return "warning"
    if status >= 500:
        return "error"
    return "debug" if status < 400 and route in _PROBES else "info"


class _Clock:
    """The time as lines have it; those of one millisecond share it."""

    __slots__ = ("_began", "_text", "_until")

    def __init__(self) -> None:
        self._began = self._until = 0.0
        self._text = ""

    def text(self) -> str:
        now = time.time()
        if not self._began <= now < self._until:
            self._began, self._until = now, now + 0.001
            text = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
            self._text = text.replace("+00:00", "Z")
        return self._text


_clock = _Clock()
