"""Events for destinations that were not ready when their page was left; the destination of the next visit gets them.

Law: what is kept is taken away before it is handed over, so that no destination gets an event twice. Bounded: a
destination keeps its last events, and none that are older than the outbox keeps its own. The collector is not
concerned: it has had these events.
"""

from __future__ import annotations

from typing import Final

from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.ports import Json, JsonObject, Ports

LATE_KEYS: Final = "cioanalytics:late:"
# Events that one destination of one page keeps.
MOST_LATE: Final = 100
_DAY: Final = 86_400_000.0


class LateEvents:
    """The kept events of one write key. `persist` False: nothing is kept."""

    def __init__(self, write_key: str, ports: Ports, *, age_days: float, persist: bool) -> None:
        self._ports = ports
        self._prefix = f"{LATE_KEYS}{write_key}:"
        self._age = age_days * _DAY
        self._persist = persist
        self._kept: dict[str, str] = {}

    def keep(self, name: str, waiting: list[JsonObject], held: list[JsonObject]) -> None:
        """Keep events of a page that goes: those that wait for a destination to load, and those that it holds itself.

        The latter have been through its middleware already.
        """
        if not self._persist or not (waiting or held):
            return
        rows: list[Json] = [{"event": each, "held": True} for each in held]
        rows += [{"event": each, "held": False} for each in waiting]
        key = f"{self._prefix}{self._ports.chance.hex(4)}:{name}"
        text = self._ports.json.dumps({"at": self._ports.clock.now(), "rows": rows[-MOST_LATE:]})
        if self._ports.storage.set(key, text):
            self._kept[name] = key

    def take_back(self, name: str) -> bool:
        """Take away what this page kept, since it is back; False where a page meanwhile has had it."""
        key = self._kept.pop(name, None)
        if key is None or self._ports.storage.get(key) is None:
            return key is None
        self._ports.storage.remove(key)
        return True

    def take(self, name: str) -> list[tuple[Context, bool]]:
        """Take what earlier pages kept for a destination, each with whether its middleware has seen it."""
        if not self._persist:
            return []
        found: list[tuple[float, str, list[Json]]] = []
        for key in self._ports.storage.keys() or []:
            if key.startswith(self._prefix) and key[len(self._prefix) :].partition(":")[2] == name:
                at, rows = self._read(key)
                self._ports.storage.remove(key)
                found.append((at, key, rows))
        found.sort(key=lambda each: (each[0], each[1]))
        taken: list[tuple[Context, bool]] = []
        for at, _, rows in found:
            if self._ports.clock.now() - at > self._age:
                continue
            for row in rows:
                event = row.get("event") if isinstance(row, dict) else None
                if isinstance(row, dict) and isinstance(event, dict):
                    taken.append((Context(event, self._ports), row.get("held") is True))
        return taken

    def _read(self, key: str) -> tuple[float, list[Json]]:
        try:
            kept = self._ports.json.loads(self._ports.storage.get(key) or "")
        except ValueError:
            return 0.0, []
        at, rows = (kept.get("at"), kept.get("rows")) if isinstance(kept, dict) else (None, None)
        known = isinstance(at, int | float) and not isinstance(at, bool) and isinstance(rows, list)
        return (float(at), rows) if known and isinstance(rows, list) and isinstance(at, int | float) else (0.0, [])
