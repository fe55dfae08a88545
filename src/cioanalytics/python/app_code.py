"""Functions and plugins that a Python app hands over.

Law: each may be a coroutine function, or give anything that can be awaited; the event loop of the app steps it, and the
client waits for it as it waits for a promise of the page. What it gets is what the app knows: its own client, None.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

from cioanalytics.core.later import Later
from cioanalytics.python.call import Call

if TYPE_CHECKING:
    from asyncio import Future

type Show = Callable[[object], object]


class AppFunction:
    """A function of the app. `show` makes what the client gives into what the app knows."""

    def __init__(self, function: Callable[..., object], show: Show) -> None:
        self.function = function
        self.__name__ = str(getattr(function, "__name__", ""))
        self._show = show

    def __call__(self, *arguments: object) -> object:
        """Call it; a Later where it gave something to wait for."""
        return as_promise(self.function(*[self._show(each) for each in arguments]))

    def __eq__(self, other: object) -> bool:
        # `off` is given the app's own function, and finds this one by it.
        return isinstance(other, AppFunction) and other.function == self.function

    def __hash__(self) -> int:
        return hash(self.function)


class AppPlugin:
    """A plugin of the app: its own object, with each method as a function of the app."""

    def __init__(self, plugin: object, show: Show) -> None:
        self.plugin = plugin
        self._show = show

    def __getattr__(self, name: str) -> Any:
        found: object = getattr(self.plugin, name)
        return AppFunction(cast("Callable[..., object]", found), self._show) if callable(found) else found


def as_promise(value: object) -> object:
    """Give a value, or a Later of it where it has to be awaited."""
    if isinstance(value, Call):
        return value.later()
    if not hasattr(type(value), "__await__") or isinstance(value, Later):
        return value
    # Imported only now: who awaits nothing does not pay for it.
    import asyncio

    answer: Later[object] = Later()
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        close = getattr(value, "close", None)
        if callable(close):
            close()
        raise RuntimeError("an async function needs a running event loop") from None
    future: Future[object] = asyncio.ensure_future(cast("Awaitable[object]", value))
    _under_way.add(future)
    future.add_done_callback(lambda done: _arrived(done, answer))
    return answer


# The event loop itself holds its tasks weakly.
_under_way: set[Future[object]] = set()


def _arrived(future: Future[object], answer: Later[object]) -> None:
    _under_way.discard(future)
    if future.cancelled():
        answer.fail(RuntimeError("it was cancelled"))
        return
    error = future.exception()
    if error is not None:
        answer.fail(error)
    else:
        answer.settle(future.result())
