"""The marimo and stlite examples: Python in the host's worker and JavaScript on its page know one visitor.

Streamlit runs without numpy and pandas here (see stlites_pyodide.py).
"""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser import stlites_pyodide
from tests.browser.chromium import ChromiumVisitor
from tests.browser.places import ROOT
from tests.browser.site import Site
from tests.browser.test_examples import said
from tests.browser.visitor import cookie_value
from tests.browser.visits import UUID4

# Milliseconds: Pyodide, the host and the app on a busy machine.
PATIENCE: Final = 120_000


@pytest.fixture(scope="module", params=["marimo", "stlite"])
def app(everything: bool, request: pytest.FixtureRequest) -> str:
    """Give the address of an example's page, its site built anew."""
    name: str = request.param
    if not everything:
        pytest.skip(f"{name} is installed and its site built under --all")
    subprocess.run([sys.executable, "-m", f"examples.{name}.site"], check=True, timeout=300, cwd=ROOT)
    if name == "stlite":
        stlites_pyodide.lay()
    return f"/{name}/index.html"


def python_said(visitor: ChromiumVisitor, user: str) -> str:
    """Wait until Python names a user, and give the visitor's id beside it."""
    line = visitor.page.get_by_text("Python says")
    expect(line).to_contain_text(f"{user}, by way of bridge", timeout=PATIENCE)
    # Not its inner text: marimo hides the line while it runs the cell again.
    found = re.search(r"Python says: (\S+)", line.text_content() or "")
    assert found
    return found[1]


def test_python_and_javascript_know_one_visitor(site: Site, visitor: ChromiumVisitor, app: str) -> None:
    stlites_pyodide.stand_for_the_server(visitor.context)
    visitor.open(site.url(app))
    anonymous = python_said(visitor, "None")
    assert UUID4.fullmatch(anonymous)
    assert said(visitor, "javascript") == [anonymous, None]
    opened = site.event("track")
    assert (opened["anonymousId"], opened["context"]["page"]["path"]) == (anonymous, app)
    visitor.page.get_by_role("button", name="Sign in as Jane").click()
    assert python_said(visitor, "jane") == anonymous
    assert said(visitor, "javascript", "jane") == [anonymous, "jane"]
    assert site.event("identify")["traits"] == {"plan": "basic"}
    visitor.reload()
    assert python_said(visitor, "jane") == anonymous
    assert said(visitor, "javascript", "jane") == [anonymous, "jane"]
    assert (cookie_value(visitor, "ajs_anonymous_id"), cookie_value(visitor, "ajs_user_id")) == (anonymous, "jane")
    visitor.page.get_by_role("button", name="Sign out").click()
    after, nobody = said(visitor, "javascript", "null")
    assert (python_said(visitor, "None"), nobody) == (after, None)
    assert after != anonymous
