"""Many clients at once: one attempt, one mark, from one consistent set of answers."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web

from lms.attempts import lifecycle, queries
from lms.attempts.tasks import close_overdue
from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.tasks import WorkerContext
from tests.api import Api, Response
from tests.attempts.casts import MULTIPLE, TRUE_FALSE, make_taken, option, start
from tests.people import Person
from tests.running import eventually

_CLIENTS = 20


async def insist(call: Callable[[], Awaitable[Response]]) -> Response:
    """As a client does that is told to come back: a busy machine may say 503."""
    while (reply := await call()).status == 503:
        await asyncio.sleep(0.2)
    return reply


@pytest.mark.parametrize("rounds", [3, pytest.param(50, marks=pytest.mark.slow)])
async def test_one_open_attempt_and_never_more_than_allowed(
    api: Api, tara: Person, sam: Person, rounds: int
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE, max_attempts=rounds)
    path = f"/quizzes/{quiz['id']}/attempts"
    for number in range(1, rounds + 1):
        replies = await asyncio.gather(
            *(insist(lambda: api.post(path, as_=sam)) for _ in range(_CLIENTS))
        )
        assert sorted(reply.status for reply in replies) == [200] * (_CLIENTS - 1) + [201]
        (attempt_id,) = {reply.data["id"] for reply in replies}
        assert {reply.data["number"] for reply in replies} == {number}
        await api.post(f"/attempts/{attempt_id}/submit", as_=sam)
    replies = await asyncio.gather(
        *(insist(lambda: api.post(path, as_=sam)) for _ in range(_CLIENTS))
    )
    assert {reply.code for reply in replies} == {"attempts_used_up"}


@pytest.mark.parametrize("rounds", [4, pytest.param(50, marks=pytest.mark.slow)])
async def test_racing_save_submit_and_deadline_make_one_mark(
    api: Api,
    app: web.Application,
    tara: Person,
    sam: Person,
    db: Pool,
    worker: WorkerContext,
    rounds: int,
) -> None:
    """Every save names both questions alike: a mark of one without the other would be torn."""
    _, quiz, _ = await make_taken(
        api, tara, sam, MULTIPLE, {**MULTIPLE, "text": "The same again"}, time_limit_minutes=60
    )
    for number in range(rounds):
        attempt = await start(api, sam, quiz)
        path = f"/attempts/{attempt['id']}"
        acknowledged: list[int] = []

        def both(seq: int, attempt: Any = attempt) -> list[dict[str, Any]]:
            # An odd seq is half right in both questions, an even one right in both.
            texts = ["Number 2"] if seq % 2 else ["Number 2", "Number 4"]
            return [
                {"question_id": q["id"], "answer": [option(q, t) for t in texts], "seq": seq}
                for q in attempt["questions"]
            ]

        async def save(seq: int, path: str = path, kept: Any = acknowledged) -> Response:
            body = {"answers": both(seq)}
            reply = await insist(lambda: api.patch(f"{path}/answers", body, as_=sam))
            if reply.status == 200:
                kept.append(seq)
            return reply

        async def submit(seq: int, path: str = path) -> Response:
            body = {"answers": both(seq)}
            return await insist(lambda: api.post(f"{path}/submit", body, as_=sam))

        async def deadline(attempt: Any = attempt) -> None:
            async with db.acquire() as connection:
                await connection.execute(
                    "update attempts set expires_at = now() - interval '9 s' where id = $1 "
                    "and status = 'in_progress'",
                    UUID(attempt["id"]),
                )
            await close_overdue(worker, UUID(attempt["id"]))

        async def close_late(seq: int, number: int = number) -> Any:
            return await deadline() if number % 2 else await submit(seq)

        calls = [save(seq) for seq in range(1, _CLIENTS - 3)]
        calls[5:5] = [submit(100 + number), close_late(200), submit(300)]
        replies = [r for r in await asyncio.gather(*calls) if r is not None]
        assert {reply.status for reply in replies} <= {200, 409}

        final = (await api.get(path, as_=sam)).data
        assert final["status"] == "graded"
        seqs = {answer["seq"] for answer in final["answers"]}
        assert len(seqs) <= 1
        seq = max(seqs, default=0)  # 0: the deadline was first
        expected = Decimal(0) if not seq else Decimal("0.5") if seq % 2 else Decimal(1)
        assert [q["points_awarded"] for q in final["questions"]] == [expected, expected]
        assert Decimal(str(final["points"])) == expected * 2
        assert seq >= max(acknowledged, default=0)
        results = {
            (r.data["points"], r.data["finished_at"], r.data["closed_by"])
            for r in replies
            if r.status == 200 and "points" in r.data
        }
        assert results <= {(final["points"], final["finished_at"], final["closed_by"])}
        late = await api.patch(f"{path}/answers", {"answers": both(10_000)}, as_=sam)
        assert late.code == "attempt_closed"
        again = (await api.get(path, as_=sam)).data
        assert (again["points"], again["answers"]) == (final["points"], final["answers"])


async def test_a_save_that_meets_a_closing_waits_for_it_and_is_refused(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    _, quiz, _ = await make_taken(api, tara, sam, TRUE_FALSE)
    attempt = await start(api, sam, quiz)
    question = attempt["questions"][0]["id"]
    answers = {"answers": [{"question_id": question, "answer": True, "seq": 1}]}
    async with begin(db) as connection:
        held = await queries.lock_attempt(connection, UUID(attempt["id"]), grace_seconds=5)
        await lifecycle.close(connection, held, "student")
        save = asyncio.create_task(
            api.patch(f"/attempts/{attempt['id']}/answers", answers, as_=sam)
        )

        async def waits() -> bool:
            async with db.acquire() as other:
                waiting = await other.fetchval(
                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' "
                    "and query like '-- attempts/save_answers%' and datname = current_database()"
                )
            return bool(waiting) or save.done()

        await eventually(waits)
    assert (await save).code == "attempt_closed"
    read = (await api.get(f"/attempts/{attempt['id']}", as_=tara)).data
    assert (read["answers"], read["points"]) == ([], 0)
