"""The examples, as a person who tries them: sign in, reload, and one visitor for Python and JavaScript."""

from __future__ import annotations

import json
from typing import Any

from tests.browser.site import Site
from tests.browser.visitor import Visitor, cookie_value
from tests.browser.visits import UUID4


def open_example(site: Site, visitor: Visitor, name: str) -> None:
    visitor.open(site.url(f"/examples/{name}/index.html"))


def said(visitor: Visitor, who: str, sign: str = "[") -> Any:
    """Wait until an output shows something with a sign in it, and read it."""
    visitor.wait_for(f"document.getElementById({who!r}).value.includes({sign!r})", timeout=60)
    return json.loads(visitor.evaluate(f"document.getElementById({who!r}).value"))


def click(visitor: Visitor, name: str) -> None:
    visitor.evaluate("(name) => document.getElementById(name).click()", name)


def test_a_worker_of_ones_own(site: Site, visitor: Visitor) -> None:
    open_example(site, visitor, "worker")
    anonymous, user = said(visitor, "python")
    assert UUID4.fullmatch(anonymous)
    assert user is None
    assert said(visitor, "javascript") == [anonymous, None]
    click(visitor, "identify")
    assert said(visitor, "python", "jane") == said(visitor, "javascript", "jane") == [anonymous, "jane"]
    assert site.event("identify")["traits"] == {"plan": "basic"}
    assert site.event("track", "Python started")["context"]["page"]["path"] == "/examples/worker/index.html"
    visitor.reload()
    assert said(visitor, "python") == [anonymous, "jane"]
    assert cookie_value(visitor, "ajs_user_id") == "jane"


def test_pyscript_on_the_page(site: Site, visitor: Visitor) -> None:
    open_example(site, visitor, "pyscript")
    anonymous, _ = said(visitor, "python")
    click(visitor, "identify")
    assert said(visitor, "python", "jane") == [anonymous, "jane"]
    visitor.reload()
    assert said(visitor, "python") == [anonymous, "jane"]
    assert cookie_value(visitor, "ajs_anonymous_id") == anonymous


def test_pyscript_in_a_worker_without_headers(site: Site, visitor: Visitor) -> None:
    open_example(site, visitor, "pyscript-worker")
    anonymous, _ = said(visitor, "python")
    assert said(visitor, "javascript") == [anonymous, None]
    click(visitor, "identify")
    assert said(visitor, "python", "jane") == [anonymous, "jane"]
    visitor.reload()
    assert said(visitor, "python") == said(visitor, "javascript") == [anonymous, "jane"]
    assert site.event("track", "Python started")["context"]["page"]["path"] == "/examples/pyscript-worker/index.html"
