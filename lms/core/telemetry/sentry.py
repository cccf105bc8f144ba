"""Sends logged errors to the Sentry that `LMS_SENTRY_DSN` names, without anything secret.

An event is built anew from a short list of what may leave the machine, instead of removing what may
not. The list: the message, the ids, the types of the exceptions, and where in the code they were
raised. No request, header, body, variable or environment; no text of an exception either, for a
driver quotes the values that it refuses. Our own log has the text under the same request id.
"""

import logging
import sys
from typing import Any

from lms.core.log import log_context
from lms.settings import Settings, SettingsError

_FLUSH_SECONDS = 2.0  # at the end of a process
# Fields of a log call that hold no more than an id, a number or one of our own names.
_FIELDS = ("job_id", "kind", "queue", "try_number", "max_tries", "status", "file_id", "operation")
_FRAME = ("filename", "module", "function", "lineno", "context_line", "pre_context",
          "post_context", "in_app")  # fmt: skip

Event = dict[str, Any]


def start_sentry(settings: Settings, service: str) -> None:
    """Send errors of this process to Sentry from now on, if there is one.

    Raises SettingsError for an address that is not one of Sentry's.
    """
    if settings.sentry_dsn is None:
        return
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration
    from sentry_sdk.utils import BadDsn, Dsn

    def reduced(event: Any, hint: object) -> Any:
        return reduce_event(event, service)

    try:
        Dsn(settings.sentry_dsn.value)
    except BadDsn:
        raise SettingsError(
            "LMS_SENTRY_DSN must be the address that Sentry shows for a project: "
            "https://key@host/number."
        ) from None
    sentry_sdk.init(
        dsn=settings.sentry_dsn.value,
        environment=settings.environment,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR),
            ExcepthookIntegration(always_run=True),
            AtexitIntegration(callback=lambda pending, timeout: None),
        ],
        before_send=reduced,
        before_breadcrumb=lambda crumb, hint: None,
        max_breadcrumbs=0,
        max_request_body_size="never",
        include_local_variables=False,
        send_default_pii=False,
        auto_session_tracking=False,
        shutdown_timeout=int(_FLUSH_SECONDS),
    )


def stop_sentry() -> None:
    """Send what is left; blocks for two seconds at most."""
    if "sentry_sdk" in sys.modules:
        import sentry_sdk

        sentry_sdk.flush(timeout=_FLUSH_SECONDS)


def reduce_event(event: Event, service: str) -> Event:
    """The parts of an event that may leave the machine."""
    found = log_context.get()
    context = found.fields if found is not None else {}
    extra = event.get("extra", {})
    entry = event.get("logentry", {})
    kept: Event = {
        name: event[name]
        for name in ("event_id", "timestamp", "platform", "level", "logger", "environment", "sdk")
        if name in event
    }
    kept["server_name"] = service
    # The message without its parameters: ours have none, and those of libraries stay here.
    kept["logentry"] = {"message": str(entry.get("message", ""))}
    kept["extra"] = {name: str(extra[name]) for name in _FIELDS if name in extra}
    if "request_id" in context:
        kept["tags"] = {"request_id": context["request_id"]}
    if context.get("user_id"):
        kept["user"] = {"id": str(context["user_id"])}
    values = event.get("exception", {}).get("values", [])
    kept["exception"] = {"values": [_reduce_exception(value) for value in values]}
    return kept


def _reduce_exception(value: Event) -> Event:
    frames = (value.get("stacktrace") or {}).get("frames", [])
    return {
        "type": value.get("type"),
        "module": value.get("module"),
        "stacktrace": {"frames": [{name: f[name] for name in _FRAME if name in f} for f in frames]},
    }
