"""What a project's settings name of foreign code: which, under what names, at what addresses.

Law: pure reading. Names and addresses are the reference's, oddities included: sites have files at these places.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cioanalytics.core.errors import CioError
from cioanalytics.core.pipeline.integrations import (
    destination_wanted,
    installable,
    integration_settings,
    is_truthy,
    remote_plugin_wanted,
)
from cioanalytics.core.ports import Json, JsonObject
from cioanalytics.core.settings.project import DEFAULT_CDN, ProjectSettings

IN_APP: Final = "Customer.io In-App Plugin"
_BASE64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@dataclass(frozen=True)
class DeviceIntegration:
    """A device-mode integration; `given`: the page brought its class along, so that nothing is loaded."""

    name: str
    version: str
    settings: JsonObject
    given: bool


@dataclass(frozen=True)
class RemotePlugin:
    """A plugin in a script. Its destinations go by `creation_name`, which is `name` where there is none.

    `overridden`: the page's own object of this name stands over the settings.
    """

    name: str
    creation_name: str
    url: str
    library_name: str
    settings: JsonObject
    overridden: bool


def actions_address(cdn_url: str | None) -> str:
    """Give the folder in which integrations and middleware lie."""
    return f"{cdn_url or DEFAULT_CDN}/v1/analytics-js/actions"


def integration_version(settings: JsonObject) -> str:
    """Give the version of an integration that is loaded."""
    versions = settings.get("versionSettings")
    told = versions if isinstance(versions, dict) else {}
    for name in ("override", "version"):
        version = told.get(name)
        if version is not None:
            return str(version)
    return "latest"


def device_integrations(project: ProjectSettings, at_load: JsonObject, given: list[str]) -> list[DeviceIntegration]:
    """List the integrations to load; one of `given` only where somebody has settings for it (reference)."""
    names = [name for name, settings in project.integrations.items() if installable(name, settings)]
    for name in given:
        has_settings = name in project.integrations or isinstance(at_load.get(name), dict)
        if has_settings and name not in names:
            names.append(name)
    merged = integration_settings(project, at_load)
    return [
        DeviceIntegration(
            name, integration_version(project.integrations.get(name, {})), merged.get(name, {}), name in given
        )
        for name in names
        if destination_wanted(name, at_load)
    ]


def remote_plugins(project: ProjectSettings, at_load: JsonObject) -> list[RemotePlugin]:
    """List the plugins to load; what the page gives for an integration overrides their settings."""
    merged = integration_settings(project, at_load)
    found: list[RemotePlugin] = []
    for each in project.remote_plugins:
        name = _text(each, "name")
        creation_name = _text(each, "creationName") or name
        if not remote_plugin_wanted(name, creation_name, at_load):
            continue
        own = each.get("settings")
        settings: JsonObject = {**(own if isinstance(own, dict) else {}), **merged.get(name, {})}
        address, library = _text(each, "url"), _text(each, "libraryName")
        found.append(RemotePlugin(name, creation_name, address, library, settings, name in merged))
    return found


def plugin_addresses(url: str, cdn_url: str | None, *, obfuscate: bool) -> list[str]:
    """Give the addresses at which a remote plugin is looked for, in order.

    The vendor's CDN in it is replaced by the page's own. Obfuscated, the last folder is hidden, and the plain address
    is the second try.
    """
    cdn = cdn_url or DEFAULT_CDN
    plain = url.replace(DEFAULT_CDN, cdn, 1)
    parts = url.split("/")
    if not obfuscate or len(parts) < 2:
        return [plain]
    folder = parts[-2]
    return [url.replace(folder, hidden_name(folder), 1).replace(DEFAULT_CDN, cdn, 1), plain]


def middleware_names(project: ProjectSettings) -> list[str]:
    """List the source middleware that is switched on, without the namespace of its package."""
    return [name.replace("@segment/", "", 1) for name, on in project.enabled_middleware.items() if is_truthy(on)]


def middleware_address(name: str, cdn_url: str | None, *, obfuscate: bool) -> str:
    """Give the address of a source middleware."""
    file = hidden_name(name) if obfuscate else name
    return f"{actions_address(cdn_url)}/middleware/{file}/latest/{file}.js.gz"


def in_app_wanted(project: ProjectSettings, at_load: JsonObject) -> bool:
    """Tell whether settings or options ask for in-app messages; `enabled: false` is the only no (reference)."""
    settings = integration_settings(project, at_load).get(IN_APP)
    asked: Json = settings if settings is not None else at_load.get(IN_APP)
    if not is_truthy(asked):
        return False
    return not isinstance(asked, dict) or asked.get("enabled") is not False


def hidden_name(name: str) -> str:
    """Give a name as Base64 without padding. Raises CioError beyond Latin-1, as `btoa` does."""
    codes = [ord(char) for char in name]
    if any(code > 0xFF for code in codes):
        raise CioError("The string to be encoded contains characters outside of the Latin1 range.")
    text = ""
    for start in range(0, len(codes), 3):
        three = codes[start : start + 3]
        bits = 0
        for place in range(3):
            bits = bits * 256 + (three[place] if place < len(three) else 0)
        digits = [_BASE64[bits >> shift & 63] for shift in (18, 12, 6, 0)]
        text += "".join(digits[: len(three) + 1])
    return text


def _text(raw: JsonObject, name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""
