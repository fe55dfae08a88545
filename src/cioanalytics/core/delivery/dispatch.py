"""Events from acceptance to acknowledgement.

Law: what was accepted is in the outbox before the call returns, and leaves it when the collector has acknowledged it,
has refused it for good, or a bound was reached; each of the last two is told as `delivery_failure` (D5, D6). The answer
of a call comes when its first try has ended; an event that must wait answers at once, and tells its fate by events.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cioanalytics.core.delivery.adoption import Adoption
from cioanalytics.core.delivery.flushes import Flushes
from cioanalytics.core.delivery.outbox import ON_WIRE, Entry, Outbox
from cioanalytics.core.delivery.plugin import PipelinePlugin
from cioanalytics.core.delivery.sender import Sender
from cioanalytics.core.delivery.strategy import Strategy
from cioanalytics.core.delivery.takeover import take_over
from cioanalytics.core.delivery.turns import Turns
from cioanalytics.core.delivery.wire import event_text, wire_event
from cioanalytics.core.later import Later, settled, spawn
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.pipeline.emitter import Emitter
from cioanalytics.core.pipeline.queue import ACCEPTED, ENRICHED
from cioanalytics.core.ports import JsonObject, Ports
from cioanalytics.core.settings.options import OutboxOptions

# Milliseconds for which events of now wait for those of before.
LONGEST_ASKING: Final = 1_500
# What is kept of an event that came to its end.
GONE: Final = object()


class Delivery:
    """Keeps and sends the events of one page; it is the queue's `Keeper` and the plugin's other half.

    `emitter` is the queue's. `complete` gives an event what it has only on the wire. `persist` False: no storage call.
    """

    def __init__(
        self,
        write_key: str,
        ports: Ports,
        bounds: OutboxOptions,
        emitter: Emitter,
        complete: Callable[[JsonObject, JsonObject | None], JsonObject],
        *,
        persist: bool = True,
    ) -> None:
        self._write_key = write_key
        self._ports = ports
        self._emitter = emitter
        self._complete = complete
        self._flushes = Flushes()
        self._firsts: dict[int, Entry] = {}
        self._resume: Callable[[Context, str], object] | None = None
        self._outbox = Outbox(write_key, ports, bounds, persist=persist, on_drop=self._dropped)
        self._turns = Turns(ports, self._outbox.prefix, self._outbox.tab, self._turn_regained) if persist else None
        self._adoption = Adoption(ports, self._outbox, self._turns, self._adopted) if self._turns is not None else None
        self._sender = Sender(ports, self._outbox, self._turns)
        self._sender.acknowledged = self._acknowledged
        self._sender.retried = self._retried
        self._sender.taken = self._taken
        self._sender.stuck = self._stuck
        self.plugin = PipelinePlugin(self.send)

    # The life of a page

    def start(
        self, resume: Callable[[Context, str], object], *, online: bool = True, visible: bool = True
    ) -> Later[None]:
        """Take over what earlier pages left; `resume(context, stage)` runs the stages that are not yet done."""
        self._resume = resume
        self._sender.online = online
        self._sender.hidden = not visible
        if self._turns is None or self._adoption is None:
            return settled(None)
        # Events of now wait for those of before, but not longer than it takes to ask for them.
        self._sender.waits = bool(self._outbox.leftovers())
        self._ports.clock.after(LONGEST_ASKING, self._stop_waiting)
        return spawn(self._start(self._turns, self._adoption))

    async def _start(self, turns: Turns, adoption: Adoption) -> None:
        await turns.start()
        adoption.keep_lease()
        await adoption.look()
        turns.sweep()
        await take_over(self._ports, turns, self._write_key, self._adopt_theirs)

    def _adopt_theirs(self, context: Context, only_send: bool) -> None:
        """Keep an event of the vendor's queue, and go on with it where theirs had come."""
        if self._outbox.has(context.event):
            return
        self.accept(context)
        if only_send:
            context.pending = True
            self.send(context)
        elif self._resume is not None:
            self._resume(context, ACCEPTED)

    def _stop_waiting(self) -> None:
        if self._sender.waits:
            self._sender.waits = False
            self._sender.pump()

    def configure(self, strategy: Strategy, metadata: Callable[[], JsonObject | None] | None = None) -> None:
        """Say where events go and how; called again when the settings say otherwise. Waiting events leave."""
        if metadata is not None:
            self._sender.metadata = metadata
        if not strategy.stores:
            self._outbox.stop_storing()
        self._sender.strategy = strategy
        self._sender.pump()

    def hide(self, start_all: Callable[[], None] | None = None) -> None:
        """Send with keepalive what fits; the page may be gone any moment. `start_all` empties the queue before."""
        self._sender.hide(start_all or _nothing)

    def show(self) -> None:
        """Go on in peace."""
        self._sender.hidden = False
        self._sender.pump()

    def leave(self) -> None:
        """Let other pages take what is left."""
        if self._turns is not None:
            self._turns.leave()

    def come_back(self) -> None:
        """Ask for the own events again, after a rest in the back/forward cache."""
        if self._turns is not None:
            self._turns.come_back()

    def go_online(self) -> None:
        """Send what waited for the network."""
        self._sender.went_online()

    def hear_online(self, *, online: bool) -> None:
        """Hear what the page says of the network now: not every browser tells each change by an event."""
        if online != self._sender.online:
            if online:
                self.go_online()
            else:
                self.go_offline()

    def hear_storage(self, key: str, size: int | None) -> None:
        """Hear that another tab wrote so many characters under a key, or removed it (None)."""
        entry = self._outbox.hear(key, size)
        if entry is not None and entry.gone:
            self._taken(entry)

    def go_offline(self) -> None:
        """Keep what comes until the network is back."""
        self._sender.online = False
        self._sender.pump()

    # The life of an event

    def accept(self, context: Context) -> None:
        """Keep an event, within its call."""
        self._outbox.add(context, self._ports.clock.now())
        self._lease_kept()

    def size_of(self, context: Context) -> int:
        """Give the bytes of an accepted event's JSON as it is kept."""
        return context.kept.size if isinstance(context.kept, Entry) else 0

    def body(self, event: JsonObject) -> str:
        """Give the body in which an event would leave alone, now."""
        codec = self._ports.json
        text = codec.dumps(wire_event(event))
        return event_text(text, self._write_key, self._ports.clock.iso(), self._sender.metadata(), codec)

    def enriched(self, context: Context, *, destinations: bool) -> None:
        """Keep what `before` and `enrichment` made of an event; without destinations `send` does so at once."""
        entry = context.kept
        if destinations and isinstance(entry, Entry):
            self._outbox.update(entry, ENRICHED, self._ports.json.dumps(context.event))

    def finished(self, context: Context) -> None:
        """Forget an event that came to its end without being handed over for sending."""
        entry = context.kept
        if isinstance(entry, Entry) and not entry.handed:
            self._outbox.remove(entry)
            self._gone(entry)

    def send(self, context: Context) -> Later[Context]:
        """Hand an event over; the answer comes when its first try has ended, at once where it has to wait."""
        if context.kept is GONE:
            return settled(context)
        if not isinstance(context.kept, Entry):
            self.accept(context)
        entry = context.kept
        if not isinstance(entry, Entry) or entry.handed or entry.gone:
            return settled(context)
        text = self._ports.json.dumps(wire_event(self._complete(context.event, context.facts)))
        self._outbox.update(entry, ON_WIRE, text)
        entry.handed = True
        strategy = self._sender.strategy
        if self._sender.blocked() or (strategy is not None and strategy.batching):
            context.pending = True
            self._sender.push(entry)
            return settled(context)
        first: Later[Context] = Later()
        entry.first = first
        self._firsts[entry.number] = entry
        self._sender.push(entry)
        return first

    def flush(self) -> Later[None]:
        """Send all that is kept; the answer comes when each event was sent, given up, or has to wait for later."""
        self._sender.send_all()
        return settled(None) if self._sender.blocked() else self._flushes.begin(self._outbox.entries())

    def on_line(self, changed: Callable[[], None]) -> None:
        """Tell of each time at which the line of events before the network may be another."""
        self._sender.changed = changed

    def unacknowledged(self, most: int) -> list[list[Entry]]:
        """Give the groups in which all that is not acknowledged would go at once, below so many bytes together."""
        return self._sender.unacknowledged(most)

    def lease(self) -> str:
        """Name the entry by which other pages leave the events of this one alone; "" where there is none."""
        return self._turns.lease() if self._turns is not None else ""

    def request(self, group: list[Entry], sent_at: str) -> tuple[str, str, JsonObject]:
        """Give address, body and headers of a group's request, as if it were made at a moment."""
        return self._sender.request(group, sent_at)

    def forget(self) -> list[str]:
        """Forget all kept events, those of other tabs too; give the storage keys that were removed."""
        entries = self._outbox.entries()
        removed = self._outbox.forget()
        for entry in entries:
            self._first_over(entry)
            self._gone(entry)
        return removed

    def waiting(self) -> int:
        """Count the kept events."""
        return len(self._outbox)

    # What becomes of it

    def _acknowledged(self, entry: Entry) -> None:
        context = entry.context
        if context.pending:
            self._emitter.emit("delivery_success", context)
        self._first_over(entry)
        self._gone(entry)

    def _retried(self, entry: Entry) -> None:
        self._emitter.emit("delivery_retry", entry.context)

    def _taken(self, entry: Entry) -> None:
        """End an event of which another tab has told, or will tell, what became of it."""
        self._first_over(entry)
        self._gone(entry)

    def _dropped(self, entry: Entry, reason: Exception) -> None:
        context = entry.context
        context.log("error", "Failed to deliver", reason)
        context.stats.increment("delivery_failed")
        context.set_failed_delivery(reason)
        self._emitter.emit("delivery_failure", context, reason)
        self._first_over(entry)
        self._gone(entry)

    def _stuck(self) -> None:
        """Answer the calls whose events have to wait."""
        for number in sorted(self._firsts):
            entry = self._firsts[number]
            if not entry.in_flight:
                entry.context.pending = True
                self._first_over(entry)
        # What is on its way through the plugins, or in flight, may still end well.
        self._flushes.over([entry for entry in self._outbox.entries() if entry.handed and not entry.in_flight])

    def _first_over(self, entry: Entry) -> None:
        first, entry.first = entry.first, None
        self._firsts.pop(entry.number, None)
        if first is not None:
            first.settle(entry.context)

    def _gone(self, entry: Entry) -> None:
        # Context and entry would keep each other alive until a garbage collection.
        entry.context.kept = GONE
        self._flushes.over([entry])
        if self._turns is not None and not len(self._outbox):
            self._turns.rest()

    # Turns with other tabs

    def _adopted(self, taken: list[Entry]) -> None:
        """Send the events of other pages first, and go on with those whose stages are not done."""
        self._sender.push_first([entry for entry in taken if entry.handed and not entry.gone])
        self._sender.waits = False
        for entry in taken:
            if not entry.gone and not entry.handed and self._resume is not None:
                self._resume(entry.context, entry.stage)
        self._lease_kept()
        self._sender.pump()

    def _turn_regained(self) -> None:
        for entry in self._outbox.vanished():
            self._taken(entry)
        if self._turns is not None and not len(self._outbox):
            self._turns.rest()
        self._sender.pump()

    def _lease_kept(self) -> None:
        if self._adoption is not None:
            self._adoption.keep_lease()


def _nothing() -> None:
    """Bring nothing."""
