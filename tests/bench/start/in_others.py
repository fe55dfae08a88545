"""A visitor's start and calls in Firefox and WebKitGTK, where a driver is at hand."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.bench.start.figures import Run
from tests.bench.start.stage import CALLS, CLOCK, FIRST_ID, Stage
from tests.browser.clients import Client
from tests.browser.engines import FIREFOX, WEBKIT
from tests.browser.firefox import Firefox, FirefoxVisitor
from tests.browser.visitor import Visitor
from tests.browser.webkit import WebKit, WebKitVisitor

OTHERS: Final = (FIREFOX, WEBKIT)
PATIENCE: Final = 60.0


@contextmanager
def visitor(engine: str, stage: Stage) -> Iterator[Visitor]:
    """Give a new visitor in a browser of their own."""
    if engine == FIREFOX:
        with tempfile.TemporaryDirectory() as folder:
            firefox = Firefox(Path(folder))
            someone: Visitor = FirefoxVisitor(firefox)
            yield someone
            someone.close()
            firefox.close()
    else:
        webkit = WebKit()
        someone = WebKitVisitor(webkit, stage)
        stage.preamble += CLOCK  # behind what the driver puts there to hear the console
        yield someone
        someone.close()
        webkit.close()
        stage.preamble = CLOCK


def one_run(engine: str, stage: Stage, client: Client) -> tuple[Run, str]:
    """Measure one new visitor; give the figures and the browser's name with its version."""
    with visitor(engine, stage) as someone:
        # localhost is not to be had through the proxy that leads WebKit to the site.
        address = stage.url(f"/{client}", "example.test")
        seen: Run = {}
        for name in ("cold", "second visit"):
            someone.open(address)
            someone.wait_for(FIRST_ID, timeout=PATIENCE)
            seen[name] = float(someone.evaluate("firstId"))
        seen |= someone.evaluate(CALLS)
        return seen, someone.engine
