"""Foreign code in the page: script elements, the globals that they leave, classes that the page gave to `load`.

Law: what the page makes is known here by its number only; that nobody could be found is None, never an error.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from cioanalytics.browser.host import PageScripts
from cioanalytics.browser.page_objects import PageFunction, thrown
from cioanalytics.browser.page_plugins import PagePlugin
from cioanalytics.core.later import Later, spawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from cioanalytics.browser.host import Border
    from cioanalytics.browser.page_objects import Given
    from cioanalytics.core.pipeline.plugins import Plugin
    from cioanalytics.core.ports import JsonObject

type Write = Callable[[list[Given]], str]


class PageCode:
    """The page's side of `core/pipeline/foreign.py`. `given`: classes of integrations that the page gave to `load`."""

    def __init__(self, border: Border, write: Write) -> None:
        self.given: list[PageFunction] = []
        self._border = border
        self._write = write
        self._scripts = PageScripts(border)

    def script(self, url: str) -> Later[bool]:
        """Insert a script element; True when it ran."""
        return self._scripts.load(url)

    def function(self, name: str) -> PageFunction | None:
        """Give a function of the window."""
        reference = self._border.host.foreign("function", name)
        return PageFunction(self._border, reference, self._write) if reference else None

    def factory(self, name: str, settings: JsonObject, integration: str) -> Later[list[Plugin]] | None:
        """Call a plugin factory of the window; fails with what it throws, or where its plugins lack something."""
        function = self.function(name)
        return None if function is None else spawn(self._made(function, [settings, integration]))

    async def _made(self, function: PageFunction, given: list[Given]) -> list[Plugin]:
        answer = cast("dict[str, Any]", json.loads(await function.invoke_text("plugins", given, self._write)))
        if "error" in answer:
            raise thrown(answer["error"])
        return [PagePlugin(self._border, reference, self._write) for reference in answer["value"]]

    def given_integrations(self) -> list[str]:
        """Name them as their classes do."""
        return [name for name in (self._integration_name(each) for each in self.given) if name]

    def integration(self, told: JsonObject) -> PagePlugin | None:
        """Make a device-mode integration, from its class where the page gave it."""
        source = 0
        for each in self.given:
            if told.get("given") is True and self._integration_name(each) == told.get("name"):
                source = each.reference
        reference = self._border.host.foreign("integration", json.dumps({**told, "source": source}))
        return PagePlugin(self._border, reference, self._write) if reference else None

    def _integration_name(self, function: PageFunction) -> str:
        described = cast("dict[str, Any]", json.loads(self._border.host.describe(function.reference)))
        return str(described.get("integration") or "")
