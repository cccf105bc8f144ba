"""Logs as one JSON object a line, on standard error."""

import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

import asyncpg
import orjson
from aiohttp.http_exceptions import HttpProcessingError

# Whose request is being worked on; added to every line.
request_context: ContextVar[dict[str, object] | None] = ContextVar("request_context", default=None)

_STANDARD = set(vars(logging.LogRecord("", 0, "", 0, "", None, None))) | {"message", "taskName"}


class JsonFormatter(logging.Formatter):
    """time, level, logger, message, the request's ids, and whatever the call adds."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **(request_context.get() or {}),
            **{k: v for k, v in vars(record).items() if k not in _STANDARD},
        }
        if record.exc_info:
            error = record.exc_info[1]
            line["exception"] = "".join(_describe(error)) if error is not None else None
        return orjson.dumps(line, default=str, option=orjson.OPT_UTC_Z).decode()


def _describe(error: BaseException, seen: frozenset[int] = frozenset()) -> list[str]:
    """A traceback and its causes, without the text of a database driver's error: that text quotes
    the values that were refused, and one of them may be a password.
    """
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = []
    if cause is not None and id(cause) not in seen:
        lines = [*_describe(cause, seen | {id(error)}), "\nand then:\n\n"]
    lines += traceback.format_tb(error.__traceback__)
    if isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError | asyncpg.DataError):
        rule = getattr(error, "constraint_name", None)
        return [*lines, f"{type(error).__qualname__}{f' ({rule})' if rule else ''}\n"]
    return [*lines, *traceback.format_exception_only(error)]


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
    return not isinstance(error, HttpProcessingError)


def configure_logging(level: str) -> None:
    """Send every logger of the process through the JSON formatter."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.getLogger("aiohttp.server").addFilter(_is_not_a_clients_fault)
    # An access log is the proxy's business; a line for each request costs more than the request.
    logging.getLogger("aiohttp.access").disabled = True
