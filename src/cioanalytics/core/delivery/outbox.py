"""Accepted events, kept until the collector has acknowledged them (D6).

Law: an event is stored within the call that made it, under a key of its own, so that tabs never overwrite each other's.
A storage that is full, blocked or switched off makes it live in memory; nothing here ever fails. Bounded in number,
bytes and age, for all tabs of a write key together: the oldest go first, whosever they are, and whoever asked is told
of each in the tab whose event was too much. The bytes are those of the events as they were called: what plugins and
browser add never pushes another event out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cioanalytics.core.delivery.others import Leftover, Others
from cioanalytics.core.delivery.wire import byte_count
from cioanalytics.core.digits import is_whole
from cioanalytics.core.errors import CioError
from cioanalytics.core.later import Later
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.pipeline.queue import ACCEPTED, ENRICHED
from cioanalytics.core.ports import JsonObject, Ports
from cioanalytics.core.settings.options import OutboxOptions

PREFIX: Final = "cioanalytics:outbox:"
# The third stage: everything is done but the sending; the text is what goes on the wire.
ON_WIRE: Final = "wire"
DAY: Final = 86_400_000.0
# No moment is later than this: JSON's 1e999 is infinite, and no integer.
LATEST: Final = 1e15
TAB_DIGITS: Final = 16


class Entry:
    """One kept event. `text` is the JSON of its event as stored, `weight` the bytes that it had when it was called.

    `first` waits for the end of its first try.
    """

    def __init__(self, context: Context, number: int, at: float, stage: str, text: str, *, weight: int = 0) -> None:
        self.context = context
        self.number = number
        self.at = at
        self.stage = stage
        self.text = text
        self.size = byte_count(text)
        self.weight = weight or self.size
        self.key = ""
        message_id = context.event.get("messageId")
        self.message_id = message_id if isinstance(message_id, str) else ""
        self.tries = 0
        self.handed = False
        self.in_flight = False
        self.gone = False
        # Another tab has removed it, and answers for it.
        self.taken = False
        self.first: Later[Context] | None = None


class Outbox:
    """The kept events of one page, oldest first."""

    def __init__(
        self,
        write_key: str,
        ports: Ports,
        bounds: OutboxOptions,
        *,
        persist: bool,
        on_drop: Callable[[Entry, Exception], None],
    ) -> None:
        self._ports = ports
        self._bounds = bounds
        self._on_drop = on_drop
        self._entries: dict[int, Entry] = {}
        self._ids: dict[str, int] = {}
        self._bytes = 0
        self._last = 0
        # By age, as long as `_in_order`; those that are gone are passed over.
        self._by_age: list[Entry] = []
        self._oldest = 0
        self._in_order = True
        self.persist = persist
        self.prefix = f"{PREFIX}{write_key}:"
        self.tab = ports.chance.hex(TAB_DIGITS // 2) if persist else ""
        self._others = Others(ports.storage, self.leftovers)

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> list[Entry]:
        """Give all entries in the order in which they came."""
        return [self._entries[number] for number in sorted(self._entries)]

    def add(self, context: Context, at: float, stage: str = ACCEPTED, text: str = "", weight: int = 0) -> Entry:
        """Keep an event; its oldest companions may have to go for it."""
        self._last += 1
        entry = Entry(context, self._last, at, stage, text or self._ports.json.dumps(context.event), weight=weight)
        context.kept = entry
        self._entries[entry.number] = entry
        self._age(entry)
        if entry.message_id:
            self._ids[entry.message_id] = entry.number
        self._bytes += entry.weight
        if self.persist:
            entry.key = f"{self.prefix}{self.tab}:{entry.number}"
            self._store(entry)
        self._keep_bounds(None if text else entry)
        return entry

    def update(self, entry: Entry, stage: str, text: str) -> None:
        """Replace what is kept of an event by what became of it."""
        if entry.gone:
            return
        entry.stage, entry.text, entry.size = stage, text, byte_count(text)
        if entry.key:
            self._store(entry)

    def remove(self, entry: Entry) -> None:
        """Forget an event."""
        if entry.gone:
            return
        entry.gone = True
        self._entries.pop(entry.number, None)
        self._ids.pop(entry.message_id, None)
        self._bytes -= entry.weight
        if entry.key:
            self._ports.storage.remove(entry.key)

    def drop(self, entry: Entry, reason: Exception) -> None:
        """Give an event up and tell why."""
        if not entry.gone:
            self.remove(entry)
            self._on_drop(entry, reason)

    def is_old(self, entry: Entry) -> bool:
        """Tell whether an event has waited longer than the bound."""
        return self._ports.clock.now() - entry.at > self._bounds.age_days * DAY

    def drop_old(self) -> None:
        """Give up what has waited too long."""
        for entry in self.entries():
            if self.is_old(entry) and not entry.in_flight:
                self.drop(entry, CioError(f"The event waited longer than {self._bounds.age_days:g} days."))

    def stop_storing(self) -> None:
        """Keep everything in memory from now on."""
        self.persist = False
        self._others = Others(self._ports.storage, self.leftovers)
        for entry in self.entries():
            if entry.key:
                self._ports.storage.remove(entry.key)
                entry.key = ""

    def vanished(self) -> list[Entry]:
        """Give the stored entries that another tab has taken; they are forgotten here."""
        keys = self._ports.storage.keys()
        if keys is None:
            return []
        known = dict.fromkeys(keys, True)
        gone = [entry for entry in self.entries() if entry.key and entry.key not in known]
        for entry in gone:
            self.remove(entry)
        return gone

    def leftovers(self) -> list[Leftover]:
        """List what other pages left, or have, under this write key, in the order of their calls."""
        if not self.persist:
            return []
        found: list[Leftover] = []
        for key in self._ports.storage.keys() or []:
            tab, number = self._name_of(key)
            if number > 0 and tab != self.tab:
                found.append(Leftover(key, tab, number))
        found.sort(key=lambda each: (each.tab, each.number))
        return found

    def adopt(self, leftover: Leftover) -> Entry | None:
        """Make another page's event ours; None where its text is broken, or it is here already."""
        kept = self._read(self._ports.storage.get(leftover.key) or "")
        if kept is None or self.has(kept[0]):
            self._ports.storage.remove(leftover.key)
            return None
        event, facts, at, stage, text, weight = kept
        context = Context(event, self._ports, facts)
        # The other key goes first: a full storage would not take both.
        self._ports.storage.remove(leftover.key)
        self._others.gone(leftover.key)
        return self.add(context, at, stage, text, weight)

    def hear(self, key: str, size: int | None) -> Entry | None:
        """Hear that another tab wrote so many characters under a key, or removed it (None); give our event under it."""
        tab, number = self._name_of(key)
        if number <= 0:
            return None
        if tab != self.tab:
            if size is None:
                self._others.gone(key)
            else:
                self._others.heard(size)
            return None
        entry = self._entries.get(number)
        if entry is None or size is not None:
            return None
        entry.taken = True
        if not entry.in_flight:
            self.remove(entry)
        return entry

    def forget(self) -> list[str]:
        """Forget everything under this write key, other tabs' events too; give the keys that were removed."""
        removed: list[str] = []
        if self.tab:
            for key in self._ports.storage.keys() or []:
                if self._name_of(key)[0] and self._ports.storage.remove(key):
                    removed.append(key)
                    self._others.gone(key)
        for entry in self.entries():
            entry.key = ""
            self.remove(entry)
        return removed

    def _store(self, entry: Entry) -> None:
        facts = entry.context.facts
        head = f'{{"v":1,"at":{int(entry.at)},"stage":"{entry.stage}","size":{entry.weight}'
        if facts is not None and entry.stage != ON_WIRE:
            head += f',"facts":{self._ports.json.dumps(facts)}'
        self._ports.storage.set(entry.key, f'{head},"event":{entry.text}}}')

    def _read(self, text: str) -> tuple[JsonObject, JsonObject | None, float, str, str, int] | None:
        try:
            kept = self._ports.json.loads(text)
        except ValueError:
            return None
        if not isinstance(kept, dict):
            return None
        event, facts, at, stage = kept.get("event"), kept.get("facts"), kept.get("at"), kept.get("stage")
        if not isinstance(event, dict) or not isinstance(event.get("type"), str) or not event.get("type"):
            return None
        if isinstance(at, bool) or not isinstance(at, int | float) or stage not in (ACCEPTED, ENRICHED, ON_WIRE):
            return None
        if not 0 <= at < LATEST:
            return None
        told = kept.get("size")
        weight = told if isinstance(told, int) and not isinstance(told, bool) and told > 0 else 0
        facts = facts if isinstance(facts, dict) else None
        return event, facts, at, str(stage), self._ports.json.dumps(event), weight

    def has(self, event: JsonObject) -> bool:
        """Tell whether an event with the same message id is kept here."""
        message_id = event.get("messageId")
        return isinstance(message_id, str) and message_id in self._ids

    def _name_of(self, key: str) -> tuple[str, int]:
        """Give tab and number of a key of this write key; ("", 0) of any other, number 0 of a lease."""
        if not key.startswith(self.prefix):
            return "", 0
        tab, _, number = key[len(self.prefix) :].partition(":")
        if len(tab) != TAB_DIGITS or any(char not in "0123456789abcdef" for char in tab):
            return "", 0
        return (tab, int(number)) if is_whole(number) else (tab if number == "lease" else "", 0)

    def _keep_bounds(self, called: Entry | None) -> None:
        """Let the oldest go until the bounds hold; an event just called has its try, however narrow they are."""
        now = self._ports.clock.now()
        if self.persist and (self._others.is_stale(now) or (self._too_much() and self._others.is_guess())):
            self._others.look(now)
        while self._entries and self._too_much():
            oldest, other = self._oldest_waiting(), self._others.oldest()
            if other is not None and (oldest is None or other.at < oldest.at):
                self._drop_other(other)
            elif oldest is not None and oldest is not called:
                self.drop(oldest, self._full())
            else:
                return

    def _too_much(self) -> bool:
        events, size = len(self._entries) + self._others.count(), self._bytes + self._others.bytes()
        return events > self._bounds.events or size > self._bounds.bytes

    def _full(self) -> CioError:
        return CioError(
            f"The outbox is full ({self._bounds.events} events, {self._bounds.bytes} bytes);"
            " its oldest event was dropped."
        )

    def _drop_other(self, other: Leftover) -> None:
        """Give up an event of another tab, which hears of it by the storage; what is not there any more is not told."""
        kept = self._read(self._ports.storage.get(other.key) or "")
        self._ports.storage.remove(other.key)
        self._others.gone(other.key)
        if kept is not None:
            event, facts, at, stage, text, weight = kept
            context = Context(event, self._ports, facts)
            self._on_drop(Entry(context, 0, at, stage, text, weight=weight), self._full())

    def _age(self, entry: Entry) -> None:
        """Put an entry where its age belongs, at the end as a rule; now and then those that are gone leave the list."""
        self._in_order = self._in_order and (not self._by_age or self._by_age[-1].at <= entry.at)
        self._by_age.append(entry)
        if len(self._by_age) > 2 * len(self._entries) + 64:
            self._sort()

    def _sort(self) -> None:
        self._by_age = sorted(self._entries.values(), key=lambda entry: (entry.at, entry.number))
        self._oldest, self._in_order = 0, True

    def _oldest_waiting(self) -> Entry | None:
        """Give the oldest entry that is not on its way; those before `_oldest` are gone for good."""
        if not self._in_order:
            self._sort()
        while self._oldest < len(self._by_age) and self._by_age[self._oldest].gone:
            self._oldest += 1
        for place in range(self._oldest, len(self._by_age)):
            entry = self._by_age[place]
            if not entry.gone and not entry.in_flight:
                return entry
        return None
