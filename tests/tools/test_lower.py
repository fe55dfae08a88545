"""The lowering: what becomes of each kind of code, what is refused; the core's own tests hold for the result."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from tools.lower import Refused, lower

ROOT = Path(__file__).resolve().parents[2]


class Package:
    """A package of some modules, and what its lowering gives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.write("__init__", "")

    def write(self, module: str, text: str) -> None:
        path = self._folder / "pack" / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")

    def lowered(self, text: str, **modules: str) -> str:
        for name, each in {"entry": text, **modules}.items():
            self.write(name, each)
        return lower(self._folder, "pack", "pack.entry").text

    def run(self, text: str, **modules: str) -> dict[str, Any]:
        """Give what the lowered module defines."""
        names: dict[str, Any] = {"__name__": "lowered"}
        exec(self.lowered(text, **modules), names)
        return names

    def refusal(self, text: str, **modules: str) -> str:
        with pytest.raises(Refused) as refused:
            self.lowered(text, **modules)
        return str(refused.value).replace(f"{self._folder}{os.sep}pack{os.sep}", "")


@pytest.fixture
def package(tmp_path: Path) -> Package:
    return Package(tmp_path)


# What is there for types only


def test_no_trace_of_types_remains(package: Package) -> None:
    text = package.lowered("""
        \"\"\"What the module is.\"\"\"
        from __future__ import annotations
        from collections.abc import Callable
        from typing import TYPE_CHECKING, Any, Final, Protocol, cast, final, overload
        if TYPE_CHECKING:
            from decimal import Decimal
        type Number = int | float
        \"\"\"What a name is.\"\"\"
        LIMIT: Final = 3
        class Shape(Protocol):
            def area(self) -> float: ...
        @final
        class Square[T]:
            \"\"\"A class.\"\"\"
            side: float
            def __init__(self, side: T) -> None:
                self.side: T = side
            @overload
            def area(self, unit: int) -> int: ...
            @overload
            def area(self, unit: str) -> str: ...
            def area(self, unit: Any = 1) -> Any:
                \"\"\"Its area.\"\"\"
                result: float
                result = cast("float", self.side) * LIMIT
                return result
        def first[T](each: list[T], act: Callable[[T], Any] = print) -> Decimal:
            return each[0]
    """)
    for word in ("typing", "Protocol", "Shape", "Number", "cast", "->", ": ", "Decimal", "overload", "final", '"""'):
        assert word not in text.partition("class Square")[2].replace("):\n", ")\n").replace(":\n", "\n"), word
    names = package.run("from pack.other import Square\nHERE = Square", other=text)
    assert names["HERE"](2).area() == 6


def test_a_type_that_is_asked_for_at_run_time_is_refused(package: Package) -> None:
    asked = (
        "from typing import Protocol\nclass Shape(Protocol): ...\ndef is_one(it):\n    return isinstance(it, Shape)\n"
    )
    assert package.refusal(asked) == "entry.py:4: Shape is not there at run time"
    assert package.refusal("from typing import Any\nNAMES = [Any]\n") == "entry.py:2: Any is not there at run time"
    made = "class Box[T]: ...\nBOX = Box[int]()\n"
    assert package.refusal(made) == "entry.py:2: Box[int] names a type at run time"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\n", "entry.py:2: P is a NamedTuple"),
        ("class P(metaclass=type): ...\n", "entry.py:1: P is made by keywords"),
        ("import typing\n", "entry.py:1: typing is imported whole; import the names"),
        ("from dataclasses import asdict\n", "entry.py:1: dataclasses: asdict"),
        ("from .other import x\n", "entry.py:1: a relative import"),
        ("import pack.other\n", "entry.py:1: a module of the package is imported whole; import the names"),
        ("for each in []: pass\n", "entry.py:1: a module does more than to define"),
        ("print(1)\n", "entry.py:1: a module does more than to define"),
        ("def hash(it): ...\n", "entry.py:1: hash is a name of Python's own"),
    ],
)
def test_what_is_not_known_is_refused_with_its_place(package: Package, text: str, refusal: str) -> None:
    assert package.refusal(text, other="x = 1\n") == refusal


# Records

RECORD = """
    from dataclasses import dataclass, field, replace
    @dataclass(frozen=True)
    class Cookie:
        \"\"\"A cookie.\"\"\"
        name: str
        days: float = 365
        marks: list[str] = field(default_factory=list)
        def line(self) -> str:
            return f"{self.name}={self.days}"
    def longer(cookie: Cookie) -> Cookie:
        return replace(cookie, days=cookie.days + 1)
"""


def test_records_behave_as_dataclasses(package: Package) -> None:
    plain: dict[str, Any] = {"__name__": "plain"}
    exec(compile(dedent(RECORD), "plain", "exec", dont_inherit=True), plain)
    lowered = package.run(RECORD)
    for names in (plain, lowered):
        cookie, longer = names["Cookie"], names["longer"]
        one = cookie("a")
        assert (one.name, one.days, one.marks, one.line()) == ("a", 365, [], "a=365")
        assert one.marks is not cookie("a").marks
        assert one == cookie("a")
        assert one != cookie("b")
        assert one != ("a", 365, [])
        assert hash(cookie("a", 1, ())) == hash(cookie("a", 1, ()))
        assert repr(one) == "Cookie(name='a', days=365, marks=[])"
        assert longer(one) == cookie("a", days=366)
        assert one.days == 365
        with pytest.raises(TypeError):
            cookie()
        with pytest.raises(TypeError):
            cookie("a", years=1)


def test_none_is_no_missing_default(package: Package) -> None:
    assert package.run(RECORD)["Cookie"]("a", 1, None).marks is None


@pytest.mark.parametrize(
    ("head", "body", "refusal"),
    [
        ("@dataclass(order=True)\nclass P:", "x: int", "3: dataclass(order)"),
        ("@dataclass\nclass P(Exception):", "x: int", "3: P is a dataclass with a base"),
        ("@dataclass\nclass P:", "x: int = field(repr=False)", "4: field(repr=False)"),
        ("@dataclass\nclass P:", "x: ClassVar[int] = 1", "4: x is a ClassVar"),
        ("@dataclass\nclass P:", "def __post_init__(self): ...", "3: P is a dataclass with __post_init__ or"),
    ],
)
def test_other_dataclasses_are_refused(package: Package, head: str, body: str, refusal: str) -> None:
    said = package.refusal(f"from dataclasses import dataclass, field\n{head}\n    {body}\n")
    assert said.startswith(f"entry.py:{refusal}")


# Enums

KIND = "from enum import StrEnum\nclass Kind(StrEnum):\n    TRACK = 'track'\n    PAGE = 'page'\n"


def test_an_enum_is_its_texts(package: Package) -> None:
    uses = """
        from pack.kinds import Kind
        def path(kind):
            if kind is Kind.TRACK:
                return "t"
            match kind:
                case Kind.PAGE:
                    return "p"
            return "" if kind is not Kind.PAGE else "never"
    """
    names = package.run(uses, kinds=KIND)
    assert [names["path"](each) for each in ("track", "page", "other")] == ["t", "p", ""]


@pytest.mark.parametrize("use", ["KINDS = list(Kind)", "ONE = Kind('track')", "NAMES = Kind.__members__"])
def test_an_enum_that_is_more_than_its_names_is_refused(package: Package, use: str) -> None:
    assert "enum" in package.refusal(f"from pack.kinds import Kind\n{use}\n", kinds=KIND)


def test_an_enum_with_methods_is_refused(package: Package) -> None:
    said = package.refusal(KIND + "    def path(self):\n        return 1\n")
    assert said == "entry.py:5: the enum Kind has more than names and texts"


# Names


def test_modules_may_use_the_same_names(package: Package) -> None:
    one = """
        import json
        from pack.two import count as count_two
        def _read(text):
            return json.loads(text)
        def both(text):
            return _read(text), count_two(text)
        class Reader:
            def _read(self, text):
                return _read(text)
    """
    two = "def _read(text):\n    return len(text)\ndef count(text):\n    return _read(text)\n"
    names = package.run(one, two=two)
    assert names["both"]("[1]") == ([1], 3)
    assert names["Reader"]()._read("[1]") == [1]


def test_names_come_through_a_package_that_shows_them(package: Package) -> None:
    package.write("room/__init__", "from pack.room.inner import value\nOTHER = value() + 1\n")
    package.write("room/inner", "def value():\n    return 1\n")
    names = package.run("from pack.room import OTHER, value as found\nBOTH = (found(), OTHER)\n")
    assert names["BOTH"] == (1, 2)


def test_a_door_for_people_keeps_its_names_and_its_words(package: Package, tmp_path: Path) -> None:
    package.write("__init__", '"""The door."""\nfrom pack.people.user import User\n__all__ = ["User"]\nuser = User()\n')
    package.write("people/__init__", "__all__ = []\n")
    package.write("people/user", 'from pack.core import User as Inner\nclass User(Inner):\n    """A person."""\n')
    package.write("core", 'class User:\n    """What a person is inside."""\n    def id(self):\n        return "jane"\n')
    names: dict[str, Any] = {"__name__": "lowered"}
    exec(lower(tmp_path, "pack", "pack", "pack.people").text, names)
    assert names["__doc__"] == "The door."
    assert names["__all__"] == ["User"]
    assert type(names["user"]) is names["User"]
    assert names["user"].id() == "jane"
    assert [each.__doc__ for each in names["User"].__mro__[:2]] == ["A person.", None]
    assert names["User"].__name__ == "User"


def test_a_name_of_two_modules_that_is_local_too_is_refused(package: Package) -> None:
    said = package.refusal(
        "from pack.two import two\ndef _x(): ...\ndef hidden(_x):\n    return _x\n",
        two="def _x(): ...\ndef two(): ...\n",
    )
    assert said == "entry.py:3: _x is a name of several modules and a local one"


def test_one_name_for_two_modules_of_pythons_is_refused(package: Package) -> None:
    said = package.refusal("import json as text\nfrom pack.two import two\n", two="import html as text\ntwo = 1\n")
    assert said == "entry.py:1: text is imported from two places"


# The package itself


@pytest.mark.parametrize("entry", ["cioanalytics.browser.install", "cioanalytics"], ids=["page", "app"])
def test_the_cores_own_tests_hold_for_the_lowered_code(everything: bool, entry: str) -> None:
    # The laws are read off the sources.
    slow = [] if everything else ["-k", "not machine and not fuzz and not Siblings"]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.tools.lowered",
        "tests/core",
        "--ignore=tests/core/test_laws.py",
    ]
    around = os.environ | {"LOWERED": entry}
    run = subprocess.run([*command, *slow], cwd=ROOT, env=around, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert " passed" in run.stdout


def test_the_lowered_client_imports_little(tmp_path: Path) -> None:
    lowered = lower(ROOT / "src", "cioanalytics", "cioanalytics.browser.install")
    (tmp_path / "page_client.py").write_text(lowered.text, encoding="utf-8")
    look = "import sys; before = set(sys.modules); import page_client; print(*sorted(set(sys.modules) - before))"
    run = subprocess.run([sys.executable, "-B", "-c", look], cwd=tmp_path, capture_output=True, text=True, check=True)
    found = {name.split(".")[0] for name in run.stdout.split()}
    assert not found & {"typing", "dataclasses", "inspect", "asyncio", "ast", "cioanalytics"}
