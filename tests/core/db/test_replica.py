"""A second PostgreSQL that streams from the first serves the reads that may lag, and no others."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiohttp.test_utils import TestServer

import lms.core.db.replica
from lms.app import create_app
from lms.core.db import pool as connections
from lms.settings import Secret, Settings
from tests.api import Api
from tests.core.db.conftest import Pair
from tests.factories import enroll, make_course, make_open_course
from tests.people import PASSWORD, Cast
from tests.running import eventually

pytestmark = pytest.mark.slow  # two servers are made, and one of them recovers

# What may be asked of a replica, by the names of the files.
_MAY_LAG = ("courses/", "analytics/", "core/jobs/count_jobs", "core/db/has_reached_wal_position")
_MEASURES = {"courses/get_versions", "core/db/has_reached_wal_position"}


@dataclass
class Reading:
    """An application with a replica, and the statements that the replica was sent."""

    api: Api
    cast: Cast
    on_replica: list[str]
    on_primary: list[str]

    def forget(self) -> None:
        self.on_replica.clear()
        self.on_primary.clear()


@pytest.fixture
async def reading(
    pair: Pair, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Reading]:
    on_replica: list[str] = []
    on_primary: list[str] = []

    def note(record: Any) -> None:
        name = str(record.query).partition("\n")[0].removeprefix("-- ")
        seen = on_replica if record.conn_addr[1] == pair.standby.port else on_primary
        if "/" in name:
            seen.append(name)

    monkeypatch.setattr(connections, "statement_loggers", [note])
    monkeypatch.setattr(lms.core.db.replica, "_REST_SECONDS", 0.5)
    mine = replace(
        settings,
        database_url=Secret(pair.primary.url),
        database_replica_url=Secret(pair.standby.url),
        data_dir=tmp_path,
    )
    server = TestServer(create_app(mine))
    await server.start_server()
    async with Api(server) as api:
        yield Reading(api, _cast(server), on_replica, on_primary)
    await server.close()


_casts = itertools.count(1)


def _cast(server: TestServer) -> Cast:
    """People with addresses of their own: the tests here share a database."""
    return Cast(server.app, first=next(_casts) * 1000)


async def _everything(reading: Reading) -> None:
    """Every read that may lag, each of which must be right at once."""
    api = reading.api
    tara = await reading.cast.person("Tara Teacher", role="instructor")
    sam = await reading.cast.person("Sam Student")
    ada = await reading.cast.person("Ada Admin", role="admin")
    course, lessons = await make_open_course(api, tara, title=f"Course of {tara.email}")
    enrollment = await enroll(api, sam, course)
    await api.post(f"/enrollments/{enrollment['id']}/lessons/{lessons[0]['id']}/complete", as_=sam)
    for who in (None, sam, tara, ada):
        listed = (await api.get("/courses?limit=100&sort=newest", as_=who)).data
        assert course["id"] in [one["id"] for one in listed]
    assert [c["id"] for c in (await api.get("/courses?mine=true", as_=tara)).data] == [course["id"]]
    my = (await api.get("/enrollments/my-courses", as_=sam)).data
    assert [one["id"] for one in my] == [enrollment["id"]]
    student = (await api.get("/analytics/student", as_=sam)).data
    assert student["lessons_completed"] == 1
    teacher = (await api.get("/analytics/instructor", as_=tara)).data
    assert teacher["courses"]["published"] == 1
    figures = (await api.get(f"/analytics/courses/{course['id']}/analytics", as_=tara)).data
    assert figures["enrollments"]["total"] == 1
    assert (await api.get("/analytics/system", as_=ada)).data["users"]["total"] >= 3
    login = {"email": sam.email, "password": PASSWORD}
    assert (await api.post("/auth/login", login)).status in (200, 401)
    assert (await api.get("/users/me", as_=sam)).data["id"] == str(sam.id)


async def _caught_up(pair: Pair) -> bool:
    return bool(
        await asyncio.to_thread(
            pair.ask_standby,
            "select count(*) = 1 from pg_stat_wal_receiver where status = 'streaming'",
        )
    )


async def test_reads_that_may_lag_go_to_the_replica_and_are_never_late(
    pair: Pair, reading: Reading
) -> None:
    await eventually(lambda: _caught_up(pair))
    for _ in range(10):
        await _everything(reading)
    asked = set(reading.on_replica)
    assert all(name.startswith(_MAY_LAG) for name in asked), asked
    wanted = {"courses/list_courses_by_newest", "analytics/get_course_figures"}
    wanted |= {"analytics/get_system_figures", "analytics/get_student_totals"}
    assert wanted <= asked
    for name in asked - _MEASURES:
        assert not any(word in name for word in ("add_", "create_", "update_", "fold_", "note_"))
    for kept in ("enrollments/", "auth/", "users/", "lessons/"):
        assert not any(name.startswith(kept) for name in asked)


async def test_a_lagging_replica_is_measured_and_not_used(pair: Pair, reading: Reading) -> None:
    await asyncio.to_thread(pair.ask_standby, "select pg_wal_replay_pause()")
    try:
        await _everything(reading)
        assert set(reading.on_replica) <= _MEASURES
        assert "analytics/get_course_figures" in reading.on_primary
    finally:
        await asyncio.to_thread(pair.ask_standby, "select pg_wal_replay_resume()")
    reading.forget()

    async def again() -> bool:
        await _everything(reading)
        return "analytics/get_course_figures" in reading.on_replica

    await eventually(again)


async def test_without_the_replica_the_primary_serves_and_no_request_fails(
    pair: Pair, reading: Reading
) -> None:
    await _everything(reading)
    busy = asyncio.create_task(_busy(reading))
    await asyncio.to_thread(pair.kill_standby)
    try:
        await _everything(reading)
        await busy
        assert "analytics/get_course_figures" in reading.on_primary
    finally:
        await asyncio.to_thread(pair.start_standby)
    await eventually(lambda: _caught_up(pair))
    reading.forget()

    async def back() -> bool:
        await _everything(reading)
        return "analytics/get_course_figures" in reading.on_replica

    await eventually(back)


async def _busy(reading: Reading) -> None:
    """Readers of lists and figures, while the replica goes."""
    ada = await reading.cast.person("Ada Admin", role="admin")
    for n in range(40):
        for path in ("/analytics/system", f"/courses?q=course{n}", "/courses?sort=title"):
            assert (await reading.api.get(path, as_=ada)).status == 200


async def test_a_replica_of_another_schema_is_left_alone(
    pair: Pair, settings: Settings, tmp_path: Path
) -> None:
    """As one that is promoted, or the wrong server: it is no replica, whatever it holds."""
    url = pair.primary.superuser_url
    mine = replace(
        settings,
        database_url=Secret(pair.primary.url),
        database_replica_url=Secret(url),  # no table of ours in there
        data_dir=tmp_path,
    )
    server = TestServer(create_app(mine))
    await server.start_server()
    async with Api(server) as api:
        tara = await _cast(server).person("Tara Teacher", role="instructor")
        course = await make_course(api, tara, title="Here")
        listed = (await api.get("/courses?mine=true", as_=tara)).data
        assert [one["id"] for one in listed] == [course["id"]]
        assert (await api.get("/analytics/instructor", as_=tara)).data["courses"]["draft"] == 1
    await server.close()


async def test_a_replica_refuses_what_writes(pair: Pair) -> None:
    """So a query that writes cannot go there unnoticed."""
    connection = await asyncpg.connect(pair.standby.url)
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await connection.execute("delete from users")
    await connection.close()
