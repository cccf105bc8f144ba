"""What a log line holds when something goes wrong, and what it must not."""

import logging

import asyncpg
import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from lms.app import create_app
from lms.core.db.pool import Pool
from lms.core.http.access import Access
from lms.core.http.routing import Routes
from lms.core.log import JsonFormatter, get_logger
from lms.middlewares.pipeline import register
from lms.permissions import ACCESS
from lms.settings import Settings


def test_an_exception_is_a_part_of_its_line(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("out of paper")
    except ValueError as error:
        get_logger("test").error("could not print", exc_info=error, page=7)
    line = orjson.loads(JsonFormatter().format(caplog.records[-1]))
    assert (line["message"], line["page"], line["level"]) == ("could not print", 7, "error")
    assert "ValueError: out of paper" in line["exception"]
    assert "test_log.py" in line["exception"]


async def test_values_that_a_driver_quotes_are_not_logged(db: Pool) -> None:
    async with db.acquire() as connection:
        with pytest.raises(asyncpg.DataError, match="canary") as by_driver:
            await connection.fetchval("select $1::int", "canary")
        with pytest.raises(asyncpg.PostgresError, match="canary") as by_server:
            await connection.fetchval("select ('can' || 'ary')::int")
    for refusal in (by_driver.value, by_server.value):
        with pytest.raises(RuntimeError) as outer:
            raise RuntimeError("while saving") from refusal
        info = (RuntimeError, outer.value, outer.value.__traceback__)
        text = JsonFormatter().format(
            logging.LogRecord("t", logging.ERROR, "", 1, "failed", None, info)
        )
        # The line of code that is quoted is ours; what the driver said of it is not there.
        assert "canary" not in text.replace('\\"canary\\"', "")
        assert "RuntimeError: while saving" in text
        assert type(refusal).__qualname__ in text


@pytest.mark.parametrize("failure", [RuntimeError("our fault"), asyncpg.DataError("canary")])
async def test_an_unexpected_failure_is_a_problem_document_and_a_line(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failure: Exception,
) -> None:
    routes = Routes("Test")

    @routes.get("/fails")
    async def fails(request: web.Request) -> None:
        """Fails."""
        raise failure

    app = web.Application()
    real = create_app(settings)
    for key in real:
        app[key] = real[key]  # type: ignore[index]
    monkeypatch.setitem(ACCESS, "GET /api/v1/fails", Access.PROBE)
    register(app, routes, ACCESS)
    async with TestClient(TestServer(app)) as client:
        reply = await client.get("/api/v1/fails")
        document = await reply.json(content_type="application/problem+json")
    assert reply.status in (422, 500)
    assert document["success"] is False
    assert "our fault" not in str(document)
    assert "canary" not in "".join(map(JsonFormatter().format, caplog.records))
    assert any(record.exc_info for record in caplog.records)
