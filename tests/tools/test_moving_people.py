"""What an earlier release holds of people and certificates is found and counted as now."""

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from lms.settings import Settings
from lms.tools import migrate
from tests.conftest import run_sql, with_database

FIRST = "0100.keep-findable"

_PEOPLE = """
insert into users (email, email_key, full_name, role)
select 'u' || n || '@x.example', 'u' || n || '@x.example', 'José O’Brien-' || n, 'instructor'
from generate_series(1, 1200) as n
"""
_COURSE = """
with teacher as (select id from users where email_key = 'u1@x.example')
insert into courses (instructor_id, title, slug) select id, 'Bees', 'bees' from teacher
"""
_PLACES = """
insert into invited_places (course_id, email, email_key, full_name, invited_by)
select id, 'Zoë@x.example', 'zoë@x.example', 'Zoë', instructor_id from courses
"""
_CERTIFICATES = """
with students as (select id from users order by email_key limit 3),
enrolled as (
    insert into enrollments (course_id, student_id) select c.id, s.id from courses c, students s
    returning id, student_id, course_id
),
numbered as (select *, row_number() over () as n from enrolled)
insert into certificates (number, enrollment_id, student_id, course_id, student_name,
    course_title, completed_at, status, issued_at, revoked_at, revoked_reason, storage_key)
select 'N' || n, id, student_id, course_id, 'S', 'Bees', now(),
       case when n = 1 then 'issued' else 'revoked' end, case when n < 3 then now() end,
       case when n > 1 then now() end, case when n > 1 then 'A slip' end, 'certificates/n.pdf'
from numbered
"""
_FIGURES = """
select name, n from figures.exact_figures
where scope = figures.site() and name like 'certificates:%' and n <> 0 order by name
"""
_UNFOUND = """
select count(*) from (
    select findable, full_name, email from users
    union all
    select findable, full_name, email from invited_places
) as anyone
where findable is distinct from findable_letters(full_name || chr(10) || email)
"""


@pytest.fixture
async def before(base_settings: Settings, worker_name: str) -> AsyncIterator[str]:
    """A database as the release before made it."""
    name = f"lms_people_{worker_name}"
    await run_sql(
        base_settings.database_url,
        f'drop database if exists "{name}" with (force)',
        f'create database "{name}"',
    )
    url = with_database(base_settings.database_url, name).value
    names = migrate.migrate(url)
    migrate.rollback(url, sum(name >= FIRST for name in names))
    yield url
    await run_sql(base_settings.database_url, f'drop database "{name}" with (force)')


def test_what_there_is_is_found_and_counted_and_counts_as_unchanged(before: str) -> None:
    with psycopg.connect(before, autocommit=True) as old:

        def ask(statement: Any) -> list[Any]:
            return old.execute(statement).fetchall()

        for statement in (_PEOPLE, _COURSE, _PLACES, _CERTIFICATES):
            old.execute(statement)
        versions = (
            "select id, updated_at from users union select id, updated_at from invited_places"
        )
        written = sorted(ask(versions))
        assert ask(_FIGURES) == [("certificates:issued", 1), ("certificates:revoked", 2)]
        migrate.migrate(before)
        assert ask(_UNFOUND) == [(0,)]
        assert sorted(ask(versions)) == written
        counted = [("certificates:cancelled", 1), ("certificates:issued", 1)]
        assert ask(_FIGURES) == [*counted, ("certificates:revoked", 1)]
        old.execute("select note_everything()")
        assert ask(_FIGURES) == [*counted, ("certificates:revoked", 1)]
        # As a process of the release before writes.
        old.execute("update users set full_name = 'Xu' where email_key = 'u7@x.example'")
        old.execute("update users set email = 'new@x.example' where email_key = 'u8@x.example'")
        assert ask(_UNFOUND) == [(0,)]
        back = [name for name, _ in migrate.status(before) if name >= FIRST]
        migrate.rollback(before, len(back))
        assert ask(_FIGURES) == [("certificates:issued", 1), ("certificates:revoked", 2)]
