"""Options of the page and settings of the project, read once into frozen values.

`options` holds what the page gives to `load`, `project` what the settings address answers, `reader` the typed reading.
"""

from __future__ import annotations

from cioanalytics.core.settings.options import (
    CookieOptions,
    EntityOptions,
    LoadSettings,
    Options,
    OutboxOptions,
    read_load,
    read_options,
    shown_entity,
)
from cioanalytics.core.settings.project import (
    PIPELINE,
    ApiSettings,
    ProjectSettings,
    api_settings,
    event_host,
    read_project,
    settings_address,
)

__all__ = [
    "PIPELINE",
    "ApiSettings",
    "CookieOptions",
    "EntityOptions",
    "LoadSettings",
    "Options",
    "OutboxOptions",
    "ProjectSettings",
    "api_settings",
    "event_host",
    "read_load",
    "read_options",
    "read_project",
    "settings_address",
    "shown_entity",
]
