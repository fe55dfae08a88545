"""Where the files stand that the tests serve."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
# Another build than that of the tree can be tested: DIST=folder.
DIST: Final = Path(os.environ.get("DIST", ROOT / "dist"))
NODE_MODULES: Final = ROOT / "node_modules"
REFERENCE: Final = NODE_MODULES / "@customerio/cdp-analytics-browser/dist/umd"
PYSCRIPT: Final = NODE_MODULES / "@pyscript/core/dist"
PYODIDE: Final = {"0.29.5": NODE_MODULES / "pyodide", "314.0.7": NODE_MODULES / "pyodide-next"}
# The wheel of sources, and those for the Pyodide of dist/ and the next one: places below DIST.
SOURCES: Final = "cioanalytics-*.whl"
COMPILED: Final = "simple/cioanalytics/cioanalytics-*-cp313-*.whl"
COMPILED_NEXT: Final = "simple/cioanalytics/cioanalytics-*-cp314-*.whl"
TEMPLATES: Final = Path(__file__).resolve().parent / "pages"
SHIM_SOURCE: Final = Path(__file__).resolve().parent / "clock_shim.c"


def wheel(kind: str = COMPILED) -> str:
    """Give the address of a wheel on a site that shows dist/."""
    (found,) = DIST.glob(kind)
    return f"/dist/{found.relative_to(DIST).as_posix()}"
