"""What the lowering says when it meets something that it does not know."""

from __future__ import annotations

import ast
from pathlib import Path


class Refused(Exception):  # noqa: N818 - it is the answer, not a fault of the tool
    """The sources hold something that cannot be lowered; the text begins with file and line."""

    def __init__(self, path: Path | str, line: int, what: str) -> None:
        super().__init__(f"{path}:{line}: {what}")
        self.line = line
        self.what = what


def refuse(path: Path | str, node: ast.AST, what: str) -> Refused:
    """Give the error for one place."""
    return Refused(path, getattr(node, "lineno", 1), what)
