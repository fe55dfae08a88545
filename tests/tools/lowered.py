"""A pytest plugin: the package's modules hold what the lowered code defines.

    [LOWERED=cioanalytics] pytest -p tests.tools.lowered tests/core

What a page gets, or else, with all for Python apps, what the compiled wheels hold.

Law: a module shows what its source would, under the same names, but each comes out of the one lowered module. What is
there for types only is `Any`. Modules that are not lowered (the door for Python) are the sources, over lowered ones.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from tools.lower import lower

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "cioanalytics"
NAME = "cioanalytics_lowered"


class _Shown(ModuleType):
    """One module of the package."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Any


def pytest_configure() -> None:
    """Put the modules into their places, before any test imports one."""
    assert not any(name.split(".")[0] == PACKAGE for name in sys.modules), "a source was imported before"
    entry = os.environ.get("LOWERED", f"{PACKAGE}.browser.install")
    lowered = lower(ROOT / "src", PACKAGE, entry, f"{PACKAGE}.python" if entry == PACKAGE else None)
    whole = ModuleType(NAME)
    sys.modules[NAME] = whole
    exec(compile(lowered.text, f"<{NAME}>", "exec"), whole.__dict__)
    for each in list(whole.__dict__.values()):
        if isinstance(each, type) and each.__module__ == NAME and not hasattr(each, "__class_getitem__"):
            each.__class_getitem__ = classmethod(lambda cls, _: cls)  # type: ignore[attr-defined] # tests name types
    # Fakes make a changed copy of a record as they would of a dataclass.
    of_dataclass, of_record = dataclasses.replace, whole.__dict__[lowered.names["lower.runtime"]["replace"]]
    dataclasses.replace = lambda it, **changes: (of_record if hasattr(it, "fields") else of_dataclass)(it, **changes)
    for module, names in lowered.names.items():
        path = ROOT / "src" / Path(*module.split("."))
        if not module.startswith(f"{PACKAGE}."):
            continue
        shown = _Shown(module)
        shown.__spec__ = ModuleSpec(module, None, is_package=path.is_dir())
        shown.__path__ = [str(path)]
        shown.__dict__.update({name: whole.__dict__[there] for name, there in names.items()})
        sys.modules[module] = shown
