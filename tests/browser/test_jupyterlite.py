"""The JupyterLite example: a notebook knows the visitor of its page, also after a reload."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.browser.places import ROOT
from tests.browser.site import Site, wait_until
from tests.browser.visitor import Visitor, cookie_value

OUTPUTS = """() => {
    const { cells } = jupyterapp.shell.currentWidget.content.model.toJSON();
    const outputs = cells.flatMap((cell) => cell.outputs ?? []);
    return outputs.map(({ text, traceback, data }) => [text ?? traceback ?? data["text/plain"]].flat().join(""));
}"""
READY = """(() => {
    const context = window.jupyterapp?.shell.currentWidget?.context;
    return context?.isReady && context.sessionContext.isReady;
})()"""


@pytest.fixture(scope="module")
def notebooks() -> str:
    subprocess.run([sys.executable, "-m", "examples.jupyterlite.site"], check=True, timeout=300, cwd=ROOT)
    return "/jupyterlite/notebooks/index.html?path=visitor.ipynb"


def run_all(visitor: Visitor) -> list[str]:
    """Run every cell, and give what Python said: anonymous id, user id, and how the page was reached."""
    visitor.wait_for(READY, timeout=60)
    visitor.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")

    def python_said() -> list[str] | None:
        outputs: list[str] = visitor.evaluate(OUTPUTS)
        assert not any("Traceback" in each for each in outputs), outputs
        return next((each.split()[2:] for each in outputs if each.startswith("Python says:")), None)

    return wait_until(python_said, timeout=90, every=0.2, what="the cell in which Python says it") or []


def javascript_said(visitor: Visitor) -> list[str]:
    outputs = "[...document.querySelectorAll('.jp-RenderedJavaScript')].map((each) => each.textContent)"
    says = f"{outputs}.find((text) => text.startsWith('JavaScript says:'))"
    visitor.wait_for(f"!!{says}")
    said: str = visitor.evaluate(says)
    return said.split()[2:]


def test_a_notebook_knows_the_visitor_of_its_page(site: Site, visitor: Visitor, notebooks: str) -> None:
    visitor.open(site.url(notebooks, "localhost"))
    anonymous, user, reached = run_all(visitor)
    assert (user, reached) == ("jane", "bridge")
    assert cookie_value(visitor, "ajs_anonymous_id") == anonymous
    assert javascript_said(visitor) == [anonymous, "jane"]
    assert site.event("track", "Notebook run")["anonymousId"] == anonymous
    visitor.reload()
    assert run_all(visitor) == [anonymous, "jane", "bridge"]
    assert javascript_said(visitor) == [anonymous, "jane"]
