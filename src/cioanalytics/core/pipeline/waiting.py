"""Waiting for values that may never come.

Law: what waits for page code has an end in sight: a time limit, or nothing else waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from cioanalytics.core.errors import CioError
from cioanalytics.core.later import Later, settled
from cioanalytics.core.ports import Clock


def as_later(value: object) -> Later[object]:
    """Give a plugin's answer as a value that comes later, whatever it is."""
    return cast("Later[object]", value) if isinstance(value, Later) else settled(value)


def within[T](value: Later[T], ms: float | None, clock: Clock) -> Later[T]:
    """Give the same value, or the error "Promise timed out" after so many milliseconds (reference)."""
    if value.done or ms is None:
        return value
    limited: Later[T] = Later()
    timer = clock.after(ms, lambda: limited.fail(CioError("Promise timed out")))

    def arrived() -> None:
        clock.cancel(timer)
        if value.error is not None:
            limited.fail(value.error)
        else:
            limited.settle(value.value())

    value.when_done(arrived)
    return limited


def all_done(values: Sequence[Later[Any]]) -> Later[None]:
    """Give a value that is there when all others are, whatever became of them."""
    done: Later[None] = Later()
    left = [len(values)]

    def one_less() -> None:
        left[0] -= 1
        if left[0] == 0:
            done.settle(None)

    if not values:
        done.settle(None)
    for each in values:
        each.when_done(one_less)
    return done


def pause(ms: float, clock: Clock) -> Later[None]:
    """Give a value that is there after so many milliseconds."""
    over: Later[None] = Later()
    clock.after(ms, lambda: over.settle(None))
    return over
