"""Whether an event can be sent at all, and what makes one too large.

Law: the words and fields are the vendor's, since page code reads them in `ctx.failedDelivery().reason` (reference).
"""

from __future__ import annotations

from collections.abc import Callable

from cioanalytics.core.errors import EventTooLarge, ValidationError
from cioanalytics.core.ports import Json, JsonObject

LARGEST_SHOWN = 3


def validate(event: JsonObject) -> ValidationError | None:
    """Judge an event; None: it is good."""
    kind = event.get("type")
    if not isinstance(kind, str) or (kind == "track" and not isinstance(event.get("event"), str)):
        return ValidationError("Event is not a string", "event")
    content = _first(event, ["properties", "traits"])
    if kind != "alias" and not isinstance(content, dict):
        return ValidationError("properties is not an object", "properties")
    if not isinstance(_first(event, ["userId", "anonymousId", "groupId", "previousId"]), str):
        return ValidationError("Missing userId or anonymousId", "userId")
    return None


def _first(event: JsonObject, names: list[str]) -> Json:
    for name in names:
        value = event.get(name)
        if value is not None:
            return value
    return None


def body_bytes(text: str) -> int:
    """Count the bytes of a text in UTF-8; a lone surrogate counts three, as the browser sends it."""
    return len(text.encode("utf-8", "surrogatepass"))


def largest_fields(event: JsonObject, dumps: Callable[[Json], str]) -> list[tuple[str, int]]:
    """Name the biggest parts of an event with their bytes, the biggest first (D8)."""
    sizes: list[tuple[str, int]] = []
    for name, value in event.items():
        parts = value if isinstance(value, dict) and value else None
        if parts is None:
            sizes.append((name, body_bytes(dumps(value))))
        else:
            members = [(f"{name}.{inner}", body_bytes(dumps(each))) for inner, each in parts.items()]
            whole = body_bytes(dumps(value))
            # Of very many small ones none is to blame: the object itself is.
            many = all(size * 10 < whole for _, size in members)
            sizes += [(name, whole)] if many else members
    sizes.sort(key=_size, reverse=True)
    return sizes[:LARGEST_SHOWN]


def _size(field: tuple[str, int]) -> int:
    return field[1]


def check_size(event: JsonObject, body: str, limit: int, dumps: Callable[[Json], str]) -> EventTooLarge | None:
    """Judge the size of the body in which an event would leave; None: it fits (D8)."""
    size = body_bytes(body)
    return EventTooLarge(size, limit, largest_fields(event, dumps)) if size > limit else None
