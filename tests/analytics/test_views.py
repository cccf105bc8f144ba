"""Analytics through the API: who sees what, ranges, zones, CSV, and the site's own counts."""

import csv
import io
import random
import statistics
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from lms.analytics import views
from lms.analytics.folding import fold
from lms.analytics.periods import make_periods
from lms.core.db.pool import Pool
from lms.core.db.transactions import snapshot
from tests.api import Api
from tests.conftest import QueryCount
from tests.factories import enroll, make_course, make_lesson, make_open_course
from tests.people import Cast, Person


def of_course(course: dict) -> str:
    return f"/analytics/courses/{course['id']}/analytics"


async def complete(api: Api, student: Person, enrollment: dict, lesson: dict) -> None:
    path = f"/enrollments/{enrollment['id']}/lessons/{lesson['id']}/complete"
    assert (await api.post(path, as_=student)).status == 200


async def test_a_courses_figures_count_what_its_students_did(
    api: Api, tara: Person, sam: Person, olly: Person, cast: Cast, db: Pool
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=3)
    other, other_lessons = await make_open_course(api, tara, title="Another", lessons=1)
    nora = await cast.person("Nora")
    learning = [await enroll(api, student, course) for student in (sam, olly, nora)]
    bystander = await enroll(api, sam, other)
    await complete(api, sam, bystander, other_lessons[0])
    for lesson in lessons:
        await complete(api, sam, learning[0], lesson)
    await complete(api, olly, learning[1], lessons[0])
    await complete(api, olly, learning[1], lessons[2])  # not the second
    await api.delete(f"/enrollments/{learning[2]['id']}", as_=nora)
    for _ in range(2):  # before the fold and after it
        data = (await api.get(of_course(course), as_=tara)).data
        assert data["enrollments"] == {"active": 1, "completed": 1, "dropped": 1, "total": 3}
        assert data["completion_rate_percent"] == 50
        assert [
            (row["completed"], row["reached"], row["drop_off_percent"]) for row in data["lessons"]
        ] == [(2, 3, 33.33), (1, 2, 50), (2, 1, 0)]
        assert data["students_at_risk"] == {"count": 0}
        assert data["time_to_complete"]["median_seconds"] is not None
        assert sum(row["count"] for row in data["enrollments_over_time"]) == 3
        assert len(data["enrollments_over_time"]) == 30
        assert data["ratings"] == {"average": None, "count": 0}
        assert await fold(db)


@pytest.mark.parametrize("is_folded", [True, False])
async def test_recent_activity_is_exact_to_the_hour(
    api: Api, tara: Person, sam: Person, olly: Person, db: Pool, is_folded: bool
) -> None:
    """The hour in which the days begin counts whole; and a student of two courses is one."""
    courses = [(await make_open_course(api, tara, title=title))[0] for title in ("One", "Two")]
    sams = [await enroll(api, sam, course) for course in courses]
    ollys = await enroll(api, olly, courses[0])
    now = datetime.now(UTC).replace(minute=30, second=0, microsecond=0)
    periods = make_periods(None, None, "day", ZoneInfo("UTC"), now=now)
    tick, half = timedelta(microseconds=1), timedelta(minutes=30)  # the hour's beginning
    for span in (views.ACTIVE, views.AT_RISK):
        for olly_is_recent, earlier in ((True, timedelta(0)), (False, tick)):
            async with db.acquire() as connection:
                for enrollment, at in (
                    (sams[0], now - span - half),
                    (sams[1], now - timedelta(days=1)),
                    (ollys, now - span - half - earlier),
                ):
                    await connection.execute(
                        "update enrollments set enrolled_at = $2, last_accessed_at = null"
                        " where id = $1",
                        UUID(enrollment["id"]),
                        at,
                    )
            assert not is_folded or await fold(db)
            async with snapshot(db) as connection:
                mine = await views.instructor_view(connection, tara.id, periods, now)
                course = await views.read_course(connection, UUID(courses[0]["id"]), periods, now)
            at_risk = views.course_view(course, periods)["students_at_risk"]["count"]
            if span == views.ACTIVE:
                assert (mine["active_students"], at_risk) == (1 + olly_is_recent, 2)
            else:
                assert (mine["active_students"], at_risk) == (2, int(not olly_is_recent))


async def test_moved_lessons_are_counted_right_at_once(
    api: Api, tara: Person, sam: Person, olly: Person, db: Pool
) -> None:
    course, (one, two, three) = await make_open_course(api, tara, lessons=3)
    for student, done in ((sam, (one, two)), (olly, (two,))):
        enrollment = await enroll(api, student, course)
        for lesson in done:
            await complete(api, student, enrollment, lesson)
    await fold(db)
    order = {"course_id": course["id"], "lesson_ids": [two["id"], three["id"], one["id"]]}
    await api.patch("/lessons/reorder", order, as_=tara)
    await api.delete(f"/lessons/{three['id']}", as_=tara)
    for _ in range(2):
        rows = (await api.get(of_course(course), as_=tara)).data["lessons"]
        assert [(row["lesson_id"], row["completed"], row["drop_off_percent"]) for row in rows] == [
            (two["id"], 2, 0),
            (one["id"], 1, 50),
        ]
        mine = (await api.get("/analytics/instructor", as_=tara)).data
        # Sam completes by the removal or is at 100; Olly has one of two.
        assert mine["mean_progress_percent"] == 75
        await fold(db)


async def test_each_view_is_shown_only_to_those_allowed(
    api: Api, tara: Person, theo: Person, sam: Person, olly: Person, ada: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    draft = await make_course(api, tara, title="Draft")
    for person, status in ((tara, 200), (ada, 200), (theo, 403), (sam, 403)):
        for end in ("analytics", "report.pdf"):
            path = f"/analytics/courses/{course['id']}/{end}"
            assert (await api.get(path, as_=person)).status == status, (person.full_name, end)
    assert (await api.get(of_course(draft), as_=theo)).status == 404
    nowhere = {"id": "00000000-0000-7000-8000-000000000000"}
    assert (await api.get(of_course(nowhere), as_=ada)).status == 404
    assert (await api.get("/analytics/system", as_=tara)).status == 403
    assert (await api.get("/analytics/instructor", as_=sam)).status == 403
    for path, own, other in (
        ("/analytics/student?student_id=", sam, olly),
        ("/analytics/instructor?instructor_id=", tara, theo),
    ):
        assert (await api.get(f"{path}{own.id}", as_=own)).status == 200
        assert (await api.get(f"{path}{other.id}", as_=own)).code == "forbidden"
        assert (await api.get(f"{path}{other.id}", as_=ada)).status == 200
    assert (await api.get(f"/analytics/student?student_id={nowhere['id']}", as_=ada)).status == 404


async def test_views_that_promise_counts_hold_no_names_or_addresses(
    api: Api, tara: Person, sam: Person, ada: Person
) -> None:
    course, lessons = await make_open_course(api, tara)
    await complete(api, sam, await enroll(api, sam, course), lessons[0])
    for path, person in (
        (of_course(course), tara),
        ("/analytics/instructor", tara),
        ("/analytics/system", ada),
    ):
        for accept in ("application/json", "text/csv"):
            body = (await api.get(path, as_=person, headers={"Accept": accept})).body.decode()
            for secret in (sam.email, sam.full_name, str(sam.id), tara.email):
                assert secret not in body


async def test_students_see_their_own_figures(
    api: Api, tara: Person, sam: Person, olly: Person, db: Pool, queries: QueryCount
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=4)
    enrollment = await enroll(api, sam, course)
    await enroll(api, olly, course)
    for lesson in lessons[:3]:
        await complete(api, sam, enrollment, lesson)
    async with db.acquire() as connection:
        await connection.execute(
            "update lesson_progress set completed_at = completed_at - interval '1 day',"
            " time_spent_seconds = 90 where lesson_id = $1 and completed_at is not null",
            lessons[0]["id"],
        )
    await api.get("/analytics/student", as_=sam)  # there is a connection to watch now
    async with queries.expect(7):
        reply = await api.get("/analytics/student", as_=sam)
    data = reply.data
    assert data["courses"] == {"active": 1, "completed": 0, "dropped": 0}
    assert (data["mean_progress_percent"], data["lessons_completed"]) == (75, 3)
    assert data["time_spent_seconds"] == 90
    assert data["streak"] == {"current_days": 2, "longest_days": 2}
    assert [row["lessons"] for row in data["activity"][-2:]] == [1, 2]
    assert data["activity"][-1]["seconds"] == 90
    assert data["quizzes"] == {"attempts": 0, "passed": 0, "mean_score_percent": None}


async def test_periods_are_those_of_the_callers_zone(
    api: Api, tara: Person, sam: Person, olly: Person, db: Pool
) -> None:
    async with db.acquire() as connection:  # before any process knows them
        await connection.execute(
            "update users set timezone = 'America/New_York' where id = $1", tara.id
        )
    course, _ = await make_open_course(api, tara)
    for student, at in ((sam, "2026-03-08T04:59Z"), (olly, "2026-03-09T03:59Z")):
        enrollment = await enroll(api, student, course)
        async with db.acquire() as connection:
            await connection.execute(
                "update enrollments set enrolled_at = $2 where id = $1",
                enrollment["id"],
                datetime.fromisoformat(at),
            )
    path = f"{of_course(course)}?from=2026-03-07&to=2026-03-09"
    rows = (await api.get(path, as_=tara)).data["enrollments_over_time"]
    assert rows == [
        {"period": "2026-03-07T05:00:00Z", "count": 1},
        {"period": "2026-03-08T05:00:00Z", "count": 1},  # a day of 23 hours
        {"period": "2026-03-09T04:00:00Z", "count": 0},
    ]
    weeks = (await api.get(f"{path}&interval=week", as_=tara)).data["enrollments_over_time"]
    assert [row["count"] for row in weeks] == [2, 0]
    months = (await api.get(f"{path}&interval=month", as_=tara)).data["enrollments_over_time"]
    assert months == [{"period": "2026-03-01T05:00:00Z", "count": 2}]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("from=2026-02-30", "?from"),
        ("from=20260201", "?from"),
        ("to=1969-12-31", "?to"),
        ("from=2026-03-02&to=2026-03-01", "?from"),
        ("from=2000-01-01&to=2026-03-01", "?from"),
        ("interval=year", "?interval"),
        ("from=2026-03-01&from=2026-03-02", "?from"),
        ("timezone=UTC", "?timezone"),
    ],
)
async def test_an_invalid_range_is_refused(api: Api, ada: Person, query: str, pointer: str) -> None:
    for view in ("student", "instructor", "system"):
        reply = await api.get(f"/analytics/{view}?{query}", as_=ada)
        assert (reply.status, reply.pointers) == (422, [pointer])


async def test_csv_opens_without_running_anything(api: Api, tara: Person) -> None:
    course = await make_course(api, tara)
    titles = ['=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "＝1+1", 'He said "hi", twice']
    for title in titles:
        await make_lesson(api, tara, course, title=title)
    reply = await api.get(of_course(course), as_=tara, headers={"Accept": "text/csv"})
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in reply.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(reply.body.decode())))
    found = [row["title"] for row in rows if row["figure"] == "completed" and row["item"]]
    assert found == ["'" + title for title in titles[:5]] + titles[5:]
    cells = {cell for row in rows for cell in row.values()}
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell]
    again = await api.get(
        of_course(course),
        as_=tara,
        headers={"Accept": "text/csv", "If-None-Match": reply.etag},
    )
    assert (again.status, again.body) == (304, b"")


async def test_a_views_reply_varies_by_the_accept_header(api: Api, ada: Person) -> None:
    seen = await api.get("/analytics/system", as_=ada)
    again = await api.get("/analytics/system", as_=ada, headers={"If-None-Match": seen.etag})
    assert (seen.status, again.status) == (200, 304)
    for reply in (seen, again):
        assert "Accept" in reply.headers.getall("Vary")


async def test_a_changed_zone_holds_for_the_next_view(api: Api, sam: Person, olly: Person) -> None:
    path = "/analytics/student?from=2026-07-01&to=2026-07-01"
    starts = []
    for zone in ("Asia/Tokyo", "America/New_York", "UTC"):
        assert (await api.patch("/users/me", {"timezone": zone}, as_=sam)).status == 200
        starts.append((await api.get(path, as_=sam)).data["activity"][0]["period"])
    assert starts == ["2026-06-30T15:00:00Z", "2026-07-01T04:00:00Z", "2026-07-01T00:00:00Z"]
    [untouched] = (await api.get(path, as_=olly)).data["activity"]
    assert untouched["period"] == "2026-07-01T00:00:00Z"


@pytest.mark.parametrize("view", ["student", "instructor", "system"])
async def test_every_view_is_offered_as_json_and_csv_only(api: Api, ada: Person, view: str) -> None:
    reply = await api.get(f"/analytics/{view}", as_=ada, headers={"Accept": "text/csv"})
    assert reply.body.startswith(b"section,item,title,figure,value\r\n")
    refused = await api.get(f"/analytics/{view}", as_=ada, headers={"Accept": "image/png"})
    assert refused.status == 406


async def test_the_system_view_counts_the_whole_site(
    api: Api, tara: Person, sam: Person, olly: Person, ada: Person
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=1)
    await make_course(api, tara, title="A draft")
    await complete(api, sam, await enroll(api, sam, course), lessons[0])
    data = (await api.get("/analytics/system", as_=ada)).data
    assert data["users"] == {"student": 2, "instructor": 1, "admin": 1, "total": 4}
    assert data["courses"] == {"total": 2, "published": 1, "draft": 1, "archived": 0}
    assert data["enrollments"]["completed"] == 1
    assert data["certificates"] == {"issued": 0, "revoked": 0}  # promised, not made yet
    # Tara wrote lessons and Sam learned; Olly and Ada did neither.
    assert data["active_users"] == {"day": 2, "week": 2, "month": 2}
    assert set(data["queues"]["certificates"]) == {"depth", "oldest_seconds", "dead"}


async def test_each_view_takes_a_fixed_number_of_queries(
    api: Api, tara: Person, sam: Person, ada: Person, cast: Cast, queries: QueryCount
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=2)

    async def ask() -> None:
        async with queries.expect(2):
            await api.get(of_course(course), as_=tara)
        async with queries.expect(8):
            await api.get("/analytics/instructor", as_=tara)
        async with queries.expect(3):
            await api.get("/analytics/system", as_=ada)

    await complete(api, sam, await enroll(api, sam, course), lessons[0])
    await complete(api, sam, await enroll(api, sam, course), lessons[1])
    await api.get(of_course(course), as_=tara)  # there is a connection to watch now
    await api.get("/analytics/system", as_=ada)
    await ask()
    await make_open_course(api, tara, title="More")
    for number in range(5):
        student = await cast.person(f"Student {number}")
        enrollment = await enroll(api, student, course)
        for lesson in lessons:
            await complete(api, student, enrollment, lesson)
    await ask()


async def test_the_report_is_a_pdf(api: Api, tara: Person, sam: Person) -> None:
    course, lessons = await make_open_course(api, tara, title="Géométrie 幾何学 هندسة")
    await complete(api, sam, await enroll(api, sam, course), lessons[0])
    for number in range(30):
        await make_lesson(api, tara, course, title=f"A further lesson {number}")
    reply = await api.get(f"/analytics/courses/{course['id']}/report.pdf", as_=tara)
    assert reply.headers["Content-Type"] == "application/pdf"
    assert reply.body.startswith(b"%PDF-")
    pypdf = pytest.importorskip("pypdf")
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(reply.body)).pages]
    assert len(pages) == 3
    assert "Géométrie" in pages[0]
    assert "1 active" in pages[0]
    assert "A further lesson 29" in pages[2]
    assert str(datetime.now(UTC).year) in pages[0]


async def test_storage_counts_the_files_that_are_there(
    api: Api, ada: Person, sam: Person, db: Pool
) -> None:
    async with db.acquire() as connection:
        await connection.execute(
            "insert into files (uploader_id, filename, content_type, size, sha256, status)"
            " select $1, 'a.txt', 'text/plain', n, '\\x00', 'ready' from generate_series(1, 4) n",
            sam.id,
        )
        await connection.execute(
            "insert into files (uploader_id, filename, content_type, status, alive_until)"
            " values ($1, 'b.txt', 'text/plain', 'storing', now())",
            sam.id,
        )
        await connection.execute("delete from files where size = 4")
    for _ in range(2):
        storage = (await api.get("/analytics/system", as_=ada)).data["storage"]
        assert storage == {"files": 3, "bytes": 6}
        await fold(db, from_scratch=True)


async def test_the_median_is_exact_over_many_times(
    api: Api, tara: Person, ada: Person, cast: Cast, db: Pool
) -> None:
    """From seconds to years, some of them folded and some of them not."""
    course, _ = await make_open_course(api, tara, lessons=1)
    chance = random.Random(7)
    took = [int(10 ** chance.uniform(0, 8.5)) for _ in range(150)]
    seen = []
    for number, seconds in enumerate(took):
        async with db.acquire() as connection:
            await connection.execute(
                "with person as (insert into users (email, email_key, full_name)"
                " values ($1, $1, 'Somebody') returning id)"
                " insert into enrollments"
                " (course_id, student_id, status, enrolled_at, completed_at)"
                " select $2, id, 'completed', now() - make_interval(secs => $3), now() from person",
                f"n{number}@example.com",
                course["id"],
                float(seconds),
            )
        seen.append(seconds)
        if number % 10 in (0, 3, 4):
            data = (await api.get(of_course(course), as_=tara)).data["time_to_complete"]
            assert data["median_seconds"] == statistics.median(seen), number
            assert data["mean_seconds"] == pytest.approx(statistics.mean(seen), abs=0.01)
        if number % 50 == 37:
            await fold(db)
