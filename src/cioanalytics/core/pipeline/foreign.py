"""Foreign code that the settings name, from its address to plugins and middleware.

Law: each piece comes by itself: what cannot be had, or throws, is told once, and all else is there (D21). Nothing is
loaded that the options of `load` switch off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cioanalytics.core.errors import CioError, error_line
from cioanalytics.core.later import Later, spawn
from cioanalytics.core.pipeline.destinations import DeviceDestination, RemoteDestination, Rules
from cioanalytics.core.pipeline.plugins import Plugin, Plugins
from cioanalytics.core.pipeline.remote_names import (
    RemotePlugin,
    actions_address,
    device_integrations,
    middleware_address,
    middleware_names,
    plugin_addresses,
    remote_plugins,
)
from cioanalytics.core.ports import JsonObject, Ports
from cioanalytics.core.settings import LoadSettings, Options, ProjectSettings


class ForeignCode(Protocol):
    """The page's side: script elements, and what they leave on the window."""

    def script(self, url: str) -> Later[bool]:
        """Insert a script; True when it ran, False when it could not be had."""
        ...

    def factory(self, name: str, settings: JsonObject, integration: str) -> Later[list[Plugin]] | None:
        """Call a plugin factory of the window; None where there is none. The answer fails with what it throws.

        `integration` names the object of the page's options that is laid over the settings, "" for none.
        """
        ...

    def function(self, name: str) -> Callable[..., object] | None:
        """Give a function of the window."""
        ...

    def given_integrations(self) -> list[str]:
        """Name the integrations whose classes the page gave to `load`."""
        ...

    def integration(self, told: JsonObject) -> Plugin | None:
        """Make a device-mode integration, not loaded yet: name, version, settings, base, obfuscate, given."""
        ...


class Loader(Protocol):
    """What foreign code needs of the client."""

    options: Options
    load_settings: LoadSettings
    plugins: Plugins
    ports: Ports


@dataclass(frozen=True)
class Arrival:
    """A remote plugin on its way; `plugins` never fails."""

    name: str
    own_name: str
    plugins: Later[list[Plugin]]


class Foreign:
    """The foreign code of one project on one page.

    `rules` are those of the latest settings, `taken` names what earlier settings of this page brought already.
    """

    def __init__(
        self, client: Loader, project: ProjectSettings, code: ForeignCode, rules: Rules, taken: list[str]
    ) -> None:
        self._project = project
        self._options = client.options
        self._cdn_url = client.load_settings.cdn_url
        self._code = code
        self._plugins = client.plugins
        self._ports = client.ports
        self._rules = rules
        self._taken = taken

    def destinations(self) -> list[Plugin]:
        """Give the device-mode integrations; their scripts are loaded when they are registered."""
        made: list[Plugin] = []
        given = self._code.given_integrations()
        for each in device_integrations(self._project, self._options.integrations, given):
            told: JsonObject = {
                "name": each.name,
                "version": each.version,
                "settings": each.settings,
                "base": actions_address(self._cdn_url),
                "obfuscate": self._options.obfuscate,
                "disableAutoISOConversion": self._options.disable_auto_iso_conversion,
                "given": each.given,
            }
            inner = self._code.integration(told) if self._take(f"integration {each.name}") else None
            if inner is not None:
                made.append(DeviceDestination(inner, self._plugins, self._ports, self._rules))
        return made

    def arrivals(self) -> list[Arrival]:
        """Go for the remote plugins."""
        return [
            Arrival(each.creation_name, each.name, spawn(self._arrive(each)))
            for each in remote_plugins(self._project, self._options.integrations)
            if self._take(f"plugin {each.name} {each.url}")
        ]

    async def _arrive(self, remote: RemotePlugin) -> list[Plugin]:
        try:
            made = await self._made(remote)
        except Exception as error:
            self._ports.console.warn(f"Failed to load Remote Plugin {error_line(error)}")
            return []
        return [RemoteDestination(remote.creation_name, each, self._plugins, self._ports, self._rules) for each in made]

    async def _made(self, remote: RemotePlugin) -> list[Plugin]:
        if not remote.url:
            raise CioError(f'"{remote.name}" has no url')
        addresses = plugin_addresses(remote.url, self._cdn_url, obfuscate=self._options.obfuscate)
        await self._first_of(addresses)
        made = self._code.factory(remote.library_name, remote.settings, remote.name if remote.overridden else "")
        if made is None:
            raise CioError(f'"{remote.name}" left no function window.{remote.library_name}')
        return await made

    async def _first_of(self, addresses: list[str]) -> None:
        for address in addresses:
            if await self._code.script(address):
                return
        raise CioError(f"Failed to load {addresses[-1]}")

    def middleware(self) -> list[Later[Callable[..., object] | None]]:
        """Go for the source middleware; what cannot be had is None."""
        names = middleware_names(self._project)
        return [spawn(self._middleware(name)) for name in names if self._take(f"middleware {name}")]

    def _take(self, what: str) -> bool:
        fresh = what not in self._taken
        if fresh:
            self._taken.append(what)
        return fresh

    async def _middleware(self, name: str) -> Callable[..., object] | None:
        try:
            address = middleware_address(name, self._cdn_url, obfuscate=self._options.obfuscate)
            await self._first_of([address])
            function = self._code.function(f"{name}Middleware")
            if function is None:
                raise CioError(f"it left no function window.{name}Middleware")
        except CioError as error:
            self._ports.console.warn(f'cioanalytics: source middleware "{name}" could not be loaded: {error}')
            return None
        return function
