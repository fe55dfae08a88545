"""Lowers the package to one module without annotations, typing, dataclasses and enums.

Takes: the folder of the sources, the package, the module that is wanted. Gives: the text of one module which defines
the same, and a table of where each name went. Assumes the lowering rules (tests/core/test_laws.py); what it does not
know it refuses, with file and line. Each step is a file of its own: types_only, records, enums, join.

Why: in a page without Python every visitor pays for what the client imports.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from tools.lower.enums import enums_in, without_enums
from tools.lower.join import RUNTIME, join
from tools.lower.records import without_records
from tools.lower.refusal import Refused
from tools.lower.sources import Source, imports_of, reached
from tools.lower.types_only import without_types

__all__ = ["Lowered", "Refused", "lower"]

HELPERS = Path(__file__).with_name("runtime.py")


@dataclass(frozen=True)
class Lowered:
    """One module; `names[module][name]` is what a name of a module is called in it."""

    text: str
    names: dict[str, dict[str, str]]


def lower(folder: Path, package: str, entry: str, documented: str | None = None) -> Lowered:
    """Lower a module of a package and all that it needs.

    Where a `documented` package is named, docstrings below it are kept, and the wanted module is a door for people: its
    own docstring and the names that it imports are kept too.
    """
    sources = reached(folder, package, entry, documented)
    enums = {source.name: enums_in(source.tree) for source in sources}
    for source in sources:
        seen = set(enums[source.name])
        for node in imports_of(source, package):
            seen |= {each.asname or each.name for each in node.names if each.name in enums.get(node.module or "", ())}
        source.tree = without_enums(without_records(source.tree, source.path), source.path, seen)
    head = Source(RUNTIME, HELPERS, without_types(ast.parse(HELPERS.read_text(encoding="utf-8")), HELPERS))
    joined = join([head, *sources], package, entry if documented else None)
    told = ast.get_docstring(ast.parse(sources[-1].path.read_text(encoding="utf-8"))) if documented else None
    if told is not None:
        joined.tree.body.insert(0, ast.Expr(ast.Constant(told)))
    return Lowered(ast.unparse(joined.tree) + "\n", joined.names)
