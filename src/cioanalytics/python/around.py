"""What is around the client of a Python app.

Law: the page's own, where there is one; but the public methods are the client's, for no page code knows this client.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cioanalytics.browser.dispatch import table_of
from cioanalytics.core.pipeline.waiting import as_later

if TYPE_CHECKING:
    from cioanalytics.core.analytics import Analytics
    from cioanalytics.core.later import Later
    from cioanalytics.core.pipeline.foreign import ForeignCode
    from cioanalytics.core.pipeline.middleware import SourceMiddleware
    from cioanalytics.core.ports import Json


class AppSurroundings:
    """The surroundings that a client has, with its own methods as the public ones."""

    def __init__(self, client: Analytics) -> None:
        self._client = client
        self._page = client.around

    @property
    def code(self) -> ForeignCode | None:
        """The code that settings name."""
        return self._page.code

    def call_public(self, method: str, arguments: Sequence[Json]) -> Later[object]:
        """Call a public method: its answer is what Python code gets, a context."""
        return as_later(table_of(self._client)[method](*arguments))

    def matches(self, pattern: Json, text: str) -> bool:
        """Tell whether a text fits a regular expression."""
        return self._page.matches(pattern, text)

    def source_middleware(self, function: object) -> SourceMiddleware | None:
        """Give a function of the page as source middleware."""
        return self._page.source_middleware(function)

    def destination_middleware(self, function: object) -> object | None:
        """Give a function of the page as destination middleware."""
        return self._page.destination_middleware(function)
