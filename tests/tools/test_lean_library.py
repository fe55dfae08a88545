"""The lean library: its JSON is the standard library's, and a change of Pyodide's own files is noticed."""

from __future__ import annotations

import importlib.util
import json
import math
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.lean import stand_ins

LIBRARY = Path(stand_ins.__file__).with_name("library")


def lean_json() -> ModuleType:
    """Load the stand-in beside the standard library's own."""
    place = LIBRARY / "json" / "__init__.py"
    spec = importlib.util.spec_from_file_location("lean_json", place, submodule_search_locations=[str(place.parent)])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["lean_json"] = module
    spec.loader.exec_module(module)
    return module


LEAN: Any = lean_json()
COMPACT = (",", ":")


def outcome(action: Any, *arguments: Any, **options: Any) -> Any:
    """Give a result, or what was raised."""
    try:
        return action(*arguments, **options)
    except Exception as error:
        return type(error).__name__, str(error)


def same(one: Any, other: Any) -> bool:
    return repr(one) == repr(other)  # tells 1 from True, -0.0 from 0.0, and knows nan


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers() | st.booleans(), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_values_are_written_as_the_standard_library_writes_them(value: Any) -> None:
    assert outcome(LEAN.dumps, value) == outcome(json.dumps, value)
    for ascii_only in (True, False):
        ours = LEAN.JSONEncoder(ensure_ascii=ascii_only, separators=COMPACT).encode(value)
        assert ours == json.JSONEncoder(ensure_ascii=ascii_only, separators=COMPACT).encode(value)


@given(VALUES, st.sampled_from(["", " ", "\n\t\r "]), st.data())
def test_texts_are_read_as_the_standard_library_reads_them(value: Any, space: str, data: st.DataObject) -> None:
    text = space + json.dumps(value) + space
    assert same(LEAN.loads(text), json.loads(text))
    place = data.draw(st.integers(0, len(text)))
    broken = (
        text[:place] + data.draw(st.sampled_from(["", "x", '"', "]", "}", ",", "\\", "\u2028"])) + text[place + 1 :]
    )
    assert same(outcome(LEAN.loads, broken), outcome(json.loads, broken))


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "[", "{", '{"a"', '{"a":1,}', "[1,]", "01", "1.", "-", "nul", "NaN", "-Infinity", "1 2", "\ufeff1"),
        *('"\\u12"', '"\n"', '{"a":1,"a":2}', "1e999", '"\\ud83d\\ude00"', '"\\ud83d"', "1" * 5000),
    ],
)
def test_odd_texts_have_the_same_outcome(text: str) -> None:
    assert same(outcome(LEAN.loads, text), outcome(json.loads, text))


@pytest.mark.parametrize("value", [{1, 2}, object, b"x", {(1,): 2}, math.inf, {None: 1}, {1.5: 2}])
def test_odd_values_have_the_same_outcome(value: Any) -> None:
    assert outcome(LEAN.dumps, value) == outcome(json.dumps, value)


def test_a_circle_is_refused() -> None:
    circle: list[Any] = []
    circle.append(circle)
    assert outcome(LEAN.dumps, circle) == outcome(json.dumps, circle)


def test_another_pyodide_is_noticed() -> None:
    with pytest.raises(stand_ins.Outdated, match=r"_pyodide/_core_docs\.py: 'from functools import reduce'"):
        stand_ins.changed("_pyodide/_core_docs.py", "import functools\n")


def test_the_archive_knows_nothing_of_this_machine(tmp_path: Path) -> None:
    client = tmp_path / "client.py"
    client.write_text("def where():\n    'What it says to people.'\n    return 1\n", encoding="utf-8")
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    stand_ins.write(client, first)
    stand_ins.write(client, second)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        names = set(archive.namelist())
        everything = b"".join(archive.read(name) for name in names)
    assert {"client.pyc", "json/__init__.pyc", "_pyodide/_core_docs.pyc"} <= names
    for trace in (str(tmp_path), str(stand_ins.ROOT), str(Path.home()), "What it says to people"):
        assert trace.encode() not in everything
