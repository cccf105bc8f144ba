"""What a client takes, of what we can answer with: the header `Accept` (RFC 9110 §12.5.1)."""

import re
from collections.abc import Iterator
from functools import lru_cache

from aiohttp import hdrs, web

from lms.errors import NotAcceptable

_REMEMBERED = 512  # characters of a header that is read once for all who send it
# Commas and semicolons within quotes are text (RFC 9110 §5.6.4).
_PARTS = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
_PARAMETERS = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*"?)+')
_WEIGHT = re.compile(r"[0-9]*\.?[0-9]*")
# What is true of everything that we answer with, whether we write it behind the type or not.
_OUR_PARAMETERS = frozenset({"charset=utf-8"})

_EXACT, _KIND, _ANY, _OTHER = 3, 2, 1, 0


def negotiate(request: web.Request, offered: tuple[str, ...]) -> str:
    """The media type to answer with. Raises NotAcceptable if the client takes none of them.

    The greatest `q` wins. Among equals it is what the client names most exactly, then what it
    names first, then what is offered first.
    """
    accepts = request.headers.getall(hdrs.ACCEPT, ())
    if not accepts:
        return offered[0]
    accept = accepts[0] if len(accepts) == 1 else ", ".join(accepts)
    if accept in offered:
        return accept
    # A long one is not remembered: anyone can send thousands that differ.
    choose = _choose if len(accept) <= _REMEMBERED else _choose.__wrapped__
    chosen = choose(accept, offered)
    if chosen is None:
        raise NotAcceptable
    return chosen


@lru_cache(maxsize=1024)
def _choose(accept: str, offered: tuple[str, ...]) -> str | None:
    ranges = list(_ranges(accept.lower()))
    if not ranges:
        return offered[0]  # a header that names nothing counts as none
    best: tuple[bool, float, int, int, int] | None = None
    chosen = None
    for place, kind in enumerate(offered):
        # The most exact range that fits says how much the client wants it.
        fitting = [
            (how, -at, weight)
            for at, (media, parameters, weight) in enumerate(ranges)
            if (how := _fit(media, parameters, kind)) is not None
        ]
        if not fitting:
            continue
        how, at, weight = max(fitting)
        merit = (how != _OTHER, weight, how, at, -place)
        if weight > 0 and (best is None or merit > best):
            best, chosen = merit, kind
    return chosen


def _ranges(accept: str) -> Iterator[tuple[str, frozenset[str], float]]:
    """Media ranges as (type, parameters, weight)."""
    for part in _PARTS.findall(accept):
        if part.lstrip().startswith(";"):
            continue  # parameters of nothing
        media, *parameters = (piece.strip() for piece in _PARAMETERS.findall(part))
        weight, kept = 1.0, []
        for parameter in parameters:
            name, _, value = (piece.strip() for piece in parameter.partition("="))
            if name == "q":
                weight = _read_weight(value)
                break  # what follows is no parameter of the type (RFC 7231 §5.3.2)
            kept.append(f"{name}={value.strip(chr(34))}")
        if media:
            # An old Java writes a lone star.
            yield "*/*" if media == "*" else media, frozenset(kept), weight


def _read_weight(text: str) -> float:
    """0 to 1; what is no number counts as if it were not there."""
    digits = text.replace(".", "", 1)
    return min(float(text), 1.0) if digits and _WEIGHT.fullmatch(text) else 1.0


def _fit(media: str, parameters: frozenset[str], kind: str) -> int | None:
    """How exactly a range names a type; None if it does not.

    One with parameters that we do not have fits only where nothing else does, so that a client
    that asks for a profile of JSON gets JSON.
    """
    if media == kind:
        fit = _EXACT
    elif media == kind.partition("/")[0] + "/*":
        fit = _KIND
    elif media == "*/*":
        fit = _ANY
    else:
        return None
    return fit if parameters <= _OUR_PARAMETERS else _OTHER
