"""What a visitor's browser holds of a person, with fresh ids as symbols, so that two runs can be compared."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import unquote

from tests.browser.visitor import Visitor

UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Symbols:
    """Names fresh ids by the order in which they appear."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        return UUID.sub(lambda found: self._known.setdefault(found.group(), f"id-{len(self._known) + 1}"), text)


def held(visitor: Visitor, symbols: Symbols) -> dict[str, Any]:
    """Give cookies (all attributes, the days that are left rounded) and the `ajs_` keys of localStorage.

    The text `null`, which the reference writes for an absent id, reads as absence.
    """
    jar = {
        f"{found.name} ({found.domain})": (
            symbols(unquote(found.value)),
            found.path,
            found.same_site,
            found.secure,
            round(found.days_left()),
        )
        for found in sorted(visitor.cookies(), key=lambda found: found.name)
    }
    stored = {
        key: symbols(text)
        for key, text in sorted(visitor.local_storage().items())
        if key.startswith("ajs_") and text != "null"
    }
    return {"cookies": jar, "localStorage": stored}
