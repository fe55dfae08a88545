"""Foreign code that throws, rejects, hangs, never comes or does things twice (D9, D21).

Law: each piece is reported once; the others run, other events leave in time, and `ready` fires.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import ChromiumVisitor
from tests.browser.clients import OURS
from tests.browser.foreign_code import ACTIONS, plugin_script, remote, serve, settle
from tests.browser.page_texts import snippet_page
from tests.browser.site import Site, wait_until
from tests.browser.visits import LOADED
from tests.reliability.case import LISTEN

# A page whose waits of a second and more are over at once when a test says so: limits pass without sleeping.
CLOCK: Final = """<script>
    window.waits = [];
    const real = setTimeout.bind(window), unreal = clearTimeout.bind(window);
    window.setTimeout = (action, ms = 0, ...given) => {
        if (ms < 1000) return real(action, ms, ...given);
        waits.push({action, ms, open: true});
        return 1e9 + waits.length - 1;
    };
    window.clearTimeout = (timer) => { if (timer >= 1e9) waits[timer - 1e9].open = false; else unreal(timer); };
    window.pass = (most) => waits.filter((one) => one.open && one.ms <= most)
        .forEach((one) => { one.open = false; one.action(); });
</script>"""

PLUGIN: Final = """
    window.plugin = (name, type, more) => ({
        name, type, version: '1', isLoaded: () => true, load: async () => {}, track: (ctx) => ctx, ...more,
    });
    window.heard = [];
"""
TROUBLES: Final = {
    "throws": "throw new Error('trouble');",
    "rejects": "return Promise.reject(new Error('trouble'));",
    "hangs": "return new Promise(() => {});",
    "throws nothing": "throw undefined;",
}


@dataclass
class Room:
    """A page whose client is there, and which other events can leave at any time."""

    site: Site
    visitor: ChromiumVisitor
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def open(self, calls: str = "", *, wait: bool = True) -> None:
        self.site.pages["/"] = snippet_page(OURS, PLUGIN + calls, head=LISTEN + CLOCK)
        self.visitor.open(self.site.url("/"))
        if wait:
            self.visitor.wait_for(LOADED, timeout=60)

    def do(self, calls: str) -> Any:
        return self.visitor.evaluate(f"async () => {{ {calls} }}")

    def goes_on(self, passing: int = 0) -> None:
        """See that an event leaves, after the limits below `passing` have passed at most, and that nothing was thrown."""
        name = f"Other {next(self.numbers)}"
        self.do(f"cioanalytics.track('{name}');")

        def here() -> bool:
            if passing:
                self.do(f"pass({passing});")
            return any(event.get("event") == name for event in self.site.events())

        wait_until(here, timeout=30, what=f"the event {name}")
        assert self.visitor.evaluate("rejected") == []
        assert [line.text for line in self.visitor.console if line.level == "uncaught"] == []

    def said(self, word: str) -> list[str]:
        self.do("")
        return [line.text for line in self.visitor.console if line.level in {"warning", "error"} and word in line.text]

    def becomes_ready(self, passing: int = 10_000) -> None:
        self.do("window.fired = 0; cioanalytics.ready(() => { fired += 1; });")

        def fired() -> Any:
            self.do(f"pass({passing});")
            return self.visitor.evaluate("fired")

        assert wait_until(fired, timeout=30, what="ready") == 1


@pytest.fixture
def room(site: Site, visitor: ChromiumVisitor) -> Room:
    return Room(site, visitor)


@pytest.fixture(scope="module")
def shared(chromium_: Browser, running_site: Site) -> Iterator[Room]:
    """One page for tests that leave nothing behind."""
    running_site.clear()
    room = Room(running_site, ChromiumVisitor(chromium_.new_context()))
    room.open()
    yield room
    room.visitor.close()
    running_site.clear()


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("kind", ["enrichment", "destination", "after"])
def test_a_plugin_in_trouble_ends_no_event(shared: Room, kind: str, trouble: str) -> None:
    shared.visitor.console.clear()
    shared.do(f"await cioanalytics.register(plugin('Broken', '{kind}', {{track() {{ {TROUBLES[trouble]} }}}}));")
    shared.goes_on(passing=5000)
    shared.goes_on(passing=5000)
    assert len(shared.said("Broken")) == (1 if trouble == "hangs" else 0)
    assert shared.do("return (await cioanalytics.deregister('Broken')).event.event;") is not None
    shared.goes_on()


def test_a_destination_that_hangs_delays_its_first_event_only(shared: Room) -> None:
    """That one waits five seconds at most; the next does not wait at all."""
    shared.do("await cioanalytics.register(plugin('Slow', 'destination', {track: () => new Promise(() => {})}));")
    try:
        shared.goes_on(passing=5000)
        shared.goes_on()
    finally:
        shared.do("await cioanalytics.deregister('Slow');")


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("kind", ["before", "enrichment", "destination", "utility"])
def test_a_plugin_that_does_not_load_is_said_and_missed_by_nobody(shared: Room, kind: str, trouble: str) -> None:
    shared.visitor.console.clear()
    shared.do(f"""
        window.ended = undefined;
        cioanalytics.register(plugin('Absent', '{kind}', {{load() {{ {TROUBLES[trouble]} }}}}))
            .then(() => {{ ended = 'done'; }}, () => {{ ended = 'refused'; }});
    """)
    shared.goes_on()

    def ended() -> Any:
        shared.do("pass(10000);")
        return shared.visitor.evaluate("ended")

    assert wait_until(ended, what="the end of a registration") == ("done" if kind == "destination" else "refused")
    assert len(shared.said("Absent")) == (1 if kind == "destination" else 0)
    shared.becomes_ready()
    shared.goes_on()


@pytest.mark.parametrize("trouble", TROUBLES)
def test_ready_fires_whatever_a_plugins_ready_does(shared: Room, trouble: str) -> None:
    """D9."""
    shared.visitor.console.clear()
    shared.do(f"await cioanalytics.register(plugin('Unready', 'utility', {{ready() {{ {TROUBLES[trouble]} }}}}));")
    shared.becomes_ready()
    assert len(shared.said("Unready")) == 1
    shared.do("await cioanalytics.deregister('Unready');")
    shared.goes_on()


@pytest.mark.parametrize("member", ["isLoaded", "unload"])
@pytest.mark.parametrize("trouble", ["throws", "rejects", "throws nothing"])
def test_other_methods_may_fail_too(shared: Room, member: str, trouble: str) -> None:
    shared.do(f"await cioanalytics.register(plugin('Odd', 'utility', {{{member}() {{ {TROUBLES[trouble]} }}}}));")
    shared.goes_on()
    shared.do("await cioanalytics.deregister('Odd');")
    shared.goes_on()
    shared.becomes_ready()


def test_a_before_plugin_that_throws_ends_its_own_events_only(room: Room) -> None:
    room.open()
    room.do("await cioanalytics.register(plugin('Strict', 'before', {track() { throw new Error('trouble'); }}));")
    room.do("cioanalytics.track('Ended'); cioanalytics.track('Ended too'); cioanalytics.page('Seen');")
    room.site.event("page", "Seen", timeout=30)
    assert len(room.said("Strict")) == 1
    assert not [event for event in room.site.events() if event["type"] == "track"]


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.short("throws", "hangs")
def test_a_handler_in_trouble_is_told_once_and_the_others_hear(room: Room, trouble: str) -> None:
    """Every event of the client, `initialize` included, and those of its queue."""
    names = ["initialize", "track", "identify", "page", "group", "alias", "reset", "dispatch_start", "identity", "mine"]
    of_queue = ["message_delivered", "message_enriched", "delivery_success", "flush"]
    room.open(f"""
        for (const name of {names}) {{
            cioanalytics.on(name, () => {{ {TROUBLES[trouble]} }});
            cioanalytics.on(name, () => {{ heard.push(name); }});
        }}
    """)
    room.do(f"""
        for (const name of {of_queue}) {{
            cioanalytics.queue.on(name, () => {{ {TROUBLES[trouble]} }});
            cioanalytics.queue.on(name, () => {{ heard.push(name); }});
        }}
        cioanalytics.emit('mine');
        for (const turn of [1, 2]) {{
            cioanalytics.track('Seen'); cioanalytics.page(); cioanalytics.identify('jane'); cioanalytics.group('acme');
            cioanalytics.alias('jane', 'joe');
        }}
        await cioanalytics.flush();
        cioanalytics.reset();
    """)
    room.site.until(lambda: len(room.site.events()) == 10, timeout=30)
    room.visitor.wait_for("heard.filter((name) => name === 'alias').length === 2")
    heard = set(room.visitor.evaluate("heard"))
    assert set(names) - heard <= {"identity"}
    assert {"message_delivered", "message_enriched"} <= heard
    if trouble != "hangs":
        assert len(room.said('"track"')) == 1
        assert len(room.said('"initialize"')) == 1
    room.goes_on()


@pytest.mark.parametrize("trouble", TROUBLES)
def test_callbacks_in_trouble_end_nothing(shared: Room, trouble: str) -> None:
    shared.do(f"cioanalytics.track('Called', {{}}, {{}}, () => {{ {TROUBLES[trouble]} }});")
    shared.do(f"cioanalytics.ready(() => {{ {TROUBLES[trouble]} }});")
    shared.do(f"cioanalytics.use(() => {{ {TROUBLES[trouble]} }});" if trouble != "rejects" else "")
    shared.goes_on()
    shared.becomes_ready()


MIDDLEWARE: Final = {
    # what it does with its one event, and whether that event arrives
    "never": ("", False),
    "twice": ("next(payload); next(payload);", True),
    "late": ("setTimeout(() => next(payload), 50);", False),
    "later": ("return new Promise((resolve) => setTimeout(() => { next(payload); resolve(); }, 50));", True),
    "nothing": ("next(null);", True),
    "throws": ("throw new Error('trouble');", False),
    "rejects": ("return Promise.reject(new Error('trouble'));", False),
    "throws after": ("next(payload); throw new Error('trouble');", None),
    "hangs": ("return new Promise(() => {});", False),
    "passes rubbish": ("next(5);", None),
    "passes no event": ("payload.obj = null; next(payload);", None),
}


@pytest.mark.parametrize("deed", MIDDLEWARE)
@pytest.mark.short("never", "throws", "hangs", "passes rubbish")
def test_source_middleware_ends_at_most_its_own_event(room: Room, deed: str) -> None:
    code, arrives = MIDDLEWARE[deed]
    room.open(f"""
        cioanalytics.addSourceMiddleware(({{payload, next}}) => {{
            if (payload.obj.event !== 'Its own') return next(payload);
            {code}
        }});
    """)
    room.do("cioanalytics.track('Its own', {n: 1});")
    room.goes_on()
    if arrives:
        assert room.site.event("track", "Its own", timeout=30)["properties"] == {"n": 1}
        assert [event.get("event") for event in room.site.events()].count("Its own") == 1
    elif arrives is False:
        assert not [event for event in room.site.events() if event.get("event") == "Its own"]
    room.becomes_ready()


@pytest.mark.parametrize("deed", MIDDLEWARE)
def test_destination_middleware_never_keeps_an_event_from_the_collector(shared: Room, deed: str) -> None:
    code, _ = MIDDLEWARE[deed]
    name = f"Seen by {deed}"
    shared.do(f"""
        await cioanalytics.addDestinationMiddleware('Somewhere', ({{payload, next}}) => {{
            if (payload.obj.event !== '{name}') return next(payload);
            {code}
        }});
        cioanalytics.track('{name}');
    """)
    shared.goes_on()
    shared.site.event("track", name, timeout=30)


@pytest.mark.parametrize(
    "script",
    {
        "missing": "",
        "broken": "this is no script (",
        "throwing": "throw new Error('trouble');",
        "empty": "/* leaves nothing */",
        "no plugin": "window.brokenPlugin = () => null;",
        "half a plugin": "window.brokenPlugin = () => ({name: 'Broken'});",
        "a factory that throws": "window.brokenPlugin = () => { throw new Error('trouble'); };",
        "a factory that rejects": "window.brokenPlugin = () => Promise.reject(new Error('trouble'));",
        "a factory that hangs": "window.brokenPlugin = () => new Promise(() => {});",
    }.items(),
    ids=lambda pair: pair[0],
)
@pytest.mark.short("missing", "throwing", "a factory that hangs")
def test_a_remote_plugin_that_is_broken_is_said_and_the_other_runs(room: Room, script: tuple[str, str]) -> None:
    settle(
        room.site,
        remotePlugins=[
            remote("Broken", url=f"{room.site.url('')}{ACTIONS}/broken.js"),
            remote("Sound", url=f"{room.site.url('')}{ACTIONS}/sound.js"),
        ],
    )
    if script[0] != "missing":
        serve(room.site, f"{ACTIONS}/broken.js", script[1])
    serve(room.site, f"{ACTIONS}/sound.js", plugin_script("soundPlugin", "Sound"))
    room.open("cioanalytics.track('Early');", wait=False)

    def loaded() -> Any:
        room.do("pass(10000);")
        return room.visitor.evaluate(LOADED)

    wait_until(loaded, timeout=60, what="the client")
    room.site.event("track", "Early", timeout=30)
    room.visitor.wait_for("window.told?.some((one) => one[0] === 'plugin track' && one[1] === 'Early')", timeout=30)
    if script[0] not in {"broken", "throwing", "a factory that hangs"}:
        # The browser itself tells of a script that cannot be run.
        assert len(room.said("Remote Plugin")) == 1
        assert [line for line in room.visitor.console if line.level == "uncaught"] == []
    room.becomes_ready()
