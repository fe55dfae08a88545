"""The client of a Python app, where there is no page: what it takes, what it refuses, and what it waits for."""

from __future__ import annotations

import asyncio
import gc
from collections import ChainMap, UserDict
from collections.abc import Callable, Coroutine
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import pytest

from cioanalytics import Call, Client
from cioanalytics.core.errors import CioError
from cioanalytics.python.memory import MemoryHost

if TYPE_CHECKING:
    from cioanalytics.core.pipeline.context import Context

type App = Callable[[Client], Coroutine[Any, Any, object]]


def run(app: App, *, load: bool = True) -> Any:
    """Run an app with a client of its own."""

    async def whole() -> object:
        client = Client()
        if load:
            client.load("KEY")
            await client.ready()
        return await asyncio.wait_for(app(client), 10)

    return asyncio.run(whole())


class Enrichment:
    """A plugin whose methods are coroutine functions."""

    name = "Own"
    type = "enrichment"

    def __init__(self) -> None:
        self.client: object = None

    async def load(self, _: Context, client: Client) -> None:
        await asyncio.sleep(0)
        self.client = client

    async def track(self, context: Context) -> Context:
        await asyncio.sleep(0.001)
        context.update_event("properties.own", True)
        return context


WRONG: dict[str, Callable[[Client], object]] = {
    "event": lambda it: it.track(cast("str", 5)),
    "properties": lambda it: it.track("Seen", cast("Any", "text")),
    "properties ": lambda it: it.page("a", "b", cast("Any", [1])),
    "options": lambda it: it.track("Seen", {}, cast("Any", 5)),
    "options.anonymousId": lambda it: it.track("Seen", {}, {"anonymousId": {"a": 1}}),
    "callback": lambda it: it.track("Seen", callback=cast("Any", 5)),
    "user_id": lambda it: it.identify(cast("Any", ["jane"])),
    "user_id ": lambda it: it.identify(True),
    "traits": lambda it: it.identify("jane", cast("Any", "text")),
    "group_id": lambda it: it.group(cast("Any", b"acme")),
    "to": lambda it: it.alias(cast("Any", object())),
    "previous": lambda it: it.alias("jane", cast("Any", {"a": 1})),
    "category": lambda it: it.page(cast("Any", 5)),
    "anonymous_id": lambda it: it.set_anonymous_id(cast("Any", {"a": 1})),
    "event ": lambda it: it.on(cast("str", 5), print),
    "handler": lambda it: it.once("track", cast("Any", 5)),
    "callback ": lambda it: it.ready(cast("Any", 5)),
    "plugins": lambda it: it.register({"name": "Own"}),
    "names": lambda it: it.deregister(cast("str", 5)),
    "function": lambda it: it.add_source_middleware(cast("Any", 5)),
    "integration": lambda it: it.add_destination_middleware(cast("str", 5), print),
    "functions": lambda it: it.add_destination_middleware("Own", cast("Any", 5)),
    "query": lambda it: it.query_string(cast("str", b"?ajs_uid=jane")),
    "milliseconds": lambda it: it.timeout(cast("float", "300")),
    "keep_anonymous_id": lambda it: it.reset(keep_anonymous_id=cast("bool", "no")),
    "on": lambda it: it.debug(cast("bool", "off")),
}


@pytest.mark.parametrize("loaded", [True, False])
@pytest.mark.parametrize("argument", WRONG)
def test_an_argument_that_means_nothing_is_named_at_once(argument: str, loaded: bool) -> None:
    async def app(client: Client) -> None:
        with pytest.raises(TypeError, match=rf"^{argument.strip()}\b"):
            WRONG[argument](client)

    run(app, load=loaded)


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it.user().id(b"x"),
        lambda it: it.user().id({"a": 1}),
        lambda it: it.user().identify(b"x"),
        lambda it: it.user().identify("joe", 5),
        lambda it: it.user().anonymous_id([1]),
        lambda it: it.user().traits(5),
        lambda it: it.group().id(b"x"),
    ],
)
def test_a_refused_value_changes_nobody(change: Callable[[Client], object]) -> None:
    async def app(client: Client) -> None:
        await client.identify("jane", {"plan": "basic"})
        anonymous = client.user().anonymous_id()
        with pytest.raises(TypeError):
            change(client)
        user = client.user()
        assert (user.id(), user.anonymous_id(), user.traits()) == ("jane", anonymous, {"plan": "basic"})
        assert client.group().id() is None

    run(app)


@pytest.mark.parametrize("made", [UserDict(a=1), MappingProxyType({"a": 1}), ChainMap({"a": 1})])
def test_what_is_like_a_dict_is_one(made: Any) -> None:
    async def app(client: Client) -> object:
        await client.identify("jane", made)
        return [client.user().traits(), (await client.track("Seen", made)).event["properties"]]

    assert run(app) == [{"a": 1}, {"a": 1}]


def test_a_call_before_load_that_fails_ends_no_other() -> None:
    async def app(client: Client) -> list[object]:
        seen: list[object] = []
        bad = client.track("")
        client.register(Unloadable())
        good = client.track("Seen")
        client.on("track", lambda name, *_: seen.append(name))
        client.load("KEY")
        await good
        with pytest.raises(CioError, match="Event missing"):
            await bad
        return seen

    assert run(app, load=False) == ["Seen"]


class Unloadable:
    """A plugin that does not load."""

    name = "Unloadable"
    type = "before"

    def load(self, *_: object) -> None:
        raise ValueError("trouble")


def test_an_anonymous_id_that_is_set_before_load_is_that_of_all_calls(capsys: pytest.CaptureFixture[str]) -> None:
    async def app(client: Client) -> object:
        page = client.page()
        client.set_anonymous_id()
        client.set_anonymous_id("ABC-123-XYZ")
        client.load("KEY")
        return (await page).event["anonymousId"]

    assert run(app, load=False) == "ABC-123-XYZ"
    assert "failed" not in capsys.readouterr().err


def test_a_load_that_was_refused_may_be_made_again() -> None:
    async def app(client: Client) -> object:
        for wrong in ({"integrations": object()}, {"window": 5}, {"bridge": 5}, {"cdn_settings": {1, 2}}):
            with pytest.raises(TypeError, match=next(iter(wrong))):
                client.load("KEY", **cast("Any", wrong))
        return (await client.load("KEY").track("Seen")).event["event"]

    assert run(app, load=False) == "Seen"


def test_a_client_that_is_switched_off_answers_every_call() -> None:
    async def app(client: Client) -> list[object]:
        early = client.track("Early")
        client.load("KEY", disable=True)
        with pytest.raises(RuntimeError, match="disable"):
            client.user()
        return [await early, await client.track("Late"), await client.ready(), await client.flush()]

    assert run(app, load=False) == [None, None, None, None]


def test_coroutine_functions_are_awaited_wherever_a_function_is_given() -> None:
    heard: list[object] = []

    async def hear(name: str, properties: object, options: object) -> None:
        await asyncio.sleep(0)
        heard.append((name, properties, options))

    async def called(context: Context) -> None:
        await asyncio.sleep(0)
        heard.append(context.event["event"])

    async def change(payload: dict[str, Any], following: Callable[[dict[str, Any]], None]) -> None:
        await asyncio.sleep(0.001)
        following({**payload, "properties": {"changed": True}})

    async def app(client: Client) -> object:
        plugin = Enrichment()
        await client.register(plugin)
        assert plugin.client is client
        assert await client.add_source_middleware(change) is client
        client.timeout(0)
        client.on("track", hear)
        context = await client.track("Seen", callback=called)
        client.off("track", hear)
        await client.track("Unheard")
        await client.ready(ready)
        await asyncio.sleep(0.01)
        return context.event["properties"]

    async def ready() -> None:
        await asyncio.sleep(0)
        heard.append("ready")

    made = {"changed": True, "own": True}
    assert run(app) == made
    assert heard == ["Seen", ("Seen", made, None), "ready"]


def test_what_an_async_function_throws_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    async def broken(*_: object) -> None:
        await asyncio.sleep(0)
        raise ValueError("trouble")

    async def app(client: Client) -> None:
        client.on("track", broken)
        await client.track("One")
        await client.track("Two")
        await asyncio.sleep(0.01)

    run(app)
    assert capsys.readouterr().err.count('a handler of "track" failed: trouble') == 1


def test_the_error_of_a_call_that_nobody_looks_at_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    async def app(client: Client) -> None:
        client.track("Large", {"text": "x" * 40_000})
        looked_at = client.track("")
        with pytest.raises(CioError):
            await looked_at
        del looked_at
        gc.collect()

    run(app)
    told = [line for line in capsys.readouterr().err.splitlines() if "failed" in line]
    assert len(told) == 1
    assert "track() failed: The event has" in told[0]


def test_answers_are_values_of_python() -> None:
    async def app(client: Client) -> list[object]:
        found = await client.query_string("?ajs_uid=jane&ajs_event=Seen")
        contexts = [cast("Context", each).event["type"] for each in found]
        return [
            contexts,
            set(await client.ready()),
            cast("Any", client.group()).anonymous_id("x"),
            client.user().save(),
        ]

    assert run(app) == [["identify", "track"], {None}, None, True]


def test_the_queue_tells_python_what_became_of_an_event() -> None:
    heard: list[object] = []

    async def gone(context: Context) -> None:
        await asyncio.sleep(0)
        heard.append(context.event["event"])

    async def app(client: Client) -> list[object]:
        plugin = Enrichment()
        client.queue.on("message_delivered", gone).on("message_enriched", lambda _, by: heard.append(by is plugin))
        client.load("KEY")
        await client.register(plugin)
        heard.clear()
        await client.track("Seen")
        client.queue.off("message_delivered", gone)
        await client.track("Unheard")
        await asyncio.sleep(0)
        with pytest.raises(TypeError, match=r"^handler"):
            client.queue.once("flush", cast("Any", None))
        return heard

    assert [each for each in run(app, load=False) if each is not False] == [True, "Seen", True]


def test_a_client_that_was_loaded_without_an_event_loop_goes_on_in_each_that_comes() -> None:
    client = Client()
    assert repr(client) == "<Client not loaded>"
    client.load("KEY")
    assert repr(client) == "<Client reached='memory'>"
    early = client.track("Early")

    async def now(name: str) -> object:
        return await _event_of(client.track(name))

    assert asyncio.run(_event_of(early)) == "Early"
    assert [asyncio.run(now("First")), asyncio.run(now("Second"))] == ["First", "Second"]


def test_a_timer_of_a_loop_that_has_ended_is_due_in_the_next() -> None:
    heard: list[str] = []
    last = asyncio.Event()
    host = MemoryHost()

    def hear(topic: str, number: int, _: str) -> None:
        heard.append(f"{topic} {number}")
        if number == 3:
            last.set()

    host.listen(hear)

    async def begin() -> None:
        for number in (1, 2, 3):
            host.after(number * 2, number)
        host.cancel(2)

    async def go_on() -> None:
        host.wake()
        await asyncio.wait_for(last.wait(), 10)

    asyncio.run(begin())
    assert heard == []
    asyncio.run(go_on())
    assert heard == ["timer 1", "timer 3"]


async def _event_of(call: Call[Context]) -> object:
    return (await asyncio.wait_for(call, 10)).event["event"]
