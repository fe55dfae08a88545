"""What a call gives back in Python: awaited from an event loop, asked later, or ignored."""

from __future__ import annotations

import asyncio

import pytest

from cioanalytics.core.later import Later, settled
from cioanalytics.python.call import Call


def test_a_call_is_awaited_as_often_as_one_likes() -> None:
    async def app() -> list[int]:
        later: Later[int] = Later()
        call = Call(later)
        asyncio.get_running_loop().call_soon(later.settle, 7)
        return [await call, await call, call.result()]

    assert asyncio.run(app()) == [7, 7, 7]


def test_several_wait_for_one_call_and_one_of_them_gives_up() -> None:
    async def app() -> tuple[int, bool]:
        later: Later[int] = Later()
        call = Call(later)

        async def wait() -> int:
            return await call

        impatient, patient = asyncio.ensure_future(wait()), asyncio.ensure_future(wait())
        await asyncio.sleep(0)
        impatient.cancel()
        later.settle(7)
        return await patient, impatient.cancelled()

    assert asyncio.run(app()) == (7, True)


def test_the_calls_own_error_is_raised_where_it_is_awaited() -> None:
    later: Later[int] = Later()
    later.fail(ValueError("mine"))
    call = Call(later)

    async def app() -> int:
        return await call

    with pytest.raises(ValueError, match="mine"):
        asyncio.run(app())
    with pytest.raises(ValueError, match="mine"):
        call.result()


def test_a_result_that_is_not_there_yet_is_an_error_that_says_what_to_do() -> None:
    call: Call[int] = Call(Later())
    assert not call.done()
    with pytest.raises(RuntimeError, match="await it"):
        call.result()


def test_a_cell_of_a_notebook_that_ends_in_a_call_says_how_it_stands() -> None:
    assert repr(Call(Later())) == "<Call under way>"
    assert repr(Call(settled(1))) == "<Call done>"
    failed: Later[int] = Later()
    failed.fail(ValueError("mine"))
    assert repr(Call(failed)) == "<Call failed: mine>"


def test_the_error_of_a_call_is_told_only_where_nobody_has_looked() -> None:
    told: list[BaseException] = []
    looked_at: Later[int] = Later()
    call = Call(looked_at, told.append)
    looked_at.fail(ValueError("mine"))
    with pytest.raises(ValueError, match="mine"):
        call.result()
    del call
    assert told == []
    left: Later[int] = Later()
    Call(left, told.append)
    left.fail(ValueError("lost"))
    assert [str(each) for each in told] == ["lost"]
