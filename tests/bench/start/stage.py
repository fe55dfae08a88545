"""The page in which both clients are measured, and the site that serves it.

Law: both stand in the same page, under the same snippet, from the same server, compressed. "First id": `user` is a
function on the global and has answered.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from web.playground.distribution import file_response

from tests.browser.clients import OURS, THEIRS
from tests.browser.page_texts import snippet_page
from tests.browser.places import REFERENCE, ROOT
from tests.browser.site import Site

CLIENTS: Final = (THEIRS, OURS)
# Both clients replace the stub on the window when they stand; the clock stops once `user` has answered then.
CLOCK: Final = """<script>
    let present;
    window.longTasks = [];
    window.memories = [];
    if (PerformanceObserver.supportedEntryTypes.includes('longtask'))
        new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((each) => each.duration)))
            .observe({type: 'longtask', buffered: true});
    WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
        construct: (plain, given) => {
            const memory = new plain(...given);
            memories.push(memory);
            return memory;
        },
    });
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
FIRST_ID: Final = "window.firstId > 0"
FILES: Final = """performance.getEntriesByType('resource')
    .filter((each) => each.responseEnd <= firstId)
    .map((each) => [new URL(each.name).pathname, each.transferSize || each.encodedBodySize])"""
# Median microseconds of each call, several at a time since clocks of browsers are coarse. What calls leave to do is
# done in between, as on a page.
CALLS: Final = """(async () => {
    const properties = {};
    for (let n = 0; n < 10; n += 1) properties[`key ${n}`] = {number: n, text: 'some words', list: [n, {deep: true}]};
    const calls = {
        'anonymousId()': [50, () => cioanalytics.user().anonymousId()],
        'track, ten nested properties': [5, () => void cioanalytics.track('Seen', properties)],
        'identify': [5, () => void cioanalytics.identify('jane', {plan: 'basic'})],
    };
    const median = {};
    for (const [name, [often, call]] of Object.entries(calls)) {
        const times = [];
        for (let n = 0; n < 60; n += 1) {
            const began = performance.now();
            for (let m = 0; m < often; m += 1) call();
            times.push((performance.now() - began) * 1000 / often);
            await new Promise((next) => setTimeout(next, 20));
        }
        median[name] = times.slice(20).sort((one, other) => one - other)[20];
    }
    return median;
})()"""
PACK: Final = """const [, path] = process.argv, fs = require('fs');
fs.writeFileSync(path + '.br', require('zlib').brotliCompressSync(fs.readFileSync(path)))"""


class Stage(Site):
    """The site of the tests with a page for each client; it compresses the reference too."""

    def __init__(self) -> None:
        super().__init__()
        for client in CLIENTS:
            self.pages[f"/{client}"] = snippet_page(client)
        self.preamble = CLOCK

    async def _reference(self, request: Request) -> Response:
        return file_response(_compressed_reference(), "standalone.js", request)


def _compressed_reference() -> Path:
    """Lay the reference with a brotli beside it, once."""
    folder = ROOT / "build" / "bench"
    if not (folder / "standalone.js.br").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "standalone.js").write_bytes((REFERENCE / "standalone.js").read_bytes())
        subprocess.run(["node", "-e", PACK, str(folder / "standalone.js")], check=True)
    return folder
