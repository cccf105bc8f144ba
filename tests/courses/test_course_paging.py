"""Paging through 10,000 courses while authors write: each one that stays comes once.

One in eight begins as a draft. Who sees drafts must meet each of those once too, although the
authors publish it meanwhile, which moves it in the order; to the public it is a new one.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.factories import fill, make_course, make_lesson
from tests.people import Person

_COURSES = 10_000
_SORTS = ("newest", "title", "popular", "rating")
_FILTERS = (
    "", "category=cat-3", "difficulty=advanced", "price=free", "price=paid", "q=python",
    "status=published", "updated_since=2020-01-01T00%3A00%3A00Z",
)  # fmt: skip

_FILL = """
insert into courses (instructor_id, title, slug, description, category, difficulty,
                     price_amount, price_currency, status, published_at, created_at)
select $1, (array['Python', 'Painting', 'Pottery'])[1 + i % 3] || ' ' || i % 500,
       'stays-' || i, 'Many of them.', 'cat-' || i % 7,
       (array['beginner', 'intermediate', 'advanced'])[1 + i % 3],
       case when i % 2 = 0 then 100 end, case when i % 2 = 0 then 'EUR' end,
       case when i % 8 = 0 then 'draft' else 'published' end,
       case when i % 8 > 0 then now() - i % 3000 * interval '1 second' end,
       now() - i % 4000 * interval '1 second'
from generate_series(1, $2::integer) as i
"""
_COUNT = """
update course_counters set enrollment_count = abs(hashtext(course_id::text)) % 40,
       rating_count = abs(hashtext(course_id::text)) % 5,
       rating_sum = abs(hashtext(course_id::text)) % 5 * 3
"""
_INSERT = """
insert into courses (instructor_id, title, slug, category, difficulty, status, published_at)
select $1, 'Python ' || i % 500, 'comes-' || $2 || '-' || i, 'cat-' || i % 7, 'advanced',
       (array['published', 'draft'])[1 + i % 2],
       case when i % 2 = 0 then now() - random() * interval '1 hour' end
from generate_series(1, 20) as i
"""
# Of those that stay, and of those that come; as the API does it, at this moment.
_PUBLISH = """
update courses set status = 'published', published_at = now()
where id in (select id from courses where status = 'draft' order by random() limit 15)
"""
_DELETE = """
delete from courses where id in (
    select id from courses where slug like 'comes-%' order by random() limit 12)
"""


@contextlib.asynccontextmanager
async def writing(db: Pool, teacher: Person) -> AsyncIterator[list[int]]:
    """An author who goes on until the paging is done; how many rounds they made."""
    rounds = [0]

    async def write() -> None:
        while True:
            rounds[0] += 1
            async with db.acquire() as connection:
                await connection.execute(_INSERT, teacher.id, str(rounds[0]))
                await connection.execute(_PUBLISH)
                await connection.execute(_DELETE)
            await asyncio.sleep(0.02)

    author = asyncio.create_task(write())
    try:
        yield rounds
    finally:
        author.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await author


async def _fill(db: Pool, teacher: Person) -> None:
    await fill(db, _FILL, teacher.id, _COURSES)
    await fill(db, _COUNT)
    await fill(db, "analyze")


async def _staying(db: Pool, query: str, *, drafts: bool) -> set[str]:
    """The courses under a filter that nobody deletes, as of now."""
    where = {
        "category=cat-3": "category = 'cat-3'",
        "difficulty=advanced": "difficulty = 'advanced'",
        "price=free": "price_amount is null",
        "price=paid": "price_amount is not null",
        "q=python": "title like 'Python%'",
    }.get(query, "true")
    async with db.acquire() as connection:
        rows = await connection.fetch(
            f"select id from courses where slug like 'stays-%' and {where}"
            " and (status = 'published' or $1)",
            drafts,
        )
    return {str(row[0]) for row in rows}


async def _walk(api: Api, query: str, as_: Person | None) -> list[str]:
    seen: list[str] = []
    cursor: Any = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        reply = await api.get(f"/courses?limit=100&{query}{more}", as_=as_, check=False)
        assert reply.status == 200, reply.body
        seen += [course["id"] for course in reply.data if course["slug"].startswith("stays-")]
        cursor = reply.meta["next_cursor"]
    return seen


async def _check(api: Api, db: Pool, filter_: str, sort: str, as_: Person | None) -> None:
    drafts = as_ is not None and "status" not in filter_
    must = await _staying(db, filter_, drafts=drafts)
    seen = await _walk(api, f"{filter_}&sort={sort}".strip("&") if sort else filter_, as_)
    assert len(seen) == len(set(seen)), (filter_, sort)
    assert must <= set(seen) <= await _staying(db, filter_, drafts=drafts), (filter_, sort)


async def test_each_course_that_stays_is_seen_once_while_others_come_and_go(
    api: Api, db: Pool, tara: Person, ada: Person
) -> None:
    await _fill(db, tara)
    # Every order once, every filter once; --full goes through each pair of them.
    some = [(filter_, _SORTS[n % 4]) for n, filter_ in enumerate(_FILTERS) if filter_]
    some = [pair for pair in some if "status" not in pair[0] and "updated" not in pair[0]]
    async with writing(db, tara) as rounds:
        # First of all who sees drafts, as long as there are many.
        await asyncio.gather(*(_check(api, db, q, "", ada) for q in ("", "q=python")))
        await asyncio.gather(*(_check(api, db, "", sort, None) for sort in _SORTS))
        await asyncio.gather(*(_check(api, db, *pair, None) for pair in some))
        await _check(api, db, "q=python", "", None)
        await _check(api, db, "status=published", "newest", ada)
    assert rounds[0] > 10


@pytest.mark.parametrize(
    "query", ["", "q=draft", "sort=newest&q=draft", "sort=title", "mine=true", "category=any"]
)
async def test_a_draft_that_is_published_while_its_author_pages_is_seen_once(
    api: Api, tara: Person, query: str
) -> None:
    made = []
    for n in range(6):
        made.append(await make_course(api, tara, title=f"Draft {n}", category="any"))
        await make_lesson(api, tara, made[-1])
    seen: list[str] = []
    reply = await api.get(f"/courses?limit=2&{query}", as_=tara)
    seen += [course["id"] for course in reply.data]
    for course in (made[0], made[2], made[5]):  # some that the reader has seen, some not yet
        await api.post(f"/courses/{course['id']}/publish", as_=tara)
    await make_course(api, tara, title="Draft that comes later", category="any")
    while reply.meta["next_cursor"] is not None:
        cursor = reply.meta["next_cursor"]
        reply = await api.get(f"/courses?limit=2&{query}&cursor={cursor}", as_=tara)
        seen += [course["id"] for course in reply.data]
    ids = [course["id"] for course in made]
    assert sorted(one for one in seen if one in ids) == sorted(ids)
    assert len(seen) == len(set(seen))
    newest = (await api.get("/courses?limit=3", as_=tara)).data
    assert [course["title"] for course in newest][1:] == ["Draft 5", "Draft 2"]


@pytest.mark.slow
async def test_each_course_is_seen_once_in_every_order_under_every_filter(
    api: Api, db: Pool, tara: Person, ada: Person
) -> None:
    await _fill(db, tara)
    async with writing(db, tara) as rounds:
        for someone in (None, ada):
            for filter_ in _FILTERS:
                for sort in (*_SORTS, ""):
                    await _check(api, db, filter_, sort, someone)
    assert rounds[0] > 10
