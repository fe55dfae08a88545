"""How long a page waits for the first id, how many bytes it loads for it, and what calls cost, beside the reference.

    ./build.sh bench [--runs N] [--slow] [--engines]

Law: both clients are measured in turns; what counts is the ratio. `--slow` adds emulated networks, `--engines` Firefox
and WebKitGTK. The result is written to bench.json; the README's table and chart are made from that.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from typing import Any, Final

from playwright.sync_api import Playwright, sync_playwright

from tests.bench.start import in_chromium, in_others, tables
from tests.bench.start.figures import Run, spreads, written
from tests.bench.start.stage import CLIENTS, Stage
from tests.browser import chromium
from tests.browser.clients import OURS
from tests.browser.engines import why_not
from tests.browser.places import ROOT

RUNS: Final = 7
# A slow network or another engine takes long, and spreads less than the machine does.
FEW: Final = 3
RESULT: Final = ROOT / "bench.json"


def measure(runs: int, *, slow: bool, engines: bool) -> dict[str, Any]:
    """Run both in turns, here and there."""
    stage = Stage()
    with sync_playwright() as playwright:
        clients = _chromium(playwright, stage, runs, slow=slow)
        browser = chromium.launch(playwright)
        version = browser.version
        browser.close()
    others = [engine for engine in in_others.OTHERS if engines and not why_not(engine)]
    result = {
        "browser": f"Chromium {version}",
        "machine": f"{platform.system()}, {os.cpu_count()} processors",
        "runs": runs,
        "clients": clients,
        "engines": dict(_other(engine, stage, min(runs, FEW)) for engine in others),
    }
    stage.close()
    return result


def _chromium(playwright: Playwright, stage: Stage, runs: int, *, slow: bool) -> dict[str, Any]:
    taken: dict[str, list[Run]] = {str(client): [] for client in CLIENTS}
    files: dict[str, dict[str, int]] = {}
    for client in CLIENTS:  # the machine's own caches are filled first
        in_chromium.one_run(playwright, stage, client)
    for number in range(runs):
        for client in CLIENTS:
            seen, files[str(client)] = in_chromium.one_run(playwright, stage, client)
            if slow and number < FEW:
                for network in in_chromium.NETWORKS:
                    seen[f"cold, {network}"] = in_chromium.slow_visit(playwright, stage, client, network)
            taken[str(client)].append(seen)
        print(f"run {number + 1} of {runs}", flush=True)
    return {name: {"figures": written(spreads(each)), "files": files[name]} for name, each in taken.items()}


def _other(engine: str, stage: Stage, runs: int) -> tuple[str, dict[str, Any]]:
    taken: dict[str, list[Run]] = {str(client): [] for client in CLIENTS}
    name = engine
    for number in range(runs):
        for client in CLIENTS:
            seen, name = in_others.one_run(engine, stage, client)
            taken[str(client)].append(seen)
        print(f"{name}: run {number + 1} of {runs}", flush=True)
    return name, {client: written(spreads(each)) for client, each in taken.items()}


def main(arguments: list[str]) -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="./build.sh bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--slow", action="store_true", help="emulated networks too")
    parser.add_argument("--engines", action="store_true", help="Firefox and WebKitGTK too")
    options = parser.parse_args(arguments)
    result = measure(options.runs, slow=options.slow, engines=options.engines)
    RESULT.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(tables.text(result))
    for name, size in sorted(result["clients"][str(OURS)]["files"].items(), key=lambda each: -each[1]):
        print(f"{size:>10} {name}")
    tables.publish(result)
    return 0
