"""What a page that goes can still send, and what wakes it.

Law: a request of a hidden or leaving page outlives it (`keepalive`), and all such requests in flight share one budget,
below the 64 KB that browsers allow (D7, D22). A page that comes back goes on as if nothing had been.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

# Browsers refuse a keepalive request when the bodies in flight would exceed 65,536 bytes; some is left to others.
KEEPALIVE_BYTES: Final = 63_000


class KeepaliveBudget:
    """The bytes that keepalive requests in flight may still have."""

    def __init__(self) -> None:
        self.free = KEEPALIVE_BYTES

    def take(self, size: int) -> bool:
        """Reserve bytes; False where there are not enough."""
        if size > self.free:
            return False
        self.free -= size
        return True

    def give_back(self, size: int) -> None:
        """Free the bytes of a request that has ended."""
        self.free = min(self.free + size, KEEPALIVE_BYTES)


class LeavingQueue(Protocol):
    """Events that wait for the page's next task, which may not come."""

    at_once: bool

    def start_all(self) -> None:
        """Start them now."""
        ...


class LeavingDelivery(Protocol):
    """The sending side of a page that goes and comes."""

    def hide(self, start_all: Callable[[], None]) -> None:
        """Send what fits, also what `start_all` still brings."""
        ...

    def show(self) -> None:
        """Go on as usual."""
        ...

    def leave(self) -> None:
        """Let other pages take what is left."""
        ...

    def come_back(self) -> None:
        """Ask for the own events again."""
        ...

    def go_online(self) -> None:
        """Send what waited for the network."""
        ...

    def go_offline(self) -> None:
        """Keep what comes."""
        ...


class PageLeave:
    """Hears what happens to the page and tells queue and delivery."""

    def __init__(self, queue: LeavingQueue, delivery: LeavingDelivery) -> None:
        self._queue = queue
        self._delivery = delivery

    def receive(self, event: str) -> None:
        """Hear one of hidden, visible, hide, show, online, offline; others concern somebody else."""
        if event in ("hidden", "hide"):
            self._queue.at_once = True
            self._delivery.hide(self._queue.start_all)
            if event == "hide":
                self._delivery.leave()
        elif event in ("visible", "show"):
            self._queue.at_once = False
            if event == "show":
                self._delivery.come_back()
            self._delivery.show()
        elif event == "online":
            self._delivery.go_online()
        elif event == "offline":
            self._delivery.go_offline()
