"""OpenTelemetry, an optional extra: a span for each request, SQL statement and job.

Off unless `LMS_TRACES_URL` is set. While it is off nothing here runs, except one comparison where a
promise is written. A span carries names (route templates, SQL files, kinds of jobs), ids and
outcomes: no path, query, argument, header, body or driver's text, which may hold a secret. Context
travels as W3C Trace Context (https://www.w3.org/TR/trace-context): in from the client's
`traceparent`, and with each promise to the worker that keeps it. A client's `tracestate` is not
passed on: it may hold anything.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING
from uuid import UUID

from aiohttp import web
from asyncpg.connection import LoggedQuery

from lms.core.db import pool as connections
from lms.core.http.request import REQUEST_ID, USER
from lms.core.internals.aiohttp import Handle
from lms.settings import Settings, SettingsError

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer


_EXPORT_SECONDS = 5.0  # a collector that hangs delays the end of a process by this
_BATCH_MILLISECONDS = 1000


class _Tracing:
    """What is set while tracing is on."""

    def __init__(self, provider: "TracerProvider", tracer: "Tracer") -> None:
        self.provider = provider
        self.tracer = tracer


_on: _Tracing | None = None


def start_tracing(settings: Settings, service: str) -> None:
    """Trace this process, if `LMS_TRACES_URL` is set. Call it before `create_app`.

    Raises SettingsError when the extra is not installed.
    """
    global _on
    if settings.traces_url is None:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, TraceIdRatioBased
    except ImportError:
        raise SettingsError("LMS_TRACES_URL needs the extra: pip install 'lms[tracing]'.") from None
    # The trace's id decides, so every process decides alike. A client may ask not to be traced, but
    # cannot ask to be traced more than others.
    share = TraceIdRatioBased(settings.traces_sample_percent / 100)
    provider = TracerProvider(
        resource=Resource.create({"service.name": service}),
        sampler=ParentBased(
            share, remote_parent_sampled=share, remote_parent_not_sampled=ALWAYS_OFF
        ),
        shutdown_on_exit=False,
    )
    exporter = OTLPSpanExporter(endpoint=settings.traces_url.value, timeout=_EXPORT_SECONDS)
    provider.add_span_processor(
        BatchSpanProcessor(exporter, schedule_delay_millis=_BATCH_MILLISECONDS)
    )
    _on = _Tracing(provider, provider.get_tracer("lms"))
    connections.statement_loggers.append(_note_statement)


def stop_tracing() -> None:
    """Send what is left. Blocks, for `_EXPORT_SECONDS` at most while no collector answers."""
    global _on
    if _on is not None:
        connections.statement_loggers.remove(_note_statement)
        _on.provider.shutdown()
        _on = None


def traced(handle: Handle, route: str) -> Handle:
    """The handler with a span around it; the handler itself when tracing is off."""
    if _on is None:
        return handle
    from opentelemetry.trace import SpanKind, StatusCode

    tracer = _on.tracer

    @wraps(handle)  # so that `endpoint_of_route` finds the endpoint inside
    async def handle_traced(request: web.Request) -> web.StreamResponse:
        name = f"{request.method} {route}"
        parent = _remote(request.headers.get("traceparent"))
        with tracer.start_as_current_span(
            name, parent, SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        ) as span:
            response = await handle(request)
            if span.is_recording():
                span.set_attributes(
                    {
                        "http.request.method": request.method,
                        "http.route": route,
                        "http.response.status_code": response.status,
                        "lms.request_id": request[REQUEST_ID],
                    }
                )
                user = request[USER]
                if user is not None:
                    span.set_attribute("user.id", str(user.id))
                if response.status >= 500:
                    span.set_status(StatusCode.ERROR)
            return response

    return handle_traced


@contextmanager
def tracing_job(
    name: str, *, queue: str, job_id: UUID, try_number: int, traceparent: str | None
) -> Iterator[None]:
    """A span around one try at a job, in the trace of the request that promised it."""
    if _on is None:
        yield
        return
    from opentelemetry.trace import SpanKind

    attributes: dict[str, str | int] = {
        "lms.queue": queue,
        "lms.job.id": str(job_id),
        "lms.job.attempt": try_number,
    }
    with _on.tracer.start_as_current_span(
        f"job {name}",
        _remote(traceparent),
        SpanKind.CONSUMER,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ):
        yield


def note_failure(error: BaseException) -> None:
    """Mark the current span as failed, by the error's type alone: its text may hold a secret."""
    if _on is None:
        return
    from opentelemetry.trace import StatusCode, get_current_span

    span = get_current_span()
    span.set_status(StatusCode.ERROR)
    span.set_attribute("error.type", type(error).__name__)


def current_traceparent() -> str | None:
    """The current span as a `traceparent`, for the process that continues the work; or None."""
    if _on is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent")


def _remote(traceparent: str | None) -> "Context":
    """The context that a `traceparent` describes; an empty one if it is missing or malformed."""
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    if traceparent is None:
        return Context()
    return TraceContextTextMapPropagator().extract({"traceparent": traceparent}, Context())


def _note_statement(record: LoggedQuery) -> None:
    """A span for a statement that ended; asyncpg calls this in the context that sent it."""
    from opentelemetry.trace import SpanKind, StatusCode, get_current_span

    # Its span may have ended by now: a commit is the last thing that a request does.
    if _on is None or not get_current_span().get_span_context().trace_flags.sampled:
        return  # the application's own polling belongs to no trace either
    ended = time.time_ns()
    first, _, _ = str(record.query).partition("\n")
    # Our statements begin with the name of their file; others are named by their first word.
    name = first.removeprefix("-- ") if first.startswith("-- ") else first.split()[0].strip(";")
    span = _on.tracer.start_span(
        name,
        kind=SpanKind.CLIENT,
        attributes={"db.system.name": "postgresql"},
        start_time=ended - int(record.elapsed * 1e9),
    )
    if record.exception is not None:
        span.set_status(StatusCode.ERROR)
        span.set_attribute("error.type", type(record.exception).__name__)
    span.end(ended)
