"""Finds the modules that one module imports, and puts them into the order in which they may be defined.

Takes: the folder of the sources, the package's name, an entry. Gives: a `Source` for each module that is reached at run
time. Assumes: imports of the package are absolute and name things, not modules.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from tools.lower.refusal import refuse
from tools.lower.types_only import without_types


@dataclass
class Source:
    """One module, already without what is there for types only."""

    name: str
    path: Path
    tree: ast.Module


def read(folder: Path, name: str, documented: str | None = None) -> Source:
    """Read one module; below the `documented` package docstrings are kept."""
    path = folder / Path(*name.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    keeps = documented is not None and is_own(name, documented)
    return Source(name, path, without_types(tree, path, documented=keeps))


def is_own(name: str, package: str) -> bool:
    """Whether a module belongs to the package."""
    return name == package or name.startswith(f"{package}.")


def imports_of(source: Source, package: str) -> list[ast.ImportFrom]:
    """Give the imports of the package's own modules, those within functions too."""
    found: list[ast.ImportFrom] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import) and any(is_own(each.name, package) for each in node.names):
            raise refuse(source.path, node, "a module of the package is imported whole; import the names")
        if isinstance(node, ast.ImportFrom):
            if node.level:
                raise refuse(source.path, node, "a relative import")
            if is_own(node.module or "", package):
                found.append(node)
    return found


def reached(folder: Path, package: str, entry: str, documented: str | None = None) -> list[Source]:
    """Give the entry and all that it needs, each after what it needs."""
    done: dict[str, Source | None] = {}

    def visit(name: str) -> None:
        if name in done:
            return
        done[name] = None  # under way: a circle at run time ends here and is found when the names are checked
        source = read(folder, name, documented)
        for node in imports_of(source, package):
            visit(node.module or "")
        del done[name]
        done[name] = source

    visit(entry)
    return [source for source in done.values() if source is not None]
