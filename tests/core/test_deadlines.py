"""Time limits that share a timer."""

import asyncio
import time

import pytest

from lms.core.deadlines import within


async def test_a_block_that_ends_in_time_is_left_alone() -> None:
    with within(5.0):
        await asyncio.sleep(0)


async def test_only_the_block_that_takes_too_long_is_stopped() -> None:
    async def work(seconds: float) -> str:
        try:
            with within(0.05):
                await asyncio.sleep(seconds)
        except TimeoutError:
            return "late"
        return "done"

    started = time.monotonic()
    outcomes = await asyncio.gather(work(0), work(60), work(0.001), work(60))
    assert outcomes == ["done", "late", "done", "late"]
    assert time.monotonic() - started < 5


async def test_a_later_limit_is_kept_after_an_earlier_one_has_passed() -> None:
    async def late() -> bool:
        try:
            with within(0.05):
                await asyncio.sleep(60)
        except TimeoutError:
            return True
        return False

    first = asyncio.create_task(late())
    await asyncio.sleep(0.02)
    second = asyncio.create_task(late())
    assert await asyncio.gather(first, second) == [True, True]


async def test_limits_of_two_lengths_go_by_their_own_clocks() -> None:
    with pytest.raises(TimeoutError), within(60.0), within(0.02):
        await asyncio.sleep(30)


async def test_someone_elses_cancellation_stays_a_cancellation() -> None:
    async def work() -> None:
        with within(60.0):
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_after_a_limit_the_task_goes_on_as_if_it_had_not_been_cancelled() -> None:
    async def work() -> int:
        with pytest.raises(TimeoutError), within(0.02):
            await asyncio.sleep(60)
        await asyncio.sleep(0)
        task = asyncio.current_task()
        assert task is not None
        return task.cancelling()

    assert await asyncio.create_task(work()) == 0
