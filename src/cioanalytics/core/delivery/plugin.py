"""The pipeline as a plugin, since pages look for it in `analytics.queue.plugins`."""

from __future__ import annotations

from collections.abc import Callable

from cioanalytics.core.later import Later
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.settings.project import PIPELINE


class PipelinePlugin:
    """Hands each event to `send`, and waits for the collector as long as that takes."""

    name = PIPELINE
    type = "after"
    version = "0.1.0"
    time_limit: float | None = None

    def __init__(self, send: Callable[[Context], Later[Context]]) -> None:
        self._send = send

    def is_loaded(self) -> bool:
        """Tell that it is always there."""
        return True

    def track(self, context: Context) -> Later[Context]:
        """Send the event."""
        return self._send(context)

    identify = page = group = alias = screen = track
