"""The line of events before the network, and what becomes of each answer (D5).

Law: one request at a time, so that events arrive in the order of their calls; a page that is hidden or leaving sends
all at once instead, with keepalive. 2xx is delivered; 408, 425, 429, 5xx and no answer wait and try again; 413, or 400
for a batch, splits the batch; every other answer ends its events. Nothing is sent while nobody knows where to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cioanalytics.core.backoff import backoff, retry_after
from cioanalytics.core.delivery.outbox import Entry, Outbox
from cioanalytics.core.delivery.page_leave import KeepaliveBudget
from cioanalytics.core.delivery.strategy import BATCH_BYTES, Strategy
from cioanalytics.core.delivery.turns import Turns
from cioanalytics.core.delivery.wire import batch_text, byte_count, event_text
from cioanalytics.core.errors import CioError, DeliveryRefused
from cioanalytics.core.later import Later
from cioanalytics.core.ports import Answer, JsonObject, Ports

# Milliseconds after which a request without an answer counts as failed.
REQUEST_TIME: Final = 10_000
LONGEST_PAUSE: Final = 30_000
# Bytes that the end of each event (write key, sentAt, _metadata) may add to its text, and a batch to its events.
END_BYTES: Final = 600
# Events at the line's head that are gone and not yet cut off: each holds some kilobytes.
MOST_GONE: Final = 32


class Flight:
    """One request on its way."""

    def __init__(self, entries: list[Entry], size: int, *, keepalive: bool) -> None:
        self.entries = entries
        self.size = size
        self.keepalive = keepalive
        self.over = False


class Sender:
    """Sends what stands in line.

    `acknowledged`, `retried`, `taken` hear of an event, `stuck` of a line that waits, `changed` of one that may have
    changed.
    """

    def __init__(self, ports: Ports, outbox: Outbox, turns: Turns | None) -> None:
        self._ports = ports
        self._outbox = outbox
        self._turns = turns
        self._budget = KeepaliveBudget()
        self._line: list[Entry] = []
        self._head = 0
        self._flights: list[Flight] = []
        self._timer = 0
        self._due = False
        self._pausing = 0
        self._asked_to_wait = False
        self._failures = 0
        self._split_left = 0
        self._split_size = 0
        self._busy = False
        self._again = False
        self.strategy: Strategy | None = None
        self.metadata: Callable[[], JsonObject | None] = lambda: None
        self.online = True
        self.hidden = False
        self.waits = False
        self.acknowledged: Callable[[Entry], None] = lambda _: None
        self.retried: Callable[[Entry], None] = lambda _: None
        self.taken: Callable[[Entry], None] = lambda _: None
        self.stuck: Callable[[], None] = lambda: None
        self.changed: Callable[[], None] = lambda: None

    def push(self, entry: Entry) -> None:
        """Put an event at the end of the line."""
        self._line.append(entry)
        self.pump()

    def push_first(self, entries: list[Entry]) -> None:
        """Put events of earlier pages before all others."""
        self._line = entries + self._line[self._head :]
        self._head = 0
        self._due = self._due or bool(entries)

    def hide(self, start_all: Callable[[], None]) -> None:
        """Send with keepalive what fits, with what `start_all` still brings into the line."""
        self.hidden = True
        self.waits = False
        # Together, not one by one: a batch stays a batch.
        self._busy = True
        try:
            start_all()
        finally:
            self._busy = False
        self.send_all()

    def blocked(self) -> bool:
        """Tell whether events have to wait for the network, a pause, our turn or an address."""
        return self.strategy is None or not self.online or self._pausing > 0 or not self._may_send()

    def send_all(self) -> None:
        """Send what stands in line now: no waiting for a batch to fill, nor for a pause of our own."""
        if not self._asked_to_wait:
            self._end_pause()
        self._due = True
        self.pump()

    def went_online(self) -> None:
        """Go on after the network came back."""
        self.online = True
        self._failures = 0
        self.send_all()

    def pump(self) -> None:
        """Send what may be sent now. Answers that come within the call are taken in turn, not in each other."""
        if self._busy:
            self._again = True
            return
        self._busy = True
        try:
            while True:
                self._again = False
                group = self._next()
                if group:
                    self._post(group)
                elif not self._again:
                    break
        finally:
            self._busy = False
        if self._first() is not None and self.blocked():
            self.stuck()
        self.changed()

    def _may_send(self) -> bool:
        return self._turns is None or self._turns.may_send()

    def _next(self) -> list[Entry]:
        strategy = self.strategy
        if strategy is None or self.waits or (self._flights and not self.hidden):
            return []
        first = self._first()
        if first is None:
            self._due = False
            return []
        if self.blocked():
            return []
        if self._outbox.is_old(first):
            self._outbox.drop_old()
            self._again = True
            return []
        if not strategy.batching:
            return self._fitting([first])
        free = self._free(len(self._line) if self.hidden else strategy.size)
        if not (self._due or self.hidden or self._is_full(free, strategy)):
            self._set_timer(strategy.timeout)
            return []
        return self._fitting(free[: max(1, self._split_size)] if self._split_left > 0 else free)

    def _first(self) -> Entry | None:
        """Give the first event that is not on its way; those that are gone leave the line's head."""
        while self._head < len(self._line) and self._line[self._head].gone:
            self._head += 1
        if self._head >= MOST_GONE:
            del self._line[: self._head]
            self._head = 0
        return next(iter(self._free(1)), None)

    def _free(self, most: int) -> list[Entry]:
        """Give the first events that are not on their way."""
        free: list[Entry] = []
        for place in range(self._head, len(self._line)):
            entry = self._line[place]
            if not entry.gone and not entry.in_flight:
                free.append(entry)
                if len(free) == most:
                    break
        return free

    def _is_full(self, free: list[Entry], strategy: Strategy) -> bool:
        return len(free) >= strategy.size or sum(entry.size + END_BYTES for entry in free) >= BATCH_BYTES

    def _fitting(self, free: list[Entry]) -> list[Entry]:
        """Cut a group off the line: below the collector's limit, and below the browser's where the page is hidden."""
        room = min(BATCH_BYTES, self._budget.free) if self.hidden else BATCH_BYTES
        group: list[Entry] = []
        used = END_BYTES
        for entry in free:
            used += entry.size + END_BYTES
            if used > room and (group or self.hidden):
                break
            group.append(entry)
        return group

    def _set_timer(self, ms: float) -> None:
        if not self._timer:
            self._timer = self._ports.clock.after(ms, self._flush_due)

    def _flush_due(self) -> None:
        self._timer = 0
        self._due = True
        self.pump()

    def _post(self, group: list[Entry]) -> None:
        strategy = self.strategy
        if strategy is None:
            return
        body, address = self._body(group, strategy, self._ports.clock.iso())
        size = byte_count(body)
        keepalive = (self.hidden or strategy.keepalive) and self._budget.take(size)
        flight = Flight(group, size, keepalive=keepalive)
        self._flights.append(flight)
        for entry in group:
            entry.in_flight = True
            entry.tries += 1
            if entry.tries > 1:
                self.retried(entry)
        headers = dict(strategy.headers) if strategy.headers else None
        answer = self._ports.network.post(address, body, keepalive=keepalive, headers=headers)
        guard = 0 if answer.done else self._ports.clock.after(REQUEST_TIME, lambda: self._land(flight, Answer(0)))

        def arrived() -> None:
            if guard:
                self._ports.clock.cancel(guard)
            if flight.over:
                self._late(flight, answer)
            else:
                self._land(flight, Answer(0) if answer.error is not None else answer.value())

        answer.when_done(arrived)

    def unacknowledged(self, most: int) -> list[list[Entry]]:
        """Give the groups in which all that is not acknowledged would go at once, below so many bytes together."""
        strategy = self.strategy
        groups: list[list[Entry]] = []
        if strategy is None:
            return groups
        for place in range(self._head, len(self._line)):
            entry = self._line[place]
            if entry.gone:
                continue
            most -= entry.size + END_BYTES
            if most < END_BYTES:
                break
            if groups and strategy.batching:
                groups[0].append(entry)
            else:
                groups.append([entry])
        return groups

    def request(self, group: list[Entry], sent_at: str) -> tuple[str, str, JsonObject]:
        """Give address, body and headers of a group's request, as if it were made at a moment."""
        if self.strategy is None:
            return "", "", {}
        body, address = self._body(group, self.strategy, sent_at)
        return address, body, self.strategy.headers

    def _body(self, group: list[Entry], strategy: Strategy, now: str) -> tuple[str, str]:
        metadata, codec = self.metadata(), self._ports.json
        texts = [event_text(entry.text, strategy.write_key, now, metadata, codec) for entry in group]
        if strategy.batching:
            return batch_text(texts, strategy.write_key, codec), f"{strategy.address}/b"
        return texts[0], f"{strategy.address}/{str(group[0].context.event.get('type'))[:1]}"

    def _land(self, flight: Flight, answer: Answer) -> None:
        flight.over = True
        self._flights = [each for each in self._flights if each is not flight]
        if flight.keepalive:
            self._budget.give_back(flight.size)
        for entry in flight.entries:
            entry.in_flight = False
        status, batching = answer.status, self.strategy is not None and self.strategy.batching
        if not 200 <= status < 300:
            for entry in flight.entries:
                if entry.taken:
                    self._outbox.remove(entry)
                    self.taken(entry)
        if 200 <= status < 300:
            self._failures = 0
            self._split_left -= len(flight.entries)
            self._accept(flight.entries)
        elif status < 400 or status in (408, 425, 429) or status >= 500:
            self._fail(flight.entries, answer)
        elif batching and status in (400, 413) and len(flight.entries) > 1:
            self._split_left = max(self._split_left, len(flight.entries))
            self._split_size = len(flight.entries) // 2
            self._due = True
        else:
            self._split_left -= len(flight.entries)
            for entry in flight.entries:
                self._outbox.drop(entry, DeliveryRefused(status, answer.text[:200]))
        self.pump()

    def _late(self, flight: Flight, answer: Later[Answer]) -> None:
        """Take an acknowledgement that came after we had stopped to wait for it."""
        if answer.error is None and 200 <= answer.value().status < 300:
            self._accept([entry for entry in flight.entries if not entry.in_flight])
            self.pump()

    def _accept(self, entries: list[Entry]) -> None:
        for entry in entries:
            if not entry.gone:
                self._outbox.remove(entry)
                self.acknowledged(entry)

    def _fail(self, entries: list[Entry], answer: Answer) -> None:
        most = self.strategy.max_retries if self.strategy is not None else None
        for entry in entries:
            if most is not None and entry.tries > most:
                self._outbox.drop(entry, CioError(f"The collector could not be reached in {entry.tries} tries."))
        asked = retry_after(answer.retry_after, self._ports.clock.now()) if answer.retry_after else None
        own = backoff(self._failures, self._ports.chance, most=LONGEST_PAUSE)
        # A server that asks for no pause at all, and fails, is not asked in a loop.
        ms = own if asked is None else max(own, asked)
        self._failures += 1
        self._end_pause()
        self._asked_to_wait = asked is not None
        self._pausing = self._ports.clock.after(ms, self._pause_over)

    def _pause_over(self) -> None:
        self._pausing = 0
        self._asked_to_wait = False
        self._due = True
        self.pump()

    def _end_pause(self) -> None:
        if self._pausing:
            self._ports.clock.cancel(self._pausing)
        self._pausing = 0
        self._asked_to_wait = False
