"""Budgets of what a page loads, and that nothing of the machine that built it is in it."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
DIST: Final = ROOT / "dist"


def listing() -> dict[str, dict[str, Any]]:
    files: dict[str, dict[str, Any]] = json.loads((DIST / "files.json").read_text())
    return files


def made(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "build" / "made" / name).read_text())
    return found


def first_visit() -> list[str]:
    """Name what is loaded until the first id."""
    runtime = made("runtime.json")
    return [
        "cioanalytics.js",
        made("border.json")["border"],
        runtime["glue"],
        made("module.json")["wasm"],
        made("snapshot.json")["snapshot"],
    ]


def test_the_loader_is_small() -> None:
    assert listing()["cioanalytics.js"]["gz"] <= 8 * 1024


def test_a_first_visit_loads_no_more_than_it_did() -> None:
    # In brotli, which is as good as can be for these files in each build.
    files = listing()
    assert sum(files[name]["br"] for name in first_visit()) <= 1_000_000
    assert files[made("module.json")["second"]]["br"] <= 1_750_000
    assert files[made("snapshot.json")["snapshot"]]["br"] <= 385_000


def test_an_app_loads_no_more_than_it_did() -> None:
    wheels = {Path(name).name: file["bytes"] for name, file in listing().items() if name.endswith(".whl")}
    sizes = {name.split("-")[2]: size for name, size in wheels.items() if name.startswith("cioanalytics-")}
    assert sizes["py3"] <= 213_000
    assert sizes["cp313"] <= 169_000
    assert sizes["cp314"] <= 173_500


@pytest.mark.parametrize("kind", ["snapshot", "glue", "border"])
def test_nothing_of_the_building_machine_is_in_it(kind: str) -> None:
    names = {"snapshot": made("snapshot.json"), "border": made("border.json"), "glue": made("runtime.json")}[kind]
    content = (DIST / names[kind]).read_bytes()
    traces = [str(ROOT), str(Path.home() / "."), platform.node(), os.environ.get("PATH", ""), "snapshot.mjs"]
    assert [trace for trace in traces if len(trace) > 5 and trace.encode() in content] == []
