"""What the page calls: one table of names, one door.

Law: `receive` never raises. An error of a call is that call's answer; an error of anything else is told once on the
console.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from cioanalytics.browser.host import Border
from cioanalytics.browser.values import Values
from cioanalytics.core.analytics import Analytics
from cioanalytics.core.later import Later
from cioanalytics.core.moment import Moment, read_page_facts
from cioanalytics.core.ports import Console
from cioanalytics.core.unset import UNSET

type Method = Callable[..., object]


def table_of(client: Analytics) -> dict[str, Method]:
    """Give the client's methods under their JavaScript names."""
    user, group, queue = client.user, client.group, client.queue_emitter
    return {
        "track": client.track,
        "page": client.page,
        "screen": client.screen,
        "identify": client.identify,
        "group": client.group_event,
        "alias": client.alias,
        "reset": client.reset,
        "setAnonymousId": client.set_anonymous_id,
        "on": _silent(client.emitter.on),
        "once": _silent(client.emitter.once),
        "off": _silent(client.emitter.off),
        "emit": _silent(client.emitter.emit),
        "ready": client.ready,
        "whenReady": client.when_ready,
        "register": client.register,
        "deregister": client.deregister,
        "addSourceMiddleware": client.add_source_middleware,
        "addDestinationMiddleware": client.add_destination_middleware,
        "queryString": client.query_string,
        "normalize": client.normalize,
        "debug": client.debug,
        "timeout": client.set_timeout,
        "switches": _silent(client.set_switches),
        "flush": client.flush,
        "forget": client.forget,
        "initialized": lambda: client.initialized,
        "queue.isEmpty": client.queue.is_empty,
        "queue.plugins": client.shown_plugins,
        "queue.failedInitializations": lambda: list(client.plugins.failed_initializations),
        "user.id": user.id,
        "user.anonymousId": user.anonymous_id,
        "user.traits": user.traits,
        "user.identify": _silent(user.identify),
        "user.logout": _silent(user.logout),
        "user.reset": _silent(user.reset),
        "user.save": user.save,
        "user.load": _silent(user.load),
        "user.explain": user.explain,
        "user.options": lambda: user.options,
        "group.id": group.id,
        "group.anonymousId": group.anonymous_id,
        "group.traits": group.traits,
        "group.identify": _silent(group.identify),
        "group.logout": _silent(group.logout),
        "group.reset": _silent(group.reset),
        "group.save": group.save,
        "group.load": _silent(group.load),
        "group.options": lambda: group.options,
        "queue.on": _silent(queue.on),
        "queue.once": _silent(queue.once),
        "queue.off": _silent(queue.off),
        "queue.emit": _silent(queue.emit),
    }


# Arguments that these have at least: without them they would fail with words of Python.
NEEDS: Final = {"on": 2, "once": 2, "off": 2, "emit": 1, "addSourceMiddleware": 1, "addDestinationMiddleware": 1}


def _silent(method: Method) -> Method:
    """Give a method that answers nothing: undefined, or the client itself, which the page has already."""

    def call(*arguments: object) -> object:
        method(*arguments)
        return UNSET

    return call


class Dispatch:
    """Receives all that the page says to one client."""

    def __init__(self, client: Analytics, border: Border, values: Values, console: Console) -> None:
        self._client = client
        self._border = border
        self._values = values
        self._console = console
        self._methods = table_of(client)

    def receive(self, topic: str, number: int, text: str) -> str | None:
        """Take one message of the page; only a call has an answer."""
        try:
            match topic:
                case "call":
                    return self._call(number, text)
                case "page":
                    self._client.page_changed(json.loads(text))
                case _:
                    self._border.arrived(number, text)
        except Exception as error:
            self._console.error(f"cioanalytics: {type(error).__name__}: {error}")
        return None

    def _call(self, promise: int, text: str) -> str:
        try:
            result = self._result(text)
        except Exception as error:
            return self._values.failure(error)
        if isinstance(result, Later):
            self._settle(promise, result)
            return '{"promise":true}'
        return self._values.outcome(result)

    def _result(self, text: str) -> object:
        method, arguments, references, past = json.loads(text)
        given = self._values.taken(arguments, references)
        given += [UNSET] * (NEEDS.get(method.rpartition(".")[2], 0) - len(given))
        call = self._methods[method]
        if past is None:
            return call(*given)
        moment = Moment(past.get("time"), read_page_facts(past.get("page")))
        return self._client.at(moment, lambda: call(*given))

    def _settle(self, promise: int, later: Later[Any]) -> None:
        def done() -> None:
            if later.error is not None:
                self._border.host.settle(promise, False, self._values.failure(later.error))
            else:
                self._border.host.settle(promise, True, self._values.outcome(later.value()))

        if promise:
            later.when_done(done)
