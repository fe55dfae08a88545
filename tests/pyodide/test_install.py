"""How a Python app gets the package: from our lock file, by its address, with micropip; as sources or compiled."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

DIST: Final = Path(__file__).resolve().parents[2] / "dist"

LOOK: Final = """
import importlib.metadata, importlib.resources, traceback
import cioanalytics
try:
    cioanalytics.track("Seen", {"what": object()})
except TypeError:
    shown = traceback.format_exc()
border = importlib.resources.files("cioanalytics.browser").joinpath("border.js").read_text()
told = [cioanalytics.__doc__, cioanalytics.track.__doc__, cioanalytics.User.id.__doc__]
kind = cioanalytics.__file__.rpartition(".")[2]
[importlib.metadata.version("cioanalytics"), sorted(cioanalytics.__all__), len(border) > 1000, all(told), kind, shown]
"""


def wheel() -> str:
    return next(DIST.glob("*.whl")).name


def assert_installed(found: list[Any], kind: str) -> None:
    version, names, has_border, documented, installed, shown = found
    first, *_, last = shown.splitlines()
    assert first == "Traceback (most recent call last):"
    assert last.startswith("TypeError: properties.what: object is nothing that JSON can say")
    assert " in track\n" in shown
    assert installed == kind
    assert documented
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
    found = looked_at(selenium_standalone_noload, options, 'await pyodide.loadPackage("cioanalytics");')
    assert_installed(found, "pyc")


def test_by_its_address(selenium_standalone_noload: Any) -> None:
    assert_installed(looked_at(selenium_standalone_noload, "{}", "await pyodide.loadPackage(wheel);"), "py")


def test_with_micropip(selenium_standalone_noload: Any) -> None:
    install = """
        await pyodide.loadPackage("micropip");
        await pyodide.pyimport("micropip").install(wheel);
    """
    assert_installed(looked_at(selenium_standalone_noload, "{}", install), "py")


def test_micropip_finds_in_the_index_what_is_compiled_for_its_pyodide(selenium_standalone_noload: Any) -> None:
    install = """
        await pyodide.loadPackage("micropip");
        const index_urls = location.origin + "/dist/simple/{package_name}/index.html";
        await pyodide.pyimport("micropip").install.callKwargs("cioanalytics", { index_urls });
    """
    assert_installed(looked_at(selenium_standalone_noload, "{}", install), "pyc")
