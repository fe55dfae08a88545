"""Python in a worker: over the bridge it lives on the page's own cookies and storage."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.browser.chromium import ChromiumVisitor
from tests.browser.clients import WRITE_KEY
from tests.browser.page_texts import blank_page, fill
from tests.browser.places import DIST, wheel
from tests.browser.site import Site, wait_until
from tests.browser.visitor import Visitor, cookie
from tests.browser.visits import LOADED, UUID4

LOAD: Final = f"""
import cioanalytics
from js import location
cioanalytics.load("{WRITE_KEY}", cdn_url=location.origin)
"""
IDS: Final = """
user = cioanalytics.user()
[user.anonymous_id(), user.id(), user.traits(), user.explain()["reached"]]
"""
SCRIPT: Final = '<script src="/dist/cioanalytics-bridge.js" data-pair></script>'


@dataclass
class Workshop:
    """Pages with a Pyodide worker of their own."""

    site: Site
    visitor: Visitor

    def visit(
        self,
        head: str = SCRIPT,
        calls: str = "",
        *,
        path: str = "/worker",
        title: str = "Worker",
        options: str = "",
        host: str = "example.test",
    ) -> None:
        text = fill("python-worker.js", pyodide="/dist/pyodide", wheel=wheel())
        self.site.files["/python-worker.js"] = ("text/javascript", text)
        self.site.pages[path] = fill("worker.html", title=title, head=head, calls=calls, options=options)
        self.visitor.open(self.site.url(path, host))

    def run(self, python: str) -> Any:
        return json.loads(self.visitor.evaluate("(code) => python(code)", python))

    def jar(self) -> dict[str, str]:
        return {found.name: found.value for found in self.visitor.cookies()}


@pytest.fixture
def workshop(site: Site, visitor: Visitor) -> Workshop:
    return Workshop(site, visitor)


def test_the_pages_script_is_small_and_the_one_in_the_wheel() -> None:
    text = (DIST / "cioanalytics-bridge.js").read_bytes()
    assert len(text) <= 3_000
    with zipfile.ZipFile(next(DIST.glob("*.whl"))) as archive:
        assert archive.read("cioanalytics/bridge/page.js") == text
    assert (DIST / "cioanalytics.js.gz").stat().st_size <= 8_192


@pytest.mark.engines
@pytest.mark.smoke
def test_a_worker_lives_on_its_pages_cookies_and_storage(workshop: Workshop) -> None:
    site, visitor = workshop.site, workshop.visitor
    workshop.visit()
    anonymous, *known = workshop.run(
        f"""{LOAD}
await cioanalytics.identify("jane", {{"plan": "basic"}})
await cioanalytics.track("Seen", {{"n": 1}})
{IDS}"""
    )
    assert UUID4.fullmatch(anonymous)
    assert known == ["jane", {"plan": "basic"}, "bridge"]
    sent = site.event("track", "Seen")
    assert (sent["anonymousId"], sent["userId"]) == (anonymous, "jane")
    page = sent["context"]["page"]
    assert (page["path"], page["title"], page["url"]) == ("/worker", "Worker", site.url("/worker"))
    assert sent["context"]["userAgent"] == visitor.evaluate("navigator.userAgent")
    jar = workshop.jar()
    assert (jar["ajs_anonymous_id"], jar["ajs_user_id"]) == (anonymous, "jane")
    found = cookie(visitor, "ajs_anonymous_id")
    assert found is not None
    assert (found.domain, round(found.days_left())) == (".example.test", 365)
    assert json.loads(visitor.local_storage()["ajs_user_traits"]) == {"plan": "basic"}
    visitor.reload()
    assert workshop.run(f"{LOAD}\nawait cioanalytics.ready()\n{IDS}") == [anonymous, *known]


def test_two_tabs_know_one_person_and_each_worker_its_own_page(workshop: Workshop) -> None:
    site, visitor = workshop.site, workshop.visitor
    workshop.visit(path="/one", title="One")
    (anonymous, *_) = workshop.run(f"{LOAD}\nawait cioanalytics.ready()\n{IDS}")
    visitor.new_tab()
    workshop.visit(path="/two", title="Two")
    workshop.run("import cioanalytics\nNone")
    # The other tab answers at once, its own page later.
    visitor.evaluate(
        """(code) => {
            const done = python(code);
            const end = performance.now() + 900;
            while (performance.now() < end);
            return done;
        }""",
        f"""{LOAD}
seen = []
cioanalytics.on("identity", seen.append)
await cioanalytics.ready()
await cioanalytics.track("In two")
""",
    )
    visitor.to_tab(0)
    workshop.run("await cioanalytics.identify('jane')\nawait cioanalytics.track('In one')\nNone")
    visitor.to_tab(1)
    known = wait_until(lambda: workshop.run(f"{IDS}") if workshop.run("seen") else None, what="news of the other tab")
    assert known == [anonymous, "jane", {}, "bridge"]
    workshop.run("cioanalytics.user().identify('joe')\nNone")
    visitor.to_tab(0)
    wait_until(lambda: workshop.run("cioanalytics.user().id()") == "joe", what="news of the second tab")
    for name, path, title in (("In one", "/one", "One"), ("In two", "/two", "Two")):
        page = site.event("track", name)["context"]["page"]
        assert (page["path"], page["title"]) == (path, title)


@pytest.mark.engines
def test_a_cookie_whose_time_is_over_comes_back_from_localstorage(workshop: Workshop) -> None:
    workshop.visit()
    load = LOAD.replace("cdn_url", "cookie={'maxage': 2 / 86_400}, cdn_url")
    anonymous, *_ = workshop.run(f"{load}\nawait cioanalytics.ready()\n{IDS}")
    workshop.visitor.wait_for("!document.cookie.includes('ajs_anonymous_id')")
    wait_until(
        lambda: not workshop.run("user.explain()['anonymousId']['stores']['cookie']"), what="the worker to hear of it"
    )
    assert workshop.run(IDS)[0] == anonymous
    workshop.visitor.wait_for(f"document.cookie.includes('ajs_anonymous_id={anonymous}')")


FIVE: Final = "for n in range(5): cioanalytics.track('Leaving', {'n': n})"


def left_behind(site: Site, anonymous: str) -> list[int]:
    """Give the numbers of the events of `FIVE` that have arrived, each of which is one, however often it came."""
    found: dict[str, int] = {}
    for event in site.events():
        if event.get("event") == "Leaving":
            assert event["anonymousId"] == anonymous
            assert found.setdefault(event["messageId"], event["properties"]["n"]) == event["properties"]["n"]
    return sorted(found.values())


def test_a_page_that_is_left_right_after_track_loses_nothing(workshop: Workshop) -> None:
    site, visitor = workshop.site, workshop.visitor
    workshop.visit()
    anonymous, *_ = workshop.run(f"{LOAD}\nawait cioanalytics.ready()\n{IDS}")
    site.pages["/away"] = blank_page()
    # The page goes by itself: an evaluation that lasted until then would be cut off.
    visitor.evaluate(
        "(five) => { void python(five).then(() => { location.href = '/away'; }); }",
        FIVE,
    )
    visitor.wait_for("location.pathname === '/away' && document.readyState === 'complete'")
    workshop.visit()
    workshop.run(f"{LOAD}\nawait cioanalytics.ready()\nNone")
    wait_until(lambda: left_behind(site, anonymous) == [0, 1, 2, 3, 4], timeout=15, what="all five events")


@pytest.mark.parametrize("waiting", ["for an answer", "for the network"])
def test_the_page_of_a_closed_tab_sends_what_its_worker_had_to_send(
    workshop: Workshop, visitor: ChromiumVisitor, waiting: str, everything: bool
) -> None:
    if waiting == "for the network" and not everything:
        pytest.skip("the other reason for waiting is tried under --all")
    site = workshop.site
    site.pages["/away"] = blank_page()
    workshop.visit()
    anonymous, *_ = workshop.run(f"{LOAD}\nawait cioanalytics.ready()\n{IDS}")
    visitor.new_tab()
    visitor.open(site.url("/away"))
    visitor.to_tab(0)
    if waiting == "for an answer":
        # One request at a time: four events stand in line behind the first.
        site.delays["/v1/t"] = 4
    else:
        site.faults["/v1/t"] = 503
    workshop.run(f"{FIVE}\nNone")
    site.until(lambda: len(site.events()) > 0, what="the first try")
    unsent = "len(cioanalytics._client._analytics.delivery.unacknowledged(9_000))"
    wait_until(lambda: workshop.run(unsent) == 5, what="all five to wait")
    tried = len(site.hits)
    site.delays.clear()
    site.faults.clear()
    visitor.page.close(run_before_unload=True)
    site.until(lambda: left_behind(site, anonymous) == [0, 1, 2, 3, 4], timeout=10, what="all five, of the closed tab")
    assert len(site.hits) == tried + 5
    assert all(hit.content_type.startswith("text/plain") for hit in site.hits)
    assert all(event["writeKey"] == WRITE_KEY and event["sentAt"] for event in site.events())


def test_a_page_script_that_comes_late_brings_the_worker_to_its_page(workshop: Workshop) -> None:
    visitor = workshop.visitor
    workshop.visit(head="")
    alone, user, _, reached = workshop.run(f"""{LOAD}
cioanalytics.identify("jane", {{"plan": "basic"}})
await cioanalytics.ready()
{IDS}""")
    assert (user, reached) == ("jane", "memory")
    warnings = [line.text for line in visitor.console if "cioanalytics-bridge.js" in line.text]
    assert len(warnings) == 1
    assert workshop.jar() == {}
    visitor.evaluate("""() => {
        document.cookie = 'ajs_anonymous_id=the-page-knew-them; max-age=1000';
        document.head.append(Object.assign(document.createElement('script'), { src: '/dist/cioanalytics-bridge.js' }));
    }""")
    wait_until(lambda: workshop.run(IDS)[3] == "bridge", what="the bridge")
    assert workshop.run(IDS) == ["the-page-knew-them", "jane", {"plan": "basic"}, "bridge"]
    wait_until(lambda: workshop.jar().get("ajs_user_id") == "jane", what="the user's cookie")
    assert workshop.jar()["ajs_anonymous_id"] == "the-page-knew-them"
    assert alone != "the-page-knew-them"


FOREIGN: Final = """() => {
    const channel = new BroadcastChannel("cioanalytics");
    const heard = [];
    return new Promise((resolve) => {
        channel.onmessage = ({ data }) => {
            heard.push(data);
            const news = heard.map((text) => JSON.parse(text)).find((message) => message.n);
            if (!news) return;
            channel.onmessage = null;
            const { from, to, n } = news;
            const post = (message) => channel.postMessage(JSON.stringify(message));
            for (let i = 0; i < 500; i++) {
                channel.postMessage("rubbish");
                channel.postMessage({ cio: 1, to, n: n + 1, cookie: "ajs_user_id=eve" });
                post({ cio: 1, from: "eve", to, n: n + i, cookie: "ajs_user_id=eve", joined: true, done: 0 });
                post({ cio: 1, from: "eve" + i, hello: 1 });
                post({ cio: 1, from: "eve", to: from, seq: 1, ops: [["l", "foreign", "1"], ["c", "foreign=1"]] });
                post({ cio: 1, from: "eve", to: from, seq: 1, ops: [["l", "cioanalytics:outbox:OTHER:0:1", "{}"]] });
                const will = [["/eve", { method: "post" }, ["eve"], []]];
                post({ cio: 1, from: "eve", to: from, will, lease: "ajs_user_id" });
            }
            post({ cio: 1, from, to, n: n + 2, cookie: "ajs_user_id=eve; ajs_anonymous_id=eve", done: 0 });
            post({ cio: 1, from: "eve", to: from, join: { names: ["foreign", "*"], acked: 0, probe: false } });
            post({ cio: 1, from: "eve", to: from, seq: 1, ops: [["l", "foreign", "1"], ["c", "foreign=1"], 7] });
            post({ cio: 1, from, down: 1 });
            setTimeout(resolve, 500, heard.length);
        };
        window.somethingHappens();
    });
}"""


def test_foreign_messages_change_nothing_and_are_told_once(workshop: Workshop) -> None:
    visitor = workshop.visitor
    workshop.visit()
    known = workshop.run(f"{LOAD}\nawait cioanalytics.identify('jane')\n{IDS}")
    jar, stored = workshop.jar(), visitor.local_storage()
    visitor.evaluate("() => { window.somethingHappens = () => { document.title = 'Another'; }; }")
    assert visitor.evaluate(FOREIGN) > 0
    assert workshop.run(IDS) == known
    assert workshop.jar() == jar
    # The worker asks for its turn again after a rest that was none.
    wait_until(lambda: visitor.local_storage().keys() <= stored.keys(), what="nothing new to be stored")
    told = [line.text for line in visitor.console if "bridge" in line.text]
    assert len(told) == 2, "the page tells it once, and so does the worker"
    workshop.run("await cioanalytics.identify('joe')\nNone")
    wait_until(lambda: workshop.jar()["ajs_user_id"] == "joe", what="the user's cookie")


def test_entries_of_ones_own_names_are_for_the_pages_list_to_allow(workshop: Workshop) -> None:
    named = "user={'cookie': {'key': 'my_cookie'}, 'localStorage': {'key': 'my_traits'}}, cdn_url"
    for keys, held in (("", set()), ("my_cookie my_traits", {"my_cookie", "my_traits"})):
        workshop.visit(head=SCRIPT.replace("data-pair", f'data-pair data-keys="{keys}"'))
        workshop.run(
            f"{LOAD.replace('cdn_url', named)}\nawait cioanalytics.identify('jane', {{'plan': 'basic'}})\nNone"
        )
        wait_until(lambda: "ajs_anonymous_id" in workshop.jar(), what="what needs no permission")
        if held:
            assert workshop.run("[cioanalytics.user().id(), cioanalytics.user().traits()]") == [
                "jane",
                {"plan": "basic"},
            ]
        found = {*workshop.jar(), *workshop.visitor.local_storage()}
        assert found & {"my_cookie", "my_traits"} == held


def test_the_script_tag_and_the_worker_hear_of_each_other_at_once(workshop: Workshop) -> None:
    visitor = workshop.visitor
    tags = f"""{SCRIPT}
<script async src="/dist/cioanalytics.js" data-write-key="{WRITE_KEY}"
  data-cdn-url="{workshop.site.url("").rstrip("/")}"></script>"""
    workshop.visit(head=tags)
    visitor.wait_for(LOADED)
    anonymous, user, *_ = workshop.run(f"""{LOAD}
seen = []
cioanalytics.on("identity", lambda ids: seen.append(ids["userId"]))
await cioanalytics.ready()
{IDS}""")
    assert (anonymous, user) == (visitor.evaluate("cioanalytics.user().anonymousId()"), None)
    visitor.evaluate("""() => {
        window.seen = [];
        cioanalytics.on('identity', (ids) => window.seen.push(ids.userId));
        cioanalytics.identify('jane', { plan: 'basic' });
    }""")
    wait_until(lambda: workshop.run("seen") == ["jane"], timeout=3, what="the worker to hear of it")
    assert workshop.run(IDS)[:3] == [anonymous, "jane", {"plan": "basic"}]
    workshop.run("cioanalytics.user().identify('joe', {})\nNone")
    visitor.wait_for("seen.length === 1", timeout=3)
    assert visitor.evaluate("[cioanalytics.user().id(), seen]") == ["joe", ["joe"]]
    assert workshop.run("user.anonymous_id()") == visitor.evaluate("cioanalytics.user().anonymousId()")


def test_a_port_that_the_app_hands_over_is_a_bridge_too(workshop: Workshop) -> None:
    connect = """const { port1, port2 } = new MessageChannel();
cioBridge.connect(port1);
worker.postMessage({ port: port2 }, [port2]);"""
    workshop.visit(
        head='<script src="/dist/cioanalytics-bridge.js" data-channel="nobody-else"></script>', calls=connect
    )
    load = LOAD.replace("import location", "import location, port").replace("cdn_url", "bridge=port, cdn_url")
    anonymous, *known = workshop.run(f"{load}\nawait cioanalytics.identify('jane')\n{IDS}")
    assert known == ["jane", {}, "bridge"]
    wait_until(lambda: workshop.jar().get("ajs_user_id") == "jane", what="the user's cookie")
    assert workshop.jar()["ajs_anonymous_id"] == anonymous


def test_the_pages_script_out_of_the_wheel_makes_a_channel_of_its_own(workshop: Workshop) -> None:
    visitor = workshop.visitor
    workshop.visit(head="")
    visitor.evaluate(
        "() => python('import cioanalytics\\ncioanalytics.page_script()').then((text) => (0, eval)(JSON.parse(text)))"
    )
    anonymous, *known = workshop.run(f"{LOAD}\nawait cioanalytics.identify('jane')\n{IDS}")
    assert known == ["jane", {}, "bridge"]
    wait_until(lambda: workshop.jar().get("ajs_user_id") == "jane", what="the user's cookie")
    assert workshop.jar()["ajs_anonymous_id"] == anonymous


@pytest.mark.parametrize("name", ["", "'the app\\'s own \"name\"'"])
def test_a_script_that_is_made_after_load_connects_and_may_run_twice(workshop: Workshop, name: str) -> None:
    visitor = workshop.visitor
    workshop.visit(head="")
    assert workshop.run(f"{LOAD}\nawait cioanalytics.ready()\n{IDS}")[3] == "memory"
    made = f"cioanalytics.page_script({name})"
    for _ in range(2):
        visitor.evaluate("(made) => python(made).then((text) => (0, eval)(JSON.parse(text)))", made)
    wait_until(lambda: workshop.run(IDS)[3] == "bridge", what="the bridge")
    workshop.run("await cioanalytics.identify('jane')\nNone")
    wait_until(lambda: workshop.jar().get("ajs_user_id") == "jane", what="the user's cookie")
    assert [line.text for line in visitor.console if "drops" in line.text] == []
    assert visitor.evaluate("() => Object.keys(window).filter((name) => /^cio/.test(name))") == ["cioBridge"]


def test_the_script_of_a_channel_with_a_name_needs_no_word_in_load(workshop: Workshop) -> None:
    workshop.visit(head="")
    workshop.visitor.evaluate(
        "(made) => python(made).then((text) => (0, eval)(JSON.parse(text)))",
        "import cioanalytics\ncioanalytics.page_script('ours')",
    )
    assert workshop.run(f"{LOAD}\nawait cioanalytics.ready()\n{IDS}")[3] == "bridge"


def test_the_address_is_that_of_the_page_as_it_changes(workshop: Workshop) -> None:
    workshop.visit()
    workshop.run(f"{LOAD}\nawait cioanalytics.ready()\nNone")
    workshop.visitor.evaluate("() => { history.pushState({}, '', '/inner?q=1#h'); document.title = 'Inner'; }")
    workshop.run("import asyncio\nawait asyncio.sleep(0.1)\nawait cioanalytics.track('Inside')\nNone")
    page = workshop.site.event("track", "Inside")["context"]["page"]
    assert (page["path"], page["search"], page["title"]) == ("/inner", "?q=1", "Inner")


def test_a_worker_sees_the_entries_that_its_settings_and_its_page_name_and_forgets_them(workshop: Workshop) -> None:
    visitor = workshop.visitor
    for names, seen in (("", None), ("_ga", {"id": "amp-1"})):
        workshop.visit(head=SCRIPT.replace("data-pair", f'data-pair data-keys="{names}"'))
        visitor.evaluate(
            """(key) => {
            document.cookie = "_ga=amp-1";
            document.cookie = "foreign=1";
            localStorage.setItem("foreign", "1");
            localStorage.setItem(`cioanalytics:kept:${key}:page:000001`, "{}");
            localStorage.setItem("cioanalytics:kept:ANOTHER:page:000001", "{}");
        }""",
            WRITE_KEY,
        )
        workshop.run(f"{LOAD}\nawait cioanalytics.track('Seen {names}')\nNone")
        assert workshop.site.event("track", f"Seen {names}")["context"].get("amp") == seen
        storage = "cioanalytics._client._analytics.ports.storage"
        keys = workshop.run(f"{storage}.keys()")
        assert f"cioanalytics:settings:{WRITE_KEY}" in keys
        assert not {"foreign", "cioanalytics:kept:ANOTHER:page:000001"} & set(keys)
        refused = f"[{storage}.get('foreign'), {storage}.set('foreign', '2')]"
        assert workshop.run(refused) == [None, False]
        assert "foreign" not in workshop.run("cioanalytics._client._analytics.ports.jar.read()")
        workshop.run("await cioanalytics.forget()\nNone")
        wait_until(
            lambda: set(visitor.local_storage()) == {"foreign", "cioanalytics:kept:ANOTHER:page:000001"},
            what="the page's storage to hold what is others' only",
        )
        assert set(workshop.jar()) == {"_ga", "foreign"}
