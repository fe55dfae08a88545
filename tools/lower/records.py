"""Writes out what `@dataclass` would make: one `__init__` a class, the rest in a common base.

Takes: a module's tree as tools/lower/types_only.py leaves it. Gives: the tree without dataclasses. Assumes: plain
records (no order, no inheritance, no `__post_init__`); that a record is frozen is the type checker's business.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tools.lower.refusal import refuse
from tools.lower.types_only import decorator_name, is_record

SETTINGS = {"frozen", "slots"}
SPECIAL = ("__post_init__", "__init__", "__eq__", "__hash__", "__setattr__", "fields")
# The names of tools/lower/runtime.py.
BASE = "Record"
MISSING = "MISSING"


def without_records(tree: ast.Module, path: Path) -> ast.Module:
    """Lower one module this far."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and is_record(node):
            _write_out(node, path)
    return ast.fix_missing_locations(tree)


def _write_out(node: ast.ClassDef, path: Path) -> None:
    for mark in node.decorator_list:
        if decorator_name(mark) != "dataclass":
            raise refuse(path, node, f"{node.name} is a dataclass with other decorators")
        strange = [word.arg for word in getattr(mark, "keywords", []) if word.arg not in SETTINGS]
        if strange:
            raise refuse(path, node, f"dataclass({', '.join(map(str, strange))})")
    if node.bases:
        raise refuse(path, node, f"{node.name} is a dataclass with a base")
    if any(isinstance(each, ast.FunctionDef) and each.name in SPECIAL for each in node.body):
        raise refuse(path, node, f"{node.name} is a dataclass with {' or '.join(SPECIAL)}")
    fields = [each for each in node.body if isinstance(each, ast.AnnAssign)]
    parameters, settings = ["self"], []
    for each in fields:
        name, default, factory = _field(each, path)
        parameters.append(name if default is None else f"{name}={default}")
        settings.append(
            f"self.{name} = {name}"
            if factory is None
            else f"self.{name} = {factory}() if {name} is {MISSING} else {name}"
        )
    names = ", ".join(repr(ast.unparse(each.target)) for each in fields)
    text = [f"fields = ({names}{',' if len(fields) == 1 else ''})", f"def __init__({', '.join(parameters)}):"]
    made = ast.parse("\n".join([*text, *(f" {each}" for each in settings or ["pass"])])).body
    for statement in made:
        ast.copy_location(statement, node)
    node.decorator_list = []
    node.bases = [ast.Name(BASE, ast.Load())]
    node.body = [*made, *(each for each in node.body if each not in fields and not isinstance(each, ast.Pass))]


def _field(node: ast.AnnAssign, path: Path) -> tuple[str, str | None, str | None]:
    """Give a field's name, the text of its default and of its factory."""
    name, value = ast.unparse(node.target), node.value
    if ast.unparse(node.annotation) != "field":
        raise refuse(path, node, f"{name} is a {ast.unparse(node.annotation)}")
    if value is None:
        return name, None, None
    if not (isinstance(value, ast.Call) and ast.unparse(value.func) == "field"):
        return name, ast.unparse(value), None
    words = {word.arg: ast.unparse(word.value) for word in value.keywords}
    if set(words) == {"default_factory"}:
        return name, MISSING, words["default_factory"]
    if set(words) == {"default"}:
        return name, words["default"], None
    raise refuse(path, node, ast.unparse(value))
