"""The texts that travel in the package: the JavaScript of the border and of the page's half of the bridge."""

from __future__ import annotations

import sys


def read_text(name: str) -> str:
    """Read a file of the package by its path there.

    Not by `importlib.resources`, whose import alone takes a Pyodide longer than the rest of `load`.
    """
    package = sys.modules["cioanalytics"]
    found: bytes = package.__loader__.get_data(f"{package.__path__[0]}/{name}")  # type: ignore[union-attr]
    return found.decode()
