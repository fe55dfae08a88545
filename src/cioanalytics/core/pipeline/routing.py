"""Routing rules of a project: which events a destination gets, and what of them.

Law: a rule works on the destination's own copy; a rule that cannot be read keeps the event from its destination, as an
error in that event's log, and from no other.
"""

from __future__ import annotations

from collections.abc import Callable

from cioanalytics.core.errors import CioError
from cioanalytics.core.later import Later, settled
from cioanalytics.core.pipeline.integrations import is_truthy
from cioanalytics.core.pipeline.matchers import matcher_fits
from cioanalytics.core.pipeline.middleware import copied
from cioanalytics.core.pipeline.paths import get_path, remove_path, set_path
from cioanalytics.core.ports import Json, JsonObject, Ports
from cioanalytics.core.settings.project import ProjectSettings
from cioanalytics.core.unset import Unset


def routing_of(project: ProjectSettings, ports: Ports) -> Routing | None:
    """Give the project's routing rules as middleware; None where it has none."""
    rules = project.middleware_settings.get("routingRules")
    found = [each for each in rules if isinstance(each, dict)] if isinstance(rules, list) else []
    return Routing(found, ports) if found else None


class Routing:
    """The rules of a project, as middleware before its destinations."""

    def __init__(self, rules: list[JsonObject], ports: Ports) -> None:
        self._rules = rules
        self._ports = ports

    def concerns(self, integration: str) -> bool:
        """Tell whether some rule names an integration; only before those the rules stand (reference)."""
        return any(rule.get("destinationName") == integration for rule in self._rules)

    def run(self, event: JsonObject, integration: str) -> Later[JsonObject | None]:
        """Give the event as the rules leave it; None: a rule drops it."""
        outcome: Later[JsonObject | None] = Later()
        try:
            outcome = settled(self._apply(copied(event), integration))
        except CioError as error:
            outcome.fail(error)
        return outcome

    def _apply(self, event: JsonObject, integration: str) -> JsonObject | None:
        for rule in self._rules:
            # A rule without a name is for every destination that has rules at all.
            if rule.get("destinationName", integration) != integration:
                continue
            matchers, transformers = rule.get("matchers"), rule.get("transformers")
            for place, matcher in enumerate(matchers if isinstance(matchers, list) else []):
                if matcher_fits(matcher, event, self._ports.json):
                    steps = transformers[place] if isinstance(transformers, list) and place < len(transformers) else []
                    if not self._transform(event, steps):
                        return None
        return event

    def _transform(self, event: JsonObject, steps: Json) -> bool:
        """Change an event by a rule's steps; False: it is dropped."""
        for step in steps if isinstance(steps, list) else []:
            told = step if isinstance(step, dict) else {}
            kind, given = told.get("type"), told.get("config")
            config = given if isinstance(given, dict) else {}
            if kind == "drop":
                return False
            if kind == "sample_event":
                if not self._in_sample(_object(config, "sample")):
                    return False
            elif kind == "drop_properties":
                _on_objects(event, _object(config, "drop"), _drop)
            elif kind == "allow_properties":
                _on_objects(event, _object(config, "allow"), _allow)
            elif kind == "map_properties":
                self._map(event, _object(config, "map"))
            elif kind != "hash_properties":
                # The last one does nothing in a browser (reference).
                raise CioError(f'Transformer of type "{kind}" is unsupported.')
        return True

    def _map(self, event: JsonObject, mapping: JsonObject) -> None:
        before = copied(event)
        for path, rule in mapping.items():
            if not isinstance(rule, dict):
                continue
            parent, _, _ = path.rpartition(".")
            place = get_path(before, parent) if parent else event
            if place is not None and not isinstance(place, dict | list):
                continue
            source = rule.get("copy") or rule.get("move")
            if isinstance(source, str):
                value = get_path(before, source)
                if not isinstance(value, Unset):
                    set_path(event, path, value)
                left = get_path(event, source)
                if not rule.get("copy") and not isinstance(left, Unset) and is_truthy(left):
                    # What JavaScript takes for false stays at its old place too (reference).
                    remove_path(event, source)
            elif "set" in rule:
                set_path(event, path, rule["set"])
            if is_truthy(rule.get("to_string")):
                self._make_text(event, path)

    def _make_text(self, event: JsonObject, path: str) -> None:
        value = get_path(event, path)
        if isinstance(value, Unset):
            set_path(event, path, "undefined")
        elif not isinstance(value, str | dict | list):
            set_path(event, path, self._ports.json.dumps(value))

    def _in_sample(self, sample: JsonObject) -> bool:
        percent = sample.get("percent")
        if isinstance(percent, bool) or not isinstance(percent, int | float) or percent <= 0:
            return False
        if percent >= 1:
            return True
        if sample.get("path"):
            # The reference's own arithmetic for this fails on every value, and its destination gets nothing.
            raise CioError("Sampling by a property is not supported.")
        return self._ports.chance.fraction() <= percent


def _object(config: JsonObject, name: str) -> JsonObject:
    value = config.get(name)
    return value if isinstance(value, dict) else {}


def _on_objects(event: JsonObject, by_path: JsonObject, action: Callable[[JsonObject, list[Json]], None]) -> None:
    for path, names in by_path.items():
        found = get_path(event, path) if path else event
        for each in found if isinstance(found, list) else [found]:
            if isinstance(each, dict) and isinstance(names, list):
                action(each, names)


def _drop(target: JsonObject, names: list[Json]) -> None:
    for name in names:
        if isinstance(name, str):
            target.pop(name, None)


def _allow(target: JsonObject, names: list[Json]) -> None:
    for name in list(target):
        if name not in names:
            del target[name]
