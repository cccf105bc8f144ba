"""An extension moves what ends an attempt: the student's limit, and the student's window."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from tests.api import Api
from tests.attempts.casts import TRUE_FALSE, make_quiz, make_taken, start
from tests.conftest import QueryCount
from tests.factories import enroll
from tests.people import Person


def _in(minutes: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=minutes)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")


async def _extend(api: Api, teacher: Person, quiz: Any, student: Person, **changes: Any) -> Any:
    path = f"/quizzes/{quiz['id']}/extensions/{student.id}"
    return await api.patch(path, changes, as_=teacher)


async def _expiry(api: Api, who: Person, attempt: Any) -> datetime | None:
    text = (await api.get(f"/attempts/{attempt['id']}", as_=who)).data["expires_at"]
    return None if text is None else _time(text)


async def test_extra_minutes_move_the_limit_and_the_window_together(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    """60 minutes in a window that ends in 60 minutes: 15 more are 75 of both."""
    end = _in(60)
    course, quiz, _ = await make_taken(
        api, tara, sam, TRUE_FALSE, time_limit_minutes=60, available_until=_text(end)
    )
    await enroll(api, olly, course)
    attempt, bystander = await start(api, sam, quiz), await start(api, olly, quiz)
    assert await _expiry(api, sam, attempt) == end
    reply = await _extend(api, tara, quiz, sam, extra_minutes=15)
    assert (reply.status, reply.data["available_until"]) == (200, None)
    started = _time(attempt["started_at"])
    later = min(started + timedelta(minutes=75), end + timedelta(minutes=15))
    assert await _expiry(api, sam, attempt) == later
    assert await _expiry(api, olly, bystander) == end
    await _extend(api, tara, quiz, sam, extra_minutes=0)
    assert await _expiry(api, sam, attempt) == end


async def test_a_student_may_start_within_an_own_window_after_the_others_ended(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, quiz, _ = await make_taken(
        api, tara, sam, TRUE_FALSE, time_limit_minutes=60, available_until=_text(_in(-5))
    )
    await enroll(api, olly, course)
    attempts = f"/quizzes/{quiz['id']}/attempts"
    assert (await api.post(attempts, as_=sam)).code == "quiz_not_open"
    own = _in(30)
    reply = await _extend(api, tara, quiz, sam, available_until=_text(own))
    assert reply.data["available_until"] == _text(own)
    attempt = await start(api, sam, quiz)
    assert _time(attempt["expires_at"]) == own
    assert (await api.post(attempts, as_=olly)).code == "quiz_not_open"
    # Null takes the own end back, and with it the time of the attempt.
    assert (await _extend(api, tara, quiz, sam, available_until=None)).status == 200
    now = (await api.get(f"/attempts/{attempt['id']}", as_=sam)).data
    assert now["expires_at"] == now["started_at"]  # never before it began
    assert now["seconds_left"] == 0


async def test_an_own_end_stands_whatever_the_minutes(api: Api, tara: Person, sam: Person) -> None:
    _, quiz, _ = await make_taken(
        api, tara, sam, TRUE_FALSE, time_limit_minutes=600, available_until=_text(_in(60))
    )
    attempt, own = await start(api, sam, quiz), _in(90)
    reply = await _extend(
        api, tara, quiz, sam, available_until=_text(own), extra_minutes=45, extra_attempts=0
    )
    assert reply.status == 200
    assert await _expiry(api, sam, attempt) == own
    await _extend(api, tara, quiz, sam, available_until=None)
    assert await _expiry(api, sam, attempt) == _in_window(quiz, 45)


def _in_window(quiz: Any, minutes: int) -> datetime:
    return _time(quiz["available_until"]) + timedelta(minutes=minutes)


async def test_an_end_before_the_quiz_begins_is_refused(
    api: Api, tara: Person, sam: Person
) -> None:
    begin = _in(10)
    _, quiz, _ = await make_taken(
        api, tara, sam, TRUE_FALSE, available_from=_text(begin), available_until=_text(_in(60))
    )
    for end in (begin, _in(5)):
        reply = await _extend(api, tara, quiz, sam, available_until=_text(end))
        assert (reply.status, reply.pointers) == (422, ["/available_until"])
    for wrong in ("soon", 5, "2026-01-01T00:00:00"):
        assert (await _extend(api, tara, quiz, sam, available_until=wrong)).status == 422
    assert (await _extend(api, tara, quiz, sam, available_until=_text(_in(11)))).status == 200


async def test_what_moves_nothing_refuses_the_whole_and_clearing_never_does(
    api: Api, tara: Person, sam: Person
) -> None:
    course, free, _ = await make_taken(api, tara, sam, TRUE_FALSE)
    limited, _ = await make_quiz(api, tara, course, TRUE_FALSE, time_limit_minutes=10)
    windowed, _ = await make_quiz(api, tara, course, TRUE_FALSE, available_until=_text(_in(60)))
    counted, _ = await make_quiz(api, tara, course, TRUE_FALSE, max_attempts=1)
    end = _text(_in(90))
    for quiz, changes in (
        (free, {"extra_minutes": 1}),
        (free, {"extra_attempts": 1}),
        (free, {"available_until": end}),
        (limited, {"extra_minutes": 1, "extra_attempts": 1}),
        (limited, {"extra_minutes": 1, "available_until": end}),
        (windowed, {"extra_minutes": 1, "available_until": end}),
        (counted, {"extra_attempts": 1, "extra_minutes": 1}),
    ):
        reply = await _extend(api, tara, quiz, sam, **changes)
        assert (reply.status, reply.code) == (409, "extension_has_no_effect"), changes
    for quiz in (free, limited, windowed, counted):
        reply = await _extend(
            api, tara, quiz, sam, extra_minutes=0, extra_attempts=0, available_until=None
        )
        told = [reply.data[k] for k in ("extra_minutes", "extra_attempts", "available_until")]
        assert (reply.status, told) == (200, [0, 0, None])  # of what was refused nothing stayed
    assert (await _extend(api, tara, limited, sam, extra_minutes=5)).status == 200
    assert (await _extend(api, tara, windowed, sam, extra_minutes=5)).status == 200
    assert (await _extend(api, tara, windowed, sam, available_until=end)).status == 200
    assert (await _extend(api, tara, windowed, sam, extra_minutes=6)).status == 409
    assert (await _extend(api, tara, counted, sam, extra_attempts=5)).status == 200


async def test_later_edits_of_the_quiz_move_the_window_of_open_attempts_alone(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, quiz, _ = await make_taken(
        api, tara, sam, TRUE_FALSE, time_limit_minutes=600, available_until=_text(_in(60))
    )
    await enroll(api, olly, course)
    await _extend(api, tara, quiz, sam, extra_minutes=15)
    attempt, plain = await start(api, sam, quiz), await start(api, olly, quiz)
    end = _in(120)
    path = f"/quizzes/{quiz['id']}"
    await api.patch(path, {"available_until": _text(end), "time_limit_minutes": 1}, as_=tara)
    assert await _expiry(api, sam, attempt) == end + timedelta(minutes=15)
    assert await _expiry(api, olly, plain) == end
    await api.patch(path, {"available_until": None}, as_=tara)
    # What is left is the limit that the attempts began with.
    assert await _expiry(api, sam, attempt) == _time(attempt["started_at"]) + timedelta(minutes=615)
    assert await _expiry(api, olly, plain) == _time(plain["started_at"]) + timedelta(minutes=600)
    # The extension still moves an open attempt, whose limit is its own.
    await api.patch(path, {"time_limit_minutes": None}, as_=tara)
    assert (await _extend(api, tara, quiz, sam, extra_minutes=20)).status == 200
    assert await _expiry(api, sam, attempt) == _time(attempt["started_at"]) + timedelta(minutes=620)


async def test_an_attempt_that_is_over_stays_over_when_the_window_moves(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, available_until=_text(_in(60)))
    attempt = await start(api, sam, quiz)
    async with db.acquire() as connection:
        await connection.execute(
            "update attempts set started_at = now() - interval '2 hours',"
            " expires_at = now() - interval '1 hour'"
        )
    await api.patch(f"/quizzes/{quiz['id']}", {"available_until": _text(_in(99))}, as_=tara)
    closed = (await api.get(f"/attempts/{attempt['id']}", as_=sam)).data
    assert closed["closed_by"] == "deadline"


async def test_students_see_their_own_limit_and_window(
    api: Api, tara: Person, sam: Person, olly: Person, ada: Person, queries: QueryCount
) -> None:
    course, quiz, _ = await make_taken(
        api, tara, sam, TRUE_FALSE, time_limit_minutes=60, available_until=_text(_in(60))
    )
    await enroll(api, olly, course)
    await _extend(api, tara, quiz, sam, extra_minutes=15)

    async def shown(who: Person | None) -> set[tuple[Any, Any]]:
        one = (await api.get(f"/quizzes/{quiz['id']}", as_=who)).data
        listed = (await api.get(f"/quizzes?course_id={course['id']}", as_=who)).data
        found = [one, *listed]
        if who in (sam, olly):
            found += (await api.get(f"/courses/{course['id']}/learn", as_=who)).data["quizzes"]
        return {(q["time_limit_minutes"], q["available_until"]) for q in found}

    mine = (75, _text(_in_window(quiz, 15)))
    theirs = (60, quiz["available_until"])
    assert await shown(sam) == {mine}
    for other in (olly, tara, ada, None):
        assert await shown(other) == {theirs}
    own = _text(_in(90))
    await _extend(api, tara, quiz, sam, available_until=own)
    assert await shown(sam) == {(75, own)}
    async with queries.expect(1):
        await api.get(f"/quizzes?course_id={course['id']}", as_=sam)


async def test_starts_extensions_and_edits_at_once_agree_in_the_end(
    api: Api, tara: Person, sam: Person
) -> None:
    _, quiz, _ = await make_taken(
        api, tara, sam, TRUE_FALSE, time_limit_minutes=600, available_until=_text(_in(60))
    )
    ends = [_text(_in(60 + n)) for n in range(20)]
    path = f"/quizzes/{quiz['id']}"
    replies = await asyncio.gather(
        *(api.patch(path, {"available_until": end}, as_=tara) for end in ends),
        *(_extend(api, tara, quiz, sam, extra_minutes=1 + n) for n in range(20)),
        *(api.post(f"{path}/attempts", as_=sam) for _ in range(10)),
    )
    assert {reply.status for reply in replies} <= {200, 201}
    (attempt,) = (await api.get(f"{path}/attempts", as_=sam)).data
    shown = (await api.get(path, as_=sam)).data
    assert attempt["expires_at"] == shown["available_until"]


async def test_an_attempt_that_starts_during_an_edit_has_the_edited_window(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, available_until=_text(_in(60)))
    end = _in(90)
    async with begin(db) as edit:
        await edit.execute(
            "update quizzes set available_until = $1 where id = $2", end, UUID(quiz["id"])
        )
        starting = asyncio.create_task(api.post(f"/quizzes/{quiz['id']}/attempts", as_=sam))
        await asyncio.wait([starting], timeout=0.5)  # it waits for the edit
    assert _time((await starting).data["expires_at"]) == end


async def test_an_attempt_without_limit_and_window_stays_without_an_end(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, max_attempts=2)
    await enroll(api, olly, course)
    attempts = {who.id: (who, await start(api, who, quiz)) for who in (sam, olly)}
    for change in ({"available_until": _text(_in(600))}, {"available_until": None}):
        assert (await api.patch(f"/quizzes/{quiz['id']}", change, as_=tara)).status == 200
    for changes in ({"extra_attempts": 1}, {"extra_attempts": 0}, {"available_until": None}):
        assert (await _extend(api, tara, quiz, sam, **changes)).status == 200
    for who, attempt in attempts.values():
        assert await _expiry(api, who, attempt) is None
