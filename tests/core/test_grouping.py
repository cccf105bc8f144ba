"""Questions that come together are asked together."""

import asyncio
from collections.abc import Sequence

import pytest

from lms.core.grouping import Grouped


async def test_what_is_asked_meanwhile_is_one_question() -> None:
    asked: list[list[int]] = []
    gate = asyncio.Event()

    async def double(numbers: Sequence[int]) -> list[int]:
        asked.append(list(numbers))
        await gate.wait()
        return [2 * number for number in numbers]

    grouped = Grouped(double)
    first = asyncio.create_task(grouped.ask(1))
    await asyncio.sleep(0)
    while not asked:
        await asyncio.sleep(0)
    others = [asyncio.create_task(grouped.ask(number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    gate.set()
    assert await asyncio.gather(first, *others) == [2, 4, 6, 8]
    assert asked == [[1], [2, 3, 4]]


async def test_a_failure_reaches_its_group_alone() -> None:
    async def refuse_odd(numbers: Sequence[int]) -> list[int]:
        if any(number % 2 for number in numbers):
            raise ValueError("odd")
        return list(numbers)

    grouped = Grouped(refuse_odd)
    with pytest.raises(ValueError, match="odd"):
        await grouped.ask(1)
    assert await grouped.ask(2) == 2


async def test_who_gives_up_waiting_leaves_the_others_alone() -> None:
    gate = asyncio.Event()

    async def echo(numbers: Sequence[int]) -> list[int]:
        await gate.wait()
        return list(numbers)

    grouped = Grouped(echo)
    impatient = asyncio.create_task(grouped.ask(1))
    patient = asyncio.create_task(grouped.ask(2))
    await asyncio.sleep(0)
    impatient.cancel()
    gate.set()
    assert await patient == 2
    assert await grouped.ask(3) == 3
