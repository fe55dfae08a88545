"""The JupyterLite example: a notebook knows the visitor of its page, also after a reload."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

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
def notebooks(everything: bool) -> str:
    if not everything:
        pytest.skip("JupyterLite is installed and built under --all")
    subprocess.run([sys.executable, str(ROOT / "examples" / "jupyterlite" / "site.py")], check=True, timeout=300)
    return "/jupyterlite/notebooks/index.html?path=visitor.ipynb"


def run_all(visitor: Visitor) -> Any:
    visitor.wait_for(READY, timeout=60)
    visitor.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")

    def last() -> list[str] | None:
        outputs: list[str] = visitor.evaluate(OUTPUTS)
        assert not any("Traceback" in each for each in outputs), outputs
        return outputs[-1].split() if outputs and len(outputs[-1].split()) == 3 else None

    return wait_until(last, timeout=90, every=0.2, what="the last cell")


def test_a_notebook_knows_the_visitor_of_its_page(site: Site, visitor: Visitor, notebooks: str) -> None:
    visitor.open(site.url(notebooks, "localhost"))
    anonymous, user, reached = run_all(visitor)
    assert (user, reached) == ("jane", "bridge")
    assert cookie_value(visitor, "ajs_anonymous_id") == anonymous
    assert site.event("track", "Notebook run")["anonymousId"] == anonymous
    visitor.reload()
    assert run_all(visitor) == [anonymous, "jane", "bridge"]
