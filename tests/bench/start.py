"""How long a page waits for the first id, how many bytes it loads for it, and what calls cost, beside the reference.

    ./build.sh bench [--runs N] [--slow]

Law: both clients stand in the same page, under the same snippet, from the same server, compressed, in turns; what
counts is the ratio. "First id": `user` is a function on the global and has answered. A run is a new profile (cold), a
second visit in the same browser, and a third with the browser opened anew (warm). `--slow` adds emulated networks. The
result is written to bench.json, and the README's table is made from that.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright
from starlette.requests import Request
from starlette.responses import Response
from web.playground.distribution import file_response

from tests.browser import chromium
from tests.browser.clients import OURS, THEIRS, Client
from tests.browser.page_texts import snippet_page
from tests.browser.places import REFERENCE, ROOT
from tests.browser.site import Site

RUNS: Final = 7
NETWORKS: Final = {"10 Mbit/s, 40 ms": (10e6, 40), "1.6 Mbit/s, 150 ms": (1.6e6, 150)}
RESULT: Final = ROOT / "bench.json"
README: Final = ROOT / "README.md"
MARKS: Final = ("<!-- made by ./build.sh bench -->", "<!-- end of what the bench made -->")
# Both clients replace the stub on the window when they stand; the clock stops once `user` has answered then.
CLOCK: Final = """<script>
    let present;
    window.longTasks = [];
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((each) => each.duration)))
        .observe({type: 'longtask', buffered: true});
    Object.defineProperty(window, 'cioanalytics', {
        configurable: true,
        get: () => present,
        set: (value) => {
            present = value;
            if (typeof value?.user !== 'function' || window.firstId) return;
            queueMicrotask(() => {
                if (value.user().anonymousId()) window.firstId = performance.now();
            });
        },
    });
</script>"""
PACK: Final = """const [, path] = process.argv, fs = require('fs');
fs.writeFileSync(path + '.br', require('zlib').brotliCompressSync(fs.readFileSync(path)))"""
LOADED_FILES: Final = """() => performance.getEntriesByType('resource')
    .filter((each) => each.responseEnd <= firstId)
    .map((each) => [new URL(each.name).pathname, each.transferSize || each.encodedBodySize])"""
CALLS: Final = """async () => {
    const properties = {};
    for (let n = 0; n < 10; n += 1) properties[`key ${n}`] = {number: n, text: 'some words', list: [n, {deep: true}]};
    const calls = {
        'anonymousId()': () => cioanalytics.user().anonymousId(),
        'track, ten nested properties': () => void cioanalytics.track('Seen', properties),
        'identify': () => void cioanalytics.identify('jane', {plan: 'basic'}),
    };
    const median = {};
    for (const [name, call] of Object.entries(calls)) {
        const times = [];
        const batch = name.startsWith('anonymousId') ? 20 : 1;
        for (let n = 0; n < 60; n += 1) {
            const began = performance.now();
            for (let m = 0; m < batch; m += 1) call();
            times.push((performance.now() - began) * 1000 / batch);
            if (n % 5 === 4) await new Promise((next) => setTimeout(next, 20));
        }
        median[name] = times.slice(20).sort((one, other) => one - other)[20];
    }
    return median;
}"""


class Bench(Site):
    """The site of the tests, which compresses the reference too."""

    async def _reference(self, request: Request) -> Response:
        return file_response(compressed_reference(), "standalone.js", request)


def compressed_reference() -> Path:
    """Lay the reference with a brotli beside it, once."""
    folder = ROOT / "build" / "bench"
    if not (folder / "standalone.js.br").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "standalone.js").write_bytes((REFERENCE / "standalone.js").read_bytes())
        subprocess.run(["node", "-e", PACK, str(folder / "standalone.js")], check=True)
    return folder


def opened(playwright: Playwright, profile: str) -> BrowserContext:
    """Open a browser on a profile."""
    executable = chromium.executable(playwright)
    return playwright.chromium.launch_persistent_context(profile, executable_path=executable, args=chromium.FLAGS)


def visit(page: Page, site: Site, client: Client) -> float:
    """Go to the page; give the time of the first id in ms since navigation."""
    page.goto(site.url(f"/{client}", "localhost"))
    page.wait_for_function("() => window.firstId", timeout=120_000)
    return float(page.evaluate("firstId"))


def one_run(playwright: Playwright, site: Site, client: Client) -> dict[str, Any]:
    """Measure one new visitor."""
    seen: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as profile:
        context = opened(playwright, profile)
        page = context.pages[0]
        seen["cold"] = visit(page, site, client)
        page.wait_for_timeout(1500)
        seen["files"] = dict(page.evaluate(LOADED_FILES))
        seen["longest task"] = max(page.evaluate("longTasks"), default=0)
        page.goto("about:blank")
        seen["second visit"] = visit(page, site, client)
        page.wait_for_timeout(1500)
        seen["calls"] = page.evaluate(CALLS)
        seen["heap MB"] = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
        page.wait_for_timeout(500)
        context.close()
        context = opened(playwright, profile)
        seen["warm"] = visit(context.pages[0], site, client)
        context.close()
    return seen


def slow_visit(playwright: Playwright, site: Site, client: Client, network: tuple[float, float]) -> float:
    """Measure one cold visit over an emulated network."""
    rate, latency = network
    with tempfile.TemporaryDirectory() as profile:
        context = opened(playwright, profile)
        page = context.pages[0]
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        limits = {"offline": False, "latency": latency, "downloadThroughput": rate / 8, "uploadThroughput": rate / 8}
        session.send("Network.emulateNetworkConditions", limits)
        took = visit(page, site, client)
        context.close()
    return took


def summary(values: list[float]) -> dict[str, float]:
    """Give median and range."""
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def measure(runs: int, *, slow: bool) -> dict[str, Any]:
    """Run both in turns."""
    site = Bench()
    site.preamble = CLOCK
    for client in (OURS, THEIRS):
        site.pages[f"/{client}"] = snippet_page(client)
    taken: dict[str, list[dict[str, Any]]] = {str(THEIRS): [], str(OURS): []}
    networks: dict[str, dict[str, list[float]]] = {name: {each: [] for each in taken} for name in NETWORKS if slow}
    with sync_playwright() as playwright:
        for number in range(runs):
            for client in (THEIRS, OURS):
                taken[str(client)].append(one_run(playwright, site, client))
                if number < 3:
                    for name, times in networks.items():
                        times[str(client)].append(slow_visit(playwright, site, client, NETWORKS[name]))
            print(f"run {number + 1} of {runs}", flush=True)
        browser = chromium.launch(playwright)
        version = browser.version
        browser.close()
    site.close()
    return {
        "browser": f"Chromium {version}",
        "machine": f"{platform.system()}, {os.cpu_count()} processors",
        "runs": runs,
        "clients": {name: tell(each, networks, name) for name, each in taken.items()},
    }


def tell(runs: list[dict[str, Any]], networks: dict[str, dict[str, list[float]]], client: str) -> dict[str, Any]:
    """Sum up what was seen of one client."""
    names = ("cold", "warm", "second visit", "longest task", "heap MB")
    told: dict[str, Any] = {name: summary([run[name] for run in runs]) for name in names}
    told |= {f"cold, {name}": summary(times[client]) for name, times in networks.items()}
    told["calls"] = {name: summary([run["calls"][name] for run in runs]) for name in runs[0]["calls"]}
    told["files"] = runs[-1]["files"]
    told["bytes"] = sum(runs[-1]["files"].values())
    return told


def row(name: str, unit: str, theirs: dict[str, float], ours: dict[str, float]) -> str:
    """Write one line of the table."""
    cells = [f"{each['median']:.0f} ({each['least']:.0f}-{each['most']:.0f})" for each in (theirs, ours)]
    ratio = f"{ours['median'] / theirs['median']:.1f}" if theirs["median"] else "-"
    return f"| {name} | {unit} | {cells[0]} | {cells[1]} | {ratio} |"


def table(result: dict[str, Any]) -> str:
    """Write the table."""
    theirs, ours = result["clients"][str(THEIRS)], result["clients"][str(OURS)]
    lines = ["| first id | | the reference | ours | ratio |", "|---|---|---|---|---|"]
    for name in [each for each in ours if each.startswith("cold")] + ["warm", "second visit", "longest task"]:
        lines.append(row(name, "ms", theirs[name], ours[name]))
    size = f"| bytes until then | kB | {theirs['bytes'] / 1000:.0f} | {ours['bytes'] / 1000:.0f} |"
    lines.append(f"{size} {ours['bytes'] / theirs['bytes']:.0f} |")
    for name in ours["calls"]:
        lines.append(row(f"`{name}`" if "(" in name else name, "µs", theirs["calls"][name], ours["calls"][name]))
    place = f"{result['browser']}, {result['machine']}, local server with brotli, {result['runs']} runs in turns"
    return "\n".join([*lines, "", f"Median (least-most). {place}."])


def write_readme(text: str) -> None:
    """Put the table between its marks, where the README has them."""
    readme = README.read_text(encoding="utf-8")
    head, found, rest = readme.partition(MARKS[0])
    if found:
        README.write_text(f"{head}{MARKS[0]}\n{text}\n{MARKS[1]}{rest.partition(MARKS[1])[2]}", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="./build.sh bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--slow", action="store_true", help="emulated networks too")
    options = parser.parse_args(arguments)
    result = measure(options.runs, slow=options.slow)
    RESULT.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(table(result))
    for name, size in sorted(result["clients"][str(OURS)]["files"].items(), key=lambda each: -each[1]):
        print(f"{size:>10} {name}")
    write_readme(table(result))
    return 0
