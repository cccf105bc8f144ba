"""A site as `bin/dev` has it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lms.settings import Settings
from lms.tools.seed.demo import load_demo
from tests.conftest import run_sql, with_database
from tests.running import Site, free_port, running_site


@asynccontextmanager
async def demo_site(
    settings: Settings, template: str, name: str, folder: Path, **changes: Any
) -> AsyncIterator[Site]:
    """A site with the limits and the demo data of `bin/dev`, and some settings of its own."""
    await run_sql(settings.database_url, f'create database "{name}" template "{template}"')
    mine = replace(
        settings,
        environment="development",
        database_url=with_database(settings.database_url, name),
        data_dir=folder / "data",
        port=free_port(),
        public_url=None,
        rate_limit_general_per_minute=100,
        rate_limit_auth_per_minute=60,
        **changes,
    )
    assert await load_demo(mine)
    async with running_site(mine) as site:
        yield site
    await run_sql(settings.database_url, f'drop database "{name}" with (force)')


@pytest.fixture
async def demo(
    settings: Settings, template: str, worker_name: str, tmp_path: Path
) -> AsyncIterator[Site]:
    """A site as `bin/dev` has it, with its limits and its demo data."""
    async with demo_site(settings, template, f"lms_demo_{worker_name}", tmp_path) as site:
        yield site
