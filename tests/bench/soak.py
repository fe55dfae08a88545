"""A page that makes 100,000 events for a collector that fails one request in five: all arrive, and nothing grows.

    ./build.sh bench soak [--events N] [--seed N]

Law: the page makes events at the rate of acknowledgement, so that never more than `WAITING` are under way. What is told
at the end is what was seen: arrivals by message id, and the curves of memory and localStorage.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.chromium import ChromiumVisitor
from tests.reliability.harbour import Attempt, Harbour, Outing

EVENTS: Final = 100_000
WAITING: Final = 400
BATCH: Final = 100
FAILING: Final = 0.2
SAMPLE_SECONDS: Final = 4.0
# Megabytes and share by which the last quarter's memory may exceed the second quarter's.
SLACK: Final = (12, 1.15)

# Python's own memory only ever grows, by whole pages; whoever makes one is written down.
WATCH_MEMORY: Final = """<script>
    window.memories = [];
    WebAssembly.Memory = class extends WebAssembly.Memory {
        constructor(given) {
            super(given);
            memories.push(this);
        }
    };
</script>"""
PRODUCE: Final = """([count, waiting]) => {
    const soak = window.soak = {made: 0, acknowledged: 0, failed: []};
    const make = () => {
        while (soak.made < count && soak.made - soak.acknowledged < waiting) {
            soak.made += 1;
            cioanalytics.track(`Event ${soak.made}`, {number: soak.made, text: 'some words of a small event'});
        }
    };
    let due = false;
    cioanalytics.queue.on('delivery_success', () => {
        soak.acknowledged += 1;
        if (due) return;
        due = true;
        setTimeout(() => { due = false; make(); }, 0);
    });
    cioanalytics.queue.on('delivery_failure', (ctx, error) => {
        soak.failed.push(`${ctx.event.event}: ${error?.message}`);
    });
    make();
}"""
LOOK: Final = """() => {
    const entries = Object.entries(localStorage);
    const bytes = entries.reduce((sum, [key, text]) => sum + key.length + text.length, 0);
    const python = memories.reduce((sum, {buffer}) => sum + buffer.byteLength, 0);
    return {...soak, entries: entries.length, bytes, python, heap: performance.memory.usedJSHeapSize};
}"""


@dataclass
class Sample:
    """One look at the page: seconds since the start, events acknowledged, megabytes, and localStorage."""

    at: float
    acknowledged: int
    heap: float
    python: float
    process: float
    entries: int
    kilobytes: float


@dataclass
class Result:
    """What a soak has shown; `wrong` says what must not be."""

    events: int
    seconds: float = 0
    requests: int = 0
    refused: int = 0
    twice: int = 0
    samples: list[Sample] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Mood:
    """A collector that fails at random: by a status, or without an answer, before or after it took the events."""

    def __init__(self, harbour: Harbour, seed: int) -> None:
        self._chance = random.Random(seed)
        self._harbour = harbour
        self.requests = 0
        self.refused = 0
        self.taken_in_silence = 0

    def judge(self, attempt: Attempt) -> int | None:
        self.requests += 1
        # The site's own list of attempts would grow with them.
        self._harbour.attempts.clear()
        if self._chance.random() >= FAILING:
            return None
        self.refused += 1
        kind = self._chance.random()
        if kind < 0.7:
            return self._chance.choice([500, 502, 503, 429])
        stored = kind > 0.85
        self.taken_in_silence += len(attempt.events) if stored else 0
        self._harbour.faults.next(attempt.path, dropped=True, stored=stored)
        return None


def soak(browser: Browser, harbour: Harbour, events: int, *, seed: int = 1, say: Callable[[str], None]) -> Result:
    """Run one page until all its events were acknowledged, or nothing comes any more."""
    result, mood = Result(events), Mood(harbour, seed)
    person = ChromiumVisitor(browser.new_context())
    outing = Outing(harbour, person)
    harbour.batching(BATCH, 200)
    outing.visit(head=WATCH_MEMORY)
    harbour.judge = mood.judge
    process = renderer_of(browser, person)
    session = person.context.new_cdp_session(person.page)
    began = moved = time.monotonic()
    person.evaluate(PRODUCE, [events, WAITING])
    seen: dict[str, Any] = {"acknowledged": 0, "failed": []}
    while seen["acknowledged"] < events and time.monotonic() - moved < 120:
        person.page.wait_for_timeout(SAMPLE_SECONDS * 1000)
        before = seen["acknowledged"]
        # What is only not yet collected has not grown.
        session.send("HeapProfiler.collectGarbage")
        seen = person.evaluate(LOOK)
        moved = time.monotonic() if seen["acknowledged"] > before else moved
        sample = Sample(
            time.monotonic() - began,
            seen["acknowledged"],
            seen["heap"] / 1e6,
            seen["python"] / 1e6,
            resident(process),
            seen["entries"],
            seen["bytes"] / 1e3,
        )
        result.samples.append(sample)
        say(
            f"{sample.at:7.0f} s {sample.acknowledged:8,} acknowledged, heap {sample.heap:6.1f} MB, "
            f"Python {sample.python:5.1f} MB, process {sample.process:6.1f} MB, "
            f"localStorage {sample.entries:5,} entries {sample.kilobytes:7.1f} KB"
        )
    result.seconds = time.monotonic() - began
    result.requests, result.refused = mood.requests, mood.refused
    judge(result, mood, harbour, seen, outing.stored())
    person.close()
    return result


def judge(result: Result, mood: Mood, harbour: Harbour, seen: dict[str, Any], stored: dict[str, str]) -> None:
    """Compare what arrived with what was made, and the end of the curves with their beginning."""
    arrived: dict[str, int] = {}
    last = 0
    while rows := harbour.collector.rows(since=last):
        last = rows[-1]["id"]
        for row in rows:
            arrived[row["message_id"]] = arrived.get(row["message_id"], 0) + 1
    numbers = len({row["body"]["event"] for row in harbour.collector.rows()})
    result.twice = sum(arrived.values()) - len(arrived)
    wrong = result.wrong
    if (len(arrived), numbers) != (result.events, result.events):
        wrong.append(f"{len(arrived):,} ids with {numbers:,} names arrived, of {result.events:,} events")
    if result.twice > mood.taken_in_silence:
        wrong.append(
            f"{result.twice} arrived again, but only {mood.taken_in_silence} had no answer when they first did"
        )
    if seen["failed"]:
        wrong.append(f"{len(seen['failed'])} were given up: {seen['failed'][:3]}")
    if stored:
        wrong.append(f"{len(stored)} are still kept")
    quarter = len(result.samples) // 4
    if quarter:
        # The process also holds what DevTools notes of each request: that is shown, and no verdict.
        for name in ("heap", "python"):
            early = max(getattr(sample, name) for sample in result.samples[quarter : 2 * quarter])
            late = max(getattr(sample, name) for sample in result.samples[-quarter:])
            if late > max(early + SLACK[0], early * SLACK[1]):
                wrong.append(f"{name} grew from {early:.1f} to {late:.1f} MB")
    most = max((sample.entries for sample in result.samples), default=0)
    if most > WAITING + 20:
        wrong.append(f"localStorage had {most} entries")


def renderer_of(browser: Browser, person: ChromiumVisitor) -> int:
    """Find the page's process: the one among the renderers that has worked most."""
    person.page.wait_for_timeout(100)
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    renderers = [each for each in told["processInfo"] if each["type"] == "renderer"]
    return int(max(renderers, key=lambda each: float(each["cpuTime"]))["id"])


def resident(process: int) -> float:
    """Give the megabytes that a process holds; 0 where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0.0
    for line in status.read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1e3
    return 0.0


def main(arguments: list[str] | None = None) -> int:
    """Run it and tell; 1 where something is wrong."""
    parser = argparse.ArgumentParser(prog="./build.sh bench soak")
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    say = partial(print, flush=True)
    harbour = Harbour()
    try:
        with sync_playwright() as running:
            browser = chromium.launch(running)
            result = soak(browser, harbour, chosen.events, seed=chosen.seed, say=say)
            browser.close()
    finally:
        harbour.close()
    rate = result.events / result.seconds
    say(
        f"{result.events:,} events in {result.seconds:.0f} s ({rate:.0f} a second), {result.requests:,} requests,"
        f" {result.refused:,} failed, {result.twice:,} arrived again after an answer that was lost"
    )
    for line in result.wrong:
        say(f"WRONG: {line}")
    return 1 if result.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
