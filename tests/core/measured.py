"""What the vendor's client 0.5.11 made of calls and pages in Chromium, as it was measured, to hold ours against.

An argument is written as in JavaScript; `FN` is a function and `UNDEF` is `undefined`. In the events, `PAGE` stands for
the facts of the page below and `NOW` for the time of the call; user agent, library, locale and campaign are left away.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TypedDict

from cioanalytics.core.events.arguments import Argument
from cioanalytics.core.ports import Json, JsonObject, PageFacts
from cioanalytics.core.unset import UNSET, Unset


class MeasuredPage(TypedDict):
    """A page, the properties of four events from it, and their contexts as they were sent."""

    facts: JsonObject
    properties: list[JsonObject]
    wire: list[JsonObject]


FILE = json.loads((Path(__file__).parent / "measured_events.json").read_text("utf-8"))
CALLS: list[tuple[str, list[str], str | None, JsonObject]] = [tuple(row) for row in FILE["calls"]]
PAGES: list[MeasuredPage] = FILE["pages"]
FACTS = PageFacts(url="http://site.example.test/some/path?x=1", path="/some/path", search="?x=1", title="A title")


def callback(*_args: object) -> None:
    """Stand for the page's function."""


NAMED: dict[str, Argument] = {"UNDEF": UNSET, "FN": callback, "true": True, "false": False, "null": None}


def argument(text: str) -> Argument:
    """Read one argument."""
    if text in NAMED:
        return NAMED[text]
    loaded: Json = json.loads(re.sub(r"([{,])(\w+):", r'\1"\2":', text))
    return loaded


def facts_of(page: MeasuredPage) -> PageFacts:
    """Read the facts of one measured page."""
    given = page["facts"]
    canonical = given["canonical"]
    return PageFacts(
        url=str(given["url"]),
        path=str(given["path"]),
        search=str(given["search"]),
        hash=str(given["hash"]),
        title=str(given["title"]),
        canonical=None if canonical is None else str(canonical),
        user_agent="UA",
        locale="en-US",
    )


class FakePerson:
    """A person with ids that stand where a test put them."""

    def __init__(self, anonymous: Json = "anon", user: Json = None) -> None:
        self.anonymous = anonymous
        self.user = user

    def who(self) -> tuple[Json, Json]:
        return self.anonymous, self.user

    def anonymous_id(self, value: Json | Unset = UNSET) -> Json | Unset:
        if not isinstance(value, Unset):
            self.anonymous = value
        return self.anonymous
