"""Traces lead from the client through a request and its promises to the worker's statements."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from lms.core.db.pool import Pool
from lms.core.telemetry import tracing
from lms.settings import Secret, Settings
from tests.core.telemetry.sinks import Sink, http_sink
from tests.people import Person
from tests.running import environment_of, eventually, free_port, running_site, serving_api

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
CANARY = "canary-51ce0d-never-traced"


@pytest.fixture
def collector() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


@pytest.fixture
def traced(settings: Settings, collector: Sink, tmp_path: Path) -> Settings:
    """Settings of a site whose every request is traced."""
    return replace(
        settings,
        port=free_port(),
        public_url=None,
        data_dir=tmp_path,
        traces_url=Secret(f"{collector.url}/v1/traces"),
        traces_sample_percent=100.0,
        sweep_seconds=0.5,
    )


def _spans(sink: Sink) -> list[tuple[str, Span]]:
    """Every span with the service that made it."""
    found = []
    for path, body in sink.received:
        assert path == "/v1/traces"
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = next(
                a.value.string_value
                for a in resource.resource.attributes
                if a.key == "service.name"
            )
            found += [(service, span) for scope in resource.scope_spans for span in scope.spans]
    return found


def _attributes(span: Span) -> dict[str, object]:
    return {a.key: getattr(a.value, str(a.value.WhichOneof("value"))) for a in span.attributes}


async def test_a_trace_leads_from_the_client_to_the_worker(
    traced: Settings, collector: Sink, db: Pool
) -> None:
    async with running_site(traced) as site:
        body = {"email": "nora@example.com", "password": CANARY, "full_name": "Nora New"}
        headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": f"x={CANARY}"}
        made = await site.api.post(f"/auth/register?x={CANARY}", body, headers=headers)
        assert made.status == 422  # a query that the route does not take
        made = await site.api.post("/auth/register", body, headers=headers)
        tokens = made.data["tokens"]
        await site.wait_for_mail("nora@example.com", "")
        wrong = {"email": "nora@example.com", "password": CANARY + "!"}
        await site.api.post("/auth/login", wrong, headers={"traceparent": f"nonsense-{CANARY}"})

        async def worked() -> bool:
            return any(span.name.startswith("job ") for _, span in _spans(collector))

        await eventually(worked)
        assert await site.api_process.stop(40) == 0  # what is left is sent at the end
        assert await site.worker.stop(40) == 0
    spans = _spans(collector)
    ours = [(service, span) for service, span in spans if span.trace_id.hex() == TRACE]
    request = next(
        span for _, span in ours
        if span.name == "POST /api/v1/auth/register"
        and _attributes(span)["http.response.status_code"] == 201
    )  # fmt: skip
    assert request.parent_span_id.hex() == PARENT
    assert _attributes(request)["http.route"] == "/api/v1/auth/register"
    assert _attributes(request)["lms.request_id"] == made.meta["request_id"]
    inside = {span.name for _, span in ours if span.parent_span_id == request.span_id}
    assert "core/jobs/promise_job" in inside
    assert {"BEGIN", "COMMIT"} <= inside
    job = next(span for service, span in ours if service == "lms-worker" and "job " in span.name)
    assert job.parent_span_id == request.span_id
    done = {span.name for _, span in ours if span.parent_span_id == job.span_id}
    assert "core/jobs/finish_job" in done
    assert all(span.end_time_unix_nano >= span.start_time_unix_nano for _, span in spans)
    login = next(span for _, span in spans if span.name == "POST /api/v1/auth/login")
    assert not login.parent_span_id, "a parent that is nonsense is none"
    for secret in (
        CANARY,
        "nora@example.com",
        "Nora",
        tokens["access_token"],
        tokens["refresh_token"],
    ):
        assert str(secret).encode() not in collector.bytes


async def test_the_document_lists_every_route_while_requests_are_traced(
    traced: Settings, db: Pool
) -> None:
    async with serving_api(traced) as (client, process):
        document = await client.get("/openapi.json", root=True)
        assert "/api/v1/courses" in document.json["paths"]
        assert await process.stop(40) == 0


async def test_a_client_may_ask_not_to_be_traced(
    traced: Settings, collector: Sink, db: Pool
) -> None:
    async with serving_api(traced) as (client, process):
        await client.get("/courses", headers={"traceparent": f"00-{TRACE}-{PARENT}-00"})
        await client.get("/courses/categories")
        assert await process.stop(40) == 0
    names = {span.name for _, span in _spans(collector)}
    assert "GET /api/v1/courses/categories" in names
    assert "GET /api/v1/courses" not in names


async def test_a_collector_that_is_away_costs_no_request(
    traced: Settings, db: Pool, sam: Person
) -> None:
    away = replace(traced, traces_url=Secret(f"http://127.0.0.1:{free_port()}/v1/traces"))
    async with serving_api(away) as (client, process):
        for _ in range(20):
            assert (await client.get("/courses")).status == 200
        assert await process.stop(40) == 0


def test_nothing_is_traced_unless_it_is_asked_for() -> None:
    async def handle(request: object) -> None: ...

    assert tracing.traced(handle, "/") is handle  # type: ignore[arg-type, comparison-overlap]
    assert tracing.current_traceparent() is None


def test_the_exporter_is_not_even_loaded_unless_it_is_asked_for() -> None:
    # redis-py loads the SDK by itself wherever it is installed.
    code = (
        "import lms.app, lms.processes.worker, sys; print('opentelemetry.exporter' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_missing_tracing_extra_is_named(traced: Settings) -> None:
    code = (
        "import sys; sys.modules['opentelemetry.sdk'] = None; "
        "import lms.processes.api as api; api.serve(api.load_settings())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment_of(traced)
    )
    assert done.returncode != 0
    assert "LMS_TRACES_URL needs the extra: pip install 'lms[tracing]'." in done.stderr
