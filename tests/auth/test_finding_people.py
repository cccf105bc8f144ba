"""People are found by any letters of their name or address, in lists, rosters and counts."""

import random
import time
from typing import Any
from urllib.parse import quote

import pytest

from lms.core.db.pool import Pool
from lms.core.db.query import Query
from tests.api import Api
from tests.auth.conftest import PostOffice
from tests.factories import enroll, fill, make_open_course
from tests.people import Cast, Person


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("José Núñez", ["jose", "JOSÉ", "nunez", "jose\u0301", "e nu"]),
        ("Siobhán O’Brien", ["o'brien", "o’brien", "O‘Brien", "oʼbrien", "o´brien", "o`brien"]),
        ("Shona O'Brien", ["obrien", "o’brien", "o＇brien"]),
        ("Jörg Groß", ["gross", "GROSS", "groß", "jorg"]),
        ("Søren Æbelø", ["soren", "aebelo", "æbelø"]),
        ("Łukasz Đorđević", ["lukasz", "dordevic", "đorđe"]),
        ("Işıl İnan", ["isil", "inan", "işıl"]),
        ("Ngô Thị Hương", ["ngo thi huong", "NGÔ"]),
        ("Ἀλέξανδρος", ["αλεξανδρος", "ΑΛΕΞ"]),
        ("Андрей Ёлкин", ["елкин", "АНДРЕЙ"]),
        ("山田 太郎", ["山田", "太"]),
        ("Ａlice Ｗide", ["alice wide"]),
    ],
)  # fmt: skip
async def test_people_are_found_without_accents_and_with_any_apostrophe(
    api: Api, ada: Person, tara: Person, sam: Person, olly: Person, name: str, asked: list[str]
) -> None:
    """Among all people, and in a roster."""
    course, _ = await make_open_course(api, tara)
    await api.patch("/users/me", {"full_name": name}, as_=sam)
    for person in (sam, olly):
        await enroll(api, person, course)
    for q in asked:
        for path, who in (("/users?", ada), (f"/courses/{course['id']}/enrollments?", tara)):
            reply = await api.get(f"{path}q={quote(q)}&include_total=true", as_=who)
            people = [row.get("student", row)["id"] for row in reply.data]
            assert (people, reply.meta["total"]) == ([str(sam.id)], 1), (path, q)


async def test_no_text_breaks_a_search_of_people_or_files(
    api: Api, ada: Person, tara: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    for q in (
        "%", "_", "\\", "\\\\", "%%%", "'", "’’", "''--", '"', "\u0301", "\u202e\u2066", "👩‍👩‍👧‍👦",
        "ﷺ" * 200, "\u0300" * 200, "x" * 200, "😀" * 200, "שלום",
        "a\nb", "\x00", "\x7f", "\ufffe", ".*", "(", "[a", "a{9999}",
    ):  # fmt: skip
        for path in ("/users", f"/courses/{course['id']}/enrollments", "/files"):
            reply = await api.get(f"{path}?q={quote(q)}&include_total=true", as_=ada)
            assert reply.status in (200, 422), (path, q)
            if reply.status == 200:
                assert reply.data == [], (path, q)


# Letters of several scripts, with what is folded away and what is not.
_ALPHABETS = (
    "abcdefghij", "aeiouáéíóúàèìòùäëïöü", "nñoøæßłđıİ", "'’´`ʼ-. ", "αβγδεάέή", "абвгдеёй",
    "山田太郎王李", "김이박최정", "عليمحد", "अनिलशर्मा", "+_%\\#&",
)  # fmt: skip


def _word(chance: random.Random) -> str:
    letters = chance.choice(_ALPHABETS)
    return "".join(chance.choice(letters) for _ in range(chance.randint(1, 7)))


def _asked(chance: random.Random, names: list[str]) -> str:
    """One to four letters of a name, or of none."""
    name = chance.choice([*names, _word(chance)])
    start = chance.randrange(len(name))
    return name[start : start + chance.choice((1, 1, 2, 2, 3, 4))].strip()


async def test_any_letters_find_all_who_have_them_and_nobody_else(
    api: Api, ada: Person, db: Pool
) -> None:
    chance = random.Random(20)
    names = [f"{_word(chance)} {_word(chance)}".strip() for _ in range(90)]
    await fill(
        db,
        "insert into users (email, email_key, full_name)"
        " select n || '@x.example', n || '@x.example', name"
        " from unnest($1::text[]) with ordinality as given (name, n)",
        names,
    )
    queries = sorted({asked for _ in range(250) if (asked := _asked(chance, names))})
    for q in queries:
        async with db.acquire() as connection:
            having = await connection.fetch(
                "select id from users where fold_name($1) <> ''"
                " and strpos(fold_name(full_name || chr(10) || email), fold_name($1)) > 0",
                q,
            )
        reply = await api.get(f"/users?limit=100&include_total=true&q={quote(q)}", as_=ada)
        assert {row["id"] for row in reply.data} == {str(id) for (id,) in having}, q
        assert reply.meta["total"] == len(having), q


async def test_a_change_of_name_or_address_is_found_at_once(
    api: Api, ada: Person, sam: Person, olly: Person, post: PostOffice
) -> None:
    async def found(q: str) -> list[str]:
        return [row["id"] for row in (await api.get(f"/users?q={q}", as_=ada)).data]

    await api.patch(f"/users/{sam.id}", {"full_name": "Xi Wu"}, as_=ada)
    assert (await found("xi"), await found("student")) == ([str(sam.id)], [])
    await api.request("DELETE", "/users/me", json={"password": "seven-green-bottles"}, as_=sam)
    assert await found("xi") == []
    assert await found("olly") == [str(olly.id)]


_MANY = """
    insert into users (email, email_key, full_name)
    select n || '@x.example', n || '@x.example',
           case when n % 2 = 0 then 'José Martínez-' else 'Андрей Ёлкин-' end
           || translate(md5(n::text), '0123456789', 'ghijklmnop')
    from generate_series($1::integer, $2::integer) as n
"""


@pytest.mark.parametrize("q", ["zq", "山", "山田", "martinez-zq"])
async def test_one_index_finds_few_letters_and_many(db: Pool, q: str) -> None:
    await fill(db, _MANY, 1, 20_000)
    await fill(db, "analyze users")
    args: dict[str, Any] = {"q": q, "limit": 2001}
    for name in ("enrollments/list_matching_students", "users/count_listed_users"):
        query = Query.registry[name]
        async with db.acquire() as connection:
            plan = await connection.fetch(
                f"explain {query.sql}", *(args.get(param) for param in query.params)
            )
        assert any("users_by_findable" in line for (line,) in plan), plan


@pytest.mark.slow
async def test_with_fifteen_times_the_people_a_search_takes_no_longer(
    api: Api, cast: Cast, ada: Person, db: Pool
) -> None:
    for name in ("Zq Xin", "山田 太郎"):
        await cast.person(name)
    asked = ("q", "zq", "qx", "山", "山田", "山田 太郎", "a", "an", "й", "ndr", "martinez")

    async def measure() -> dict[str, float]:
        times: dict[str, list[float]] = {q: [] for q in ("", *asked)}
        for _ in range(30):
            for q, taken in times.items():
                path = f"/users?q={quote(q)}" if q else "/users/me"
                started = time.perf_counter()
                reply = await api.get(path, as_=ada, check=False)
                taken.append(time.perf_counter() - started)
                assert reply.status == 200
        return {q: min(taken) for q, taken in times.items()}  # other programs only add

    settle = "analyze users; select gin_clean_pending_list('users_by_findable')"
    await fill(db, _MANY, 1, 10_000)
    await fill(db, settle)
    small = await measure()
    for first in range(10_001, 150_000, 20_000):
        await fill(db, _MANY, first, first + 19_999)
    await fill(db, settle)
    large = await measure()
    # What the machine needs for anything at all, to be told from what grew.
    pace = large[""] / small[""]
    ratios = {q: large[q] / small[q] / pace for q in asked}
    for q in asked:
        print(f"{q:12} {1000 * small[q]:7.2f} ms {1000 * large[q]:7.2f} ms  x {ratios[q]:.2f}")
    assert {q: ratio for q, ratio in ratios.items() if ratio >= 1.5} == {}
