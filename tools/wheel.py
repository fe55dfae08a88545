"""Builds the wheel: the package, with the bundles of the border and of the page's half of the bridge in it.

The sources are copied into build/made/wheel first, so that the work tree never holds a generated file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TREE = ROOT / "build" / "made" / "wheel"
PART = ROOT / "build" / "parts" / "wheel"


def lay_tree() -> None:
    """Copy what the wheel is made of."""
    shutil.rmtree(TREE, ignore_errors=True)
    (TREE / "docs").mkdir(parents=True)
    for name in ("pyproject.toml", "docs/wheel.md", "LICENSE"):
        shutil.copy2(ROOT / name, TREE / name)
    shutil.copytree(ROOT / "src", TREE / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for made, place in (("border.js", "browser/border.js"), ("bridge.js", "bridge/page.js")):
        text = ROOT / "build" / "made" / made
        if text.exists():
            shutil.copy2(text, TREE / "src" / "cioanalytics" / place)


def build_wheel() -> Path:
    """Run the build backend in place; times in the archive are fixed, so the same sources give the same bytes."""
    shutil.rmtree(PART, ignore_errors=True)
    PART.mkdir(parents=True)
    command = [
        sys.executable,
        "-m",
        "uv",
        "build",
        "--quiet",
        "--wheel",
        "--no-build-isolation",
        "--out-dir",
        str(PART),
        str(TREE),
    ]
    subprocess.run(command, check=True, env=os.environ | {"SOURCE_DATE_EPOCH": "1577836800", "VIRTUAL_ENV": sys.prefix})
    (PART / ".gitignore").unlink(missing_ok=True)
    return next(PART.glob("*.whl"))


if __name__ == "__main__":
    lay_tree()
    wheel = build_wheel()
    print(f"{wheel.name}, {wheel.stat().st_size} bytes")
