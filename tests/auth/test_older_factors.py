"""Second factors of the release before, on a database that it made."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from lms.settings import Settings
from lms.tools import migrate
from tests.conftest import run_sql, with_database


@pytest.fixture
async def url(base_settings: Settings, worker_name: str) -> AsyncIterator[str]:
    """A database with the schema of the release before."""
    name = f"lms_older_factors_{worker_name}"
    await run_sql(
        base_settings.database_url,
        f'drop database if exists "{name}" with (force)',
        f'create database "{name}"',
    )
    url = with_database(base_settings.database_url, name).value
    names = migrate.migrate(url)
    migrate.rollback(url, len(names) - names.index("0073.prove-addresses"))
    yield url
    await run_sql(base_settings.database_url, f'drop database "{name}" with (force)')


def test_factors_that_worked_before_the_upgrade_count_as_proved(url: str) -> None:
    with psycopg.connect(url) as connection:
        for name, enabled_at in (("enabled", "now()"), ("pending", "null"), ("later", None)):
            connection.execute(
                "insert into users (email, email_key, full_name) values (%s, %s, %s)",
                (f"{name}@example.com", f"{name}@example.com", name),
            )
            if enabled_at is not None:
                connection.execute(
                    "insert into mfa_factors (user_id, secret, key_id, enabled_at) "
                    f"select id, 'x', 'dev', {enabled_at} from users where full_name = %s",
                    (name,),
                )
    migrate.migrate(url)
    with psycopg.connect(url) as connection:
        # As a process of the release before writes on, while the new one starts.
        connection.execute(
            "insert into mfa_factors (user_id, secret, key_id, enabled_at) "
            "select id, 'x', 'dev', now() from users where full_name = 'later'"
        )
        counts = dict(
            connection.execute(
                "select u.full_name, f.counts_as_proved from mfa_factors f "
                "join users u on u.id = f.user_id"
            ).fetchall()
        )
    assert counts == {"enabled": True, "pending": False, "later": False}
