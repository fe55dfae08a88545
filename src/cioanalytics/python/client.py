"""The client for Python code: the vendor's calls in snake_case.

Law: a call starts at once and never raises because of storage, network or a plugin. A value that JSON cannot say is the
caller's mistake: TypeError, before anything has happened. Overloads are the vendor's, so its documentation reads for both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from cioanalytics.core.ports import UNSET, Json, Unset
from cioanalytics.python.call import Call
from cioanalytics.python.people import Group, Id, User
from cioanalytics.python.plain import plain

if TYPE_CHECKING:
    from cioanalytics.core.analytics import Analytics
    from cioanalytics.core.later import Later
    from cioanalytics.core.pipeline.context import Context

type Values = Mapping[str, Any]
type Callback = Callable[[Context], object]
type Handler = Callable[..., object]


class Client:
    """One loaded client; `cioanalytics.load` makes it."""

    def __init__(self, analytics: Analytics) -> None:
        self._analytics = analytics
        self._user = User(analytics.user)
        self._group = Group(analytics.group)

    def track(
        self,
        event: str,
        properties: Values | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Call[Context]:
        """Send that something happened."""
        return self._call(
            self._analytics.track, [event, *_given(("properties", properties), ("options", options))], callback
        )

    def page(
        self,
        category: str | Values | None = None,
        name: str | Values | None = None,
        properties: Values | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Call[Context]:
        """Send that the page was seen: `page()`, `page(name)`, `page(category, name)`, `page(properties, options)` …"""
        given = _given(("category", category), ("name", name), ("properties", properties), ("options", options))
        return self._call(self._analytics.page, given, callback)

    def screen(
        self,
        category: str | Values | None = None,
        name: str | Values | None = None,
        properties: Values | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Call[Context]:
        """Send that a screen of an app was seen; arguments as `page`."""
        given = _given(("category", category), ("name", name), ("properties", properties), ("options", options))
        return self._call(self._analytics.screen, given, callback)

    def identify(
        self,
        user_id: Id | Values = None,
        traits: Values | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Call[Context]:
        """Say who the person is. A user id that differs from a present one makes a new anonymous id (seed)."""
        given = _given(("user_id", user_id), ("traits", traits), ("options", options))
        return self._call(self._analytics.identify, given, callback)

    def group(
        self,
        group_id: Id | Values | Unset = UNSET,
        traits: Values | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Any:
        """Say to which group the person belongs; without arguments: give the group as it is known."""
        if isinstance(group_id, Unset):
            return self._group
        given = _given(("group_id", group_id), ("traits", traits), ("options", options))
        return self._call(self._analytics.group_event, given, callback)

    def alias(
        self,
        to: str,
        previous: str | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Call[Context]:
        """Join two ids of one person."""
        return self._call(self._analytics.alias, [to, *_given(("previous", previous), ("options", options))], callback)

    def user(self) -> User:
        """Give the person as they are known."""
        return self._user

    def reset(self, *, keep_anonymous_id: bool = False) -> None:
        """Forget user and group in every store, as at logout; a fresh anonymous id follows unless it is kept."""
        self._analytics.reset({"keepAnonymousId": keep_anonymous_id})

    def set_anonymous_id(self, anonymous_id: str | None = None) -> str | None:
        """Set the anonymous id, which persists (seed)."""
        value = self._analytics.set_anonymous_id(UNSET if anonymous_id is None else anonymous_id)
        return cast("str | None", None if isinstance(value, Unset) else value)

    def on(self, event: str, handler: Handler) -> Client:
        """Call a handler at each event of this name: `track`, `identify`, `page`, `identity`, `reset` …"""
        self._analytics.emitter.on(event, handler)
        return self

    def once(self, event: str, handler: Handler) -> Client:
        """Call a handler at the next event of this name."""
        self._analytics.emitter.once(event, handler)
        return self

    def off(self, event: str, handler: Handler) -> Client:
        """Call a handler no more."""
        self._analytics.emitter.off(event, handler)
        return self

    def emit(self, event: str, *arguments: object) -> Client:
        """Tell all handlers of an event."""
        self._analytics.emitter.emit(event, *arguments)
        return self

    def ready(self, callback: Callable[[], object] | None = None) -> Call[None]:
        """Wait until identity stands, settings have come or failed, and each plugin is ready or has failed."""
        return Call(_nothing(self._analytics.ready(UNSET if callback is None else lambda *_: callback())))

    def register(self, *plugins: Any) -> Call[Context]:
        """Add plugins: objects with `name`, `type`, `load`, `is_loaded` and a method for each kind of event they take."""
        return Call(self._analytics.register(*plugins))

    def deregister(self, *names: str) -> Call[Context]:
        """Remove plugins by name."""
        return Call(self._analytics.deregister(*names))

    def add_source_middleware(self, function: Callable[..., object]) -> Call[Any]:
        """Let a function `(payload, next)` see each event first; without a call of `next` the event is dropped."""
        return Call(self._analytics.add_source_middleware(function))

    def add_destination_middleware(self, integration: str, *functions: Callable[..., object]) -> Call[Any]:
        """Let functions see each event before one destination gets it."""
        return Call(self._analytics.add_destination_middleware(integration, *functions))

    def query_string(self, query: str) -> Call[list[object]]:
        """Make the calls that the `ajs_` parameters of a query string ask for."""
        return Call(self._analytics.query_string(query))

    def flush(self) -> Call[Any]:
        """Wait until all that is queued was sent or given up."""
        return Call(self._analytics.flush())

    def forget(self) -> Call[list[str]]:
        """Remove all that this client keeps of the person; gives the list of what was removed."""
        return Call(self._analytics.forget())

    def debug(self, on: bool = True) -> Client:
        """Print what happens to each event on the console."""
        self._analytics.debug(on)
        return self

    def timeout(self, milliseconds: float) -> None:
        """Set how long a callback waits for the delivery of its event at most."""
        self._analytics.set_timeout(milliseconds)

    def _call(
        self, method: Callable[..., Later[Context]], given: list[Json], callback: Callback | None
    ) -> Call[Context]:
        return Call(method(*given, *([] if callback is None else [callback])))


def _given(*arguments: tuple[str, object]) -> list[Json]:
    """Make arguments plain and leave the last ones away that were not given: the vendor's overloads count them."""
    made = [plain(value, name) for name, value in arguments]
    while made and made[-1] is None:
        made.pop()
    return made


def _nothing(later: Later[Any]) -> Later[None]:
    return cast("Later[None]", later)
