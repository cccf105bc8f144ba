"""Errors reach Sentry, and no secret does."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from lms.core.telemetry.sentry import reduce_event, start_sentry
from lms.settings import Secret, Settings, SettingsError
from tests.conftest import run_sql, with_database
from tests.core.telemetry.sinks import Sink, http_sink
from tests.people import PASSWORD
from tests.running import eventually, free_port, running_site

CANARY = "canary-e0b7a2-never-reported"


@pytest.fixture
async def broken(
    settings: Settings, template: str, worker_name: str, tmp_path: Path
) -> AsyncIterator[Settings]:
    """A site with a database of its own, to be broken, and secrets in every setting."""
    name = f"lms_sentry_{worker_name}"
    await run_sql(settings.database_url, f'create database "{name}" template "{template}"')
    yield replace(
        settings,
        port=free_port(),
        public_url=None,
        data_dir=tmp_path,
        sweep_seconds=0.5,
        log_level="debug",
        database_url=with_database(settings.database_url, name),
        secret_keys=(Secret(f"canary:{CANARY}-{'x' * 32}"), *settings.secret_keys),
        smtp_url=Secret(f"smtp://user:{CANARY}@127.0.0.1:{free_port()}"),
    )
    await run_sql(settings.database_url, f'drop database "{name}" with (force)')


def _events(sink: Sink) -> list[Any]:
    """What the envelopes hold (https://develop.sentry.dev/sdk/data-model/envelopes/)."""
    events = []
    for path, body in sink.received:
        assert path == "/api/7/envelope/"
        _, *parts = body.split(b"\n")
        for head, item in zip(parts[::2], parts[1::2], strict=False):
            if json.loads(head).get("type") == "event":
                events.append(json.loads(item))
    return events


async def test_a_failure_is_reported_without_any_secret(broken: Settings) -> None:
    with http_sink() as sink:
        dsn = Secret(sink.url.replace("http://", "http://public@") + "/7")
        async with running_site(replace(broken, sentry_dsn=dsn)) as site:
            body = {"email": "nora@example.com", "password": PASSWORD, "full_name": "Nora New"}
            tokens = (await site.api.post("/auth/register", body)).data["tokens"]
            await _run(broken, "alter table users rename column password_hash to hidden")
            await _run(broken, "alter table catalogue_versions rename column version to hidden")
            headers = {"X-Custom": CANARY, "Cookie": f"session={CANARY}", "X-Request-ID": "asked"}
            login = {"email": f"{CANARY}@example.com", "password": CANARY}
            refused = await site.api.post("/auth/login", login, headers=headers)
            assert refused.status == 500
            found = await site.api.get(
                f"/courses?q={CANARY}", token=tokens["access_token"], headers=headers
            )
            assert found.status == 500
            await eventually(lambda: _true(len(_messages(sink)) >= 2))
            # The worker cannot send mail: no server is there.
            await eventually(lambda: _true("a job failed" in _messages(sink)))
            assert await site.api_process.stop(40) == 0
            assert await site.worker.stop(40) == 0
        events = _events(sink)
    failed = [event for event in events if event["logentry"]["message"] == "a request failed"]
    assert {event["server_name"] for event in events} == {"lms-api", "lms-worker"}
    assert failed[0]["tags"] == {"request_id": "asked"}
    error = failed[0]["exception"]["values"][-1]
    assert error["type"] == "UndefinedColumnError"
    assert {frame["function"] for frame in error["stacktrace"]["frames"]} >= {"login", "look_up"}
    job = next(event for event in events if event["logentry"]["message"] == "a job failed")
    assert {"job_id", "kind", "try_number"} <= job["extra"].keys()
    secrets = (CANARY, PASSWORD, "nora@example.com", tokens["access_token"], "Nora New")
    for secret in (*secrets, tokens["refresh_token"], "vars", "public@"):
        assert secret.encode() not in sink.bytes, secret


def _messages(sink: Sink) -> list[str]:
    return [event["logentry"]["message"] for event in _events(sink)]


async def _true(value: bool) -> bool:
    return value


async def _run(settings: Settings, statement: str) -> None:
    connection = await asyncpg.connect(settings.database_url.value)
    await connection.execute(statement)
    await connection.close()


def test_a_dsn_that_is_not_sentrys_is_refused(settings: Settings) -> None:
    wrong = replace(settings, sentry_dsn=Secret(f"https://example.com/?{CANARY}"))
    with pytest.raises(SettingsError, match="LMS_SENTRY_DSN") as refused:
        start_sentry(wrong, "lms-api")
    assert CANARY not in str(refused.value)


def test_only_listed_parts_of_an_event_leave_the_machine() -> None:
    frame = {"function": "login", "vars": {"password": CANARY}, "lineno": 3}
    event = {
        "level": "error",
        "message": CANARY,
        "logentry": {"message": "said %s", "params": [CANARY], "formatted": CANARY},
        "request": {"headers": {"Cookie": CANARY}, "data": CANARY, "query_string": CANARY},
        "breadcrumbs": {"values": [{"message": CANARY}]},
        "extra": {"sys.argv": [CANARY], "error": CANARY, "queue": "emails"},
        "contexts": {"env": {"LMS_SECRET_KEYS": CANARY}},
        "user": {"email": CANARY},
        "transaction": CANARY,
        "exception": {
            "values": [{"type": "E", "value": CANARY, "stacktrace": {"frames": [frame]}}]
        },
    }
    kept = reduce_event(event, "lms-api")
    assert CANARY not in json.dumps(kept)
    assert kept["extra"] == {"queue": "emails"}
    assert kept["exception"]["values"][0]["stacktrace"]["frames"][0]["function"] == "login"
