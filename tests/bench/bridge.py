"""The bridge of a worker in Chromium: import, connecting, a write and its answer, a call, bytes."""

from __future__ import annotations

import gzip
import json
import sys

from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.chromium import ChromiumVisitor
from tests.browser.clients import WRITE_KEY
from tests.browser.page_texts import fill
from tests.browser.places import DIST
from tests.browser.site import Site

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
NAMES = (
    "import cioanalytics",
    "load() returns",
    "load() to connected",
    "write to answer, median",
    "write to answer, worst",
    "track(), median",
    "track(), worst",
)


def main(arguments: list[str]) -> int:
    """Measure three workers, each on a fresh page, and print milliseconds."""
    site = Site()
    try:
        with sync_playwright() as playwright:
            browser = chromium.launch(playwright)
            (wheel,) = DIST.glob("cioanalytics-*.whl")
            text = fill("python-worker.js", pyodide="/dist/pyodide", wheel=f"/dist/{wheel.name}")
            site.files["/python-worker.js"] = ("text/javascript", text)
            script = '<script src="/dist/cioanalytics-bridge.js" data-pair></script>'
            site.pages["/worker"] = fill("worker.html", title="Worker", head=script)
            rows = []
            for _ in range(int(arguments[0]) if arguments else 3):
                visitor = ChromiumVisitor(browser.new_context())
                visitor.open(site.url("/worker"))
                rows.append(json.loads(visitor.evaluate("(code) => python(code)", MEASURE)))
                visitor.close()
            browser.close()
    finally:
        site.close()
    for place, name in enumerate(NAMES):
        sys.stdout.write(f"{name:<26}" + "".join(f"{row[place]:9.1f}" for row in rows) + " ms\n")
    script_bytes = (DIST / "cioanalytics-bridge.js").read_bytes()
    sys.stdout.write(
        f"{'cioanalytics-bridge.js':<26}{len(script_bytes):9} bytes, {len(gzip.compress(script_bytes))} gzip\n"
    )
    return 0
