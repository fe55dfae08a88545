"""The loader in a page: the stub's calls, the ways to say what to load, faults of the network, and nothing touched."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser.clients import OURS, WRITE_KEY
from tests.browser.page_texts import snippet_page, tag_page
from tests.browser.places import DIST
from tests.browser.site import Site, wait_until
from tests.browser.visitor import Visitor
from tests.browser.visits import LOADED, Shop

NAMES_BEFORE = "<script>window.namesBefore = new Set(Object.getOwnPropertyNames(window));</script>"
NEW_NAMES = """() => Object.getOwnPropertyNames(window)
    .filter((name) => !namesBefore.has(name) && name !== 'namesBefore' && !/^\\d+$/.test(name)).sort()"""


def own_lines(visitor: Visitor, *levels: str) -> list[str]:
    """Give what scripts wrote on the console; the browser's own lines on failed requests are not theirs."""
    browsers = ("Failed to load resource", "Failed to find a valid digest", "Fetch API cannot load")
    return [line.text for line in visitor.console if line.level in levels and not line.text.startswith(browsers)]


def open_tag(
    site: Site, visitor: Visitor, calls: str = "", *, head: str = "", wait: bool = True, **attributes: str
) -> None:
    """Open a page with our one tag; `attributes` are its data attributes."""
    given = {"write_key": WRITE_KEY, "cdn_url": site.url("")} | attributes
    text = " ".join(f"data-{name.replace('_', '-')}='{value}'" for name, value in given.items())
    site.pages["/tag"] = tag_page(text, calls, head=NAMES_BEFORE + head)
    visitor.open(site.url("/tag"))
    if wait:
        visitor.wait_for(LOADED)


# The stub and its calls


@pytest.mark.differs("D10")
def test_a_kept_reference_to_the_stub_forwards_for_ever(shop: Shop) -> None:
    shop.visit("window.kept = cioanalytics;")
    shop.do("kept.track('From the stub', {n: 1});")
    assert shop.site.event("track", "From the stub", timeout=3)["properties"] == {"n": 1}


def test_queued_calls_arrive(shop: Shop) -> None:
    shop.visit("""
        cioanalytics.page('Home');
        cioanalytics.track('Seen', {n: 1});
        cioanalytics.group('acme', {seats: 3});
        cioanalytics.alias('jane', 'joe');
        cioanalytics.identify('jane', {plan: 'basic'});
    """)
    for kind in ("page", "track", "group", "alias", "identify"):
        shop.site.event(kind)
    assert len(shop.site.events()) == 5


@pytest.mark.parametrize("settings_come", [0.0, 0.5], ids=["at once", "late"])
def test_the_calls_of_the_address_come_before_the_page_s_own(shop: Shop, settings_come: float) -> None:
    shop.site.delays["/v1/projects/"] = settings_come
    shop.visit(
        """
        cioanalytics.track('Queued');
        cioanalytics.identify('jane');
        cioanalytics.setAnonymousId('first');
        """,
        path="/?ajs_aid=second&ajs_uid=joe&ajs_event=Linked",
        wait=False,
    )
    queued, linked = shop.site.event("track", "Queued"), shop.site.event("track", "Linked")
    assert (linked["anonymousId"], linked["userId"]) == ("second", "joe")
    assert queued["userId"] == "joe"
    shop.visitor.wait_for(LOADED)
    assert shop.ids()["userId"] == "jane"


@pytest.mark.differs("D20")
def test_queued_calls_keep_their_order(shop: Shop) -> None:
    shop.visit("""
        window.order = [];
        cioanalytics.on('dispatch_start', (ctx) => order.push(ctx.event.name || ctx.event.event || ctx.event.userId));
        cioanalytics.track('t1');
        cioanalytics.page('p1');
        cioanalytics.track('t2');
        cioanalytics.identify('jane');
        cioanalytics.track('t3');
        cioanalytics.page('p2');
    """)
    shop.visitor.wait_for("order.length === 6")
    assert shop.visitor.evaluate("order") == ["t1", "p1", "t2", "jane", "t3", "p2"]


@pytest.mark.differs("D17")
def test_queued_events_carry_the_identity_that_held_when_they_were_called(shop: Shop) -> None:
    shop.visit("cioanalytics.track('Before'); cioanalytics.identify('jane'); cioanalytics.track('After');")
    assert shop.site.event("track", "Before")["userId"] is None
    assert shop.site.event("track", "After")["userId"] == "jane"


def test_handlers_queued_last_miss_no_event(shop: Shop) -> None:
    shop.visit("""
        window.heard = [];
        cioanalytics.track('Seen');
        cioanalytics.on('track', (name) => heard.push(name));
    """)
    shop.visitor.wait_for("heard.length === 1")
    assert shop.visitor.evaluate("heard") == ["Seen"]


@pytest.mark.differs("D3")
def test_queued_events_keep_the_page_of_the_call(shop: Shop) -> None:
    shop.site.delays["/v1/projects/"] = 0.5
    shop.visit(
        """
        cioanalytics.track('Early');
        document.scripts[0].addEventListener('load', () => history.pushState({}, '', '/second'));
    """,
        path="/first",
        wait=False,
    )
    shop.visitor.wait_for(LOADED)
    assert shop.site.event("track", "Early")["context"]["page"]["path"] == "/first"


def test_ready_fires_for_callbacks_before_and_after_load(shop: Shop) -> None:
    shop.visit("window.fired = []; cioanalytics.ready(() => fired.push('queued'));")
    shop.do("await cioanalytics.ready(() => fired.push('later'));")
    shop.visitor.wait_for("fired.length === 2")
    assert sorted(shop.visitor.evaluate("fired")) == ["later", "queued"]


# What to load, and under which name


def test_the_global_takes_the_name_of_the_snippet(shop: Shop) -> None:
    shop.visit(name="cdp", head=NAMES_BEFORE, wait=False)
    shop.visitor.wait_for("typeof cdp.user === 'function'")
    shop.do("await cdp.track('Seen');")
    shop.site.event("track", "Seen")
    assert shop.visitor.evaluate("typeof window.cioanalytics") == "undefined"


def test_one_tag_is_enough(site: Site, visitor: Visitor) -> None:
    open_tag(site, visitor)
    visitor.evaluate("() => cioanalytics.track('Seen', {n: 1})")
    sent = site.event("track", "Seen")
    assert sent["properties"] == {"n": 1}
    assert sent["anonymousId"] == visitor.evaluate("cioanalytics.user().anonymousId()")


def test_the_tag_names_the_global(site: Site, visitor: Visitor) -> None:
    open_tag(site, visitor, global_key="cdp", wait=False)
    visitor.wait_for("typeof cdp !== 'undefined' && typeof cdp.user === 'function'")
    assert visitor.evaluate("typeof window.cioanalytics") == "undefined"


def test_the_tag_takes_options_as_json(site: Site, visitor: Visitor) -> None:
    open_tag(site, visitor, options=json.dumps({"cookie": {"maxage": 30}, "initialPageview": True}))
    site.event("page")
    (days,) = {round(found.days_left()) for found in visitor.cookies() if found.name == "ajs_anonymous_id"}
    assert days == 30


def test_the_tags_stub_knows_every_call(site: Site, visitor: Visitor) -> None:
    site.delays["/v1/projects/"] = 0.3
    calls = "window.stubCalls = [cioanalytics.screen('S', {}), cioanalytics.track('T'), cioanalytics.user];"
    tag = f"<script async src='/dist/cioanalytics.js' data-write-key='{WRITE_KEY}' data-cdn-url='{site.url('')}'"
    site.pages["/"] = (
        f'<!doctype html><html lang="en"><head><title>T</title>{tag} onload="{calls}"></script></head></html>'
    )
    visitor.open(site.url("/"))
    visitor.wait_for(LOADED)
    site.event("screen", "S")
    site.event("track", "T")
    assert visitor.evaluate("typeof stubCalls[2]") == "undefined"


def test_dist_may_lie_on_another_origin(site: Site, visitor: Visitor) -> None:
    page = tag_page(f"data-write-key='{WRITE_KEY}' data-cdn-url='{site.url('')}'")
    site.pages["/"] = page.replace("/dist/", site.url("/dist/", "static.other.test"))
    visitor.open(site.url("/"))
    visitor.wait_for(LOADED)
    visitor.evaluate("() => cioanalytics.track('Seen')")
    site.event("track", "Seen")


# Troubles


def test_pyodide_cannot_start_and_the_page_goes_on(site: Site, visitor: Visitor) -> None:
    site.faults["/dist/pyodide"] = 404
    site.faults["/dist/snapshot"] = 404
    site.pages["/"] = snippet_page(OURS, "cioanalytics.track('Early'); window.pageWentOn = true;")
    visitor.open(site.url("/"))
    visitor.wait_for("window.pageWentOn")
    wait_until(lambda: _turn(visitor) and own_lines(visitor, "error"), what="an error on the console")
    visitor.evaluate("() => { for (let n = 0; n < 5000; n += 1) cioanalytics.track('Later', {n}); }")
    kept = visitor.evaluate("Array.isArray(cioanalytics) ? cioanalytics.length : 0")
    assert kept < 5000
    errors = own_lines(visitor, "error", "uncaught")
    assert len(errors) == 1
    assert "cioanalytics" in errors[0]
    assert site.events() == []


def _turn(visitor: Visitor) -> bool:
    """Let the driver hear what the page said meanwhile."""
    visitor.evaluate("0")
    return True


def said_of_the_start(visitor: Visitor) -> str:
    """Give what `debug()` tells of how Python started."""
    visitor.evaluate("() => { cioanalytics.debug(); }")
    (line,) = [text for text in own_lines(visitor, "log") if "runtime; ms since navigation" in text]
    return line


def test_debug_tells_where_the_start_took_its_time(site: Site, visitor: Visitor) -> None:
    open_tag(site, visitor)
    said = said_of_the_start(visitor)
    assert said.startswith("cioanalytics: lean runtime")
    marks = [part.rsplit(" ", 1) for part in said.split(": ")[-1].split(", ")]
    times = {name.split()[-1]: int(ms) for name, ms in marks}
    assert 0 < times["begun"] < times["compiled"] <= times["instantiated"] <= times["restored"] <= times["started"]


def starts_in_full(site: Site, visitor: Visitor, why: str, *, host: str | None = None, head: str = "") -> None:
    """See that a page is served all the same, without an error on its console, and that `debug()` tells why in full."""
    site.pages["/"] = snippet_page(OURS, "cioanalytics.track('Seen');", head=head)
    visitor.open(site.url("/", host) if host else site.url("/"))
    visitor.wait_for(LOADED, timeout=60)
    site.event("track", "Seen")
    assert own_lines(visitor, "error", "uncaught") == []
    said = said_of_the_start(visitor)
    assert said.startswith("cioanalytics: full runtime")
    assert why in said


def test_without_the_snapshot_pyodide_starts_in_full_and_debug_tells_why(site: Site, visitor: Visitor) -> None:
    site.faults["/dist/snapshot"] = 404
    starts_in_full(site, visitor, "/dist/snapshot-")


def test_another_file_in_the_place_of_the_snapshot_is_named(site: Site, visitor: Visitor) -> None:
    (snapshot,) = DIST.glob("snapshot-*.bin")
    site.files[f"/dist/{snapshot.name}"] = ("text/html", "<!doctype html><title>The page of an app</title>")
    starts_in_full(site, visitor, f"{snapshot.name} is another file", host="localhost")


def test_where_a_page_has_broken_fetch_the_calls_go_out_on_the_next_visit(site: Site, visitor: Visitor) -> None:
    broken = "<script>window.fetch = () => { throw new Error('mine'); };</script>"
    site.pages["/"] = snippet_page(OURS, "cioanalytics.track('Seen');", head=broken)
    visitor.open(site.url("/"))
    wait_until(lambda: _turn(visitor) and own_lines(visitor, "error"), timeout=30, what="an error on the console")
    (said,) = own_lines(visitor, "error", "uncaught")
    assert "calls are kept for the next visit" in said
    site.pages["/"] = snippet_page(OURS)
    visitor.open(site.url("/"))
    site.event("track", "Seen")


# A page whose two minutes are one second.
IMPATIENT = """<script>{
    const { timeout } = AbortSignal, later = setTimeout;
    const soon = (ms) => (ms >= 120_000 ? 1_000 : ms);
    AbortSignal.timeout = (ms) => timeout.call(AbortSignal, soon(ms));
    window.setTimeout = (action, ms, ...given) => later(action, soon(ms), ...given);
}</script>"""


@pytest.mark.parametrize("kind", ["snapshot-*.bin", "pyodide-*.wasm", "pyodide-*.mjs"])
def test_a_file_of_the_lean_start_that_never_comes_leads_to_the_full_one(
    site: Site, visitor: Visitor, kind: str
) -> None:
    (file,) = DIST.glob(kind)
    site.delays[f"/dist/{file.name}"] = 600
    starts_in_full(site, visitor, f"/dist/{file.name}", head=IMPATIENT)


def test_where_nothing_answers_that_is_told_and_the_calls_go_out_on_the_next_visit(
    site: Site, visitor: Visitor
) -> None:
    for prefix in ("/dist/snapshot-", "/dist/pyodide", "/dist/border-"):
        site.delays[prefix] = 600
    site.pages["/"] = snippet_page(OURS, "cioanalytics.track('Seen');", head=IMPATIENT)
    visitor.open(site.url("/"))
    wait_until(lambda: _turn(visitor) and own_lines(visitor, "error"), timeout=30, what="an error on the console")
    (said,) = own_lines(visitor, "error", "uncaught")
    assert "calls are kept for the next visit" in said
    site.delays.clear()
    visitor.open(site.url("/"))
    site.event("track", "Seen")
    site.until(lambda: [event["event"] for event in site.events()] == ["Seen", "Seen"], what="both")


def refusing(which: str) -> str:
    """Give a script that lets `WebAssembly.instantiate` fail where `which` holds of `asked`, its earlier calls."""
    return f"""<script>{{
        const instantiate = WebAssembly.instantiate;
        let asked = -1;
        WebAssembly.instantiate = (...given) => {{
            asked += 1;
            return {which} ? Promise.reject(new RangeError("out of memory")) : instantiate(...given);
        }};
    }}</script>"""


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        pytest.param("<script>delete WebAssembly.compileStreaming;</script>", "application/wasm", id="no streaming"),
        pytest.param("", "application/wasm; charset=utf-8", id="a parameter"),
        pytest.param("", "text/plain", id="another type"),
        pytest.param(refusing("asked === 0"), "application/wasm", id="Pyodide's own small module"),
        pytest.param(
            "<script>window.process = {versions: {node: '22.0.0'}};</script>", "application/wasm", id="Node's process"
        ),
    ],
)
def test_what_costs_time_only_leaves_the_start_lean(site: Site, visitor: Visitor, head: str, kind: str) -> None:
    (module,) = DIST.glob("pyodide-*.wasm")
    site.types[f"/dist/{module.name}"] = kind
    open_tag(site, visitor, head=head)
    assert said_of_the_start(visitor).startswith("cioanalytics: lean runtime")
    assert own_lines(visitor, "error", "warning", "uncaught") == []


def test_an_engine_that_makes_no_instance_is_told_of_once(site: Site, visitor: Visitor) -> None:
    """Memory may be short for both ways of the start; Pyodide by itself would wait for ever."""
    open_tag(site, visitor, head=refusing("true"), wait=False)
    wait_until(lambda: _turn(visitor) and own_lines(visitor, "error"), timeout=60, what="an error on the console")
    (said,) = own_lines(visitor, "error", "warning", "uncaught")
    assert "could not start" in said


@pytest.mark.parametrize("way", ["attribute", "options"])
def test_the_full_runtime_can_be_asked_for(site: Site, visitor: Visitor, way: str) -> None:
    asked = {"runtime": "full"} if way == "attribute" else {"options": json.dumps({"runtime": "full"})}
    open_tag(site, visitor, wait=False, **asked)
    visitor.wait_for(LOADED, timeout=60)
    visitor.evaluate("() => cioanalytics.track('Seen')")
    site.event("track", "Seen")
    assert said_of_the_start(visitor).startswith("cioanalytics: full runtime")
    assert not [path for path in site.fetched if "snapshot-" in path]
    assert own_lines(visitor, "error", "warning", "uncaught") == []


def test_a_second_copy_does_nothing_but_say_so(site: Site, visitor: Visitor) -> None:
    twice = f"<script src='/dist/cioanalytics.js' data-write-key='{WRITE_KEY}' data-cdn-url='{site.url('')}'></script>"
    site.pages["/"] = f"<!doctype html><html lang='en'><head><title>Two</title>{twice}{twice}</head></html>"
    visitor.open(site.url("/"))
    visitor.wait_for(LOADED)
    visitor.evaluate("() => cioanalytics.track('Seen')")
    site.event("track", "Seen")
    said = [text for text in own_lines(visitor, "error", "warning", "log") if "cioanalytics" in text]
    assert len(said) == 1
    assert "twice" in said[0] or "second" in said[0]
    assert len(site.events()) == 1


def test_the_snippet_included_twice_sends_nothing_twice(site: Site, visitor: Visitor) -> None:
    one = snippet_page(OURS, "cioanalytics.track('Seen');")
    start = one.index("<script>")
    scripts = one[start : one.rindex("</script>") + len("</script>")]
    site.pages["/"] = one.replace(
        scripts, scripts + scripts.replace("cioanalytics.load", "cioanalytics.loadTwice?.call")
    )
    visitor.open(site.url("/"))
    visitor.wait_for(LOADED)
    site.event("track", "Seen")
    assert any("twice" in text for text in own_lines(visitor, "error"))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"cookie": {"maxage": "long"}}, "maxage"),
        ({"cookie": {"sameSite": "Sometimes"}}, "sameSite"),
        ({"colour": "blue"}, "colour"),
        ({"disableClientPersistence": "no"}, "disableClientPersistence"),
        ({"identity": "never"}, "identity"),
    ],
)
def test_a_bad_option_is_named_and_the_default_holds(
    site: Site, visitor: Visitor, options: dict[str, Any], named: str
) -> None:
    site.pages["/"] = snippet_page(OURS, options=options)
    visitor.open(site.url("/"))
    visitor.wait_for(LOADED)
    lines = [text for text in own_lines(visitor, "warning", "error") if named in text]
    assert len(lines) == 1
    (found,) = [found for found in visitor.cookies() if found.name == "ajs_anonymous_id"]
    assert round(found.days_left()) == 365
    assert found.same_site == "Lax"


def test_a_missing_write_key_is_said(site: Site, visitor: Visitor) -> None:
    site.pages["/"] = snippet_page(OURS, "window.pageWentOn = true;", write_key="")
    visitor.open(site.url("/"))
    wait_until(
        lambda: (
            _turn(visitor) and [text for text in own_lines(visitor, "error", "warning") if "write key" in text.lower()]
        ),
        what="a word on the missing write key",
    )
    assert visitor.evaluate("window.pageWentOn")


# Nothing of the page's is touched


def test_a_plain_visit_says_nothing_and_asks_nobody_else(site: Site, visitor: Visitor) -> None:
    open_tag(site, visitor)
    visitor.evaluate("() => cioanalytics.identify('jane', {plan: 'basic'})")
    site.event("identify")
    assert own_lines(visitor, "error", "warning", "log", "info", "uncaught") == []
    requested: list[str] = visitor.requests  # type: ignore[attr-defined]
    assert [address for address in requested if not address.startswith(site.url(""))] == []


@pytest.mark.differs("D19")
def test_one_global_appears(shop: Shop) -> None:
    shop.visit(head=NAMES_BEFORE)
    shop.do("await cioanalytics.track('Seen');")
    assert shop.visitor.evaluate(NEW_NAMES) == ["cioanalytics"]


@pytest.mark.differs("D19")
def test_the_pages_own_keys_and_names_stay(shop: Shop) -> None:
    shop.leave()
    shop.visitor.evaluate("() => { localStorage.setItem('test', 'mine'); localStorage.setItem('debug', 'mine'); }")
    shop.visit(before="window.analytics = {mine: true}; window.analyticsWriteKey = 'mine';")
    shop.do("await cioanalytics.track('Seen');")
    kept = shop.visitor.evaluate(
        "() => [localStorage.test, localStorage.debug, window.analytics.mine, analyticsWriteKey]"
    )
    assert kept == ["mine", "mine", True, "mine"]


@pytest.mark.differs("D19")
def test_the_callers_objects_stay(shop: Shop) -> None:
    shop.visit()
    kept = shop.do("""
        const options = {context: {shade: 'blue'}, traits: {a: 1}, integrations: {All: true}, 'app.name': 'x'};
        const properties = {n: {deep: [1, 2]}};
        const before = JSON.stringify([options, properties]);
        await cioanalytics.track('Seen', properties, options);
        return [before, JSON.stringify([options, properties])];
    """)
    assert kept[0] == kept[1]


def test_storage_holds_nothing_but_the_known_keys(shop: Shop) -> None:
    shop.visit()
    shop.do("await cioanalytics.identify('jane', {plan: 'basic'}); await cioanalytics.group('acme', {});")
    foreign = [key for key in shop.visitor.local_storage() if not key.startswith(("ajs_", "cioanalytics:"))]
    assert foreign == []
    assert {found.name for found in shop.visitor.cookies()} == {"ajs_anonymous_id", "ajs_user_id", "ajs_group_id"}
