"""Logs as one JSON object a line, on standard error."""

import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson
from aiohttp.http_exceptions import HttpProcessingError

# Whose request is being worked on; added to every line.
request_context: ContextVar[dict[str, Any] | None] = ContextVar("request_context", default=None)

_STANDARD = set(vars(logging.LogRecord("", 0, "", 0, "", None, None))) | {"message", "taskName"}


class JsonFormatter(logging.Formatter):
    """time, level, logger, message, the request's ids, and whatever the call adds."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **(request_context.get() or {}),
            **{k: v for k, v in vars(record).items() if k not in _STANDARD},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str, option=orjson.OPT_UTC_Z).decode()


class Logger:
    """A standard logger that takes fields as keywords."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def debug(self, message: str, **fields: Any) -> None:
        self._logger.debug(message, extra=fields)

    def info(self, message: str, **fields: Any) -> None:
        self._logger.info(message, extra=fields)

    def warning(self, message: str, **fields: Any) -> None:
        self._logger.warning(message, extra=fields)

    def error(self, message: str, **fields: Any) -> None:
        self._logger.error(message, extra=fields)

    def exception(self, message: str, **fields: Any) -> None:
        self._logger.exception(message, extra=fields)


def get_logger(name: str) -> Logger:
    return Logger(name)


def _is_not_a_clients_fault(record: logging.LogRecord) -> bool:
    """Leaves out what the parser refuses: not our error, and its address may hold a token."""
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
    # One line for each request is the proxy's business, and costs more than the request.
    logging.getLogger("aiohttp.access").disabled = True
