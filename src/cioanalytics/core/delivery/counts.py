"""Counts of what device-mode integrations are asked for, sent where the settings say (`settings.metrics`).

Law: without `metrics` in the settings nothing is counted. A count names integration and method, never a person; one
failed request ends the counting for this page (reference).
"""

from __future__ import annotations

from typing import Final

from cioanalytics.core.ports import Json, JsonObject, Ports
from cioanalytics.core.settings.project import DEFAULT_HOST

COUNTED: Final = "analytics_js."
# What the settings leave open: milliseconds between two requests, counts in one (reference).
_PAUSE: Final = 30_000.0
_MOST: Final = 20


class Counts:
    """The counts of one page."""

    def __init__(self, ports: Ports, version: str) -> None:
        self._ports = ports
        self._version = version
        self._rate = 0.0
        self._host = DEFAULT_HOST
        self._pause = _PAUSE
        self._most = _MOST
        self._series: list[Json] = []
        self._timer = 0

    def configure(self, told: JsonObject) -> None:
        """Take the settings' word: `host`, `sampleRate` (1 is all), `flushTimer` in milliseconds, `maxQueueSize`."""
        host = told.get("host")
        self._host = host if isinstance(host, str) and host else DEFAULT_HOST
        self._rate = _number(told, "sampleRate", 1.0) if told else 0.0
        self._pause = _number(told, "flushTimer", _PAUSE)
        self._most = int(_number(told, "maxQueueSize", _MOST))

    def count(self, metric: str, tags: list[str]) -> None:
        """Note one count; an error leaves at once."""
        if not metric.startswith(COUNTED) or not tags or self._rate <= 0 or len(self._series) >= self._most:
            return
        if self._ports.chance.fraction() > self._rate:
            return
        told: JsonObject = {}
        for tag in tags:
            name, _, value = tag.partition(":")
            told[name] = value
        told["library"] = "cioanalytics"
        told["library_version"] = self._version
        self._series.append({"type": "Counter", "metric": metric, "value": 1, "tags": told})
        if "error" in metric:
            self._send()
        elif not self._timer:
            self._timer = self._ports.clock.after(self._pause, self._send)

    def _send(self) -> None:
        if self._timer:
            self._ports.clock.cancel(self._timer)
            self._timer = 0
        if not self._series:
            return
        series, self._series = self._series, []
        address = f"https://{self._host}/m"
        answer = self._ports.network.post(address, self._ports.json.dumps({"series": series}))

        def look() -> None:
            if not answer.value().status:
                self._rate = 0.0
                self._ports.console.error(
                    f"cioanalytics: counts could not be sent to {address}; none are sent any more."
                )

        answer.when_done(look)


def _number(told: JsonObject, name: str, default: float) -> float:
    value = told.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else default
