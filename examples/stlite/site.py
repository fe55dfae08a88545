"""Lays the site of this example into build/stlite/site: the page, the app, and stlite as npm has it.

Pyodide, numpy and pandas come from the place that stlite names; the wheel of this client from dist/.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.lockfile import ROOT
from tools.sites import node_modules

HERE = Path(__file__).resolve().parent
WORK = ROOT / "build" / "stlite"
SITE = WORK / "site"


def main() -> None:
    """Install, and lay the files."""
    built = node_modules("stlite", WORK) / "@stlite" / "browser" / "build"
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.copytree(built, SITE / "stlite", ignore=shutil.ignore_patterns("*.map"))
    for name in ("index.html", "page.js", "app.py"):
        shutil.copy2(HERE / name, SITE)
    print(f"{SITE}: app.py")


if __name__ == "__main__":
    main()
