"""The tests of the core, as they are, run by pytest inside of Pyodide."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

CORE: Final = Path(__file__).resolve().parents[1] / "core"
# These need the machine: processes, Node, an event loop of their own, packages that have no wheel for Pyodide.
OUTSIDE: Final = ("asyncio", "hypothesis", "subprocess", "playwright")
FILES: Final = sorted(
    path
    for path in CORE.glob("test_*.py")
    if not any(f"import {name}" in path.read_text() or f"from {name}" in path.read_text() for name in OUTSIDE)
)


def test_there_is_something_to_run() -> None:
    assert len(FILES) > 5


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.stem))
def test_passes_inside(selenium: Any, file: Path) -> None:
    selenium.load_package(["cioanalytics", "pytest"])
    helpers = [path for path in CORE.iterdir() if path.suffix in {".py", ".json"} and not path.name.startswith("test_")]
    sources = {f"tests/core/{path.name}": path.read_text() for path in [*helpers, file]}
    code, said = selenium.run(
        f"""
        import contextlib, io, os, pathlib, sys
        import pytest
        os.makedirs("/run/tests/core", exist_ok=True)
        os.chdir("/run")
        for name in ("tests/__init__.py", "tests/core/__init__.py"):
            pathlib.Path(name).touch()
        for name, text in {sources!r}.items():
            pathlib.Path(name).write_text(text)
        if "/run" not in sys.path:
            sys.path.insert(0, "/run")
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = pytest.main(["-q", "-p", "no:cacheprovider", "-W", "error", "--tb=short", "tests/core/{file.name}"])
        [int(code), said.getvalue()]
        """
    )
    assert code == 0, said
