"""The log has one line for each request: what was asked, by whom, and what became of it."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import aiohttp
import asyncpg
import pytest
from aiohttp.test_utils import TestServer

from lms.app import create_app
from lms.core.http.request import SERVING
from lms.settings import Secret, Settings
from tests.api import Api, Response, Server
from tests.factories import make_open_course
from tests.files.forms import upload
from tests.log_lines import LogLines, reading_the_log
from tests.people import Person
from tests.running import free_port

_OFTEN = {"time", "level", "service", "pid", "version", "message", "request_id", "method", "route",
          "status", "duration_ms", "bytes", "client_address"}  # fmt: skip


@pytest.fixture
def lines(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[LogLines]:
    with reading_the_log(settings, monkeypatch) as found:
        yield found


def _id(reply: Response) -> str:
    return str(reply.headers["X-Request-ID"])


async def test_a_request_leaves_one_line_that_says_all(
    api: Api, tara: Person, lines: LogLines
) -> None:
    reply = await api.get("/courses?q=canary", as_=tara)
    line = await lines.request(_id(reply))
    assert line.keys() == _OFTEN | {"user_id"}
    assert (line["level"], line["service"], line["pid"]) == ("info", "lms-api", os.getpid())
    assert (line["method"], line["route"]) == ("GET", "/api/v1/courses")
    assert (line["status"], line["user_id"]) == (200, str(tara.id))
    assert line["client_address"] == "127.0.0.1"
    assert line["bytes"] > len(reply.body)
    assert 0 < line["duration_ms"] < 10_000
    assert line["time"].endswith("Z")
    await asyncio.sleep(0.1)  # long enough for a second line, if there were one
    assert [one for one in lines.read() if one.get("request_id") == _id(reply)] == [line]
    assert "canary" not in repr(lines.all)


async def test_refusals_leave_lines_with_their_codes(
    api: Api, tara: Person, sam: Person, lines: LogLines
) -> None:
    course, _ = await make_open_course(api, tara)
    asked: list[tuple[str, str, Any, Person | None]] = [
        ("GET", "/users/me", None, None),
        ("GET", "/users", None, sam),
        ("GET", "/courses/nothing-of-that-name", None, None),
        ("GET", "/nowhere/canary", None, None),
        ("DELETE", "/courses/categories", None, None),
        ("POST", "/enrollments", {"course_id": 7}, sam),
        ("POST", "/auth/login", {"email": "nobody@example.com", "password": "canary-77"}, None),
    ]
    for method, path, body, person in asked:
        reply = await api.request(method, path, json=body, as_=person, check=False)
        line = await lines.request(_id(reply))
        assert 400 <= reply.status < 500
        assert (line["status"], line["code"], line["level"]) == (reply.status, reply.code, "info")
        assert line.get("user_id") == (None if person is None else str(person.id))
    reads = await api.get(f"/courses/{course['slug']}", as_=sam)
    assert (await lines.request(_id(reads)))["route"] == "/api/v1/courses/{course}"
    head = await api.request("HEAD", "/courses", check=False)
    assert (await lines.request(_id(head)))["method"] == "HEAD"
    assert "canary" not in repr(lines.all)
    assert course["slug"] not in repr(lines.all)


async def test_what_is_no_http_leaves_a_line_without_a_word_of_it(
    server: TestServer, db: object, lines: LogLines
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\nAuthorization canary\r\n\r\n")
    reply = (await asyncio.wait_for(reader.read(), 10)).decode()
    writer.close()
    line = await lines.one(status=400)
    assert f"X-Request-ID: {line['request_id']}" in reply
    assert (line["method"], line["route"], line["code"]) == ("other", "unmatched", "malformed")
    assert line["bytes"] == len(reply)
    assert "canary" not in repr(lines.read())


async def test_probes_leave_lines_only_when_they_fail(
    app: Any, api: Api, lines: LogLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = [await api.get("/health"), await api.get("/ready")]
    quiet.append(await api.get("/metrics", root=True))
    monkeypatch.setattr(app[SERVING], "is_draining", True)
    refused = await api.get("/ready")
    line = await lines.request(_id(refused))
    assert (line["status"], line["level"], line["dependency"]) == (503, "warning", None)
    seen = {one.get("request_id") for one in lines.read()}
    assert not seen & {_id(reply) for reply in quiet}


async def test_a_download_is_logged_when_it_is_sent(
    api: Api, tara: Person, lines: LogLines
) -> None:
    content = b"All that was written.\n" * 100_000
    file = await upload(api, tara, content)
    reply = await api.get(f"/files/{file['id']}/download", as_=tara)
    line = await lines.request(_id(reply))
    assert line["bytes"] > len(content)
    assert "cut" not in line


async def test_a_download_that_its_client_leaves_is_cut(
    api: Api, server: TestServer, tara: Person, lines: LogLines
) -> None:
    content = b"All that was written.\n" * 1_000_000
    file = await upload(api, tara, content)
    _, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=4096)
    head = f"GET /api/v1/files/{file['id']}/download HTTP/1.1\r\nHost: x\r\nX-Request-ID: left\r\n"
    writer.write(f"{head}Authorization: Bearer {tara.token}\r\n\r\n".encode())
    await asyncio.sleep(0.2)  # the sending begins, and waits for a reader
    writer.transport.abort()
    line = await lines.request("left")
    assert line["cut"] is True
    assert line["bytes"] < len(content)


async def test_a_request_that_a_shutdown_cuts_off_is_logged_as_499(
    api: Api, settings: Settings, tara: Person, lines: LogLines
) -> None:
    course, _ = await make_open_course(api, tara)
    other = await asyncpg.connect(settings.database_url.value)
    patient = replace(settings, database_statement_seconds=60.0)  # or a slow machine answers 503
    server = Server(create_app(patient))
    await server.start_server(shutdown_timeout=0.1)
    async with other.transaction(), Api(server) as there:
        await other.execute("select from courses where id = $1 for update", course["id"])
        headers = {"X-Request-ID": "cut"}
        change = asyncio.create_task(
            there.patch(f"/courses/{course['id']}", {"title": "S"}, as_=tara, headers=headers)
        )
        async with asyncio.timeout(5):
            while not await _somebody_waits(other):
                await asyncio.sleep(0.01)
        await server.close()
        with pytest.raises(aiohttp.ClientError):
            await change
        line = await lines.request("cut")
    await other.close()
    assert (line["status"], line["cut"], line["route"]) == (499, True, "/api/v1/courses/{course}")
    assert line["user_id"] == str(tara.id)


async def _somebody_waits(connection: asyncpg.Connection) -> bool:
    """Whether somebody waits for a lock of ours."""
    waiting = (
        "select count(*) from pg_locks "
        "where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))"
    )
    return bool(await connection.fetchval(waiting))


async def test_an_address_is_left_out_where_the_operator_says_so(
    api: Api, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading_the_log(replace(settings, log_client_addresses=False), monkeypatch) as lines:
        line = await lines.request(_id(await api.get("/courses")))
    assert line.keys() == _OFTEN - {"client_address"}


async def test_a_slow_statement_is_found_by_the_requests_id(
    api: Api, settings: Settings, tara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    course, _ = await make_open_course(api, tara)
    other = await asyncpg.connect(settings.database_url.value)
    with reading_the_log(replace(settings, slow_statement_seconds=0.2), monkeypatch) as lines:
        async with other.transaction():
            await other.execute("select from courses where id = $1 for update", course["id"])
            change = asyncio.create_task(
                api.patch(f"/courses/{course['id']}", {"title": "Slow"}, as_=tara)
            )
            await asyncio.sleep(0.4)
        reply = await change
        await lines.request(_id(reply))
    await other.close()
    slow, answered = [one for one in lines.all if one.get("request_id") == _id(reply)]
    assert (slow["message"], slow["level"]) == ("slow statement", "warning")
    assert slow["statement"].startswith("courses/lock_")
    assert slow["duration_ms"] > 200
    assert (slow["method"], slow["route"]) == ("PATCH", "/api/v1/courses/{course}")
    assert answered["duration_ms"] > slow["duration_ms"]
    assert "Slow" not in repr(lines.all)  # no argument of the statement


async def test_a_503_names_the_server_that_was_away(
    settings: Settings, tara: Person, lines: LogLines, tmp_path: Any
) -> None:
    nowhere = f"postgresql://lms@127.0.0.1:{free_port()}/lms"
    away = replace(settings, database_url=Secret(nowhere), data_dir=tmp_path)
    async with Server(create_app(away)) as server, Api(server) as api:
        line = await lines.request(_id(await api.get("/courses")))
        ready = await lines.request(_id(await api.get("/ready")))
    assert (line["status"], line["level"], line["code"]) == (503, "warning", "unavailable")
    assert line["dependency"] == "postgresql"
    assert line["error"] == "ConnectionRefusedError ECONNREFUSED"
    assert ready["dependency"] == "postgresql"


async def test_a_503_does_not_blame_the_database_for_the_storage(
    api: Api, settings: Settings, tara: Person, lines: LogLines, tmp_path: Any
) -> None:
    nowhere = replace(
        settings,
        storage="s3",
        s3_bucket="lms",
        s3_endpoint_url=f"http://127.0.0.1:{free_port()}",
        s3_access_key_id=Secret("key"),
        s3_secret_access_key=Secret("secret"),
        data_dir=tmp_path,
    )
    async with Server(create_app(nowhere)) as server, Api(server) as there:
        file = await upload(api, tara)
        reply = await there.get(f"/files/{file['id']}/download", as_=tara, check=False)
        line = await lines.request(_id(reply))
    assert (line["status"], line["dependency"]) == (503, "storage")
