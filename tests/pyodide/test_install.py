"""How a Python app gets the package: from our lock file, by its address, with micropip."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

DIST: Final = Path(__file__).resolve().parents[2] / "dist"

LOOK: Final = """
import importlib.metadata, importlib.resources
import cioanalytics
border = importlib.resources.files("cioanalytics.browser").joinpath("border.js").read_text()
[importlib.metadata.version("cioanalytics"), sorted(cioanalytics.__all__), len(border) > 1000]
"""


def wheel() -> str:
    return next(DIST.glob("*.whl")).name


def assert_installed(found: list[Any]) -> None:
    version, names, has_border = found
    assert f"-{version}-" in wheel()
    assert {"load", "track", "identify", "page", "group", "alias", "screen", "reset"} <= set(names)
    assert has_border


def looked_at(page: Any, options: str, install: str) -> list[Any]:
    found: list[Any] = page.run_js(
        f"""
        const {{ loadPyodide }} = await import("/pyodide.mjs");
        const pyodide = await loadPyodide({options});
        const wheel = new URL("/dist/{wheel()}", location.href).href;
        {install}
        return pyodide.runPython({LOOK!r}).toJs();
        """,
        pyodide_checks=False,
    )
    return found


# dist/pyodide-lock.json belongs to the Pyodide in dist/; another one takes the wheel by its address.
@pytest.mark.parametrize("version", ["0.29.5"], indirect=True, scope="module")
def test_from_our_lock_file(version: str, selenium_standalone_noload: Any) -> None:
    options = '{ lockFileURL: location.origin + "/dist/pyodide-lock.json" }'
    assert_installed(looked_at(selenium_standalone_noload, options, 'await pyodide.loadPackage("cioanalytics");'))


def test_by_its_address(selenium_standalone_noload: Any) -> None:
    assert_installed(looked_at(selenium_standalone_noload, "{}", "await pyodide.loadPackage(wheel);"))


def test_with_micropip(selenium_standalone_noload: Any) -> None:
    install = """
        await pyodide.loadPackage("micropip");
        await pyodide.pyimport("micropip").install(wheel);
    """
    assert_installed(looked_at(selenium_standalone_noload, "{}", install))
