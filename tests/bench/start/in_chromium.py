"""A visitor's start in Chromium: a new profile (cold), a second visit, the browser opened anew (warm), and memory."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext, Page, Playwright

from tests.bench.start.figures import Run
from tests.bench.start.stage import CALLS, FILES, FIRST_ID, Stage
from tests.browser import chromium
from tests.browser.clients import OURS, Client

NETWORKS: Final = {"10 Mbit/s, 40 ms": (10e6, 40), "1.6 Mbit/s, 150 ms": (1.6e6, 150)}
PATIENCE_MS: Final = 120_000
# What a page still does after the first id: its settings come, its first events go.
AFTER_MS: Final = 1500
MEGA: Final = 1e6
PHASE: Final = re.compile(r"(\w+) (\d+)(?=,|$)")


@contextmanager
def browser(playwright: Playwright, profile: str) -> Iterator[BrowserContext]:
    """Open a browser on a profile for a while."""
    executable = chromium.executable(playwright)
    context = playwright.chromium.launch_persistent_context(profile, executable_path=executable, args=chromium.FLAGS)
    yield context
    context.close()


def first_id(page: Page, stage: Stage, client: Client) -> float:
    """Go to the page; give the time of the first id in ms since navigation."""
    page.goto(stage.url(f"/{client}", "localhost"))
    page.wait_for_function(FIRST_ID, timeout=PATIENCE_MS)
    return float(page.evaluate("firstId"))


def one_run(playwright: Playwright, stage: Stage, client: Client) -> tuple[Run, dict[str, int]]:
    """Measure one new visitor; give the figures, and the bytes of each file that came before the first id."""
    seen: Run = {}
    with tempfile.TemporaryDirectory() as profile:
        with browser(playwright, profile) as context:
            page = context.pages[0]
            session = context.new_cdp_session(page)
            session.send("Performance.enable")
            seen["cold"] = first_id(page, stage, client)
            metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
            seen["main thread"] = metrics["TaskDuration"] * 1000
            page.wait_for_timeout(AFTER_MS)
            files: dict[str, int] = dict(page.evaluate(FILES))
            seen["longest task"] = max(page.evaluate("longTasks"), default=0)
            if client is OURS:
                seen |= phases(page)
            page.goto("about:blank")
            seen["second visit"] = first_id(page, stage, client)
            page.wait_for_timeout(AFTER_MS)
            seen |= page.evaluate(CALLS)
            seen |= memory(page, profile)
        with browser(playwright, profile) as context:
            seen["warm"] = first_id(context.pages[0], stage, client)
    return seen, files


def phases(page: Page) -> Run:
    """Ask the client where the time of its start went: `debug()` says it on the console."""
    with page.expect_console_message(lambda line: "ms since navigation" in line.text) as told:
        page.evaluate("void cioanalytics.debug()")
    words = told.value.text.partition("ms since navigation: ")[2]
    return {f"phase {name}": float(ms) for name, ms in PHASE.findall(words)}


def memory(page: Page, profile: str) -> Run:
    """Weigh the page, in MB."""
    taken = {
        "JavaScript heap": page.evaluate("performance.memory.usedJSHeapSize") / MEGA,
        "WebAssembly memory": page.evaluate("memories.reduce((sum, each) => sum + each.buffer.byteLength, 0)") / MEGA,
    }
    weights = [_weight(process) for process in Path("/proc").glob("[0-9]*") if _renders(process, profile)]
    return taken | ({"process": max(weights)} if weights else {})


def _renders(process: Path, profile: str) -> bool:
    """Whether this process shows pages of the browser on that profile; only Linux tells."""
    words = _command(process)
    if "--type=renderer" not in words:
        return False
    while "--type=" in words:
        parent = _parent(process)
        if parent is None:
            return False
        process = parent
        words = _command(process)
    return f"--user-data-dir={profile}" in words


def _command(process: Path) -> str:
    try:
        return (process / "cmdline").read_text("utf-8", "replace")
    except OSError:  # it has ended
        return ""


def _parent(process: Path) -> Path | None:
    try:
        number = (process / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1]
    except OSError:
        return None
    return process.parent / number if number != "0" else None


def _weight(process: Path) -> float:
    """Give its share of the memory in MB."""
    try:
        told = (process / "smaps_rollup").read_text("utf-8")
    except OSError:
        return 0.0
    found = re.search(r"^Pss:\s+(\d+) kB", told, re.MULTILINE)
    return int(found[1]) * 1024 / MEGA if found else 0.0


def slow_visit(playwright: Playwright, stage: Stage, client: Client, network: str) -> float:
    """Measure one cold visit over an emulated network."""
    rate, latency = NETWORKS[network]
    with tempfile.TemporaryDirectory() as profile, browser(playwright, profile) as context:
        page = context.pages[0]
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        limits = {"offline": False, "latency": latency, "downloadThroughput": rate / 8, "uploadThroughput": rate / 8}
        session.send("Network.emulateNetworkConditions", limits)
        return first_id(page, stage, client)
