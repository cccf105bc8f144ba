"""Conditions and ranges of a download, as RFC 9110 §13 and §14 define them; pure functions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

_RANGE = re.compile(r"([0-9]*)-([0-9]*)")
_MOST_RANGES = 16  # no reader needs more (§14.2 allows us to ignore them)


class Outcome(Enum):
    """The outcome of a request's conditions."""

    GO_ON = "answer as usual"
    NOT_MODIFIED = "304"
    FAILED = "412"


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` up to, not including, `end`."""

    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start


def check_conditions(headers: Mapping[str, str], etag: str, modified_at: datetime) -> Outcome:
    """If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since; in the order of §13.2.2.

    `etag` is a strong tag.
    """
    modified_at = modified_at.replace(microsecond=0)
    if (header := headers.get("If-Match")) is not None:
        if header.strip() != "*" and etag not in _tags(header):
            return Outcome.FAILED
    elif (since := _date(headers.get("If-Unmodified-Since"))) and modified_at > since:
        return Outcome.FAILED
    if (header := headers.get("If-None-Match")) is not None:
        tags = [tag.removeprefix("W/") for tag in _tags(header)]  # compared weakly
        if header.strip() == "*" or etag in tags:
            return Outcome.NOT_MODIFIED
    elif (since := _date(headers.get("If-Modified-Since"))) and modified_at <= since:
        return Outcome.NOT_MODIFIED
    return Outcome.GO_ON


def wanted_spans(
    headers: Mapping[str, str], size: int, etag: str, modified_at: datetime
) -> Sequence[Span] | None:
    """The spans that Range asks for; None for the whole, empty where none can be satisfied.

    Spans that overlap or touch are joined. A Range that cannot be read is ignored.
    """
    header = headers.get("Range")
    if header is None or not _if_range_holds(headers.get("If-Range"), etag, modified_at):
        return None
    unit, equals, text = header.partition("=")
    if not equals or unit.strip().lower() != "bytes":
        return None
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or len(parts) > _MOST_RANGES:
        return None
    spans = []
    for part in parts:
        match = _RANGE.fullmatch(part)
        if match is None or part == "-" or len(part) > 40:
            return None
        first, last = match[1], match[2]
        if first and last and int(last) < int(first):
            return None
        if first:
            span = Span(int(first), min(int(last) + 1, size) if last else size)
        else:
            span = Span(max(0, size - int(last)), size)
        if span.start < size and span.size > 0:
            spans.append(span)
    return _joined(spans)


def _joined(spans: list[Span]) -> list[Span]:
    """In the order asked for (§15.3.7.2), unless some overlap: then in the file's order."""
    ordered = sorted(spans, key=lambda span: span.start)
    joined: list[Span] = []
    for span in ordered:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return spans if len(joined) == len(spans) else joined


def _if_range_holds(header: str | None, etag: str, modified_at: datetime) -> bool:
    if header is None:
        return True
    header = header.strip()
    if header.startswith(('"', "W/")):
        return header == etag  # strongly: a weak tag never holds (§13.1.5)
    return _date(header) == modified_at.replace(microsecond=0)


def _tags(header: str) -> list[str]:
    return re.findall(r'(?:W/)?"[^"]*"', header)


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None  # an invalid date is ignored
    return date if date.tzinfo else date.replace(tzinfo=UTC)
