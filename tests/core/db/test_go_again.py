"""Work that PostgreSQL undid is done again, and not for ever."""

import asyncpg
import pytest

from lms.core.db import transactions
from lms.core.db.transactions import go_again


class _Work:
    """Work that meets so many deadlocks before it succeeds."""

    def __init__(self, deadlocks: int) -> None:
        self.deadlocks = deadlocks
        self.tries = 0

    async def do(self, word: str) -> str:
        self.tries += 1
        if self.tries <= self.deadlocks:
            raise asyncpg.DeadlockDetectedError
        return word


@pytest.mark.parametrize("deadlocks", [0, 1, 2])
async def test_up_to_two_deadlocks_are_tried_again(deadlocks: int) -> None:
    work = _Work(deadlocks)
    assert await go_again(work.do, "done") == "done"
    assert work.tries == deadlocks + 1


async def test_the_third_deadlock_is_raised() -> None:
    work = _Work(3)
    with pytest.raises(asyncpg.DeadlockDetectedError):
        await go_again(work.do, "done")
    assert work.tries == 3


async def test_a_slow_failure_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "_AGAIN_SECONDS", -1.0)
    work = _Work(1)
    with pytest.raises(asyncpg.DeadlockDetectedError):
        await go_again(work.do, "done")
    assert work.tries == 1


async def test_other_failures_are_not_tried_again() -> None:
    tries = []

    async def fail() -> None:
        tries.append(1)
        raise asyncpg.UniqueViolationError

    with pytest.raises(asyncpg.UniqueViolationError):
        await go_again(fail)
    assert len(tries) == 1
