"""The laws of the design, read off the syntax of the sources and off one import in a fresh interpreter."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = ROOT / "src" / "cioanalytics"
CORE: Final = sorted((PACKAGE / "core").rglob("*.py"))
ALL: Final = sorted(PACKAGE.rglob("*.py"))
TREES: Final = {path: ast.parse(path.read_text(encoding="utf-8")) for path in ALL}

# Law 1. `__future__` is no module at run time.
ALLOWED: Final = {"__future__", "typing", "dataclasses", "enum", "collections.abc"}
# An event flows this way; a room knows what lies before it, never what comes after, and never the hall.
ROOMS: Final = ("settings", "identity", "events", "pipeline", "delivery")
# What the light runtime has not, or has otherwise (light-runtime.md, rules for developers).
UNKNOWN_METHODS: Final = {"casefold", "title", "capitalize", "zfill", "ljust", "isalnum", "translate", "maketrans"}


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def at(path: Path, node: ast.stmt | ast.expr | ast.pattern) -> str:
    return f"{name_of(path)}:{node.lineno}"


def imported(node: ast.AST) -> list[str]:
    """Give the modules that an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert not node.level, "imports are absolute"
        return [node.module or ""]
    return []


def at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the statements that run when the module is imported, in classes, `if`, `try` and the like too."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for inner in ("body", "orelse", "finalbody"):
            yield from at_import(getattr(statement, inner, []))
        for handler in getattr(statement, "handlers", []):
            yield from at_import(handler.body)


def test_there_is_something_to_check() -> None:
    assert len(CORE) > 10
    assert PACKAGE / "browser" / "host.py" in ALL


def test_the_package_and_the_project_name_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [
        ast.literal_eval(node.value)
        for node in TREES[PACKAGE / "version.py"].body
        if isinstance(node, ast.AnnAssign) and node.value
    ]
    assert named == [project["version"]]


def test_core_imports_itself_and_four_modules() -> None:
    wrong = [
        f"{at(path, node)} {module}"
        for path in CORE
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in imported(node)
        if module not in ALLOWED and module != "cioanalytics.core" and not module.startswith("cioanalytics.core.")
    ]
    assert wrong == []


def test_rooms_know_only_what_lies_before_them() -> None:
    wrong: list[str] = []
    for path in CORE:
        room = path.relative_to(PACKAGE / "core").parts[0]
        if room not in ROOMS:
            continue
        for node in ast.walk(TREES[path]):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            for module in imported(node):
                place = [*module.split("."), "", ""][2] if module.startswith("cioanalytics.core") else ""
                later = place in ROOMS and ROOMS.index(place) > ROOMS.index(room)
                if later or place in {"analytics", "snippet"}:
                    wrong.append(f"{at(path, node)} {module}")
    assert wrong == []


def test_nothing_touches_the_page_at_import() -> None:
    wrong = [
        f"{at(path, statement)} {module}"
        for path in ALL
        for statement in at_import(TREES[path].body)
        for module in imported(statement)
        if module.split(".")[0] in {"js", "pyodide_js", "pyscript", "micropip"}
    ]
    assert wrong == []


def test_importing_defines_and_does_nothing_else() -> None:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    defines = (*functions, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.TypeAlias, ast.Pass)
    wrong: list[str] = []
    for path in ALL:
        for statement in at_import(TREES[path].body):
            text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            guard = isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING"
            if not isinstance(statement, defines) and not text and not guard:
                wrong.append(f"{at(path, statement)} {ast.unparse(statement).splitlines()[0]}")
    assert wrong == []


IMPORT_ALL: Final = """
import json, sys
sys.path.insert(0, sys.argv[1])
import collections.abc, dataclasses, enum, typing
before = set(sys.modules)
seen = []
def hear(event, arguments):
    reading = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) <= set("rb")
    finding = event in ("import", "exec", "compile", "marshal.loads", "os.listdir", "os.scandir")
    looking = event in ("object.__getattr__", "sys._getframe")
    # The cache of bytecode is the interpreter's own doing, and it is switched off.
    if not (reading or finding or looking or event.startswith("code.")):
        seen.append(event)
sys.addaudithook(hear)
for module in sys.argv[2].split(","):
    __import__(module)
print(json.dumps({"seen": sorted(set(seen)), "new": sorted(set(sys.modules) - before)}))
"""


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def import_alone(paths: list[Path]) -> dict[str, list[str]]:
    names = ",".join(module_name(path) for path in paths)
    command = [sys.executable, "-B", "-I", "-c", IMPORT_ALL, str(PACKAGE.parent), names]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    answer: dict[str, list[str]] = json.loads(run.stdout)
    return answer


def test_importing_everything_writes_nothing_and_calls_nobody() -> None:
    assert import_alone(ALL)["seen"] == []


def test_the_core_brings_nothing_else_into_memory() -> None:
    foreign = [
        name for name in import_alone(CORE)["new"] if not name.startswith("cioanalytics") and name != "__future__"
    ]
    assert foreign == []


def test_no_string_method_or_slice_that_the_light_runtime_lacks() -> None:
    wrong: list[str] = []
    for path in CORE:
        for node in ast.walk(TREES[path]):
            if isinstance(node, ast.Slice) and node.step is not None:
                wrong.append(f"{at(path, node)} a slice with a step")
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in UNKNOWN_METHODS
            ):
                wrong.append(f"{at(path, node)} {node.func.attr}()")
            if isinstance(node, ast.TryStar):
                wrong.append(f"{at(path, node)} except*")
            if isinstance(node, ast.comprehension) and node.is_async:
                wrong.append(f"{at(path, node.target)} an asynchronous comprehension")
    assert wrong == []


def test_enums_are_texts_without_methods() -> None:
    wrong: list[str] = []
    for path in CORE:
        for node in ast.walk(TREES[path]):
            if not isinstance(node, ast.ClassDef):
                continue
            bases = {ast.unparse(base).split(".")[-1] for base in node.bases}
            if bases & {"Enum", "IntEnum", "Flag", "IntFlag"}:
                wrong.append(f"{at(path, node)} {node.name} is not a StrEnum")
            if "StrEnum" in bases and any(isinstance(item, ast.FunctionDef) for item in node.body):
                wrong.append(f"{at(path, node)} {node.name} has methods")
    assert wrong == []


def test_match_takes_plain_shapes() -> None:
    # A class pattern names a type and looks no deeper; a star is the last of its sequence.
    wrong: list[str] = []
    for path in CORE:
        for node in ast.walk(TREES[path]):
            if isinstance(node, ast.MatchClass) and (len(node.patterns) > 1 or node.kwd_patterns):
                wrong.append(f"{at(path, node)} {ast.unparse(node)}")
            if isinstance(node, ast.MatchSequence) and any(
                isinstance(part, ast.MatchStar) for part in node.patterns[:-1]
            ):
                wrong.append(f"{at(path, node)} {ast.unparse(node)}")
    assert wrong == []


def test_public_names_of_the_core_are_unique() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in CORE:
        for statement in TREES[path].body:
            names: list[str] = []
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names = [statement.name]
            elif isinstance(statement, ast.Assign):
                names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
            elif isinstance(statement, ast.AnnAssign | ast.TypeAlias):
                target = statement.target if isinstance(statement, ast.AnnAssign) else statement.name
                names = [target.id] if isinstance(target, ast.Name) else []
            for name in names:
                if not name.startswith("_"):
                    places[name].append(at(path, statement))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


# --- the border ---

BORDER_TYPES: Final = {"str", "int", "float", "bool", "None"}
LISTENER: Final = "Callable[[str, int, str], str | None]"


def host_methods() -> list[ast.FunctionDef]:
    tree = TREES[PACKAGE / "browser" / "host.py"]
    host = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Host")
    return [node for node in host.body if isinstance(node, ast.FunctionDef)]


def plain(annotation: ast.expr | None) -> bool:
    """Whether a type is text, a number, a truth value or null, or a choice of these."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return plain(annotation.left) and plain(annotation.right)
    return annotation is not None and ast.unparse(annotation) in BORDER_TYPES


@pytest.mark.parametrize("method", host_methods(), ids=lambda method: str(method.name))
def test_only_text_numbers_and_null_cross_the_border(method: ast.FunctionDef) -> None:
    assert plain(method.returns)
    arguments = method.args
    assert not arguments.kwonlyargs
    assert arguments.vararg is None
    assert arguments.kwarg is None
    for argument in arguments.args[1:]:
        listener = (
            method.name == "listen" and argument.annotation is not None and ast.unparse(argument.annotation) == LISTENER
        )
        assert plain(argument.annotation) or listener, argument.arg


def test_the_border_stays_small() -> None:
    assert len(host_methods()) <= 32


def test_every_function_of_the_border_stands_on_the_other_side() -> None:
    script = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "web").glob("*/*.js")))
    missing = [
        method.name for method in host_methods() if f"{method.name}(" not in script and f"{method.name}:" not in script
    ]
    assert missing == []
