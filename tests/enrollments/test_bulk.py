"""Many people at once: a result for each row, nothing on a dry run, nothing twice."""

from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.claims import claim
from lms.core.jobs.tasks import WorkerContext
from lms.enrollments import bulk
from lms.settings import Settings
from tests.api import Api
from tests.enrollments.conftest import fetch, fetchval, prove
from tests.factories import enroll, make_course, make_open_course
from tests.people import Cast, Person
from tests.running import Process, eventually
from tests.work import Work


async def _start(api: Api, who: Person, course: Any, body: Any, query: str = "") -> Any:
    path = f"/courses/{course['id']}/enrollments/bulk{query}"
    if isinstance(body, str):
        headers = {"Content-Type": "text/csv; charset=utf-8"}
        reply = await api.request("POST", path, as_=who, data=body.encode(), headers=headers)
    else:
        reply = await api.post(path, body, as_=who)
    assert (reply.status, reply.headers["Location"][:13]) == (202, "/api/v1/jobs/")
    return reply.data


async def _results(api: Api, who: Person, job: Any) -> list[tuple[str, str | None]]:
    done = (await api.get(f"/jobs/{job['id']}", as_=who)).data
    assert (done["status"], done["processed"], done["progress_percent"]) == (
        "done",
        done["total"],
        100,
    )
    assert [row["row"] for row in done["results"]] == list(range(1, done["total"] + 1))
    assert sum(done["counts"].values()) == done["total"]
    return [(row["status"], row["code"]) for row in done["results"]]


async def test_each_row_has_the_result_that_fits_its_person(
    api: Api,
    tara: Person,
    ada: Person,
    theo: Person,
    cast: Cast,
    sam: Person,
    olly: Person,
    work: Work,
    db: Pool,
) -> None:
    price = {"amount": 1999, "currency": "USD"}
    course, (lesson, _) = await make_open_course(api, tara, lessons=2)
    gone, off = await cast.person("Gone Student"), await cast.person("Off Student")
    await enroll(api, sam, course)
    left = await enroll(api, gone, course)
    await api.post(f"/enrollments/{left['id']}/lessons/{lesson['id']}/complete", as_=gone)
    await api.delete(f"/enrollments/{left['id']}", as_=gone)
    await api.patch(f"/courses/{course['id']}", {"price": price}, as_=tara)
    await prove(db, olly, gone)
    async with db.acquire() as connection:
        await connection.execute("update users set is_active = false where id = $1", off.id)
    rows = [
        f"{olly.email.upper()},", f"{sam.email},Sam", f"{gone.email},",
        "new@example.com,New Person", "NEW@example.com,Again", "not an address,X",
        f"{theo.email},", f"{off.email},", '"=cmd@example.com","=1+1"',
        "control@example.com,\"a\tb\"",
    ]  # fmt: skip
    job = await _start(api, ada, course, "\ufeffemail,full_name\r\n" + "\r\n".join(rows) + "\r\n")
    assert (job["status"], job["processed"], job["total"]) == ("pending", 0, 10)
    assert {row["status"] for row in job["results"]} == {"pending"}
    assert await work() == 2  # and a recount, for who came back
    assert await _results(api, ada, job) == [
        ("enrolled", None), ("already_enrolled", None), ("returned", None), ("invited", None),
        ("duplicate", None), ("refused", "invalid_email"), ("refused", "not_a_student"),
        ("refused", "account_disabled"), ("invited", None), ("refused", "invalid_full_name"),
    ]  # fmt: skip
    roster = (await api.get(f"/courses/{course['id']}/enrollments?limit=100", as_=tara)).data
    assert {(row["student"]["full_name"], row["status"]) for row in roster} == {
        ("Sam Student", "active"), ("Gone Student", "active"), ("Olly Outsider", "active"),
        ("New Person", "invited"), ("=1+1", "invited"),
    }  # fmt: skip
    assert [r["progress_percent"] for r in roster if r["student_id"] == str(gone.id)] == [50]
    mails = await fetch(db, "select args ->> 'template' as what, args ->> 'to_user_id' as who "
                        "from jobs where kind = 'send_email'")  # fmt: skip
    counted = Counter(row["what"] for row in mails)
    assert counted == {"enrolled": 3, "invited": 2}  # Sam, Gone at first, Olly; the two new ones
    assert str(olly.id) in {row["who"] for row in mails}
    assert await fetchval(db, "select count(*) from users where password_hash is null") == 2


async def test_a_dry_run_reports_the_same_and_changes_nothing(
    api: Api, tara: Person, ada: Person, sam: Person, olly: Person, work: Work, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara, capacity=3)
    await enroll(api, sam, course)
    await prove(db, olly)
    counts = (
        "select array[(select count(*) from users), (select count(*) from enrollments), "
        "(select count(*) from invited_places), (select count(*) from lesson_progress), "
        "(select sum(enrollment_count) from course_counters), "
        "(select count(*) from jobs where kind = 'send_email')]"
    )
    before = await fetchval(db, counts)
    emails = [f"p{n}@example.com" for n in range(3)] + [sam.email, olly.email]
    for job in (
        await _start(api, ada, course, {"emails": emails, "dry_run": True}),
        await _start(api, ada, course, {"emails": emails}, "?dry_run=true"),
        await _start(api, ada, course, "email\n" + "\n".join(emails), "?dry_run=true"),
    ):
        await work()
        dry = await _results(api, ada, job)
        assert dry == [
            ("invited", None), ("invited", None), ("waiting", None), ("already_enrolled", None),
            ("waiting", None),
        ]  # fmt: skip
        assert await fetchval(db, counts) == before
    job = await _start(api, ada, course, {"emails": emails})
    await work()
    assert await _results(api, ada, job) == dry


async def test_running_it_twice_changes_nothing_more(
    api: Api, tara: Person, ada: Person, work: Work, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara)
    body = {"emails": [f"p{n}@example.com" for n in range(30)]}
    first = await _start(api, ada, course, body)
    await work()
    assert set(await _results(api, ada, first)) == {("invited", None)}
    mails = await fetchval(db, "select count(*) from jobs where kind = 'send_email'")
    second = await _start(api, ada, course, body)
    await work()
    assert set(await _results(api, ada, second)) == {("already_enrolled", None)}
    assert await fetchval(db, "select count(*) from jobs where kind = 'send_email'") == mails == 30
    assert await fetchval(db, "select count(*) from invited_places") == 30
    assert await fetchval(db, "select sum(enrollment_count) from course_counters") == 0


async def test_a_worker_that_was_killed_leaves_the_rest_to_the_next(
    api: Api,
    tara: Person,
    ada: Person,
    work: Work,
    db: Pool,
    context: WorkerContext,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(bulk, "_ROWS", 10)
    course, _ = await make_open_course(api, tara, capacity=25)
    job = await _start(api, ada, course, {"emails": [f"p{n}@example.com" for n in range(35)]})
    (held,) = await claim(db, "progress", {"enroll_in_bulk": 1}, room=1, lease_seconds=60)
    bulk_id = held.args["bulk_enrollment_id"]
    async with begin(db) as connection:
        assert await bulk.enroll_next_rows(connection, bulk_id)
    with pytest.raises(RuntimeError):
        async with begin(db) as connection:
            assert await bulk.enroll_next_rows(connection, bulk_id)
            raise RuntimeError("killed before the commit")
    midway = (await api.get(f"/jobs/{job['id']}", as_=tara)).data
    assert (midway["status"], midway["processed"], midway["progress_percent"]) == (
        "running",
        10,
        28,
    )
    async with db.acquire() as connection:  # as the sweep does once the lease is over
        await connection.execute("update jobs set status = 'pending', lease_expires_at = null "
                                 "where id = $1", held.id)  # fmt: skip
    assert await work() == 1
    results = Counter(await _results(api, ada, job))
    assert results == {("invited", None): 25, ("waiting", None): 10}
    assert await fetchval(db, "select count(*) from jobs where kind = 'send_email'") == 25
    assert await fetchval(db, "select count(*) from users where full_name like 'p%'") == 25


@pytest.mark.parametrize("size", [1000, pytest.param(10_000, marks=pytest.mark.slow)])
async def test_thousands_of_rows_take_few_statements(
    api: Api, tara: Person, ada: Person, work: Work, db: Pool, queries: Any, size: int
) -> None:
    course, _ = await make_open_course(api, tara, lessons=2)
    lines = [f"person{n}@example.com,Person {n}" for n in range(size)]
    job = await _start(api, ada, course, "email,full_name\n" + "\n".join(lines))
    queries.attach()
    await work()
    statements = await queries.settle()
    assert len(statements) <= size // 250 * 15 + 12
    assert set(await _results(api, ada, job)) == {("invited", None)}
    assert await fetchval(db, "select count(*) from invited_places") == size
    again = await _start(api, ada, course, "email,full_name\n" + "\n".join(lines))
    await work()
    assert set(await _results(api, ada, again)) == {("already_enrolled", None)}


async def test_ten_thousand_long_names_in_any_script_are_one_list(api: Api, tara: Person) -> None:
    """More than a megabyte, which is where JSON ends."""
    course, _ = await make_open_course(api, tara)
    name = "\u0936\u094d\u0930\u0940" * 10
    lines = [f"a.rather.long.address.{n}@students.example.com,{name}" for n in range(10_000)]
    body = ("\ufeffemail,full_name\r\n" + "\r\n".join(lines)).encode()
    assert len(body) > 1_500_000
    path = f"/courses/{course['id']}/enrollments/bulk?dry_run=true"
    reply = await api.request(
        "POST", path, as_=tara, data=body, headers={"Content-Type": "text/csv"}
    )
    assert (reply.status, reply.data["total"]) == (202, 10_000)


@pytest.mark.parametrize(
    ("kind", "body", "status", "code"),
    [
        ("text/csv", b"", 400, "malformed_csv"),
        ("text/csv", b"address\na@example.com", 400, "malformed_csv"),
        ("text/csv", b"email\n\xff\xfe@example.com", 400, "malformed_csv"),
        ("text/csv", b'email\n"a@example.com', 400, "malformed_csv"),
        ("text/csv", b"email\na@example.com,b,c", 400, "malformed_csv"),
        ("text/csv", b"email\n", 422, "validation_failed"),
        ("text/csv", b"email\n" + b"a@b.co\n" * 10_001, 422, "validation_failed"),
        ("text/csv", b"email\n" + b"x" * 5_000_000, 413, "body_too_large"),
        ("application/json", b"{", 400, "malformed_json"),
        ("application/json", b"[]", 422, "validation_failed"),
        ("application/json", b"{}", 422, "validation_failed"),
        ("application/json", b'{"emails": []}', 422, "validation_failed"),
        ("application/json", b'{"emails": [1]}', 422, "validation_failed"),
        ("application/json", b'{"emails": ["a@b.co"], "role": "admin"}', 422, "validation_failed"),
        ("application/xml", b"<a/>", 415, "unsupported_media_type"),
        ("text/csv; charset=utf-16", b"email\na@b.co", 400, "malformed_csv"),
        ("text/csv; charset=koi8-r", b"email\na@b.co", 415, "unsupported_media_type"),
        ("application/vnd.ms-excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 400, "malformed_csv"),
    ],
)
async def test_an_invalid_list_of_people_starts_no_job(
    api: Api, tara: Person, db: Pool, kind: str, body: bytes, status: int, code: str
) -> None:
    course, _ = await make_open_course(api, tara)
    path = f"/courses/{course['id']}/enrollments/bulk"
    reply = await api.request("POST", path, as_=tara, data=body, headers={"Content-Type": kind})
    assert (reply.status, reply.code) == (status, code)
    assert await fetchval(db, "select count(*) from bulk_enrollments") == 0


async def test_hostile_cells_are_reported_as_row_results(
    api: Api, tara: Person, work: Work
) -> None:
    course, _ = await make_open_course(api, tara)
    cells = ["a\0b@example.com", "a@" + "x" * 900, "a@b@c", "\u202ea@example.com", "{{7*7}}@x",
             "a@\u2460.\u2461", "@", "a@", "a@.", "a" * 70 + "@example.com",
             "' or 1=1 --"]  # fmt: skip
    job = await _start(api, tara, course, "email\n" + "\n".join(cells))
    await work()
    results = await _results(api, tara, job)
    assert len(results) == len(cells)
    assert {status for status, _ in results} <= {"invalid", "accepted"}


async def test_a_row_whose_name_is_a_link_makes_nobody(
    api: Api, tara: Person, work: Work, db: Pool
) -> None:
    course, _ = await make_open_course(api, tara)
    rows = [
        "a@example.com,Claim at http://evil.example", "b@example.com,WWW.evil.example",
        "c@example.com,Sam \u202etnedutS", f"{'d' * 65}@example.com,Sam", "e@[127.0.0.1],Sam",
        "sam@example.com,Sam Student",
    ]  # fmt: skip
    await _start(api, tara, course, "email,full_name\n" + "\n".join(rows))
    await work()
    made = await fetch(db, "select email from users where email not like 'tara%'")
    assert {row["email"] for row in made} <= {"sam@example.com"}


async def test_teachers_enrol_in_bulk_only_in_their_own_open_courses(
    api: Api, tara: Person, theo: Person, sam: Person, ada: Person, work: Work
) -> None:
    course, _ = await make_open_course(api, tara)
    draft = await make_course(api, tara, title="Hidden")
    body = {"emails": ["new@example.com"]}
    path = f"/courses/{course['id']}/enrollments/bulk"
    assert [(await api.post(path, body, as_=who)).status for who in (sam, theo, ada)] == [
        403,
        403,
        202,
    ]
    hidden = f"/courses/{draft['id']}/enrollments/bulk"
    replies = [await api.post(hidden, body, as_=who) for who in (theo, tara)]
    assert [(r.status, r.code) for r in replies] == [(404, "not_found"), (409, "course_not_open")]
    job = await _start(api, tara, course, body)
    jobs = f"/jobs/{job['id']}"
    assert [(await api.get(jobs, as_=w)).status for w in (tara, ada, theo, sam)] == [
        200,
        200,
        404,
        403,
    ]
    await api.post(f"/courses/{course['id']}/archive", as_=tara)
    await work()
    assert await _results(api, tara, job) == [("invalid", "course_not_open")]
    assert await _results(api, ada, job) == [("refused", "course_not_open")]


async def test_the_same_key_starts_one_job(api: Api, tara: Person, db: Pool) -> None:
    course, _ = await make_open_course(api, tara)
    path = f"/courses/{course['id']}/enrollments/bulk"
    headers = {"Content-Type": "text/csv", "Idempotency-Key": "bulk-1"}
    replies = [
        await api.request("POST", path, as_=tara, data=b"email\na@example.com", headers=headers)
        for _ in range(2)
    ]
    assert replies[0].data["id"] == replies[1].data["id"]
    assert await fetchval(db, "select count(*) from bulk_enrollments") == 1


@pytest.mark.slow
async def test_a_killed_process_leaves_the_rest_to_the_next(
    api: Api, tara: Person, ada: Person, db: Pool, settings: Settings, tmp_path: Path
) -> None:
    brisk = replace(settings, job_lease_seconds=2, sweep_seconds=0.3)
    course, _ = await make_open_course(api, tara, lessons=5)
    lines = "\n".join(f"person{n}@example.com" for n in range(10_000))
    job = await _start(api, ada, course, f"email\n{lines}")

    async def has(status: str, processed: int) -> bool:
        found = await fetch(db, "select status, processed from bulk_enrollments")
        return found[0]["status"] == status and found[0]["processed"] >= processed

    for turn in range(4):
        worker = Process("worker", "progress", settings=brisk, log=tmp_path / f"{turn}.log")
        await worker.start()
        try:
            if turn < 3:
                await eventually(partial(has, "running", 2000 * (turn + 1)))
                await worker.kill()
            else:
                await eventually(partial(has, "done", 10_000), seconds=60)
        finally:
            await worker.end()
    assert set(await _results(api, ada, job)) == {("invited", None)}
    for counted in (
        "select count(*) from invited_places where status = 'invited'",
        "select count(*) from users where password_hash is null",
        "select count(*) from jobs where args ->> 'template' = 'invited'",
    ):
        assert await fetchval(db, counted) == 10_000


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/csv", "Email;Full Name\r\nsam@example.com;José\r\n".encode()),
        ("text/csv", "sep=;\nFull_Name;EMAIL;;\nJosé;sam@example.com;;\n;;;\n".encode()),
        ("text/csv", "\ufeffemail\tfull name\nsam@example.com\tJosé".encode("utf-16-le")),
        ("text/csv; charset=windows-1252",
         "e-mail,full-name,,\nsam@example.com,José,,".encode("cp1252")),
        ("application/vnd.ms-excel", "email,full_name\nsam@example.com,José\n".encode()),
    ],
)  # fmt: skip
async def test_a_list_is_read_as_spreadsheets_write_it(
    api: Api, tara: Person, work: Work, kind: str, body: bytes
) -> None:
    course, _ = await make_open_course(api, tara)
    path = f"/courses/{course['id']}/enrollments/bulk"
    reply = await api.request("POST", path, as_=tara, data=body, headers={"Content-Type": kind})
    assert (reply.status, reply.data["total"]) == (202, 1)
    await work()
    (place,) = (await api.get(f"/courses/{course['id']}/enrollments", as_=tara)).data
    assert place["student"] == {"id": None, "full_name": "José", "email": "sam@example.com"}


async def test_an_unknown_column_is_one_error_that_names_those_we_know(
    api: Api, tara: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    reply = await api.request(
        "POST",
        f"/courses/{course['id']}/enrollments/bulk",
        as_=tara,
        data=b"Email,Phone,City\na@b.co,1,2\n" * 3,
        headers={"Content-Type": "text/csv"},
    )
    assert (reply.status, reply.code) == (400, "malformed_csv")
    assert "email, full_name" in reply.json["detail"]
    assert "Phone" in reply.json["detail"]
