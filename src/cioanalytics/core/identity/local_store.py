"""localStorage as a place for entries.

Law: absence is no key; the reference's text `null` reads as absence. What the storage does not take is removed from it,
so that no older value can speak for it later, and said once (D12).
"""

from __future__ import annotations

from cioanalytics.core.ports import Ports


class LocalStore:
    """The storage of one origin, with its refusals remembered."""

    def __init__(self, ports: Ports) -> None:
        self._storage = ports.storage
        self._console = ports.console
        self._warned = False
        self._refused: dict[str, str] = {}
        self._stuck: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        """Read a text; None when it is absent, `null`, or one that could not be removed."""
        text = self._storage.get(key)
        if text is None or text == "null" or (self._stuck and self._stuck.get(key) == text):
            return None
        return text

    def put(self, key: str, text: str) -> bool:
        """Store a text; False when the storage does not take it."""
        if self._kept(key, text) or (self._storage.remove(key) and self._kept(key, text)):
            self._refused.pop(key, None)
            self._stuck.pop(key, None)
            return True
        self._refused[key] = text
        self._let_go(key)
        if not self._warned:
            self._warned = True
            self._console.warn(
                f"cioanalytics: localStorage does not take {key} (full, blocked or broken); what cannot be stored is"
                " kept in cookies where they hold it, and in memory while the page lives."
            )
        return False

    def _kept(self, key: str, text: str) -> bool:
        """Store a text and see: what stands for the storage on a page may forget in silence."""
        return self._storage.set(key, text) and self._storage.get(key) == text

    def drop(self, key: str) -> None:
        """Remove a text."""
        self._refused.pop(key, None)
        self._stuck.pop(key, None)
        if not self._storage.remove(key):
            self._let_go(key)

    def _let_go(self, key: str) -> None:
        left = self._storage.get(key)
        if left is not None:
            self._stuck[key] = left

    def refuses(self, key: str) -> bool:
        """Tell whether the last text for a key was not taken."""
        return key in self._refused

    def works(self) -> bool:
        """Tell whether the storage can be read."""
        return self._storage.keys() is not None

    def names(self) -> list[str]:
        """List all keys; none when the storage does not work."""
        return self._storage.keys() or []
