"""Values that come later, and coroutines without an event loop."""

from __future__ import annotations

import pytest

from cioanalytics.core.later import Later, settled, spawn


def test_what_needs_no_waiting_happens_within_the_call() -> None:
    seen: list[int] = []

    async def work() -> int:
        seen.append(await settled(1))
        return 2

    assert spawn(work()).value() == 2
    assert seen == [1]


def test_a_waiting_coroutine_goes_on_inside_the_call_that_settles() -> None:
    later: Later[str] = Later()

    async def work() -> str:
        return await later + "!"

    result = spawn(work())
    assert not result.done
    later.settle("now")
    assert result.value() == "now!"


def test_an_error_reaches_who_waits() -> None:
    later: Later[None] = Later()

    async def work() -> str:
        try:
            await later
        except ValueError as error:
            return str(error)
        return "no error"

    result = spawn(work())
    later.fail(ValueError("broken"))
    assert result.value() == "broken"


def test_an_error_of_the_coroutine_is_the_result_s_error() -> None:
    async def work() -> None:
        raise ValueError("mine")

    result = spawn(work())
    with pytest.raises(ValueError, match="mine"):
        result.value()


def test_the_first_settling_counts() -> None:
    later: Later[int] = Later()
    later.settle(1)
    later.settle(2)
    later.fail(ValueError("late"))
    assert later.value() == 1


def test_who_waits_is_told_in_the_order_of_coming() -> None:
    later: Later[None] = Later()
    order: list[str] = []
    later.when_done(lambda: order.append("first"))
    later.when_done(lambda: order.append("second"))
    later.settle(None)
    later.when_done(lambda: order.append("at once"))
    assert order == ["first", "second", "at once"]


def test_many_settled_waits_do_not_grow_the_stack() -> None:
    async def work() -> int:
        total = 0
        for _ in range(20_000):
            total += await settled(1)
        return total

    assert spawn(work()).value() == 20_000
