"""What a call gives back in Python: an awaitable that may be ignored."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from cioanalytics.core.later import Later


class Call[T]:
    """A call that has started at once. Await it for its result, from any event loop; or leave it."""

    def __init__(self, later: Later[T]) -> None:
        self._later = later

    def done(self) -> bool:
        """Tell whether the result is there."""
        return self._later.done

    def result(self) -> T:
        """Give the result; raises the call's own error, or RuntimeError while it is still under way."""
        if not self._later.done:
            raise RuntimeError("the call is still under way; await it")
        return self._later.value()

    def __repr__(self) -> str:
        return f"<Call {'done' if self._later.done else 'under way'}>"

    def __await__(self) -> Generator[Any, None, T]:
        if not self._later.done:
            # Only who waits pays for asyncio, and an app that waits has it already.
            import asyncio

            future = asyncio.get_running_loop().create_future()
            self._later.when_done(lambda: None if future.done() else future.set_result(None))
            yield from future
        return self._later.value()
