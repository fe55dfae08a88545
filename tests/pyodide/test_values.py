"""Values on their way from Python to the wire, inside Pyodide: they mean what the page's own JSON would have meant."""

from __future__ import annotations

from typing import Any, Final

import pytest

PLAIN: Final = """
import json
from datetime import UTC, datetime
from pyodide.code import run_js
from cioanalytics.python.plain import plain

def told(value):
    try:
        return json.dumps(plain(value, "properties"))
    except (TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]
"""

CASES: Final = [
    ("None", "null"),
    ("run_js('null')", "null"),
    ("run_js('undefined')", "null"),
    ("run_js('new Date(0)')", '"1970-01-01T00:00:00.000Z"'),
    ("datetime(2026, 1, 2, 3, 4, 5, 6000, UTC)", '"2026-01-02T03:04:05.006Z"'),
    ("[1, 1.5, -0.0, 2**53, 1e21, float('nan'), float('inf')]", "[1, 1.5, -0.0, 9007199254740992, 1e+21, null, null]"),
    ("run_js('[1, 1.5, 2**53, 1e21, NaN, Infinity]')", "[1, 1.5, 9007199254740992, 1e+21, null, null]"),
    ("run_js('new Map([[1, 2]])')", "{}"),
    ("run_js('({a: {b: [1, {c: null, d: undefined}]}})')", '{"a": {"b": [1, {"c": null}]}}'),
    ("{'a': run_js('({b: new Date(0)})')}", '{"a": {"b": "1970-01-01T00:00:00.000Z"}}'),
    ("run_js('({f: () => 1, g: 2})')", '{"g": 2}'),
    ("run_js('() => 1')", "null"),
    ("'\\ud83d\\ude00 ü'", '"\\ud83d\\ude00 \\u00fc"'),
]

REFUSED: Final = [
    ("run_js('({n: 1n})')", "TypeError: properties: TypeError"),
    ("run_js('(() => { const a = {}; a.a = a; return a; })()')", "TypeError: properties: TypeError"),
    ("(lambda a: (a.append(a), a)[1])([])", "ValueError: properties[0][0]"),
    ("{'a': {1, 2}}", "TypeError: properties.a: set is nothing that JSON can say"),
    ("{'f': print}", "TypeError: properties.f: builtin_function_or_method"),
]


def told(selenium: Any, expression: str) -> str:
    selenium.load_package("cioanalytics")
    answer: str = selenium.run(f"{PLAIN}\ntold({expression})")
    return answer


@pytest.mark.parametrize(("expression", "meaning"), CASES)
def test_a_value_means_what_it_means_in_the_page(selenium: Any, expression: str, meaning: str) -> None:
    assert told(selenium, expression) == meaning


@pytest.mark.parametrize(("expression", "words"), REFUSED)
def test_a_value_without_meaning_is_refused_by_name(selenium: Any, expression: str, words: str) -> None:
    assert told(selenium, expression).startswith(words)
