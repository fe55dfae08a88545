"""Whose turn it is: each page owns its own kept events, and no event is ever sent by two pages (D6).

Law: an owner that lives holds a Web Lock of its own name, which the browser takes back when the page dies. Where there
are no Web Locks, a lease in localStorage with an end in time stands for it; then an owner looks at its lease before
each sending, since a frozen page sleeps through the end of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cioanalytics.core.digits import is_whole
from cioanalytics.core.later import Later, settled, spawn
from cioanalytics.core.pipeline.waiting import pause
from cioanalytics.core.ports import Ports

# Milliseconds: a lease outlives the longest request; it is renewed when this much of it is gone.
LEASE: Final = 20_000
RENEWAL: Final = 5_000
# How long a claim must have stood before it counts, so that the later of two writers is known to both: on a busy
# machine a storage tells other tabs hundreds of milliseconds late.
CLAIM: Final = 800
# A page without a lease has just begun, and will have one soon, or it has been dead for longer.
BEGINNING: Final = 3_000
REGAIN: Final = 2_000


class Turns:
    """The turn of one page. `prefix` and `tab` name it; `on_regained` runs when a lost turn is back."""

    def __init__(self, ports: Ports, prefix: str, tab: str, on_regained: Callable[[], None]) -> None:
        self._ports = ports
        self._prefix = prefix
        self._tab = tab
        self._on_regained = on_regained
        self._end = 0.0
        self._asking = False
        self._leaving = False
        self._known = False
        self._bare = False
        self._farewells = 0
        self.by_lease = False
        self.holding = True

    def start(self) -> Later[None]:
        """Take our own name; its value is there when it is known how turns are taken."""
        return spawn(self._start())

    async def _start(self) -> None:
        name, locks = self._prefix + self._tab, self._ports.locks
        while True:
            farewells = self._farewells
            got = await locks.acquire(name)
            twice = got and await locks.acquire(name)
            if farewells == self._farewells and not self._leaving:
                break
            # The page went meanwhile, and let go of what came, so that the answers say nothing; it asks anew.
            locks.release(name)
            await pause(REGAIN, self._ports.clock)
        # A lock that can be had twice is none: the page has no Web Locks.
        self.by_lease = not got or twice
        self._known = True
        if twice:
            locks.release(name)
        if not self.holding:
            # It went and came back: others may have had its events.
            if self.by_lease:
                self.regain()
            else:
                self.holding = True
                self._on_regained()

    def may_send(self) -> bool:
        """Tell whether the page's events are still its own to send."""
        if not self.holding or not self.by_lease or self._leaving:
            return self.holding
        if self._end or self._bare:
            end, holder = self._read(self._tab)
            stands = self._stands_until(end)
            if (holder != self._tab and stands) if self._bare else (holder != self._tab or not stands):
                # Another page may have had it, and sent what was ours.
                self.lose()
                return False
        self.renew()
        return True

    def renew(self) -> None:
        """Write the lease anew, where there is one to write."""
        now = self._ports.clock.now()
        if self.by_lease and self.holding and not self._leaving and self._end - now < LEASE - RENEWAL:
            # Where no lease can be written, no other page can take this one's name either, and it sends what it has;
            # whether that still holds is asked at each sending.
            self._bare = not self._claim(self._tab)
            self._end = 0.0 if self._bare else now + LEASE

    def lease(self) -> str:
        """Name the lease that stands in the storage; "" where there is none."""
        return self._lease_key(self._tab) if self._end else ""

    def rest(self) -> None:
        """Give up the lease while there is nothing to send."""
        self._bare = False
        if self.by_lease and self._end:
            self._end = 0.0
            self._ports.storage.remove(self._lease_key(self._tab))

    def lose(self) -> None:
        """Stop sending until the turn is ours again; asked for from then on."""
        self.holding = False
        self.regain()

    def leave(self) -> None:
        """Let others take what is left: the page goes, perhaps into the back/forward cache."""
        # What page code still calls while it goes may leave with the rest: no other page runs meanwhile.
        self._leaving = True
        self._farewells += 1
        self.rest()
        # A held Web Lock would keep the page out of the back/forward cache.
        self._ports.locks.release(self._prefix + self._tab)

    def come_back(self) -> None:
        """Ask for our turn after `leave`: others may have had it."""
        if self._leaving:
            self._leaving = False
            if self._known:
                self.lose()
            else:
                self.holding = False

    def regain(self) -> None:
        """Ask for our own turn until it is ours."""
        if not self._asking and not self.holding:
            self._asking = True
            spawn(self._regain())

    async def _regain(self) -> None:
        # A page that goes again asks no more: a lock that came while it is frozen would throw it out of the cache.
        while self._leaving or not await self.take(self._tab, BEGINNING) or self._leaving:
            await pause(REGAIN, self._ports.clock)
        self._asking = False
        self.holding = True
        # Written once more: a storage that broke meanwhile keeps no lease, and then none is asked for (D12).
        self._end = 0.0
        self.renew()
        self._on_regained()

    def take(self, tab: str, youngest: float) -> Later[bool]:
        """Ask for the turn of a page; `youngest` is the age of its last event in milliseconds."""
        if not self.by_lease:
            return self._ports.locks.acquire(self._prefix + tab)
        end, holder = self._read(tab)
        if holder and self._stands_until(end) and holder != self._tab:
            return settled(False)
        # An event of the future is of a clock that has been set back since.
        if not holder and abs(youngest) < BEGINNING:
            return settled(False)
        if not self._claim(tab):
            return settled(tab == self._tab)
        return spawn(self._stands(tab))

    async def _stands(self, tab: str) -> bool:
        await pause(CLAIM + 400 * self._ports.chance.fraction(), self._ports.clock)
        return self._read(tab)[1] == self._tab

    def give_back(self, tab: str) -> None:
        """End a turn that `take` gave."""
        if self.by_lease:
            self._ports.storage.remove(self._lease_key(tab))
        else:
            self._ports.locks.release(self._prefix + tab)

    def sweep(self) -> None:
        """Remove the leases of pages that have been dead for long: nobody else would."""
        start = len(self._prefix)
        for key in self._ports.storage.keys() or [] if self.by_lease else []:
            tab, _, kind = key[start:].partition(":")
            if key.startswith(self._prefix) and kind == "lease" and not self._stands_until(self._read(tab)[0] + LEASE):
                self._ports.storage.remove(key)

    def _stands_until(self, end: float) -> bool:
        """Tell whether a lease stands; one whose end is far away is of a clock that has been set back since."""
        return 0 < end - self._ports.clock.now() < 3 * LEASE

    def _claim(self, tab: str) -> bool:
        """Write a lease; False where the storage does not keep it, whatever it says."""
        text = f"{int(self._ports.clock.now() + LEASE)}:{self._tab}"
        key = self._lease_key(tab)
        return self._ports.storage.set(key, text) and self._ports.storage.get(key) == text

    def _read(self, tab: str) -> tuple[float, str]:
        """Give end and holder of a lease; no holder where there is none."""
        end, _, holder = (self._ports.storage.get(self._lease_key(tab)) or "").partition(":")
        return (float(end), holder) if is_whole(end) and holder else (0.0, "")

    def _lease_key(self, tab: str) -> str:
        return f"{self._prefix}{tab}:lease"
