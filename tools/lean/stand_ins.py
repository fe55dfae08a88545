"""Makes the archive of the lean library.

Takes: the files of Pyodide's own python_stdlib.zip that `KEPT` names, the stand-ins in `library/`, the lowered client.
Gives: a stored zip of bytecode (optimised as by `-OO`, hash-based and never checked, without lines: they would be those
of the lowered text, which nobody reads; a traceback names the functions).
Assumes: the host's Python writes the bytecode that Pyodide's reads, else the snapshot cannot be made; and the few lines
of Pyodide's own that `CHANGES` names. A module that the client imports and that is not here fails the build by its
name: it is either named in `KEPT`, with what it imports itself, or not worth what every visitor pays for it.

    PYTHONHASHSEED=0 python -X no_debug_ranges -m tools.lean.stand_ins CLIENT OUTPUT

Leave it out (the snapshot made of python_stdlib.zip) and the snapshot is three times the size.
"""

from __future__ import annotations

import ast
import importlib.util
import marshal
import sys
import zipfile
from pathlib import Path
from types import CodeType

ROOT = Path(__file__).resolve().parents[2]
STOCK = ROOT / "node_modules" / "pyodide" / "python_stdlib.zip"
LIBRARY = Path(__file__).with_name("library")
TIDY = Path(__file__).with_name("tidy.py")
LONG_AGO = (1980, 1, 1, 0, 0, 0)
HEAD = importlib.util.MAGIC_NUMBER + b"\1" + bytes(11)  # hash-based, unchecked

# The interpreter has more of them frozen in it: os, io, abc, codecs, site and what they need.
KEPT = (
    "_pyodide/_core_docs.py",
    "_pyodide/_future_helper.py",
    "encodings/__init__.py",
    "encodings/aliases.py",
    "encodings/utf_8.py",
    "importlib/__init__.py",
    "pyodide/ffi/__init__.py",
    "types.py",
)
# Lines of Pyodide's own which would import what the lean library leaves out; each must be there once.
CHANGES = {
    "_pyodide/_core_docs.py": {
        "from functools import reduce\n": "from _functools import reduce\n",
        "from json import encoder\n\nencoder._JSNULL = jsnull  # type:ignore[attr-defined]\n": "",
    },
}


class Outdated(Exception):  # noqa: N818 - it is Pyodide that has moved on
    """Pyodide's library is another than the one that `CHANGES` was written for."""


def changed(name: str, text: str) -> str:
    """Change the lines that `CHANGES` names."""
    for old, new in CHANGES.get(name, {}).items():
        if text.count(old) != 1:
            raise Outdated(f"{name}: {old.splitlines()[0]!r} is not there once")
        text = text.replace(old, new)
    return text


def bytecode(name: str, text: str) -> bytes:
    """Compile one module; it knows no path of this machine."""
    path = Path(f"/lib/python313.zip/{name}")
    tree = ast.parse(text, str(path))
    if name.startswith(("_pyodide/", "pyodide/")):
        tree = _Unannotated().visit(tree)
    code = compile(tree, str(path), "exec", dont_inherit=True, optimize=2)
    return HEAD + marshal.dumps(without_lines(code))


def without_lines(code: CodeType) -> CodeType:
    """Leave out the tables of lines, of a code object and of those in it; a function is called by its name alone."""
    constants = tuple(without_lines(each) if isinstance(each, CodeType) else each for each in code.co_consts)
    return code.replace(co_linetable=b"", co_qualname=code.co_name, co_consts=constants)


class _Unannotated(ast.NodeTransformer):
    """Drops annotations and overloads: what Pyodide's own files say to people is evaluated at import otherwise."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        if any(ast.unparse(each) == "overload" for each in node.decorator_list):
            return None
        node.returns = None
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | None:
        return None if node.value is None else ast.copy_location(ast.Assign([node.target], node.value), node)


def write(client: Path, output: Path) -> int:
    """Write the archive; give the number of its modules."""
    texts: dict[str, str] = {}
    with zipfile.ZipFile(STOCK) as stock:
        for name in KEPT:
            texts[name] = changed(name, stock.read(name).decode())
    for path in LIBRARY.rglob("*.py"):
        texts[path.relative_to(LIBRARY).as_posix()] = path.read_text(encoding="utf-8")
    for path in (client, TIDY):
        texts[path.name] = path.read_text(encoding="utf-8")
    output.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(output, "w") as archive:
        for name, text in sorted(texts.items()):
            archive.writestr(zipfile.ZipInfo(f"{name}c", LONG_AGO), bytecode(name, text))
    return len(texts)


if __name__ == "__main__":
    made = Path(sys.argv[2])
    print(f"{made.name}, {write(Path(sys.argv[1]), made)} modules, {made.stat().st_size} bytes")
