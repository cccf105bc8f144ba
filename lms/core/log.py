"""Logs as one JSON object a line, on standard error."""

import logging
import os
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson

from lms.core.outlet import Outlet
from lms.core.version import VERSION
from lms.settings import Settings

if TYPE_CHECKING:  # see `Outlet`
    import asyncio


class LogContext:
    """What is being worked on: a request or a job."""

    __slots__ = ("fields", "more", "seconds")

    def __init__(self, fields: dict[str, str]) -> None:
        self.fields = fields  # added to every line
        self.more: dict[str, object] | None = None  # added to the request's own line
        self.seconds = 0.0  # how long the request took


log_context: ContextVar[LogContext | None] = ContextVar("log_context", default=None)

_STANDARD = set(vars(logging.LogRecord("", 0, "", 0, "", None, None))) | {"message", "taskName"}
_OF_THE_DRIVER = ("PostgresError", "InterfaceError", "DataError")  # of asyncpg, as _describe says


class Log:
    """What is the same in every line of this process, and where its lines go."""

    def __init__(self) -> None:
        self.about: dict[str, object] = {"service": "lms", "pid": os.getpid(), "version": VERSION}
        self.outlet: Outlet | None = None  # None: the process is no service, and keeps no log
        self.level = logging.INFO
        self.client_addresses = True
        self.slow_statement_seconds = float("inf")
        # Beginnings of lines of requests; see lms/middlewares/request_log.py.
        self.heads: dict[tuple[str, str, int], tuple[str, str]] = {}

    def begin(self, settings: Settings, service: str) -> None:
        self.about = {**self.about, "service": service, "pid": os.getpid()}
        self.outlet = Outlet(sys.stderr.fileno(), _report)
        self.heads.clear()
        self.level = logging.getLevelNamesMapping()[settings.log_level.upper()]
        self.client_addresses = settings.log_client_addresses
        self.slow_statement_seconds = settings.slow_statement_seconds or float("inf")

    @property
    def lines_lost(self) -> int:
        """Since the process began."""
        return self.outlet.lost if self.outlet is not None else 0

    def to_bytes(self, level: str, line: dict[str, object]) -> bytes:
        whole = {"time": datetime.now(UTC), "level": level, **self.about, **line}
        return orjson.dumps(whole, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


LOG = Log()


def _report(lost: dict[str, int]) -> bytes:
    message = "log lines were lost: whoever reads them was too slow"
    return LOG.to_bytes("error", {"logger": __name__, "message": message, "lost": lost})


class JsonFormatter(logging.Formatter):
    """time, level, the process, logger, message, the request's or job's fields, and whatever the
    call adds.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            **LOG.about,
            "logger": record.name,
            "message": record.getMessage(),
            **_context_fields(),
            **{k: v for k, v in vars(record).items() if k not in _STANDARD},
        }
        if record.exc_info:
            error = record.exc_info[1]
            line["exception"] = "".join(_describe(error)) if error is not None else None
        return orjson.dumps(line, default=str, option=orjson.OPT_UTC_Z).decode()


def _context_fields() -> dict[str, str]:
    context = log_context.get()
    return {} if context is None else context.fields


class ToOutlet(logging.Handler):
    """Puts every record into the outlet, as JSON."""

    def __init__(self, outlet: Outlet) -> None:
        super().__init__()
        self._outlet = outlet
        self.setFormatter(JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record).encode() + b"\n"
        self._outlet.put_from_anywhere(line, record.levelname.lower())


def _describe(error: BaseException, seen: frozenset[int] = frozenset()) -> list[str]:
    """A traceback and its causes, without the text of a database driver's error: that text quotes
    the values that were refused, and one of them may be a password.
    """
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = []
    if cause is not None and id(cause) not in seen:
        lines = [*_describe(cause, seen | {id(error)}), "\nand then:\n\n"]
    lines += traceback.format_tb(error.__traceback__)
    if _is_of_the_driver(error):
        rule = getattr(error, "constraint_name", None)
        return [*lines, f"{type(error).__qualname__}{f' ({rule})' if rule else ''}\n"]
    return [*lines, *traceback.format_exception_only(error)]


def _is_of_the_driver(error: BaseException) -> bool:
    # By name: a process that asks no database, such as the supervisor, does not import its driver.
    return any(
        kind.__name__ in _OF_THE_DRIVER and kind.__module__.startswith("asyncpg")
        for kind in type(error).__mro__
    )


class Logger:
    """A standard logger that takes fields as keywords."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def debug(self, message: str, **fields: object) -> None:
        self._logger.debug(message, extra=fields)

    def info(self, message: str, **fields: object) -> None:
        self._logger.info(message, extra=fields)

    def warning(
        self, message: str, *, exc_info: BaseException | None = None, **fields: object
    ) -> None:
        self._logger.warning(message, exc_info=exc_info, extra=fields)

    def error(
        self, message: str, *, exc_info: BaseException | None = None, **fields: object
    ) -> None:
        self._logger.error(message, exc_info=exc_info, extra=fields)

    def exception(self, message: str, **fields: object) -> None:
        self._logger.exception(message, extra=fields)


def get_logger(name: str) -> Logger:
    return Logger(name)


def _is_not_a_clients_fault(record: logging.LogRecord) -> bool:
    """Drops records of requests that the parser refused: not our error, and the address may hold a
    token.
    """
    error = record.exc_info[1] if record.exc_info else None
    return error is None or type(error).__module__ != "aiohttp.http_exceptions"


def start_logging(settings: Settings, service: str) -> None:
    """Send every logger of the process, and the lines of requests, to standard error as JSON."""
    LOG.begin(settings, service)
    assert LOG.outlet is not None
    root = logging.getLogger()
    root.handlers = [ToOutlet(LOG.outlet)]
    root.setLevel(LOG.level)
    logging.getLogger("aiohttp.server").addFilter(_is_not_a_clients_fault)


def write_in_loop(loop: "asyncio.AbstractEventLoop") -> None:
    """From now on the event loop writes the lines, so that none makes a request wait."""
    if LOG.outlet is not None:
        LOG.outlet.attach(loop)


def stop_logging() -> None:
    """Write what waits; later lines are written at once."""
    if LOG.outlet is not None:
        LOG.outlet.close()
