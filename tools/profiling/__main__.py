"""Plays the visits of the profile in Chromium, with a module that notes which functions run, and writes functions.txt.

Run by `./build.sh profile` after a build; for another Pyodide, or where a test says that the second module was needed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext, Error, Page, Route, sync_playwright
from tests.browser import chromium
from tests.browser.clients import OURS
from tests.browser.page_texts import snippet_page
from tests.browser.site import Settings, Site, default_settings
from tools.profiling.visits import VISITS, Visit

ROOT: Final = Path(__file__).resolve().parents[2]
FUNCTIONS: Final = ("node", "tools/profiling/functions.mjs")
COUNTING: Final = ROOT / "build" / "made" / "counting.wasm"
CALLS: Final = Path(__file__).with_name("calls.js")
PLAY_MS: Final = 240_000
SWITCHED_OFF_MS: Final = 3_000

# The module's own marks; the page's instance is taken where it is made.
TAKE: Final = """(() => {
    const instantiate = WebAssembly.instantiate;
    WebAssembly.instantiate = async (...given) => {
        const made = await instantiate.apply(WebAssembly, given);
        const exports = made.exports ?? made.instance?.exports ?? {};
        window.marks = () => Object.keys(exports).filter((name) => /^\\$p\\d/.test(name) && exports[name].value)
            .map((name) => Number(name.slice(2)));
        return made;
    };
})()"""
STANDS: Final = "() => typeof window.cioanalytics?.user === 'function'"


def settings_of(visit: Visit, key: str, host: str) -> Settings:
    """Give the answer of the CDN."""
    made = default_settings(key, host)
    own = made["integrations"]["Customer.io Data Pipelines"] | visit.pipeline
    others = visit.settings.get("integrations", {})
    return made | visit.settings | {"integrations": {"Customer.io Data Pipelines": own} | others}


def play(visit: Visit, page: Page, site: Site) -> set[int]:
    """Make one visit and give the functions that ran in it."""
    site.clear()
    site.settings = lambda key, host: settings_of(visit, key, host)
    site.files.update({path: ("text/javascript", text) for path, text in visit.files.items()})
    site.faults.update(visit.faults)
    bare = visit.path.partition("?")[0]
    site.pages[bare] = snippet_page(OURS, visit.queued, options=visit.options, head=visit.head)
    page.goto(site.url(visit.path, visit.host))
    if visit.leaves_early:
        return set()
    page.add_script_tag(content=CALLS.read_text("utf-8"))
    if not visit.kinds:
        page.wait_for_timeout(SWITCHED_OFF_MS)
        return set(page.evaluate("() => window.marks?.() ?? []"))
    try:
        page.wait_for_function(STANDS, timeout=30_000)
        site.faults = {}
        page.evaluate("(kinds) => window.play(kinds)", list(visit.kinds))
    except Error as error:
        print(f"  {error.message.splitlines()[0]}")
    return set(page.evaluate("() => window.marks?.() ?? []"))


def record(context: BrowserContext, site: Site) -> set[int]:
    """Make all visits, of one person."""
    seen: set[int] = set()
    for number, visit in enumerate(VISITS):
        page = context.new_page()
        page.set_default_timeout(PLAY_MS)
        new = play(visit, page, site) - seen
        print(f"visit {number + 1}: {len(new)} more functions", flush=True)
        seen |= new
        page.close()
    return seen


def main() -> None:
    """Play, and write the profile."""
    subprocess.run([*FUNCTIONS, "counting", str(COUNTING)], cwd=ROOT, check=True)

    def answer(route: Route) -> None:
        route.fulfill(body=COUNTING.read_bytes(), content_type="application/wasm")

    site = Site()
    try:
        with sync_playwright() as playwright, chromium.launch(playwright) as browser:
            context = browser.new_context()
            context.add_init_script(TAKE)
            context.route("**/dist/pyodide-*.wasm", answer)
            seen = record(context, site)
    finally:
        site.close()
    if not seen:
        sys.exit("nothing ran: is dist/ built?")
    subprocess.run([*FUNCTIONS, "write"], cwd=ROOT, check=True, input=json.dumps(sorted(seen)), text=True)
    print(f"{len(seen)} functions")


if __name__ == "__main__":
    main()
