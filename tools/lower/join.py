"""Joins lowered modules into one.

Takes: sources in the order of their definitions. Gives: one module, and where each name of each module went. A private
or public name that several modules define gets its module's name behind it, but for what a `door` shows.
Assumes: imports of the package stand for names; importing defines and does nothing else.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tools.lower.refusal import refuse
from tools.lower.sources import Source, is_own

RUNTIME = "lower.runtime"  # its names are known in every module


@dataclass
class Joined:
    """The bundle; `names[module][name]` is what a module's own or imported name is called in it."""

    tree: ast.Module
    names: dict[str, dict[str, str]] = field(default_factory=dict)


def join(sources: list[Source], package: str, door: str | None = None) -> Joined:
    """Make one module of them; what the `door` module defines or imports keeps its name."""
    shown = {
        (node.module, each.name)
        for source in sources
        if source.name == door
        for node in source.tree.body
        if isinstance(node, ast.ImportFrom)
        for each in node.names
    }
    defined = {source.name: _defined(source) for source in sources}
    count = Counter(name for names in defined.values() for name in names)
    names: dict[str, dict[str, str]] = {}
    outside: dict[str, tuple[str, ast.stmt]] = {}
    body: list[ast.stmt] = []
    for source in sources:

        def keeps(name: str, module: str = source.name) -> bool:
            return count[name] == 1 or module == door or (module, name) in shown

        own = {name: name if keeps(name) else f"{name}__{_tail(source)}" for name in defined[source.name]}
        here = {**names.get(RUNTIME, {}), **own}
        for name, node in defined[source.name].items():
            if hasattr(builtins, name):
                raise refuse(source.path, node, f"{name} is a name of Python's own")
        kept: list[ast.stmt] = []
        for statement in source.tree.body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                _import(statement, source, package, names, here, outside)
            else:
                kept.append(statement)
        names[source.name] = here
        module = ast.Module(kept, [])
        _check_names(module, source, here, outside)
        _Renamer(source.path, {old: new for old, new in here.items() if old != new}, module, package).rename()
        body += module.body
    for name, (_, statement) in outside.items():
        if any(name in found for found in defined.values()):
            raise refuse("the package", statement, f"{name} is a module of Python's and a name of the package")
    imports = {ast.unparse(statement): statement for _, statement in outside.values()}
    tree = ast.Module([*(imports[text] for text in sorted(imports)), *body], [])
    return Joined(ast.fix_missing_locations(tree), names)


def _tail(source: Source) -> str:
    return "_".join(source.name.split(".")[-2:])


def _defined(source: Source) -> dict[str, ast.stmt]:
    """Give the names that a module defines at its top, and where."""
    found: dict[str, ast.stmt] = {}
    for statement in source.tree.body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found[statement.name] = statement
            case ast.Assign():
                for target in statement.targets:
                    for each in ast.walk(target):
                        if isinstance(each, ast.Name):
                            found[each.id] = statement
            case ast.Import() | ast.ImportFrom() | ast.Pass():
                pass
            case _:
                raise refuse(source.path, statement, "a module does more than to define")
    return found


def _import(  # noqa: PLR0917 - all that is known so far
    statement: ast.Import | ast.ImportFrom,
    source: Source,
    package: str,
    names: dict[str, dict[str, str]],
    here: dict[str, str],
    outside: dict[str, tuple[str, ast.stmt]],
) -> None:
    for each in statement.names:
        local = each.asname or each.name.split(".")[0]
        if isinstance(statement, ast.ImportFrom) and is_own(statement.module or "", package):
            there = names.get(statement.module or "", {})
            if each.name in there:
                here[local] = there[each.name]
            # Else it was there for types only; who uses it nevertheless is refused with the other unknown names.
            continue
        single = ast.copy_location(
            ast.Import([each]) if isinstance(statement, ast.Import) else ast.ImportFrom(statement.module, [each], 0),
            statement,
        )
        text = ast.unparse(single)
        if outside.setdefault(local, (text, single))[0] != text:
            raise refuse(source.path, statement, f"{local} is imported from two places")


def _check_names(
    module: ast.Module, source: Source, here: dict[str, str], outside: dict[str, tuple[str, ast.stmt]]
) -> None:
    """Refuse a name that nothing defines any more."""
    text = ast.unparse(ast.fix_missing_locations(module))
    known = {*here, *outside, *dir(builtins), "__name__"}
    unknown = {
        name for table in _tables(symtable.symtable(text, str(source.path), "exec")) for name in _asked(table)
    } - known
    for node in ast.walk(module):
        if isinstance(node, ast.Name) and node.id in unknown:
            raise refuse(source.path, node, f"{node.id} is not there at run time")


def _tables(table: symtable.SymbolTable) -> list[symtable.SymbolTable]:
    return [table, *(inner for child in table.get_children() for inner in _tables(child))]


def _asked(table: symtable.SymbolTable) -> list[str]:
    """Give the names that a scope takes from the module."""
    at_top = table.get_type() == "module"
    return [each.get_name() for each in table.get_symbols() if each.is_referenced() and (at_top or each.is_global())]


class _Renamer(ast.NodeTransformer):
    """Gives a module's names their names in the bundle, and drops imports of the package within functions."""

    def __init__(self, path: Path, renamed: dict[str, str], module: ast.Module, package: str) -> None:
        self._path = path
        self._renamed = renamed
        self._module = module
        self._package = package

    def rename(self) -> None:
        table = symtable.symtable(ast.unparse(self._module), str(self._path), "exec")
        for scope in _tables(table)[1:]:
            for name in self._renamed:
                if scope.get_type() == "function" and _is_bound(scope, name):
                    raise refuse(
                        self._path,
                        self._place(scope.get_name()),
                        f"{name} is a name of several modules and a local one",
                    )
        self.visit(self._module)

    def _place(self, name: str) -> ast.AST:
        found = (node for node in ast.walk(self._module) if getattr(node, "name", None) == name)
        return next(found, self._module)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._renamed.get(node.id, node.id)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.name = self._renamed.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Leave the names of a class's own attributes."""
        attributes = {each.name: each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}
        for each in node.body:
            if isinstance(each, ast.Assign) and any(ast.unparse(target) in self._renamed for target in each.targets):
                raise refuse(
                    self._path, each, f"{ast.unparse(each.targets[0])} is a name of several modules and of an attribute"
                )
        node.name = self._renamed.get(node.name, node.name)
        self.generic_visit(node)
        for name, each in attributes.items():
            each.name = name
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        if not is_own(node.module or "", self._package):
            return node
        if any(each.asname or each.name in self._renamed for each in node.names):
            raise refuse(
                self._path, node, "an import within a function that renames, or names what several modules have"
            )
        return ast.copy_location(ast.Pass(), node)


def _is_bound(scope: symtable.SymbolTable, name: str) -> bool:
    if name not in scope.get_identifiers():
        return False
    symbol = scope.lookup(name)
    return symbol.is_local() or symbol.is_parameter()
