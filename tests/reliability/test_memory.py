"""A page that stays open: a hundred thousand calls leave the memory of the page as it was."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import CDPSession

from tests.browser.chromium import ChromiumVisitor
from tests.reliability.case import Case

MEGA: Final = 1e6
# Python's memory, which only grows.
MEMORIES: Final = """<script>
    window.memories = [];
    WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
        construct: (plain, given) => {
            const memory = new plain(...given);
            memories.push(memory);
            return memory;
        },
    });
</script>"""
# Calls of each kind: reads, answers with objects, functions that are given and taken back, changes, promises, events.
CALLS: Final = """async (rounds) => {
    const hear = () => {};
    for (let n = 0; n < rounds; n += 1) {
        for (let m = 0; m < 14; m += 1) cioanalytics.user().anonymousId();
        cioanalytics.user().traits();
        cioanalytics.on('track', hear);
        cioanalytics.off('track', hear);
        cioanalytics.user().explain();
        cioanalytics.setAnonymousId(`visitor-${n % 10}`);
        await cioanalytics.track('Seen', {n, list: [n, {deep: true}]});
    }
}"""
CALLS_IN_A_ROUND: Final = 20


def javascript_heap(protocol: CDPSession) -> int:
    """Give the bytes that the page's JavaScript holds when all garbage is gone."""
    for _ in range(3):
        protocol.send("HeapProfiler.collectGarbage")
    return int(protocol.send("Runtime.getHeapUsage")["usedSize"])


@pytest.mark.ours
@pytest.mark.parametrize("calls", [5_000, 100_000])
@pytest.mark.short("5000")
def test_many_calls_leave_the_memory_flat(case: Case, calls: int) -> None:
    assert isinstance(case.visitor, ChromiumVisitor)
    case.visit(head=MEMORIES)
    page = case.visitor.page
    protocol = page.context.new_cdp_session(page)
    page.evaluate(CALLS, 50)
    case.do("await cioanalytics.flush();")
    heap = javascript_heap(protocol)
    python = page.evaluate("memories.map((memory) => memory.buffer.byteLength)")
    rounds = calls // CALLS_IN_A_ROUND
    page.evaluate(CALLS, rounds)
    case.do("await cioanalytics.flush();")
    assert javascript_heap(protocol) - heap < 1 * MEGA
    assert page.evaluate("memories.map((memory) => memory.buffer.byteLength)") == python
    assert len([event for event in case.site.events() if event["type"] == "track"]) == 50 + rounds
