"""The marimo example: Python in marimo's worker and JavaScript on its page know one visitor, also after a reload."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import ChromiumVisitor
from tests.browser.places import ROOT
from tests.browser.site import Site
from tests.browser.test_examples import said
from tests.browser.visitor import cookie_value
from tests.browser.visits import UUID4

# Milliseconds: Pyodide, marimo and all cells on a busy machine.
PATIENCE: Final = 120_000


@pytest.fixture(scope="module")
def notebook(everything: bool) -> str:
    if not everything:
        pytest.skip("marimo is installed and its site built under --all")
    subprocess.run([sys.executable, "-m", "examples.marimo.site"], check=True, timeout=300, cwd=ROOT)
    return "/marimo/index.html"


def python_said(visitor: ChromiumVisitor, user: str) -> str:
    """Wait until the last cell names a user, and give the visitor's id beside it."""
    line = visitor.page.get_by_text("Python says")
    expect(line).to_contain_text(f"{user}, by way of bridge", timeout=PATIENCE)
    found = re.search(r"Python says: (\S+)", line.inner_text())
    assert found
    return found[1]


def test_python_and_javascript_know_one_visitor(site: Site, visitor: ChromiumVisitor, notebook: str) -> None:
    visitor.open(site.url(notebook))
    anonymous = python_said(visitor, "None")
    assert UUID4.fullmatch(anonymous)
    assert said(visitor, "javascript") == [anonymous, None]
    assert site.event("track", "Notebook opened")["anonymousId"] == anonymous
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
