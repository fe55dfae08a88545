"""A value that comes later, and the stepping of coroutines that wait for one.

Law: no event loop. A coroutine runs at once until its first wait, and goes on inside the call that settles what it
waits for. So what needs no waiting happens within the caller's own call, as `dispatch_start` must (reference).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from typing import Any, cast


class Later[T]:
    """A result that is set once, by `settle` or `fail`; later settings are ignored."""

    def __init__(self) -> None:
        self.done = False
        self.error: BaseException | None = None
        self._value: T | None = None
        self._waiting: list[Callable[[], None]] = []

    def settle(self, value: T) -> None:
        """Set the result and run all who wait, in the order in which they came."""
        if not self.done:
            self._value = value
            self._finish()

    def fail(self, error: BaseException) -> None:
        """Set an error, which is raised in all who wait."""
        if not self.done:
            self.error = error
            self._finish()

    def _finish(self) -> None:
        self.done = True
        waiting, self._waiting = self._waiting, []
        for action in waiting:
            action()

    def value(self) -> T:
        """Give the result of a settled one; raise its error."""
        if self.error is not None:
            raise self.error
        return cast(T, self._value)

    def when_done(self, action: Callable[[], None]) -> None:
        """Run an action once settled; at once if it is already."""
        if self.done:
            action()
        else:
            self._waiting.append(action)

    def pass_to(self, other: Later[T]) -> None:
        """Settle another one as this one is, or will be."""

        def done() -> None:
            if self.error is not None:
                other.fail(self.error)
            else:
                other.settle(self.value())

        self.when_done(done)

    def __await__(self) -> Generator[Later[T], None, T]:
        if not self.done:
            yield self
        return self.value()


def settled[T](value: T) -> Later[T]:
    """Give a Later that is already settled."""
    later: Later[T] = Later()
    later.settle(value)
    return later


def spawn[T](coroutine: Coroutine[Any, None, T]) -> Later[T]:
    """Start a coroutine now; the Later is settled with what it returns or raises."""
    steps = _Steps(coroutine)
    steps.go_on()
    return steps.result


class _Steps[T]:
    """A coroutine on its way: an object, for a function that names itself would be garbage until a collection."""

    __slots__ = ("_coroutine", "_itself", "result")

    def __init__(self, coroutine: Coroutine[Any, None, T]) -> None:
        self._coroutine = coroutine
        # While it waits: else one that is thrown away could be closed by an inner one that is being closed itself.
        self._itself: _Steps[T] | None = None
        self.result: Later[T] = Later()

    def go_on(self) -> None:
        """Run up to the next wait."""
        # A loop, not recursion: a chain of already settled waits must not grow the stack.
        while True:
            try:
                waited = cast("Later[object]", self._coroutine.send(None))
            except StopIteration as stop:
                self._itself = None
                self.result.settle(cast(T, stop.value))
                return
            except Exception as error:
                self._itself = None
                self.result.fail(error)
                return
            if not waited.done:
                self._itself = self
                waited.when_done(self.go_on)
                return
