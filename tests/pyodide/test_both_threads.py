"""Python on a page's own thread and in a worker of it: one visitor, the page's."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

LOAD: Final = """
import cioanalytics, json
cioanalytics.load("KEY", cdn_settings={"integrations": {}})
await cioanalytics.ready()
user = cioanalytics.user()
json.dumps([user.anonymous_id(), user.id(), user.explain()["reached"]])
"""
HEAR: Final = """
import asyncio
async with asyncio.timeout(10):
    while user.id() != "joe":
        await asyncio.sleep(0.02)
user.id()
"""
HELD: Final = """() => [
    Object.fromEntries(document.cookie.split("; ").map((pair) => pair.split("="))), { ...localStorage },
]"""


def test_it_imports_on_both_threads(pyodide: Any) -> None:
    pyodide.load_package("cioanalytics")
    assert pyodide.run("import cioanalytics.browser.install, sys; 'cioanalytics.core.analytics' in sys.modules")


def test_it_lives_on_the_pages_cookies_and_storage(pyodide: Any, request: pytest.FixtureRequest) -> None:
    page = pyodide.driver
    page.add_script_tag(url="/dist/cioanalytics-bridge.js")
    pyodide.load_package("cioanalytics")
    anonymous, user, reached = json.loads(pyodide.run_async(LOAD))
    assert (user, reached) == (None, "bridge" if "worker" in request.node.callspec.id else "document")
    pyodide.run("cioanalytics.identify('jane', {'plan': 'basic'})\nNone")
    page.wait_for_function("() => document.cookie.includes('ajs_user_id=jane')")
    cookies, stored = page.evaluate(HELD)
    assert (cookies["ajs_anonymous_id"], cookies["ajs_user_id"]) == (anonymous, "jane")
    assert json.loads(stored["ajs_anonymous_id"]) == anonymous
    assert json.loads(stored["ajs_user_traits"]) == {"plan": "basic"}
    page.evaluate("""() => {
        document.cookie = "ajs_user_id=joe; path=/";
        localStorage.setItem("ajs_user_id", '"joe"');
    }""")
    assert pyodide.run_async(HEAR) == "joe"
