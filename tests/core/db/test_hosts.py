"""LMS_DATABASE_URL with several hosts: the one that takes writes is found, after a failover too."""

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from lms.settings import Secret, Settings, SettingsError, load_settings
from lms.tools import migrate
from tests.core.db.conftest import Pair
from tests.people import PASSWORD
from tests.running import eventually, free_port, serving_api

_TWO = "postgresql://lms:x@one:5432,two/lms"


def test_several_hosts_need_the_attribute_that_finds_the_primary() -> None:
    wanted = load_settings({"LMS_DATABASE_URL": f"{_TWO}?target_session_attrs=read-write"})
    assert wanted.database_url.value.endswith("read-write")
    for attributes in ("", "?target_session_attrs=any", "?application_name=x"):
        with pytest.raises(SettingsError, match="target_session_attrs=read-write"):
            load_settings({"LMS_DATABASE_URL": _TWO + attributes})
    for url in ("postgresql://lms@one:5432,two:x/lms", "postgresql://lms@,one/lms"):
        with pytest.raises(SettingsError, match="LMS_DATABASE_URL"):
            load_settings({"LMS_DATABASE_URL": f"{url}?target_session_attrs=read-write"})
    with pytest.raises(SettingsError, match="LMS_DATABASE_REPLICA_URL must name one host"):
        load_settings({"LMS_DATABASE_REPLICA_URL": _TWO})


@pytest.mark.slow  # two servers are made, and one of them recovers
async def test_writes_go_on_at_the_standby_once_it_is_promoted(
    base_settings: Settings, pair: Pair, tmp_path: Path
) -> None:
    assert migrate.migrate(pair.both) == []  # it found the one that can be migrated
    settings = replace(
        base_settings,
        environment="test",
        database_url=Secret(pair.both),
        data_dir=tmp_path,
        port=free_port(),
        rate_limit_general_per_minute=0,
        rate_limit_auth_per_minute=0,
    )
    async with serving_api(settings) as (api, _):

        async def register(name: str) -> bool:
            body = {"email": f"{name}@example.com", "password": PASSWORD, "full_name": "Nora"}
            return (await api.post("/auth/register", body, check=False)).status == 201

        assert await register("before")
        assert await eventually(lambda: _has(pair, "before"))
        pair.freeze_primary()
        assert not await register("meanwhile")
        pair.ask_standby("select pg_promote()")
        await eventually(lambda: register("after"), seconds=60)
    assert await _has(pair, "after")


async def _has(pair: Pair, name: str) -> bool:
    """Whether the standby has the account."""
    with psycopg.connect(pair.standby.url) as connection:
        found = connection.execute("select from users where email = %s", [f"{name}@example.com"])
        return found.fetchone() is not None
