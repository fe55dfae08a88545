"""Takes away what is there for people and the type checker only.

Takes: the tree of one module. Gives: the tree without annotations, `type` statements, type parameters, casts,
overloads, Protocols, docstrings, and imports of `typing` and its kin. Assumes: nothing of it is asked for at run time;
what is asked for nevertheless has no definition any more, and is refused when the names are checked.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tools.lower.refusal import refuse

TYPING = {"__future__", "typing", "collections.abc", "types"}
# Of these, what remains is made otherwise: tools/lower/records.py, tools/lower/enums.py.
MADE = {"dataclasses": {"dataclass", "field", "replace"}, "enum": {"StrEnum"}}
MARKS = {"final", "override"}
GENERIC = {"Protocol", "Generic"}


def without_types(tree: ast.Module, path: Path, *, documented: bool = False) -> ast.Module:
    """Lower one module this far; where it is `documented`, classes and functions keep their docstrings."""
    stripped = _Stripper(path, documented).visit(tree)
    assert isinstance(stripped, ast.Module)
    return ast.fix_missing_locations(stripped)


def decorator_name(node: ast.expr) -> str:
    """Give the name of a decorator, called or not."""
    return ast.unparse(node.func if isinstance(node, ast.Call) else node)


def is_record(node: ast.ClassDef) -> bool:
    """Whether a class is a dataclass."""
    return any(decorator_name(each) == "dataclass" for each in node.decorator_list)


def _is_text(node: ast.stmt) -> bool:
    """Whether a statement is a docstring, or one below a name."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


class _Stripper(ast.NodeTransformer):
    def __init__(self, path: Path, documented: bool) -> None:
        self._path = path
        self._documented = documented
        self._kept: set[ast.AST] = set()

    def _keep_docstring(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        if self._documented and node.body and _is_text(node.body[0]):
            self._kept.add(node.body[0])

    def visit_Module(self, node: ast.Module) -> ast.Module:
        self.generic_visit(node)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if _is_text(node) and node not in self._kept else self.generic_visit(node)

    # Imports

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom | None:
        if node.module in TYPING and not node.level:
            return None
        known = MADE.get(node.module or "")
        if known is None:
            return node
        strange = [each.name for each in node.names if each.name not in known or each.asname]
        if strange:
            raise refuse(self._path, node, f"{node.module}: {', '.join(strange)}")
        return None

    def visit_Import(self, node: ast.Import) -> ast.Import:
        for each in node.names:
            if each.name in TYPING | set(MADE):
                raise refuse(self._path, node, f"{each.name} is imported whole; import the names")
        return node

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt] | None:
        if ast.unparse(node.test) == "TYPE_CHECKING":
            return [self.visit(each) for each in node.orelse] or None
        return self.generic_visit(node)

    # Annotations

    def visit_TypeAlias(self, _: ast.TypeAlias) -> None:
        return None

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | None:
        self.generic_visit(node)
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign([node.target], node.value), node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef | None:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef | None:
        return self._function(node)

    def _function[F: (ast.FunctionDef, ast.AsyncFunctionDef)](self, node: F) -> F | None:
        if any(decorator_name(each) == "overload" for each in node.decorator_list):
            return None
        node.returns = None
        node.type_params = []
        self._keep_docstring(node)
        node.decorator_list = [each for each in node.decorator_list if decorator_name(each) not in MARKS]
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef | None:
        bases = [ast.unparse(each) for each in node.bases]
        if any(decorator_name(each) == "runtime_checkable" for each in node.decorator_list):
            raise refuse(self._path, node, f"{node.name} is a Protocol that is asked for at run time")
        if any(each.split("[")[0] == "Protocol" for each in bases):
            return None
        if "NamedTuple" in bases or "TypedDict" in bases:
            raise refuse(self._path, node, f"{node.name} is a {bases[0]}")
        if node.keywords:
            raise refuse(self._path, node, f"{node.name} is made by keywords")
        node.type_params = []
        self._keep_docstring(node)
        node.decorator_list = [each for each in node.decorator_list if decorator_name(each) not in MARKS]
        bare = (each.value if isinstance(each, ast.Subscript) else each for each in node.bases)
        node.bases = [each for each in bare if ast.unparse(each) not in GENERIC]
        if is_record(node):
            self._mark_fields(node)
        else:
            self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def _mark_fields(self, node: ast.ClassDef) -> None:
        """Leave a record's fields annotated, until tools/lower/records.py has read them."""
        fields = [each for each in node.body if isinstance(each, ast.AnnAssign)]
        node.body = [each for each in node.body if each not in fields]
        self.generic_visit(node)
        for each in fields:
            kind = ast.unparse(each.annotation).split("[")[0]
            each.annotation = ast.Name(kind if kind in ("ClassVar", "InitVar") else "field", ast.Load())
            if each.value is not None:
                each.value = self.visit(each.value)
        node.body = [*fields, *node.body]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "cast":
            return node.args[1]
        if isinstance(node.func, ast.Subscript) and isinstance(node.func.value, ast.Name):
            raise refuse(self._path, node, f"{ast.unparse(node.func)} names a type at run time")
        return node
