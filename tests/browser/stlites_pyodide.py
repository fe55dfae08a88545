"""The place from which stlite has Pyodide and the packages that Streamlit asks for, laid into a folder.

Law: what the package index has for Pyodide is real. numpy, pandas and the like lie on Pyodide's own server alone, which
no test reaches: empty wheels of their names stand for them. So this is no real Streamlit; texts and buttons work.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Route
from tools.lockfile import download
from tools.sites import lay_pyodide

from tests.browser.places import PYODIDE, ROOT

WORK: Final = ROOT / "build" / "stlite"
FOLDER: Final = WORK / "pyodide"
ADDRESS: Final = "https://cdn.jsdelivr.net/pyodide/"
STAND_INS: Final = {
    "numpy": "2.2.5",
    "pandas": "2.3.3",
    "pillow": "11.3.0",
    "fastparquet": "2024.11.0",
    "jinja2": "3.1.6",
    "jsonschema": "4.25.0",
    "ssl": "1.0.0",
}
# Whoever imports it asks for classes only.
SSL: Final = "def __getattr__(name): return type(name, (Exception,), {})\n"


def lay() -> None:
    """Lay the folder anew."""
    wheels = download("stlite-pyodide.txt", WORK / "wheels")
    lay_pyodide(PYODIDE["0.29.5"], [*wheels, *(empty_wheel(*each) for each in STAND_INS.items())], FOLDER)


def empty_wheel(name: str, version: str) -> Path:
    """Make a wheel with nothing in it but one module; of these, some package must ask for `ssl`."""
    folder = WORK / "stand-ins"
    folder.mkdir(parents=True, exist_ok=True)
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}/__init__.py", SSL if name == "ssl" else "")
        asked = "Requires-Dist: ssl\n" if name == "fastparquet" else ""
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{asked}")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return folder / f"{name}-{version}-py3-none-any.whl"


def stand_for_the_server(context: BrowserContext) -> None:
    """Answer for Pyodide's public server in one browser."""

    def answer(route: Route) -> None:
        file = FOLDER / urlsplit(route.request.url).path.rpartition("/")[2]
        if file.is_file():
            route.fulfill(path=file, headers={"access-control-allow-origin": "*"})
        else:
            route.fulfill(status=404)

    context.route(f"{ADDRESS}**", answer)
