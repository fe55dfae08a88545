"""The client for Python code: the vendor's calls in snake_case.

Law: a call starts at once and never raises because of storage, network or a plugin. An argument that means nothing, or
that JSON cannot say, is the caller's mistake: TypeError, before anything has happened. Overloads are the vendor's, so
its documentation reads for both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast, overload

from cioanalytics.core.unset import UNSET, Unset
from cioanalytics.python.app_code import AppPlugin
from cioanalytics.python.call import Call
from cioanalytics.python.given import (
    check_way,
    given_function,
    given_id,
    given_id_or_values,
    given_name,
    given_options,
    given_page,
    given_switch,
    given_values,
    shortened,
    shown,
)
from cioanalytics.python.listening import Queue
from cioanalytics.python.people import Group, Id, User
from cioanalytics.python.plain import plain
from cioanalytics.python.running import Running

if TYPE_CHECKING:
    from cioanalytics.core.pipeline.context import Context

type Values = Mapping[str, Any]
type Callback = Callable[[Context], object]


class Client(Running):
    """One client. A call before `load` is kept, with its time, and made after it in its place: nothing is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue(self._do, self._show)

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
        TypeError for a write key that is no text, a window or a bridge that is none; the client has then not started.
        """
        if not isinstance(cast("object", write_key), str) or not write_key:
            raise TypeError(f"write_key: expected the write key of your source, a text, got {write_key!r}")
        if self._loaded:
            again = "cioanalytics: load() was called before; this call is ignored."
            self._do("load", lambda it: it.ports.console.warn(again))
            return self
        check_way(window, bridge)
        # Imported only now: a page whose client comes from a script tag never pays for this door.
        from cioanalytics.python.beginning import Beginning
        from cioanalytics.python.start import start

        settings = {"cdnURL": cdn_url, "cdnSettings": plain(cdn_settings, "cdn_settings")}
        beginning = Beginning(write_key, settings, options, self._began)
        self._loaded = True
        try:
            self._reach = start(beginning, window, bridge)
        except BaseException:
            # It may be loaded again, in another way.
            self._loaded = self._analytics is not None
            raise
        return self

    def track(
        self,
        event: str,
        properties: Values | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Call[Context]:
        """Send that something happened."""
        name = given_name(event, "event", "the name of an event")
        given = shortened([given_values(properties, "properties"), given_options(options)])
        return self._event("track", [name, *given], callback)

    def page(
        self,
        category: str | Values | None = None,
        name: str | Values | None = None,
        properties: Values | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Call[Context]:
        """Send that the page was seen: `page()`, `page(name)`, `page(category, name)`, `page(properties, options)`."""
        given = given_page(category, name, properties, options)
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
        given = given_page(category, name, properties, options)
        return self._event("screen", given, callback)

    def identify(
        self,
        user_id: Id | Values = None,
        traits: Values | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Call[Context]:
        """Say who the person is. A user id that differs from a present one makes a new anonymous id (seed)."""
        given = [given_id_or_values(user_id, "user_id"), given_values(traits, "traits"), given_options(options)]
        return self._event("identify", shortened(given), callback)

    @overload
    def group(self) -> Group: ...
    @overload
    def group(
        self,
        group_id: Id | Values,
        traits: Values | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Call[Context]: ...
    def group(
        self,
        group_id: Id | Values | Unset = UNSET,
        traits: Values | None = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Group | Call[Context]:
        """Say to which group the person belongs; without arguments: give the group as it is known."""
        if isinstance(group_id, Unset):
            return Group(self._running("group").group)
        given = [given_id_or_values(group_id, "group_id"), given_values(traits, "traits"), given_options(options)]
        return self._event("group_event", shortened(given), callback)

    def alias(
        self,
        to: Id,
        previous: Id = None,
        options: Values | None = None,
        callback: Callback | None = None,
    ) -> Call[Context]:
        """Join two ids of one person."""
        given: list[Any] = [given_id(previous, "previous"), given_options(options)]
        return self._event("alias", [given_id(to, "to"), *shortened(given)], callback)

    def user(self) -> User:
        """Give the person as they are known."""
        return User(self._running("user").user, lambda: None if self._reach is None else self._reach.how)

    def reset(self, *, keep_anonymous_id: bool = False) -> None:
        """Forget user and group in every store, as at logout; a fresh anonymous id follows unless it is kept."""
        given_switch(keep_anonymous_id, "keep_anonymous_id")
        self._do("reset", lambda it: it.reset({"keepAnonymousId": keep_anonymous_id}))

    def set_anonymous_id(self, anonymous_id: Id = None) -> str | None:
        """Set the anonymous id, which persists; before `load` it holds for every other call that is kept (seed)."""
        made = given_id(anonymous_id, "anonymous_id")
        given = UNSET if made is None else made
        if self._analytics is None:
            self._do("setAnonymousId", lambda it: it.set_anonymous_id(given))
            return None if made is None else str(made)
        return cast("str | None", shown(self._analytics.set_anonymous_id(given)))

    def emit(self, event: str, *arguments: object) -> Client:
        """Tell all handlers of an event."""
        name = given_name(event, "event", "the name of an event")
        self._do("emit", lambda it: it.emitter.emit(name, *arguments))
        return self

    def ready(self, callback: Callable[[], object] | None = None) -> Call[Any]:
        """Wait until identity stands, settings have come or failed, and each plugin is ready or has failed."""
        if callback is None:
            return self._ask("ready", lambda it: it.ready())
        function = given_function(callback, "callback")
        # The answers of the plugins, which the page's callbacks get, are in what the call itself gives.
        action = self._function(lambda *_: function())
        return self._ask("ready", lambda it: it.ready(action))

    def register(self, *plugins: Any) -> Call[Context]:
        """Add plugins: objects with `name`, `type` and a method for each kind of event they take."""
        for each in plugins:
            if not hasattr(each, "name") or not hasattr(each, "type"):
                raise TypeError(f"plugins: expected objects with a name and a type, got {each!r}")
        made: list[Any] = [AppPlugin(each, self._show) for each in plugins]
        return self._ask("register", lambda it: it.register(*made))

    def deregister(self, *names: str) -> Call[Context]:
        """Remove plugins by name."""
        known = [given_name(each, "names", "the name of a plugin") for each in names]
        return self._ask("deregister", lambda it: it.deregister(*known))

    def add_source_middleware(self, function: Callable[..., object]) -> Call[Any]:
        """Let a function `(payload, next)` see each event first; without a call of `next` the event is dropped."""
        made = self._function(given_function(function, "function"))
        return self._ask("addSourceMiddleware", lambda it: it.add_source_middleware(made))

    def add_destination_middleware(self, integration: str, *functions: Callable[..., object]) -> Call[Any]:
        """Let functions see each event before one destination gets it."""
        name = given_name(integration, "integration", "the name of a destination")
        made = [self._function(given_function(each, "functions")) for each in functions]
        return self._ask("addDestinationMiddleware", lambda it: it.add_destination_middleware(name, *made))

    def query_string(self, query: str) -> Call[list[object]]:
        """Make the calls that the `ajs_` parameters of a query string ask for."""
        text = given_name(query, "query", "a query string")
        return self._ask("queryString", lambda it: it.query_string(text))

    def flush(self) -> Call[Any]:
        """Wait until all that is queued was sent or given up."""
        return self._ask("flush", lambda it: it.flush())

    def forget(self) -> Call[list[str]]:
        """Remove all that this client keeps of the person; gives the list of what was removed."""
        return self._ask("forget", lambda it: it.forget())

    def debug(self, on: bool = True) -> Client:
        """Print what happens to each event on the console."""
        given_switch(on, "on")
        self._do("debug", lambda it: it.debug(on))
        return self

    def timeout(self, milliseconds: float) -> None:
        """Set how long a callback waits for the delivery of its event at most."""
        if isinstance(milliseconds, bool) or not isinstance(cast("object", milliseconds), int | float):
            raise TypeError(f"milliseconds: expected a number, got {milliseconds!r}")
        self._do("timeout", lambda it: it.set_timeout(milliseconds))

    def _event(self, method: str, given: list[Any], callback: Callback | None) -> Call[Context]:
        arguments = list(given)
        if callback is not None:
            arguments.append(self._function(given_function(callback, "callback")))
        return self._ask(method.removesuffix("_event"), lambda it: getattr(it, method)(*arguments))
