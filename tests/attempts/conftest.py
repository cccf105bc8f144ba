"""A worker's means, for tasks that a test runs itself."""

from typing import Any

import pytest
from aiohttp import web

from lms.core.db.pool import Pool
from lms.core.http.request import REDIS, SETTINGS
from lms.core.jobs.tasks import WorkerContext
from lms.core.parsers import PARSERS
from lms.core.storage import STORAGE


@pytest.fixture
def worker(app: web.Application, db: Pool) -> WorkerContext:
    mailer: Any = None
    return WorkerContext(
        settings=app[SETTINGS],
        db=db,
        redis=app[REDIS],
        mailer=mailer,
        storage=app[STORAGE],
        parsers=app[PARSERS],
    )
