"""What other pages left: taken over by turns, and looked at again while they hold something.

Law: an event of another page is taken only in its turn, so that two tabs never send it; what stood there before the
turn came may have gone meanwhile and is read anew. Where leases stand for locks, ours is renewed while it is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cioanalytics.core.delivery.others import Leftover
from cioanalytics.core.delivery.outbox import ON_WIRE, Entry, Outbox
from cioanalytics.core.delivery.turns import Turns
from cioanalytics.core.digits import is_whole
from cioanalytics.core.later import spawn
from cioanalytics.core.ports import Ports

# Milliseconds after which what other pages held is looked at again, while they hold something.
LOOK_AGAIN: Final = [1_000, 2_000, 4_000, 15_000]
RENEWAL_CHECK: Final = 5_000


class Adoption:
    """Takes over the events of pages that are no more; `taken` hears of them after each look, oldest first."""

    def __init__(self, ports: Ports, outbox: Outbox, turns: Turns, taken: Callable[[list[Entry]], None]) -> None:
        self._ports = ports
        self._outbox = outbox
        self._turns = turns
        self._taken = taken
        self._looks = 0
        self._renewal = 0

    async def look(self) -> None:
        """Take what can be taken now; look again later where something is left."""
        entries: list[Entry] = []
        for tab, of_tab in _by_tab(self._outbox.leftovers()):
            # Only a lease asks for the age of what is left.
            age = self._youngest(of_tab) if self._turns.by_lease else 0.0
            if await self._turns.take(tab, age):
                # What stood there when we asked may have gone meanwhile.
                entries.extend(self._adopted([each for each in self._outbox.leftovers() if each.tab == tab]))
                self._turns.give_back(tab)
        entries.sort(key=lambda entry: (entry.at, entry.number))
        self._outbox.drop_old()
        self._taken(entries)
        if self._outbox.leftovers():
            pause = LOOK_AGAIN[min(self._looks, len(LOOK_AGAIN) - 1)]
            self._looks += 1
            self._ports.clock.after(pause, self._look_again)

    def keep_lease(self) -> None:
        """Renew the lease as long as something is kept."""
        if not self._turns.by_lease or not len(self._outbox):
            return
        self._turns.renew()
        if not self._renewal:
            self._renewal = self._ports.clock.after(RENEWAL_CHECK, self._renew)

    def _look_again(self) -> None:
        spawn(self.look())

    def _renew(self) -> None:
        self._renewal = 0
        self.keep_lease()

    def _adopted(self, left: list[Leftover]) -> list[Entry]:
        entries: list[Entry] = []
        for each in left:
            entry = self._outbox.adopt(each)
            if entry is not None:
                entry.handed = entry.stage == ON_WIRE
                entry.context.pending = entry.handed
                entries.append(entry)
        return entries

    def _youngest(self, left: list[Leftover]) -> float:
        """Give the age of a page's last event; a text that tells no time is as old as can be."""
        text = self._ports.storage.get(left[-1].key) or ""
        at = text[:60].partition('"at":')[2].partition(",")[0]
        return self._ports.clock.now() - int(at) if is_whole(at) else 1e9


def _by_tab(left: list[Leftover]) -> list[tuple[str, list[Leftover]]]:
    groups: dict[str, list[Leftover]] = {}
    for each in left:
        groups.setdefault(each.tab, []).append(each)
    return [(tab, groups[tab]) for tab in sorted(groups)]
