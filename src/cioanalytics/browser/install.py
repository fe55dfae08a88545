"""The composition root: from one page's host to a client that is the page's global.

Law: importing this touches no page, so that a memory snapshot can be taken after it. `install` never raises: what
goes wrong is told on the console, and the page goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from cioanalytics.browser.dispatch import Dispatch, table_of
from cioanalytics.browser.host import Border, ports_over
from cioanalytics.browser.json_text import read_json
from cioanalytics.browser.page_objects import PageFunction
from cioanalytics.browser.page_plugins import PagePlugin
from cioanalytics.browser.surroundings import PageSurroundings
from cioanalytics.browser.values import Values
from cioanalytics.core.analytics import Analytics
from cioanalytics.core.errors import MissingWriteKey
from cioanalytics.core.kept import KeptCalls
from cioanalytics.core.settings import read_load, read_options
from cioanalytics.core.snippet import replay_order
from cioanalytics.version import VERSION

if TYPE_CHECKING:
    from cioanalytics.browser.host import Host
    from cioanalytics.core.pipeline.plugins import Plugin
    from cioanalytics.core.ports import Json, JsonObject


def install(host: Host) -> bool:
    """Make the client for a page, put it in the stub's place and replay the stub's calls; False where there is none."""
    try:
        boot: JsonObject = json.loads(host.boot() or "{}")
        made = client_over(host, boot)
        if made is None:
            return False
        client, values = made
        when_shown(client, lambda: _go(client, values, host, boot))
    except MissingWriteKey as error:
        host.say("error", str(error))
        return False
    except Exception as error:
        host.say("error", f"cioanalytics: could not start: {type(error).__name__}: {error}")
        return False
    return True


def _go(client: Analytics, values: Values, host: Host, boot: JsonObject) -> None:
    if boot.get("quiet") is True:
        _stand(client, host, boot)
        return
    queue = boot.get("queue")
    left = KeptCalls(client, _kept_calls(host))
    client.begin()
    shown: JsonObject = {"version": VERSION, "settings": boot.get("settings"), "options": boot.get("options")}
    host.publish(_global_name(client, boot), json.dumps(shown))
    left.make(table_of(client), lambda arguments, references: values.taken(_list(arguments), _list(references)))
    methods = [str(each) for each in queue] if isinstance(queue, list) else []
    client.page_view_made = client.options.initial_pageview
    own = _own_calls(client)
    # A Python that ended under its page has handed them over with the other calls.
    order = replay_order(methods, 0 if boot.get("replayed") is True else len(own))
    host.replay(json.dumps([place if place >= 0 else own[-1 - place] for place in order]))
    client.start()


def _own_calls(client: Analytics) -> list[list[str]]:
    """Give the calls that nobody makes but the page's address and options: method and JSON of the arguments."""
    calls = [[method, json.dumps(arguments)] for method, arguments in client.loading.calls_of_address()]
    return [*calls, ["page", "[]"]] if client.page_view_made else calls


def _stand(client: Analytics, host: Host, boot: JsonObject) -> None:
    """Let identity stand, and page code's own plugins be registered, but ask for nothing and send nothing."""
    client.begin()
    host.publish("", json.dumps({"version": VERSION, "settings": boot.get("settings"), "options": boot.get("options")}))
    client.rest()


def _kept_calls(host: Host) -> list[Any]:
    """Give what earlier pages left; the storage may hold anything."""
    try:
        return _list(read_json(host.kept()))
    except ValueError:
        return []


def when_shown(client: Analytics, action: Callable[[], None]) -> None:
    """Run an action now, or once a page that is being prerendered is shown: until then it is nobody's visit."""
    if client.ports.page.facts().prerendering:
        client.on_shown = action
    else:
        action()


def _global_name(client: Analytics, boot: JsonObject) -> str:
    if boot.get("globalName") == "":
        # The module makes no global (reference).
        return ""
    named = client.options.global_analytics_key or boot.get("globalName")
    return named if isinstance(named, str) else "cioanalytics"


def client_over(host: Host, boot: JsonObject) -> tuple[Analytics, Values] | None:
    """Make a client over a host and let the host speak to it; None where the options switch it off.

    `boot` has writeKey, settings, options, refs, cdn: what `web/border/border.js` gives of the page's `load`.
    """
    border = Border(host)
    ports = ports_over(border)
    settings = _object(boot.get("settings"))
    if settings.get("cdnURL") is None:
        settings["cdnURL"] = boot.get("cdn")
    load = read_load({**settings, "writeKey": boot.get("writeKey")}, None, ports.console)
    options = read_options(boot.get("options"), ports.console)
    if options.disable:
        return None
    values = Values(border, ports.json)
    around = PageSurroundings(border, values.arguments)
    client = Analytics(load, options, ports, around, VERSION)
    values.itself = client
    loading = client.loading
    loading.page_plugins = _plugins_of(values, settings, boot)
    around.code.given = _integrations_of(values, boot)
    loading.shown_settings = {"writeKey": load.write_key, "timeout": load.timeout}
    loading.shown_options = boot.get("options") or {}
    dispatch = Dispatch(client, border, values, ports.console)
    host.listen(_kept(dispatch.receive))
    return client, values


def _plugins_of(values: Values, settings: JsonObject, boot: JsonObject) -> list[Plugin]:
    """Give the plugins that the page put into its options, in their order."""
    plugins = settings.get("plugins")
    seats: list[Any] = [{**settings, "plugins": list(plugins) if isinstance(plugins, list) else []}, {}]
    places = [each for each in _list(boot.get("refs")) if each[0][:2] == [0, "plugins"]]
    return [each for each in values.taken(seats, places)[0]["plugins"] if isinstance(each, PagePlugin)]


def _integrations_of(values: Values, boot: JsonObject) -> list[PageFunction]:
    """Give the classes of integrations that the page put into its options, in their order."""
    places = [each for each in _list(boot.get("refs")) if each[0][:2] == [0, "classicIntegrations"]]
    places = [each for each in places if len(each[0]) == 3]
    given = values.taken([[None] * len(places)], [[[0, at], *each[1:]] for at, each in enumerate(places)])
    return [each for each in given[0] if isinstance(each, PageFunction)]


def _object(value: Json) -> JsonObject:
    return dict(value) if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _kept(receive: Callable[[str, int, str], str | None]) -> Callable[[str, int, str], str | None]:
    """Give a function that JavaScript may hold for ever; outside Pyodide it is the function itself."""
    try:
        from pyodide.ffi import create_proxy
    except ImportError:
        return receive
    return cast("Callable[[str, int, str], str | None]", create_proxy(receive))
