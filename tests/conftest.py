"""What every test stands on: a migrated database, Redis, and the real application."""

import asyncio
import fcntl
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import settings as hypothesis_settings
from redis.asyncio import Redis

from lms.app import create_app
from lms.core.audit.denials import DENIALS
from lms.core.db.pool import Pool
from lms.core.db.resources import resource_dir
from lms.core.http.request import LIST_POOL, POOL, READ_POOL, REDIS, SETTINGS
from lms.core.jobs.claims import claim
from lms.core.jobs.tasks import TASKS, WorkerContext
from lms.core.parsers import PARSERS, Parsers
from lms.core.redis_pool import RedisPool
from lms.core.storage import STORAGE
from lms.notifications.mailer import open_mailer
from lms.processes.loading import load_tasks
from lms.settings import Secret, Settings, load_settings
from lms.tools import migrate
from tests.api import Api, Server
from tests.core import parser_jobs
from tests.core.storage.sites import azure, s3, site_settings, storage  # noqa: F401 - fixtures
from tests.exchange import exchanged
from tests.openapi_checker import ResponseChecker
from tests.people import Cast, Person
from tests.redis_server import RedisServer
from tests.running import Site, free_port, running_site
from tests.work import Work

hypothesis_settings.register_profile("default", deadline=None, max_examples=25)
hypothesis_settings.register_profile("full", deadline=None, max_examples=300)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Apart from every other test run on the same servers."""
    return f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"


@pytest.fixture(scope="session")
def base_settings() -> Settings:
    return load_settings()


def with_database(url: Secret, name: str) -> Secret:
    """The same server, another database."""
    return Secret(urlunsplit(urlsplit(url.value)._replace(path=f"/{name}")))


async def run_sql(url: Secret, *statements: str) -> None:
    connection = await asyncpg.connect(with_database(url, "postgres").value)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def template(base_settings: Settings) -> str:
    """A migrated database, made once for these migrations and cloned by each worker."""
    digest = hashlib.sha256()
    for file in sorted(resource_dir("migrations").glob("*.sql")):
        digest.update(file.name.encode() + file.read_bytes())
    name = f"lms_template_{digest.hexdigest()[:12]}"
    url = base_settings.database_url
    with (Path(tempfile.gettempdir()) / f"{name}_{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not asyncio.run(_is_finished(url, name)):
            asyncio.run(
                run_sql(url, f'drop database if exists "{name}"', f'create database "{name}"')
            )
            migrate.migrate(with_database(url, name).value)
            asyncio.run(run_sql(url, f"comment on database \"{name}\" is 'finished'"))
    return name


async def _is_finished(url: Secret, name: str) -> bool:
    connection = await asyncpg.connect(with_database(url, "postgres").value)
    try:
        comment = await connection.fetchval(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = $1", name
        )
        return comment == "finished"
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def settings(
    base_settings: Settings,
    template: str,
    worker_name: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Settings]:
    """Settings of this worker: its own database, Redis database and folder; no rate limits."""
    url, name = base_settings.database_url, f"lms_test_{worker_name}"
    asyncio.run(run_sql(url, f'create database "{name}" template "{template}"'))
    number = int("".join(filter(str.isdigit, worker_name.split("_")[0])) or 0) + 1
    yield replace(
        base_settings,
        environment="test",
        database_url=with_database(url, name),
        redis_url=Secret(
            urlunsplit(urlsplit(base_settings.redis_url.value)._replace(path=f"/{number}"))
        ),
        data_dir=tmp_path_factory.mktemp("data"),
        redis_timeout_seconds=0.5,  # two cores run everything at once here
        rate_limit_general_per_minute=0,
        rate_limit_auth_per_minute=0,
        rate_limit_uploads_per_hour=0,
        login_failures_per_address_per_minute=0,
    )
    asyncio.run(run_sql(url, f'drop database if exists "{name}" with (force)'))


@pytest.fixture(scope="session")
async def server(settings: Settings) -> AsyncIterator[TestServer]:
    """The application, listening on a port of its own."""
    test_server = Server(create_app(settings))
    await test_server.start_server()
    yield test_server
    await test_server.close()


@pytest.fixture(scope="session")
def app(server: TestServer) -> web.Application:
    return server.app


@pytest.fixture(scope="session")
def checker(app: web.Application) -> ResponseChecker:
    """Holds every reply that a test sees against the OpenAPI document."""
    return ResponseChecker(app)


@pytest.fixture
async def db(app: web.Application) -> Pool:
    """The application's pool on an emptied database; Redis is emptied too."""
    pool = app[POOL]
    await app[DENIALS].write()  # those of the test before, which go with all the rest
    async with pool.acquire() as connection:
        await connection.execute(_EMPTY)
    redis = Redis.from_url(app[SETTINGS].redis_url.value)
    await redis.flushdb()
    await redis.aclose()
    return pool


_EMPTY = """
do $$
declare
    found regclass;
begin
    -- Without triggers and foreign keys, so that the order does not matter.
    set local session_replication_role = replica;
    for found in
        select oid from pg_class
        where relkind = 'r' and relname <> 'catalogue_versions' and relname not like '%yoyo%'
          and relnamespace in (select oid from pg_namespace where nspname in ('public', 'figures'))
    loop
        execute format('delete from %s', found);
    end loop;
    set local session_replication_role = origin;
    update catalogue_versions set version = version + 1;
end $$
"""


@pytest.fixture
async def api(server: TestServer, db: Pool, checker: ResponseChecker) -> AsyncIterator[Api]:
    """An HTTP client of the running application."""
    async with Api(server, checker) as client:
        yield client


@pytest.fixture
def cast(app: web.Application, db: Pool) -> Cast:
    """Makes people."""
    return Cast(app)


@pytest.fixture
async def tara(cast: Cast) -> Person:
    """Teaches."""
    return await cast.person("Tara Teacher", role="instructor")


@pytest.fixture
async def theo(cast: Cast) -> Person:
    """Teaches other courses."""
    return await cast.person("Theo Teacher", role="instructor")


@pytest.fixture
async def sam(cast: Cast) -> Person:
    """Studies."""
    return await cast.person("Sam Student")


@pytest.fixture
async def olly(cast: Cast) -> Person:
    """An outsider: a student who is in none of this."""
    return await cast.person("Olly Outsider")


@pytest.fixture
async def ada(cast: Cast) -> Person:
    """Administers."""
    return await cast.person("Ada Admin", role="admin")


@pytest.fixture
def context(app: web.Application, db: Pool) -> WorkerContext:
    """What a task works with."""
    redis: RedisPool = app[REDIS]
    return WorkerContext(
        settings=app[SETTINGS],
        db=db,
        redis=redis,
        mailer=open_mailer(app[SETTINGS]),
        storage=app[STORAGE],
        parsers=app[PARSERS],
    )


@pytest.fixture
async def busy(app: web.Application) -> AsyncIterator[None]:
    """Every parser is at work for longer than anybody waits."""
    parsers = Parsers(replace(app[SETTINGS], parser_processes=1), patience_seconds=0.1)
    await parsers.run(parser_jobs.pid)  # started, so that the next job begins at once
    job = asyncio.create_task(parsers.run(parser_jobs.wait, 19))
    await asyncio.sleep(0)
    with exchanged(app, PARSERS, parsers):
        yield
    job.cancel()
    await asyncio.gather(job, return_exceptions=True)
    await parsers.close()


@pytest.fixture
def work(context: WorkerContext) -> Work:
    """Keep every promise of the progress queue; how many there were."""
    load_tasks()
    kinds = {task.kind: 10 for task in TASKS.values() if task.queue == "progress"}

    async def run() -> int:
        kept = 0
        while True:
            claimed = await claim(context.db, "progress", kinds, room=10, lease_seconds=60)
            if not claimed:
                return kept
            for job in claimed:
                await TASKS[job.kind].function(context, job)
                if not job.finished:
                    await job.finish(context.db)
                kept += 1

    return run


@pytest.fixture
async def queries(app: web.Application) -> AsyncIterator["QueryCount"]:
    """Counts the statements that the application sends."""
    counter = QueryCount(app)
    yield counter
    counter.detach()


_ABOUT_TYPES = ("WITH RECURSIVE typeinfo_tree", "SELECT\n")


class QueryCount:
    """`async with queries.expect(3): …` fails unless exactly three statements were sent."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._seen: list[str] = []
        self._connections: list[asyncpg.Connection] = []

    def _note(self, query: object) -> None:
        text = str(getattr(query, "query", "")).strip()
        # asyncpg asks each new connection for the types that it does not know.
        if not text.startswith(_ABOUT_TYPES):
            self._seen.append(text.split("\n")[0])

    def attach(self) -> None:
        for key in (POOL, READ_POOL, LIST_POOL):
            for holder in self._app[key]._pool._holders:
                if holder._con is not None and holder._con not in self._connections:
                    holder._con.add_query_logger(self._note)
                    self._connections.append(holder._con)

    async def connect(self) -> None:
        """A pool that was not asked yet has no connection to listen to."""
        for key in (POOL, READ_POOL, LIST_POOL):
            async with self._app[key].acquire():
                pass

    def detach(self) -> None:
        for connection in self._connections:
            if not connection.is_closed():
                connection.remove_query_logger(self._note)
        self._connections.clear()

    async def settle(self) -> list[str]:
        """The statements so far, but for the application's own polling."""
        for _ in range(3):  # the logger is called on the loop's next turn
            await asyncio.sleep(0)
        own = ("list_recent_revocations", "note_activity")
        return [name for name in self._seen if not any(part in name for part in own)]

    def expect(self, count: int) -> "_Expectation":
        return _Expectation(self, count)


class _Expectation:
    def __init__(self, queries: QueryCount, count: int) -> None:
        self._queries, self._count = queries, count

    async def __aenter__(self) -> None:
        await self._queries.connect()
        self._queries.attach()
        await self._queries.settle()
        self._queries._seen.clear()

    async def __aexit__(self, *failure: object) -> None:
        seen = await self._queries.settle()
        if failure[0] is None:
            assert len(seen) == self._count, f"{len(seen)} statements: {seen}"


@pytest.fixture
async def redis_server(tmp_path: Any) -> AsyncIterator[RedisServer]:
    """A Redis of our own, that may be stopped."""
    server = RedisServer(tmp_path / "redis", free_port())
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def site(
    settings: Settings, template: str, tmp_path: Any, redis_server: RedisServer
) -> AsyncIterator[Site]:
    """API, worker and scheduler as processes, with a database and a Redis of their own."""
    name = f"lms_site_{uuid4().hex[:12]}"
    url = settings.database_url
    await run_sql(url, f'create database "{name}" template "{template}"')
    mine = replace(
        settings,
        database_url=with_database(url, name),
        redis_url=Secret(redis_server.url),
        data_dir=tmp_path / "data with spaces",
        port=free_port(),
        job_lease_seconds=5,  # so that a killed worker's work is free again soon
        sweep_seconds=2.0,
        quiz_grace_seconds=1,
    )
    try:
        async with running_site(mine) as running:
            yield running
    finally:
        await run_sql(url, f'drop database if exists "{name}" with (force)')
