"""What a call gives back in Python: an awaitable that may be ignored."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from cioanalytics.core.later import Later


class Call[T]:
    """A call that has started at once. Await it for its result, from any event loop; or leave it.

    The error of a call that nobody has looked at is told once on the console.
    """

    def __init__(
        self,
        later: Later[T],
        tell: Callable[[BaseException], None] | None = None,
        wake: Callable[[], None] | None = None,
    ) -> None:
        self._later = later
        self._tell = tell
        self._wake = wake

    def done(self) -> bool:
        """Tell whether the result is there."""
        return self._later.done

    def result(self) -> T:
        """Give the result; raises the call's own error, or RuntimeError while it is still under way."""
        if not self._later.done:
            raise RuntimeError("the call is still under way; await it")
        self._tell = None
        return self._later.value()

    def later(self) -> Later[T]:
        """Give what the client's own code waits for."""
        self._tell = None
        return self._later

    def __repr__(self) -> str:
        if not self._later.done:
            return "<Call under way>"
        return "<Call done>" if self._later.error is None else f"<Call failed: {self._later.error}>"

    def __await__(self) -> Generator[Any, None, T]:
        self._tell = None
        if not self._later.done:
            # Only who waits pays for asyncio, and an app that waits has it already.
            import asyncio

            if self._wake is not None:
                self._wake()
            future = asyncio.get_running_loop().create_future()
            self._later.when_done(lambda: None if future.done() else future.set_result(None))
            yield from future
        return self._later.value()

    def __del__(self) -> None:
        # As a promise that fails with nobody there: else a mistake would be lost without a word.
        tell, later = self.__dict__.get("_tell"), self.__dict__.get("_later")
        if tell is not None and later is not None:
            later.when_done(lambda: None if later.error is None else tell(later.error))
