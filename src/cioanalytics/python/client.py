"""The client for Python code: the vendor's calls in snake_case.

Law: a call starts at once and never raises because of storage, network or a plugin. A value that JSON cannot say is the
caller's mistake: TypeError, before anything has happened. Overloads are the vendor's, so its documentation reads for
both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from cioanalytics.core.later import Later
from cioanalytics.core.unset import UNSET, Unset
from cioanalytics.python.call import Call
from cioanalytics.python.people import Group, Id, User
from cioanalytics.python.plain import plain

if TYPE_CHECKING:
    from cioanalytics.core.analytics import Analytics
    from cioanalytics.core.pipeline.context import Context
    from cioanalytics.core.ports import Json
    from cioanalytics.python.beginning import Reach

type Values = Mapping[str, Any]
type Callback = Callable[[Context], object]
type Handler = Callable[..., object]


class Client:
    """One client. A call before `load` is kept, with its time, and made after it in its place: nothing is lost."""

    def __init__(self) -> None:
        self._analytics: Analytics | None = None
        self._loaded = False
        self._reach: Reach | None = None
        self._kept: list[Callable[[Analytics], None]] = []

    def load(
        self,
        write_key: str,
        *,
        window: Any = None,
        bridge: Any = None,
        cdn_url: str | None = None,
        cdn_settings: Values | None = None,
        **options: Any,
    ) -> Client:
        """Start the client. A second call is ignored with a warning.

        `write_key` names your source. `window` is the page to use where it is not this thread's own
        (`pyscript.window`). A worker without one reaches its page over a bridge (`cioanalytics-bridge.js` on the page,
        or `page_script`); `bridge` is the name of its channel, or a MessagePort whose other end the page has.
        `cdn_url` is where the settings are, the vendor's by default; `cdn_settings` are settings instead. `options`
        are the vendor's, in snake_case: `cookie={"maxage": 30}`, `use_query_string=False`,
        `disable_client_persistence=True`. A wrong option is named on the console and its default used. Raises
        TypeError for a write key that is no text.
        """
        if not isinstance(cast("object", write_key), str) or not write_key:
            raise TypeError(f"write_key: expected the write key of your source, a text, got {write_key!r}")
        if self._loaded:
            if self._analytics is not None:
                self._analytics.ports.console.warn("cioanalytics: load() was called before; this call is ignored.")
            return self
        self._loaded = True
        # Imported only now: a page whose client comes from a script tag never pays for this door.
        from cioanalytics.python.beginning import Beginning
        from cioanalytics.python.start import start

        settings = {"cdnURL": cdn_url, "cdnSettings": plain(cdn_settings, "cdn_settings")}
        self._reach = start(Beginning(write_key, settings, options, self._began), window, bridge)
        return self

    def _began(self, analytics: Analytics) -> None:
        """Make the kept calls: identity stands."""
        self._analytics = analytics
        kept, self._kept = self._kept, []
        for call in kept:
            call(analytics)

    def track(
        self,
        event: str,
        properties: Values | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Call[Context]:
        """Send that something happened."""
        return self._event("track", [event, *_given(("properties", properties), ("options", options))], callback)

    def page(
        self,
        category: str | Values | None = None,
        name: str | Values | None = None,
        properties: Values | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Call[Context]:
        """Send that the page was seen: `page()`, `page(name)`, `page(category, name)`, `page(properties, options)`."""
        given = _given(("category", category), ("name", name), ("properties", properties), ("options", options))
        return self._event("page", given, callback)

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
        return self._event("screen", given, callback)

    def identify(
        self,
        user_id: Id | Values = None,
        traits: Values | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Call[Context]:
        """Say who the person is. A user id that differs from a present one makes a new anonymous id (seed)."""
        given = _given(("user_id", user_id), ("traits", traits), ("options", options))
        return self._event("identify", given, callback)

    def group(
        self,
        group_id: Id | Values | Unset = UNSET,
        traits: Values | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Any:
        """Say to which group the person belongs; without arguments: give the group as it is known."""
        if isinstance(group_id, Unset):
            return Group(self._running("group").group)
        given = _given(("group_id", group_id), ("traits", traits), ("options", options))
        return self._event("group_event", given, callback)

    def alias(
        self,
        to: str,
        previous: str | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Call[Context]:
        """Join two ids of one person."""
        return self._event("alias", [to, *_given(("previous", previous), ("options", options))], callback)

    def user(self) -> User:
        """Give the person as they are known."""
        return User(self._running("user").user, lambda: None if self._reach is None else self._reach.how)

    def reset(self, *, keep_anonymous_id: bool = False) -> None:
        """Forget user and group in every store, as at logout; a fresh anonymous id follows unless it is kept."""
        self._do(lambda it: it.reset({"keepAnonymousId": keep_anonymous_id}))

    def set_anonymous_id(self, anonymous_id: str | None = None) -> str | None:
        """Set the anonymous id, which persists (seed)."""
        if self._analytics is None:
            self._do(lambda it: it.set_anonymous_id(anonymous_id))
            return anonymous_id
        value = self._analytics.set_anonymous_id(UNSET if anonymous_id is None else anonymous_id)
        return None if isinstance(value, Unset) else cast("str | None", value)

    def on(self, event: str, handler: Handler) -> Client:
        """Call a handler at each event of this name: `track`, `identify`, `page`, `identity`, `reset`."""
        self._do(lambda it: it.emitter.on(event, handler))
        return self

    def once(self, event: str, handler: Handler) -> Client:
        """Call a handler at the next event of this name."""
        self._do(lambda it: it.emitter.once(event, handler))
        return self

    def off(self, event: str, handler: Handler) -> Client:
        """Call a handler no more."""
        self._do(lambda it: it.emitter.off(event, handler))
        return self

    def emit(self, event: str, *arguments: object) -> Client:
        """Tell all handlers of an event."""
        self._do(lambda it: it.emitter.emit(event, *arguments))
        return self

    def ready(self, callback: Callable[[], object] | None = None) -> Call[Any]:
        """Wait until identity stands, settings have come or failed, and each plugin is ready or has failed."""
        return self._ask(lambda it: it.ready(UNSET if callback is None else lambda *_: callback()))

    def register(self, *plugins: Any) -> Call[Context]:
        """Add plugins: objects with `name`, `type` and a method for each kind of event they take."""
        return self._ask(lambda it: it.register(*plugins))

    def deregister(self, *names: str) -> Call[Context]:
        """Remove plugins by name."""
        return self._ask(lambda it: it.deregister(*names))

    def add_source_middleware(self, function: Callable[..., object]) -> Call[Any]:
        """Let a function `(payload, next)` see each event first; without a call of `next` the event is dropped."""
        return self._ask(lambda it: it.add_source_middleware(function))

    def add_destination_middleware(self, integration: str, *functions: Callable[..., object]) -> Call[Any]:
        """Let functions see each event before one destination gets it."""
        return self._ask(lambda it: it.add_destination_middleware(integration, *functions))

    def query_string(self, query: str) -> Call[list[object]]:
        """Make the calls that the `ajs_` parameters of a query string ask for."""
        return self._ask(lambda it: it.query_string(query))

    def flush(self) -> Call[Any]:
        """Wait until all that is queued was sent or given up."""
        return self._ask(lambda it: it.flush())

    def forget(self) -> Call[list[str]]:
        """Remove all that this client keeps of the person; gives the list of what was removed."""
        return self._ask(lambda it: it.forget())

    def debug(self, on: bool = True) -> Client:
        """Print what happens to each event on the console."""
        self._do(lambda it: it.debug(on))
        return self

    def timeout(self, milliseconds: float) -> None:
        """Set how long a callback waits for the delivery of its event at most."""
        self._do(lambda it: it.set_timeout(milliseconds))

    def _event(self, method: str, given: list[Json], callback: Callback | None) -> Call[Context]:
        arguments = [*given, *([] if callback is None else [callback])]
        return self._ask(lambda it: getattr(it, method)(*arguments))

    def _ask(self, make: Callable[[Analytics], Later[Any]]) -> Call[Any]:
        """Make a call, now or once the client has started."""
        if self._analytics is not None:
            return Call(make(self._analytics))
        answer: Later[Any] = Later()
        self._do(lambda it: make(it).pass_to(answer))
        return Call(answer)

    def _do(self, make: Callable[[Analytics], object]) -> None:
        if self._analytics is not None:
            make(self._analytics)
            return
        called = time.time() * 1000

        def later(analytics: Analytics) -> None:
            # Imported only now: `import cioanalytics` has what a call needs to be kept, and no more.
            from cioanalytics.core.moment import Moment

            analytics.at(Moment(called, analytics.ports.page.facts()), lambda: make(analytics))

        self._kept.append(later)

    def _running(self, name: str) -> Analytics:
        if self._analytics is None:
            wanted = "its page has answered: await ready()" if self._loaded else "load(write_key) was called"
            raise RuntimeError(f"{name}() can answer once {wanted}")
        return self._analytics


def _given(*arguments: tuple[str, object]) -> list[Json]:
    """Make arguments plain and leave the last ones away that were not given: the vendor's overloads count them."""
    made = [plain(value, name) for name, value in arguments]
    while made and made[-1] is None:
        made.pop()
    return made
