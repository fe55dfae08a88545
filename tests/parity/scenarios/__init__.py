"""The scenarios, by group. A group is one file: its heading and its stories."""

from __future__ import annotations

from dataclasses import dataclass

from tests.parity.scenario import Scenario
from tests.parity.scenarios import (
    calls,
    delivery,
    device_mode,
    emitter,
    events,
    identity,
    integrations,
    jar,
    links,
    loading,
    more_calls,
    npm_package,
    odd_arguments,
    pages,
    plugins,
    projects,
    query_string,
    queue,
    readers,
    settings,
    waits,
)


@dataclass(frozen=True)
class Group:
    """Scenarios under one heading."""

    heading: str
    scenarios: tuple[Scenario, ...]


GROUPS = (
    Group("Calls and overloads", calls.SCENARIOS + more_calls.SCENARIOS + odd_arguments.SCENARIOS),
    Group("Events", events.SCENARIOS + pages.SCENARIOS),
    Group("The emitter, ready and the rest", emitter.SCENARIOS),
    Group("Links and forms", links.SCENARIOS),
    Group("Plugins", plugins.SCENARIOS + queue.SCENARIOS + readers.SCENARIOS),
    Group("Loading", loading.SCENARIOS),
    Group("Settings", settings.SCENARIOS),
    Group(
        "Foreign code of the settings",
        device_mode.SCENARIOS + integrations.SCENARIOS + projects.SCENARIOS + waits.SCENARIOS,
    ),
    Group("Query string", query_string.SCENARIOS),
    Group("Delivery", delivery.SCENARIOS),
    Group("Identity", identity.SCENARIOS + jar.SCENARIOS),
    Group("The npm package", npm_package.SCENARIOS),
)
