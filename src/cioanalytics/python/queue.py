"""What became of events, as Python hears of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from cioanalytics.core.analytics import Analytics
    from cioanalytics.python.app_code import AppFunction

type Handler = Callable[..., object]


class Queue:
    """The events on their way. Handlers hear what becomes of each, also after its call has been answered.

    `delivery_success(context)`, `delivery_retry(context)`, `delivery_failure(context, reason)`.
    """

    def __init__(
        self,
        do: Callable[[str, Callable[[Analytics], object]], None],
        checked: Callable[[object, Handler], tuple[str, AppFunction]],
    ) -> None:
        self._do = do
        self._checked = checked

    def on(self, event: str, handler: Handler) -> Self:
        """Call a handler at each event of this name."""
        name, function = self._checked(event, handler)
        self._do("on", lambda it: it.queue_emitter.on(name, function))
        return self

    def once(self, event: str, handler: Handler) -> Self:
        """Call a handler at the next event of this name."""
        name, function = self._checked(event, handler)
        self._do("once", lambda it: it.queue_emitter.once(name, function))
        return self

    def off(self, event: str, handler: Handler) -> Self:
        """Call a handler no more."""
        name, function = self._checked(event, handler)
        self._do("off", lambda it: it.queue_emitter.off(name, function))
        return self
