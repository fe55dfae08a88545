"""What only a page has, for the core: its public methods, its regular expressions, its functions as middleware."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from cioanalytics.browser.page_objects import PageContext, PageFunction, thrown
from cioanalytics.browser.page_plugins import PageDestinationMiddleware, PageSourceMiddleware
from cioanalytics.browser.remote import PageCode
from cioanalytics.core.later import Later, spawn

if TYPE_CHECKING:
    from cioanalytics.browser.host import Border
    from cioanalytics.browser.page_objects import Given
    from cioanalytics.core.ports import Json

type Write = Callable[[list[Given]], str]


class PageSurroundings:
    """The page around one client."""

    def __init__(self, border: Border, write: Write) -> None:
        self._border = border
        self._write = write
        self.code = PageCode(border, write)

    def call_public(self, method: str, arguments: Sequence[Json]) -> Later[object]:
        """Call a public method as the page has it now; its answer may be ignored."""
        answer: Later[str] = Later()
        number = self._border.expect(answer.settle)
        text = self._border.host.callPublic(method, self._write(list(arguments)), number)
        if text:
            self._border.forget(number)
            answer.settle(text)
        return spawn(_public_answer(answer))

    def matches(self, pattern: Json, text: str) -> bool:
        """Tell whether a text fits `{"$regexp": [source, flags]}`."""
        parts = pattern.get("$regexp") if isinstance(pattern, dict) else None
        if not isinstance(parts, list) or len(parts) != 2:
            return False
        return self._border.host.matches(str(parts[0]), str(parts[1]), text) is True

    def source_middleware(self, function: object) -> PageSourceMiddleware | None:
        """Give a function of the page as source middleware; None where it is a Python function."""
        if not isinstance(function, PageFunction):
            return None
        return PageSourceMiddleware(function, self._write, self._name_of(function))

    def destination_middleware(self, function: object) -> PageDestinationMiddleware | None:
        """Give a function of the page as destination middleware; None where it is a Python function."""
        return PageDestinationMiddleware(function, self._write) if isinstance(function, PageFunction) else None

    def _name_of(self, function: PageFunction) -> str:
        described = cast("dict[str, Any]", json.loads(self._border.host.describe(function.reference)))
        return str(described.get("name") or "")


async def _public_answer(answer: Later[str]) -> object:
    told = cast("dict[str, Any]", json.loads(await answer))
    if "error" in told:
        raise thrown(told["error"])
    value = told.get("value")
    if isinstance(value, dict) and len(value) == 1 and "$ctx" in value:
        return PageContext(value["$ctx"])
    return value
