"""Builds the clock shim that lets a year pass (see `clock_shim.c`); Linux with a C compiler only."""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path

from tests.browser.places import SHIM_SOURCE


def why_not() -> str | None:
    """Say why no clock can be shifted here; None when it can."""
    if platform.system() != "Linux":
        return "the clock shim needs Linux: a year does not pass here"
    if not (shutil.which("gcc") or shutil.which("cc")):
        return "the clock shim needs a C compiler (package `gcc`)"
    return None


def build(folder: Path) -> Path:
    compiler = shutil.which("gcc") or shutil.which("cc")
    assert compiler
    shim = folder / "clock_shim.so"
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", shim, SHIM_SOURCE, "-ldl"], check=True)
    return shim
