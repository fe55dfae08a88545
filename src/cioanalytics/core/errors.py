"""All errors of the client.

    CioError
    ├── MissingWriteKey      `load` without a write key
    ├── MissingEvent         `track` without an event name: the call's promise rejects (reference)
    ├── ValidationError      an event that the collector could not use; `field` says which part
    ├── EventTooLarge        a body over `maxEventBytes` (D8)
    ├── DeliveryRefused      an answer of the collector that ends the tries (D5)
    └── PageError            what code of the page threw
    ContextCancelation       a plugin's wish to end an event; no error in the vendor's client either

Law: every one of them has `name` and `message`, the two texts that JavaScript code reads of an error. Those that the
vendor's client has too keep its words, since page code compares them.
"""

from __future__ import annotations

from typing import ClassVar


class CioError(Exception):
    """The root. `name` is what JavaScript reads as `error.name`: `Error` for all that the vendor's client throws."""

    name: str = "Error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def error_line(error: Exception) -> str:
    """Word an error as a browser's console prints it: name and message."""
    return f"{getattr(error, 'name', 'Error')}: {error}"


class MissingWriteKey(CioError):  # noqa: N818 - named like its fellows
    """`load` got no write key."""

    def __init__(self) -> None:
        super().__init__(
            "cioanalytics: load() needs the write key of your source, a text, as its first argument; nothing is loaded."
        )


class MissingEvent(CioError):  # noqa: N818 - the vendor's word order
    """`track` got no event name (reference: the promise rejects with these words)."""

    def __init__(self) -> None:
        super().__init__("Event missing")


class ValidationError(CioError):
    """An event is not fit to be sent; page code finds it in `ctx.failedDelivery().reason`."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class EventTooLarge(CioError):  # noqa: N818 - named like its fellows
    """An event's body is over the limit; `largest` has paths and sizes (UTF-8 bytes) of its biggest parts (D8)."""

    name = "EventTooLarge"

    def __init__(self, size: int, limit: int, largest: list[tuple[str, int]]) -> None:
        parts = ", ".join(f"{path} ({count} bytes)" for path, count in largest)
        super().__init__(f"The event has {size} bytes, over the limit of {limit}. Largest fields: {parts or 'none'}.")
        self.size = size
        self.limit = limit
        self.largest = largest


class DeliveryRefused(CioError):  # noqa: N818 - named like its fellows
    """The collector answered that it will never take this event (D5); `status` is the HTTP status."""

    name = "DeliveryRefused"

    def __init__(self, status: int, text: str = "") -> None:
        super().__init__(f"The collector refused the event with status {status}{': ' + text if text else ''}.")
        self.status = status


class PageError(CioError):
    """An error that code of the page threw, as it crossed the border."""

    def __init__(self, message: str, name: str = "Error", stack: str = "") -> None:
        super().__init__(message)
        self.name = name
        self.stack = stack


class ContextCancelation(Exception):  # noqa: N818 - the vendor's name
    """A plugin ends an event. `retry` False drops it at once; the defaults are the vendor's."""

    name: ClassVar[str] = "ContextCancelation"

    def __init__(self, *, retry: bool = True, reason: str = "", type: str = "plugin Error") -> None:  # noqa: A002 - the vendor's field
        super().__init__(reason)
        self.message = reason
        self.retry = retry
        self.reason = reason
        self.type = type
