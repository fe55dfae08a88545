"""The bridge of a worker in Chromium: import, connecting, a write and its answer, a call, bytes.

    ./build.sh bench bridge [RUNS]

Law: each run is a fresh page with a fresh worker; the README's table is made from all of them.
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
from tests.browser.places import DIST
from tests.browser.site import Site
from tools import readme

RUNS: Final = 5
MEASURE = f"""
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
NAMES: Final = (
    "`import cioanalytics`",
    "`load()` returns",
    "`load()` until the page has answered",
    "a write until its answer, median of 50",
    "the slowest write",
    "`track()`, median of 50",
    "the slowest `track()`",
)


def measure(runs: int) -> tuple[str, dict[str, Spread]]:
    """Measure workers, each on a fresh page; gives the browser and milliseconds."""
    site = Site()
    try:
        with sync_playwright() as playwright:
            browser = chromium.launch(playwright)
            (wheel,) = DIST.glob("cioanalytics-*.whl")
            text = fill("python-worker.js", pyodide="/dist/pyodide", wheel=f"/dist/{wheel.name}")
            site.files["/python-worker.js"] = ("text/javascript", text)
            script = '<script src="/dist/cioanalytics-bridge.js" data-pair></script>'
            site.pages["/worker"] = fill("worker.html", title="Worker", head=script)
            taken = []
            for _ in range(runs):
                visitor = ChromiumVisitor(browser.new_context())
                visitor.open(site.url("/worker"))
                figures = json.loads(visitor.evaluate("(code) => python(code)", MEASURE))
                taken.append(dict(zip(NAMES, figures, strict=True)))
                visitor.close()
            name = f"Chromium {browser.version}"
            browser.close()
    finally:
        site.close()
    return name, spreads(taken)


def table(browser: str, runs: int, figures: dict[str, Spread], script: bytes) -> str:
    """Write what the README says of it."""
    lines = ["| in a worker of a page | ms |", "|---|---|"]
    for name, each in figures.items():
        lines.append(f"| {name} | {each.median:.1f} ({each.least:.1f}-{each.most:.1f}) |")
    place = f"{browser}, Pyodide 0.29.5, {platform.system()}, {os.cpu_count()} processors, {runs} workers"
    size = f"`cioanalytics-bridge.js` has {len(script):,} bytes, {len(gzip.compress(script, 9)):,} in gzip"
    return "\n".join([*lines, "", f"Median (least-most). {place}. {size}."])


def main(arguments: list[str]) -> int:
    """Measure, print, and write the README's table."""
    runs = int(arguments[0]) if arguments else RUNS
    browser, figures = measure(runs)
    made = table(browser, runs, figures, (DIST / "cioanalytics-bridge.js").read_bytes())
    sys.stdout.write(made + "\n")
    readme.put("bridge", made)
    return 0
