"""Python in the page: in a Pyodide that the page runs itself, and in PyScript, it sees the page's own visitor."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser.clients import OURS, WRITE_KEY
from tests.browser.page_texts import fill
from tests.browser.places import COMPILED_NEXT, PYSCRIPT, SOURCES, wheel
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.browser.visits import UUID4, Shop

START = {
    "by the lock file": """{
        indexURL: '/dist/pyodide/', lockFileURL: '/dist/pyodide-lock.json', packageBaseUrl: location.origin + '/dist/',
        packages: ['cioanalytics'],
    }""",
    "by micropip": "{indexURL: '/dist/pyodide/', packages: ['micropip']}",
    "by its address": "{indexURL: '/dist/pyodide/', packages: [location.origin + SOURCES]}",
    "in the next Pyodide": "{indexURL: '/pyodide-314.0.7/', packages: [location.origin + COMPILED]}",
}

CALLS = f"""
import cioanalytics
from js import location

cioanalytics.load("{WRITE_KEY}", cdn_url=location.origin)
await cioanalytics.identify("jane", {{"plan": "basic"}})
await cioanalytics.group("acme", {{"seats": 3}})
await cioanalytics.track("Seen", {{"n": 1, "when": None}})
user = cioanalytics.user()
group = cioanalytics.group()
[user.anonymous_id(), user.id(), user.traits(), group.id(), group.traits()]
"""


def run(visitor: Visitor, python: str) -> Any:
    """Run Python in the page's Pyodide and give the last expression, as JSON."""
    return json.loads(
        visitor.evaluate(
            """async (code) => {
            const pyodide = await window.pythonReady;
            const answer = await pyodide.runPythonAsync(code);
            return JSON.stringify(answer?.toJs ? answer.toJs({ dict_converter: Object.fromEntries }) : answer ?? null);
        }""",
            python,
        )
    )


def open_python(site: Site, visitor: Visitor, start: str) -> None:
    options = START[start].replace("SOURCES", json.dumps(wheel(SOURCES)))
    options = options.replace("COMPILED", json.dumps(wheel(COMPILED_NEXT)))
    folder = "/pyodide-314.0.7" if "314" in options else "/dist/pyodide"
    micropip = "micropip" in options
    site.pages["/python"] = fill(
        "pyodide.html",
        title="Python",
        pyodide=folder,
        options=options,
        install="""
            const index_urls = location.origin + "/dist/simple/{package_name}/index.html";
            await pyodide.pyimport('micropip').install.callKwargs("cioanalytics", { index_urls });
        """
        if micropip
        else "",
    )
    visitor.open(site.url("/python"))


def test_the_calls_of_the_address_come_before_those_that_waited_for_load(site: Site, visitor: Visitor) -> None:
    open_python(site, visitor, "by the lock file")
    visitor.open(site.url("/python?ajs_uid=joe&ajs_event=Linked"))
    waited = f"""
import cioanalytics
from js import location

cioanalytics.track("Waited")
cioanalytics.identify("jane")
cioanalytics.load("{WRITE_KEY}", cdn_url=location.origin)
await cioanalytics.flush()
cioanalytics.user().id()
"""
    assert run(visitor, waited) == "jane"
    assert [site.event("track", name)["userId"] for name in ("Linked", "Waited")] == ["joe", "joe"]


@pytest.mark.parametrize("start", START)
def test_python_identifies_and_tracks_in_the_pages_own_pyodide(site: Site, visitor: Visitor, start: str) -> None:
    open_python(site, visitor, start)
    anonymous, *known = run(visitor, CALLS)
    assert UUID4.fullmatch(anonymous)
    assert known == ["jane", {"plan": "basic"}, "acme", {"seats": 3}]
    sent = site.event("track", "Seen")
    assert (sent["anonymousId"], sent["userId"], sent["properties"]) == (anonymous, "jane", {"n": 1, "when": None})
    assert sent["context"]["page"]["path"] == "/python"
    jar = {found.name: found.value for found in visitor.cookies()}
    assert (jar["ajs_anonymous_id"], jar["ajs_user_id"], jar["ajs_group_id"]) == (anonymous, "jane", "acme")
    stored = visitor.local_storage()
    assert json.loads(stored["ajs_user_traits"]) == {"plan": "basic"}


STRICT = "default-src 'none'; script-src 'nonce-n' 'wasm-unsafe-eval' 'self'; connect-src 'self'"


@pytest.mark.parametrize("script", [True, False], ids=["with the script", "without it"])
def test_a_policy_that_forbids_eval_asks_for_a_script(site: Site, visitor: Visitor, *, script: bool) -> None:
    options = START["by its address"].replace("SOURCES", json.dumps(wheel()))
    text = fill("pyodide.html", title="Python", pyodide="/dist/pyodide", options=options, install="")
    head = f'<meta http-equiv="Content-Security-Policy" content="{STRICT}">'
    head += '<script src="/dist/cioanalytics-border.js"></script>' if script else ""
    text = text.replace("<script", '<script nonce="n"').replace("</title>", f"</title>{head}")
    site.pages["/python"] = text
    visitor.open(site.url("/python"))
    if script:
        anonymous, *known = run(visitor, CALLS)
        assert UUID4.fullmatch(anonymous)
        assert known == ["jane", {"plan": "basic"}, "acme", {"seats": 3}]
        assert visitor.evaluate("Object.keys(window).filter((name) => name.startsWith('cio'))") == []
    else:
        told = run(
            visitor,
            f"""
import cioanalytics
try:
    cioanalytics.load("{WRITE_KEY}")
except RuntimeError as error:
    told = str(error)
told
""",
        )
        assert "cioanalytics-border.js" in told


def test_the_script_tag_and_python_know_the_same_person(site: Site, visitor: Visitor) -> None:
    shop = Shop(site, visitor, OURS)
    shop.visit()
    shop.do("await cioanalytics.identify('joe', {plan: 'pro'});")
    known = shop.ids()
    open_python(site, visitor, "by micropip")
    seen = run(
        visitor,
        f"""
        import cioanalytics
        from js import location
        cioanalytics.load("{WRITE_KEY}", cdn_url=location.origin)
        [cioanalytics.user().anonymous_id(), cioanalytics.user().id(), cioanalytics.user().traits()]
    """,
    )
    assert seen == [known["anonymousId"], "joe", {"plan": "pro"}]
    run(visitor, "await cioanalytics.identify('jane', {'plan': 'basic'})\nNone")
    shop.visit()
    assert shop.ids()["userId"] == "jane"
    assert shop.ids()["anonymousId"] != known["anonymousId"]
    assert shop.user_traits() == {"plan": "basic"}


def test_an_object_that_is_no_window_is_refused_by_name_and_the_next_load_serves(site: Site, visitor: Visitor) -> None:
    open_python(site, visitor, "by its address")
    told, anonymous = run(
        visitor,
        f"""
        import cioanalytics
        from js import Object, location
        told = ""
        try:
            cioanalytics.load("{WRITE_KEY}", window=Object.new())
        except TypeError as error:
            told = str(error)
        cioanalytics.load("{WRITE_KEY}", cdn_url=location.origin)
        [told, cioanalytics.user().anonymous_id()]
    """,
    )
    assert told.startswith("window: expected the window of a page")
    assert UUID4.fullmatch(anonymous)


def test_calls_start_at_once_and_need_not_be_awaited(site: Site, visitor: Visitor) -> None:
    open_python(site, visitor, "by micropip")
    run(
        visitor,
        f"""
        import cioanalytics
        from js import location
        cioanalytics.load("{WRITE_KEY}", cdn_url=location.origin)
        cioanalytics.track("Not awaited")
        cioanalytics.page("Home")
        cioanalytics.set_anonymous_id("mine")
        None
    """,
    )
    site.event("track", "Not awaited")
    site.event("page", "Home")
    assert run(visitor, "cioanalytics.user().anonymous_id()") == "mine"


@pytest.mark.parametrize("index", [True, False], ids=["from the index", "by its address"])
def test_a_pyscript_page_identifies_and_tracks(site: Site, visitor: Visitor, *, index: bool) -> None:
    assert (PYSCRIPT / "core.js").is_file(), "PyScript is not installed: run `npm ci`"
    config: dict[str, Any] = {"interpreter": "/dist/pyodide/pyodide.mjs", "packages": [site.url(wheel())]}
    if index:
        config |= {"packages": ["cioanalytics"], "index_urls": [site.url("/dist/simple/{package_name}/index.html")]}
    site.pages["/pyscript-page"] = fill(
        "pyscript.html",
        title="PyScript",
        config=json.dumps(config),
        python=f"""
import cioanalytics
from pyscript import document, window

cioanalytics.load("{WRITE_KEY}", cdn_url=window.location.origin)
await cioanalytics.identify("jane", {{"plan": "basic"}})
await cioanalytics.track("Seen", {{"n": 1}})
document.body.dataset.anonymous = cioanalytics.user().anonymous_id()
""",
    )
    visitor.open(site.url("/pyscript-page"))
    sent = site.event("track", "Seen", timeout=60)
    visitor.wait_for("document.body.dataset.anonymous")
    anonymous = visitor.evaluate("document.body.dataset.anonymous")
    assert (sent["userId"], sent["anonymousId"]) == ("jane", anonymous)
    assert site.event("identify")["traits"] == {"plan": "basic"}
    (found,) = [found for found in visitor.cookies() if found.name == "ajs_anonymous_id"]
    assert found.value == anonymous
    assert round(found.days_left()) == 365
