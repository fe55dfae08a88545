"""Makes a StrEnum a class of plain texts.

Takes: a module's tree. Gives: the tree without enums, and `is Kind.NAME` as `==`. Assumes: an enum is read as
`Kind.NAME` and nothing else: it is not called, not iterated, no type of anything. What does more is refused.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tools.lower.refusal import refuse


def enums_in(tree: ast.Module) -> set[str]:
    """Name the enums that a module defines."""
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "StrEnum" for base in node.bases)
    }


def without_enums(tree: ast.Module, path: Path, names: set[str]) -> ast.Module:
    """Lower one module this far; `names` are the enums that it defines or imports."""
    if not names:
        return tree
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name in names:
            _plain(node, path)
    lowered = _Uses(path, names).visit(tree)
    assert isinstance(lowered, ast.Module)
    return ast.fix_missing_locations(lowered)


def _plain(node: ast.ClassDef, path: Path) -> None:
    node.bases = []
    for each in node.body:
        text = (
            isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant) and isinstance(each.value.value, str)
        )
        if not text:
            raise refuse(path, each, f"the enum {node.name} has more than names and texts")


class _Uses(ast.NodeTransformer):
    def __init__(self, path: Path, names: set[str]) -> None:
        self._path = path
        self._names = names

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id in self._names:
            if node.attr.startswith("_"):
                raise refuse(self._path, node, f"{ast.unparse(node)}: an enum is read by its names only")
            return node
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self._names:
            raise refuse(self._path, node, f"the enum {node.id} is used otherwise than by {node.id}.NAME")
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        for at, (operator, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            if isinstance(right, ast.Attribute) and ast.unparse(right.value) in self._names:
                if isinstance(operator, ast.Is):
                    node.ops[at] = ast.Eq()
                elif isinstance(operator, ast.IsNot):
                    node.ops[at] = ast.NotEq()
        return self.generic_visit(node)
