"""Pyodide's own start; a failing start is told by the loader, so no hook is needed."""

from . import _base, _importhook


def set_excepthook() -> None:
    """Leave the interpreter's own."""
