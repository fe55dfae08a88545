"""Which integrations an event may reach, and what the collector is told of them.

Law: the word of the call is more than the word of the load, a name is more than `All`, and `All: false` never stops
the pipeline itself (reference).
"""

from __future__ import annotations

from cioanalytics.core.ports import Json, JsonObject
from cioanalytics.core.settings.project import PIPELINE, ProjectSettings


def is_wanted(name: str, alternative_names: list[str], kind: str, switches: JsonObject) -> bool:
    """Tell whether an event with these `integrations` meets a plugin; only destinations can be switched off."""
    if kind != "destination" and name != PIPELINE:
        return True
    word: Json = switches.get(name)
    if word is None:
        for other in alternative_names:
            if switches.get(other) is not None:
                word = switches.get(other)
    if word is None:
        word = True if name == PIPELINE else switches.get("All")
    return word is not False


def event_switches(at_load: JsonObject, at_call: Json) -> JsonObject:
    """Give an event's `integrations`: of the load only booleans, of the call everything (reference)."""
    merged: JsonObject = {name: is_truthy(value) for name, value in at_load.items()}
    if isinstance(at_call, dict):
        merged.update(at_call)
    return merged


def is_truthy(value: Json) -> bool:
    """Tell whether JavaScript takes a value for true: objects and arrays are, even empty ones."""
    if isinstance(value, dict | list):
        return True
    # NaN is the one number that differs from itself.
    return bool(value) and value == value  # noqa: PLR0124


def pipeline_wanted(at_load: JsonObject) -> bool:
    """Tell whether the options of `load` let events go to the collector at all."""
    own = at_load.get(PIPELINE)
    return own is not False and (at_load.get("All") is not False or is_truthy(own))


def destination_wanted(name: str, at_load: JsonObject) -> bool:
    """Tell whether the options of `load` let a device-mode integration be loaded."""
    own = at_load.get(name)
    return own is not False and (at_load.get("All") is not False or name in at_load)


def remote_plugin_wanted(name: str, creation_name: str, at_load: JsonObject) -> bool:
    """Tell whether the options of `load` let a remote plugin be loaded; either of its names counts."""
    by_name, by_creation = at_load.get(name), at_load.get(creation_name)
    if at_load.get("All") is False and not is_truthy(by_name) and not is_truthy(by_creation):
        return False
    return by_name is not False and by_creation is not False


def integration_settings(project: ProjectSettings, at_load: JsonObject) -> dict[str, JsonObject]:
    """Give each integration's settings: the project's, overridden by the object the page gave for it."""
    merged: dict[str, JsonObject] = {}
    for name, settings in project.integrations.items():
        override = at_load.get(name)
        merged[name] = {**settings, **override} if isinstance(override, dict) else dict(settings)
    return merged


def installable(name: str, settings: JsonObject) -> bool:
    """Tell whether an integration is one of device mode (reference, also its exception for Iterable)."""
    if name in (PIPELINE, "Iterable") or settings.get("bundlingStatus") == "unbundled":
        return False
    versions = settings.get("versionSettings")
    kinds = versions.get("componentTypes") if isinstance(versions, dict) else None
    return settings.get("type") == "browser" or (isinstance(kinds, list) and "browser" in kinds)


def metadata(project: ProjectSettings | None, settings: JsonObject, failed: list[str]) -> JsonObject | None:
    """Give an event's `_metadata`; `settings` are those of the pipeline. None: the event carries none."""
    told: JsonObject = {}
    if failed:
        told["failedInitializations"] = [*failed]
    if settings.get("addBundledMetadata") is False:
        return told or None
    bundled: list[str] = []
    unbundled: list[str] = []
    for name, integration in (project.integrations if project else {}).items():
        status = integration.get("bundlingStatus")
        if name == PIPELINE:
            bundled.append(name)
        if status == "bundled":
            bundled.append(name)
        if status == "unbundled":
            unbundled.append(name)
    switched_off = settings.get("unbundledIntegrations")
    for each in switched_off if isinstance(switched_off, list) else []:
        if isinstance(each, str) and each not in unbundled:
            unbundled.append(each)
    bundled.sort(key=_utf16)
    unbundled.sort(key=_utf16)
    ids: list[Json] = []
    known = settings.get("maybeBundledConfigIds")
    for name in bundled:
        of_name = known.get(name) if isinstance(known, dict) else None
        ids.extend(of_name if isinstance(of_name, list) else [])
    told["bundled"] = [*bundled]
    told["unbundled"] = [*unbundled]
    told["bundledIds"] = ids
    return told


def _utf16(text: str) -> list[int]:
    """Give what sorts as JavaScript sorts texts: by code units."""
    units: list[int] = []
    for char in text:
        code = ord(char)
        units += [code] if code < 0x10000 else [0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF)]
    return units
