"""The tracking plan of a project.

Law: a blocked event still goes to the pipeline, with every other integration off; the collector judges it (reference).
"""

from __future__ import annotations

from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.ports import Json, JsonObject
from cioanalytics.core.settings.project import PIPELINE, ProjectSettings


def plan_of(project: ProjectSettings, options_plan: JsonObject | None) -> JsonObject | None:
    """Give the plan's `track` part, or None where there is no plan.

    The project's plan counts only where its settings hold more than one integration, and then more than that of the
    options (reference).
    """
    plan = options_plan
    if project.plan is not None and len(project.integrations) > 1:
        plan = project.plan
    track = plan.get("track") if plan else None
    return track if isinstance(track, dict) else None


def plan_allows(track: JsonObject, planned: Json) -> bool:
    """Tell whether a plan's entry lets an event pass; `__default` speaks for those without an own word."""
    own = planned.get("enabled") if isinstance(planned, dict) else None
    if isinstance(own, bool):
        return own
    default = track.get("__default")
    word = default.get("enabled") if isinstance(default, dict) else None
    return True if word is None else bool(word)


class SchemaFilter:
    """The plugin that reads the plan; it has no `screen` (reference)."""

    name = "Schema Filter"
    type = "before"
    version = "0.1.0"

    def __init__(self, track: JsonObject, project: ProjectSettings) -> None:
        self._plan = track
        self._project = project

    def track(self, context: Context) -> Context:
        """Set the event's integrations as the plan says."""
        name = context.event.get("event")
        if not isinstance(name, str) or not name:
            return context
        planned = self._plan.get(name)
        switches = context.event.get("integrations")
        merged: JsonObject = dict(switches) if isinstance(switches, dict) else {}
        if not plan_allows(self._plan, planned):
            merged["All"] = False
            merged[PIPELINE] = True
        else:
            of_plan = planned.get("integrations") if isinstance(planned, dict) else None
            if isinstance(of_plan, dict):
                merged.update(of_plan)
                merged.update(self._disabled_actions(of_plan))
        context.update_event("integrations", merged)
        return context

    identify = page = group = alias = track

    def _disabled_actions(self, of_plan: JsonObject) -> JsonObject:
        """Switch off the actions of remote plugins that go by a longer or shorter name of a disabled integration."""
        off: JsonObject = {}
        disabled = [name for name, word in of_plan.items() if word is False]
        for plugin in self._project.remote_plugins:
            name = plugin.get("name")
            settings = plugin.get("settings")
            subscriptions = settings.get("subscriptions") if isinstance(settings, dict) else None
            if not isinstance(name, str) or not isinstance(subscriptions, list):
                continue
            if any(each in name or name in each for each in disabled):
                for each in subscriptions:
                    if isinstance(each, dict):
                        off[f"{name} {each.get('partnerAction')}"] = False
        return off
