"""A Python app in Chromium: import and load on the page's thread; in a worker also connecting, a write, a call; bytes.

    ./build.sh bench bridge [RUNS]

Law: each run is a fresh page, the wheel for this Pyodide and the one of sources in turn; the README's table is made
from all of them.
"""

from __future__ import annotations

import gzip
import json
import os
import platform
import sys
from typing import Final

from playwright.sync_api import sync_playwright

from tests.bench.start.figures import Spread, spreads
from tests.browser import chromium
from tests.browser.chromium import ChromiumVisitor
from tests.browser.clients import WRITE_KEY
from tests.browser.page_texts import fill
from tests.browser.places import COMPILED, DIST, SOURCES, wheel
from tests.browser.site import Site
from tools import readme

RUNS: Final = 5
ON_PAGE = f"""
import time
from js import location

def since(start):
    return (time.perf_counter() - start) * 1000

start = time.perf_counter()
import cioanalytics
imported = since(start)
start = time.perf_counter()
cioanalytics.load("{WRITE_KEY}", cdn_url=location.origin)
cioanalytics.user().anonymous_id()
[imported, since(start)]
"""
PAGE_NAMES: Final = ("on the page: `import cioanalytics`", "`load()` and the first `anonymous_id()`")
IN_WORKER = f"""
import asyncio, time
from js import location

def since(start):
    return (time.perf_counter() - start) * 1000

def median(values):
    return sorted(values)[len(values) // 2]

async def answered(mirror):
    start = time.perf_counter()
    mirror.set_item("ajs_user_traits", str(start))
    while mirror.waiting:
        await asyncio.sleep(0)
    return since(start)

start = time.perf_counter()
import cioanalytics
imported = since(start)
start = time.perf_counter()
cioanalytics.load("{WRITE_KEY}", cdn_url=location.origin)
loaded = since(start)
while cioanalytics._client._analytics is None:
    await asyncio.sleep(0)
connected = since(start)
await cioanalytics.ready()
mirror = cioanalytics._client._analytics.ports.storage._set.__self__
answers = [await answered(mirror) for _ in range(50)]
tracks = []
for n in range(50):
    start = time.perf_counter()
    cioanalytics.track("Measured", {{"n": n}})
    tracks.append(since(start))
    await asyncio.sleep(0.01)
[imported, loaded, connected, median(answers), max(answers), median(tracks), max(tracks)]
"""
WORKER_NAMES: Final = (
    "in a worker: `import cioanalytics`",
    "`load()` returns",
    "`load()` until the page has answered",
    "a write until its answer, median of 50",
    "the slowest write",
    "`track()`, median of 50",
    "the slowest `track()`",
)
# As the README's columns have them.
WHEELS: Final = {"compiled": COMPILED, "sources": SOURCES}


def measure(runs: int) -> tuple[str, dict[str, dict[str, Spread]]]:
    """Measure each wheel on fresh pages; gives the browser, and milliseconds by wheel."""
    site = Site()
    try:
        with sync_playwright() as playwright:
            browser = chromium.launch(playwright)
            taken: dict[str, list[dict[str, float]]] = {name: [] for name in WHEELS}
            for _ in range(runs):
                for name, kind in WHEELS.items():
                    taken[name].append(one_run(site, ChromiumVisitor(browser.new_context()), wheel(kind)))
            version = f"Chromium {browser.version}"
            browser.close()
    finally:
        site.close()
    return version, {name: spreads(each) for name, each in taken.items()}


def one_run(site: Site, visitor: ChromiumVisitor, address: str) -> dict[str, float]:
    """Measure one wheel, on a page and in a worker of another."""
    options = f"{{indexURL: '/dist/pyodide/', packages: [location.origin + '{address}']}}"
    site.pages["/page"] = fill("pyodide.html", title="Page", pyodide="/dist/pyodide", options=options, install="")
    text = fill("python-worker.js", pyodide="/dist/pyodide", wheel=address)
    site.files["/python-worker.js"] = ("text/javascript", text)
    script = '<script src="/dist/cioanalytics-bridge.js" data-pair></script>'
    site.pages["/worker"] = fill("worker.html", title="Worker", head=script)
    visitor.open(site.url("/page"))
    run = "async (code) => JSON.stringify((await window.pythonReady).runPython(code).toJs())"
    figures = dict(zip(PAGE_NAMES, json.loads(visitor.evaluate(run, ON_PAGE)), strict=True))
    visitor.open(site.url("/worker"))
    in_worker = json.loads(visitor.evaluate("(code) => python(code)", IN_WORKER))
    visitor.close()
    return figures | dict(zip(WORKER_NAMES, in_worker, strict=True))


def table(browser: str, runs: int, figures: dict[str, dict[str, Spread]]) -> str:
    """Write what the README says of it."""
    lines = [f"| ms | {' | '.join(figures)} |", f"|---|{'---|' * len(figures)}"]
    for name in (*PAGE_NAMES, *WORKER_NAMES):
        spread = [each[name] for each in figures.values()]
        lines.append(f"| {name} | {' | '.join(f'{e.median:.1f} ({e.least:.1f}-{e.most:.1f})' for e in spread)} |")
    sizes = [f"{(DIST / wheel(kind).removeprefix('/dist/')).stat().st_size:,}" for kind in WHEELS.values()]
    lines.append(f"| bytes of the wheel | {' | '.join(sizes)} |")
    place = f"{browser}, Pyodide 0.29.5, {platform.system()}, {os.cpu_count()} processors, {runs} runs"
    script = (DIST / "cioanalytics-bridge.js").read_bytes()
    size = f"`cioanalytics-bridge.js` has {len(script):,} bytes, {len(gzip.compress(script, 9)):,} in gzip"
    return "\n".join([*lines, "", f"Median (least-most). {place}. {size}."])


def main(arguments: list[str]) -> int:
    """Measure, print, and write the README's table."""
    runs = int(arguments[0]) if arguments else RUNS
    browser, figures = measure(runs)
    made = table(browser, runs, figures)
    sys.stdout.write(made + "\n")
    readme.put("bridge", made)
    return 0
