"""Makes two runs comparable, and compares them.

Law: fresh ids become symbols in order of appearance, clocks near the present a token (a Date too), ports go, the text
`null` in storage reads as absence, the name and version of the library become one word, and an error on the console is
its first line (the rest names files of the client). Nothing else is changed.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

FRESH: Final = re.compile(r"ajs-next-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
STACK: Final = re.compile(r"(\n\s+at [^\n]*)+")
NEAR: Final = 3600


class Normal:
    """The symbols of one run. `libraries` collects what stood for the library."""

    def __init__(self, port: int) -> None:
        self._port = f":{port}"
        self._known: dict[str, str] = {}
        self.libraries: set[str] = set()

    def __call__(self, value: Any) -> Any:
        if isinstance(value, dict):
            if value.keys() == {"$", "value"} and value["$"] == "Date":
                moment = self.text(value["value"])
                return moment if moment == "<now>" else {"$": "Date", "value": moment}
            return {key: self._member(key, value[key]) for key in sorted(value)}
        if isinstance(value, list | tuple):
            return [self(inner) for inner in value]
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value / 1000 - time.time()) < NEAR:
            return "<now>"
        return value

    def _member(self, key: str, value: Any) -> Any:
        if key == "library" and isinstance(value, dict) and set(value) == {"name", "version"}:
            self.libraries.add(json.dumps(value, sort_keys=True))
            return "<library>"
        return self(value)

    def text(self, text: str) -> str:
        text = STACK.sub("", text.replace(self._port, ""))
        text = FRESH.sub(lambda found: self._symbol(found.group()), text)
        return INSTANT.sub(_near, text)

    def _symbol(self, fresh: str) -> str:
        return self._known.setdefault(fresh, f"<fresh {len(self._known) + 1}>")


def _near(found: re.Match[str]) -> str:
    then = datetime.fromisoformat(found.group()).timestamp()
    return "<now>" if abs(then - time.time()) < NEAR else found.group()


def differences(theirs: Any, ours: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Walk two trees and give each place where they differ; 1 and 1.0, true and 1 are different things."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(theirs.keys() | ours.keys()):
            yield from differences(
                theirs.get(key, ABSENT), ours.get(key, ABSENT), f"{path}.{key}" if path else str(key)
            )
    elif isinstance(theirs, list) and isinstance(ours, list):
        for number in range(max(len(theirs), len(ours))):
            one = theirs[number] if number < len(theirs) else ABSENT
            other = ours[number] if number < len(ours) else ABSENT
            yield from differences(one, other, f"{path}[{number}]")
    elif type(theirs) is not type(ours) or theirs != ours:
        yield path, theirs, ours


class Absent:
    """Stands where one of two trees has nothing."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT: Final = Absent()
