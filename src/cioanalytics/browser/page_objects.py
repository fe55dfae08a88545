"""What the page hands over that is no JSON: functions, plugins and other objects, each known here by a number only.

Law: no object of the page is held. A reference counts once for each Python object that names it; when the last one is
collected the page is told, so that 100,000 calls with callbacks leave nothing behind.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from cioanalytics.core.errors import ContextCancelation, PageError
from cioanalytics.core.later import Later, spawn
from cioanalytics.core.ports import Json
from cioanalytics.core.unset import UNSET

if TYPE_CHECKING:
    from collections.abc import Callable

    from cioanalytics.browser.host import Border

type Given = object
"""A value on its way to the page: JSON, a context, an error, the client itself or one of the objects below."""


class PageObject:
    """An object of the page under its number."""

    def __init__(self, border: Border, reference: int) -> None:
        self.border = border
        self.reference = reference

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PageObject) and other.reference == self.reference

    def __hash__(self) -> int:
        return self.reference

    def __del__(self) -> None:
        self.border.host.release(self.reference)

    def invoke_text(self, way: str, arguments: list[Given], write: Callable[[list[Given]], str]) -> Later[str]:
        """Run page code; the text of its answer comes at once, or later where the page gave a promise."""
        answer: Later[str] = Later()
        number = self.border.expect(answer.settle)
        text = self.border.host.invoke(self.reference, way, write(arguments), number)
        if text:
            self.border.forget(number)
            answer.settle(text)
        return answer

    def invoke(self, way: str, arguments: list[Given], write: Callable[[list[Given]], str]) -> Any:
        """Run page code: its value; a Later where the page gave a promise.

        Raises PageError when it threw.
        """
        answer = self.invoke_text(way, arguments, write)
        return _outcome(answer.value()) if answer.done else spawn(_later_outcome(answer))


class PageFunction(PageObject):
    """A function of the page, called like any other."""

    def __init__(self, border: Border, reference: int, write: Callable[[list[Given]], str]) -> None:
        super().__init__(border, reference)
        self._write = write

    def __call__(self, *arguments: Given) -> Any:
        """Call it; UNSET stands for undefined, in and out."""
        return self.invoke("call", list(arguments), self._write)


class PageContext:
    """A context that only passes through here: its snapshot, as the page wrote it."""

    def __init__(self, snapshot: Json) -> None:
        self.snapshot = snapshot


async def _later_outcome(answer: Later[str]) -> Any:
    return _outcome(await answer)


def _outcome(text: str) -> Any:
    outcome = cast("dict[str, Any]", json.loads(text))
    if "error" in outcome:
        raise thrown(outcome["error"])
    return outcome.get("value", UNSET)


def thrown(error: Any) -> Exception:
    """Give what page code threw as an exception of ours; a plugin's ContextCancelation keeps its wishes."""
    if not isinstance(error, dict):
        return PageError(str(error))
    name, message = str(error.get("name", "Error")), str(error.get("message", ""))
    if name == "ContextCancelation":
        return ContextCancelation(
            retry=error.get("retry") is not False,
            reason=str(error.get("reason", message)),
            type=str(error.get("type", "plugin Error")),
        )
    return PageError(message, name, str(error.get("stack") or ""))
