"""The scenarios, by group. A group is one file: its heading and its stories."""

from __future__ import annotations

from dataclasses import dataclass

from tests.parity.scenario import Scenario
from tests.parity.scenarios import calls, delivery, emitter, events, identity, plugins, query_string, settings


@dataclass(frozen=True)
class Group:
    """Scenarios under one heading."""

    heading: str
    scenarios: tuple[Scenario, ...]


GROUPS = (
    Group("Calls and overloads", calls.SCENARIOS),
    Group("Events", events.SCENARIOS),
    Group("The emitter, ready and the rest", emitter.SCENARIOS),
    Group("Plugins", plugins.SCENARIOS),
    Group("Settings", settings.SCENARIOS),
    Group("Query string", query_string.SCENARIOS),
    Group("Delivery", delivery.SCENARIOS),
    Group("Identity", identity.SCENARIOS),
)
