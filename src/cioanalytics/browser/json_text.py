"""JSON as a page writes and reads it.

Law: what is read may have been written by anybody; a text that the page's own `JSON` would refuse, or that is nested
too deeply, is a ValueError.
"""

from __future__ import annotations

import json
from typing import Any

from cioanalytics.core.ports import Json

# Python's reader of JSON goes down level by level: in Pyodide a stored text of some thousand levels ends the whole
# runtime (measured: 2,000 are read, 5,000 are fatal).
DEEPEST_JSON = 500


class JsonText:
    """JSON as the page's own `JSON` writes it: compact, non-ASCII raw."""

    def __init__(self) -> None:
        self._encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
        # A lone surrogate cannot leave Python as UTF-8; escaped it means the same and survives.
        self._ascii = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))

    def dumps(self, value: Json) -> str:
        text = self._encoder.encode(value)
        if ("NaN" in text or "Infinity" in text) and _holds_no_number(value):
            # JSON has 1e999, which is infinite, and the page's own writes null for it.
            value = _with_nulls(value)
            text = self._encoder.encode(value)
        try:
            text.encode()
        except UnicodeEncodeError:
            return self._ascii.encode(value)
        return text

    def loads(self, text: str) -> Json:
        value: Json = read_json(text)
        return value


def read_json(text: str) -> Any:
    """Read what anybody may have written. Raises ValueError, also where it is nested too deeply."""
    if text.count("[") + text.count("{") > DEEPEST_JSON and _depth(text) > DEEPEST_JSON:
        raise ValueError(f"nested deeper than {DEEPEST_JSON} levels")
    value = json.loads(text)
    if ("NaN" in text or "Infinity" in text) and _holds_no_number(value):
        raise ValueError("NaN and Infinity are no JSON")
    return value


def _holds_no_number(value: Any) -> bool:
    """Tell whether something in there is a number in Python's JSON only."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, float) and each - each != 0:
            return True
    return False


def _with_nulls(value: Any) -> Any:
    """Copy a value, with None for each number that JSON has not."""
    top = [value]
    waiting: list[Any] = [top]
    while waiting:
        each = waiting.pop()
        for place, inner in list(each.items() if isinstance(each, dict) else enumerate(each)):
            if isinstance(inner, (dict, list)):
                each[place] = inner.copy()
                waiting.append(each[place])
            elif isinstance(inner, float) and inner - inner != 0:
                each[place] = None
    return top[0]


def _depth(text: str) -> int:
    depth = deepest = 0
    # Brackets within texts are none. (Without `re`, which would be a tenth of what a page's Python loads.)
    outside = text.replace("\\\\", "").replace('\\"', "").split('"')[::2]
    for piece in "".join(outside).replace("{", "[").replace("}", "]").split("]"):
        depth += piece.count("[")
        deepest = max(deepest, depth)
        depth -= 1
    return deepest
