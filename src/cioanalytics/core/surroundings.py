"""What a client asks of the page around it, beside the ports: only a page has these things.

Law: whoever stands in for a page (a test, plain Python) answers None where there is nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cioanalytics.core.later import Later
    from cioanalytics.core.pipeline.foreign import ForeignCode
    from cioanalytics.core.pipeline.middleware import SourceMiddleware
    from cioanalytics.core.ports import Json


class Surroundings(Protocol):
    """What only a page has: its own view of the public methods, regular expressions, and code that settings name."""

    @property
    def code(self) -> ForeignCode | None:
        """The code that settings name; None where there is no page that could run it."""
        ...

    def call_public(self, method: str, arguments: Sequence[Json]) -> Later[object]:
        """Call a public method as the page has it now: code that replaced it is obeyed (reference)."""
        ...

    def matches(self, pattern: Json, text: str) -> bool:
        """Tell whether a text fits a regular expression of the page."""
        ...

    def source_middleware(self, function: object) -> SourceMiddleware | None:
        """Give a function of the page as source middleware; None where it is a Python function."""
        ...

    def destination_middleware(self, function: object) -> object | None:
        """Give a function of the page as destination middleware; None where it is a Python function."""
        ...
