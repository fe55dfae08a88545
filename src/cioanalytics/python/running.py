"""Whether a client runs, and the calls that wait until it does.

Law: each call is made once: now, or after `load` in its place and with its time. A client that is switched off makes
none, and answers every one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cioanalytics.core.later import Later
from cioanalytics.python.app_code import AppFunction, AppPlugin
from cioanalytics.python.call import Call
from cioanalytics.python.given import shown
from cioanalytics.python.listening import Listening

if TYPE_CHECKING:
    from cioanalytics.core.analytics import Analytics
    from cioanalytics.python.beginning import Reach


class Running(Listening):
    """A client that runs, or will."""

    def __init__(self) -> None:
        self._analytics: Analytics | None = None
        self._loaded = False
        self._reach: Reach | None = None
        # Each under the vendor's name of its method: the order in which they are made depends on it.
        self._kept: list[tuple[str, Callable[[Analytics], None]]] = []
        # Calls that wait for the client to start; settled with None where `disable` switches it off.
        self._waiting: list[Later[Any]] = []
        self._off = False
        super().__init__(self._do, lambda it: it.emitter, self._show)

    def __repr__(self) -> str:
        if self._off:
            return "<Client switched off>"
        if self._analytics is None:
            return "<Client waits for its page>" if self._loaded else "<Client not loaded>"
        return f"<Client reached={self._reach and self._reach.how!r}>"

    def _began(self, analytics: Analytics | None) -> None:
        """Make the kept calls: identity stands. None: there is no client, and nothing is made, stored or sent (N6)."""
        from cioanalytics.core.snippet import replay_order

        self._analytics = analytics
        kept, self._kept = self._kept, []
        waiting, self._waiting = self._waiting, []
        if analytics is None:
            self._off = True
            for each in waiting:
                each.settle(None)
            return
        own = analytics.loading.calls_of_address()
        for place in replay_order([method for method, _ in kept], len(own)):
            if place < 0:
                analytics.around.call_public(*own[-1 - place])
                continue
            method, call = kept[place]
            try:
                call(analytics)
            except Exception as error:
                analytics.ports.console.error(f"cioanalytics: {method}() failed: {error}")

    def _ask(self, method: str, make: Callable[[Analytics], Later[Any]]) -> Call[Any]:
        """Make a call, now or once the client has started."""
        answer: Later[Any] = Later()

        def ask(analytics: Analytics) -> None:
            try:
                made = make(analytics)
            except Exception as error:
                answer.fail(error)
                return
            made.when_done(
                lambda: answer.settle(self._answer(made.value())) if made.error is None else answer.fail(made.error)
            )

        if self._off:
            answer.settle(None)
        elif self._analytics is None:
            self._waiting.append(answer)
        self._do(method, ask)
        return Call(answer, lambda error: self._tell(f"cioanalytics: {method}() failed: {error}"), self._wake)

    def _do(self, method: str, make: Callable[[Analytics], object]) -> None:
        if self._analytics is not None:
            make(self._analytics)
            return
        if self._off:
            return
        called = time.time() * 1000

        def later(analytics: Analytics) -> None:
            # Imported only now: `import cioanalytics` has what a call needs to be kept, and no more.
            from cioanalytics.core.moment import Moment

            analytics.at(Moment(called, analytics.ports.page.facts()), lambda: make(analytics))

        self._kept.append((method, later))

    def _wake(self) -> None:
        if self._reach is not None and self._reach.wake is not None:
            self._reach.wake()

    def _tell(self, line: str) -> None:
        if self._analytics is not None:
            self._analytics.ports.console.error(line)

    def _show(self, value: object) -> object:
        """Give a value as the app knows it: this client, and None for what JavaScript calls undefined."""
        if isinstance(value, AppPlugin):
            return value.plugin
        return self if value is self._analytics and value is not None else shown(value)

    def _answer(self, value: object) -> object:
        # `ready` gives the answers of the plugins, of which most have none.
        return [self._show(each) for each in value] if isinstance(value, list) else self._show(value)

    def _function(self, function: Callable[..., object]) -> AppFunction:
        return AppFunction(function, self._show)

    def _running(self, name: str) -> Analytics:
        if self._off:
            raise RuntimeError(f"{name}() has no answer: the option disable switched this client off")
        if self._analytics is None:
            wanted = "its page has answered: await ready()" if self._loaded else "load(write_key) was called"
            raise RuntimeError(f"{name}() can answer once {wanted}")
        return self._analytics
