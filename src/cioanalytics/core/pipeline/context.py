"""One event on its way, and what is known about that way.

Law: a context is the same object from the call to the last answer; plugins change `event`, nothing else. What the page
sees of it is a snapshot, plain JSON. Times are milliseconds, written as ISO text only when someone looks.
"""

from __future__ import annotations

from typing import NoReturn

from cioanalytics.core.errors import CioError, ContextCancelation, ValidationError
from cioanalytics.core.pipeline.paths import set_path
from cioanalytics.core.ports import Json, JsonObject, Ports


class LogLine:
    """One line of a context's log; `extras` may hold errors, which JSON shows as `{"$error": …}`."""

    def __init__(self, level: str, message: str, time: float, extras: object) -> None:
        self.level = level
        self.message = message
        self.time = time
        self.extras = extras


class Metric:
    """One count or measure of a context."""

    def __init__(self, metric: str, value: float, kind: str, tags: list[str], timestamp: float) -> None:
        self.metric = metric
        self.value = value
        self.kind = kind
        self.tags = tags
        self.timestamp = timestamp


class Stats:
    """The metrics of a context."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self.metrics: list[Metric] = []

    def increment(self, metric: str, by: float = 1, tags: list[str] | None = None) -> None:
        """Count something."""
        self.metrics.append(Metric(metric, by, "counter", tags or [], self._ports.clock.now()))

    def gauge(self, metric: str, value: float, tags: list[str] | None = None) -> None:
        """Note a measure, for times in milliseconds."""
        self.metrics.append(Metric(metric, value, "gauge", tags or [], self._ports.clock.now()))

    def rows(self) -> list[Json]:
        """Give the metrics in the vendor's words."""
        return [
            {"metric": each.metric, "value": each.value, "type": each.kind, "tags": [*each.tags],
             "timestamp": each.timestamp}
            for each in self.metrics
        ]  # fmt: skip


class Context:
    """An event, its log, its metrics and its fate.

    `facts` is what the page was at the call, opaque here; it is stored with the event. `kept` belongs to the delivery.
    `pending`: the promise of the call is answered although the collector has not acknowledged yet.
    """

    def __init__(self, event: JsonObject, ports: Ports, facts: JsonObject | None = None, id: str = "") -> None:  # noqa: A002 - the vendor's field
        self.event = event
        self.facts = facts
        self.stats = Stats(ports)
        self.attempts = 0
        self.kept: object = None
        self.pending = False
        self._ports = ports
        self._id = id
        self._lines: list[LogLine] = []
        self._failed: tuple[object] | None = None

    @property
    def id(self) -> str:
        """A UUID v4; made when someone asks first."""
        if not self._id:
            self._id = uuid_text(self._ports.chance.hex(16))
        return self._id

    def __repr__(self) -> str:
        return f"<Context {self.event.get('type')} {self.event.get('messageId')}>"

    def is_same(self, other: Context) -> bool:
        """Tell whether both are the same event."""
        return other is self or other.id == self.id

    def log(self, level: str, message: str, extras: object = None) -> None:
        """Add a line; levels are debug, info, warn, error."""
        self._lines.append(LogLine(level, message, self._ports.clock.now(), extras))

    def logs(self) -> list[LogLine]:
        """Give the lines so far."""
        return self._lines

    def cancel(self, error: Exception | None = None) -> NoReturn:
        """End this event: raises the error, or a ContextCancelation that allows further tries (reference)."""
        raise error if error is not None else ContextCancelation(reason="Context Cancel")

    def update_event(self, path: str, value: Json) -> JsonObject:
        """Set a value under a dotted path. An integration that is switched off stays off (reference)."""
        parts = path.split(".")
        if parts[0] == "integrations" and len(parts) > 1:
            switches = self.event.get("integrations")
            if isinstance(switches, dict) and switches.get(parts[1]) is False:
                return self.event
        set_path(self.event, path, value)
        return self.event

    def failed_delivery(self) -> dict[str, object] | None:
        """Give `{"reason": …}` of an event that was given up; None while it has hope."""
        return None if self._failed is None else {"reason": self._failed[0]}

    def set_failed_delivery(self, reason: object) -> None:
        """Give the event up."""
        self._failed = (reason,)

    def flush(self) -> None:
        """Print log and metrics on the console and empty both; `debug(true)` does so after each call."""
        rows: dict[str, Json] = {}
        for line in self._lines:
            rows[self._time(line.time, rows)] = {
                "level": line.level,
                "message": line.message,
                "json": self._ports.json.dumps(json_of(line.extras)),
                "extras": json_of(line.extras),
            }
        if len(rows) > 1:
            self._ports.console.table(rows)
        else:
            for line in self._lines:
                self._ports.console.log(line.message)
        metrics: list[Json] = []
        for row in self.stats.rows():
            if isinstance(row, dict):
                row["tags"] = ",".join(str(tag) for tag in row["tags"]) if isinstance(row["tags"], list) else ""
            metrics.append(row)
        self._ports.console.table(metrics)
        self._lines = []
        self.stats.metrics = []

    def to_json(self) -> JsonObject:
        """Give id, event, logs and metrics, as the vendor's `toJSON`."""
        return {"id": self.id, "event": self.event, "logs": self._log_rows(as_text=True), "metrics": self.stats.rows()}

    def snapshot(self) -> JsonObject:
        """Give all that the page may see; errors as `{"$error": …}`, times of logs in milliseconds."""
        reason = None if self._failed is None else json_of(self._failed[0])
        return {
            "id": self.id,
            "event": self.event,
            "attempts": self.attempts,
            "logs": self._log_rows(as_text=False),
            "stats": self.stats.rows(),
            "failedDelivery": None if self._failed is None else {"reason": reason},
        }

    def _log_rows(self, *, as_text: bool) -> list[Json]:
        rows: list[Json] = []
        for line in self._lines:
            row: JsonObject = {
                "level": line.level,
                "message": line.message,
                "time": self._ports.clock.iso(line.time) if as_text else line.time,
            }
            if line.extras is not None:
                row["extras"] = json_of(line.extras)
            rows.append(row)
        return rows

    def _time(self, ms: float, taken: dict[str, Json]) -> str:
        key = self._ports.clock.iso(ms)
        return f"{key}-{self._ports.chance.fraction()}" if key in taken else key


def system_context(ports: Ports) -> Context:
    """Give the context that `register` and `deregister` answer with (reference)."""
    return Context({"type": "track", "event": "system"}, ports)


def uuid_text(digits: str) -> str:
    """Give 32 random hex digits as a UUID v4."""
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def error_json(error: BaseException) -> JsonObject:
    """Give an error as the border writes it; a cancelation keeps its wishes, a validation error its field."""
    if isinstance(error, ContextCancelation):
        return {
            "$error": {
                "name": "ContextCancelation",
                "message": error.reason,
                "reason": error.reason,
                "retry": error.retry,
                "type": error.type,
            }
        }
    name = error.name if isinstance(error, CioError) else "Error"
    told: JsonObject = {"name": name, "message": str(error)}
    if isinstance(error, ValidationError):
        told["field"] = error.field
    return {"$error": told}


def json_of(value: object) -> Json:
    """Give a log's extras as JSON; what is neither JSON nor an error is shown as its text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, BaseException):
        return error_json(value)
    if isinstance(value, Context):
        return {"id": value.id}
    if isinstance(value, dict):
        # A copy one level deep: what lies below is the event's own JSON.
        return {str(key): each if isinstance(each, dict | list) else json_of(each) for key, each in value.items()}
    if isinstance(value, list):
        return list(value)
    return str(value)
