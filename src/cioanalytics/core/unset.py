"""What stands for an argument that was not given.

Law: it imports nothing, so that a door to the client costs nothing before the client is wanted.
"""

from __future__ import annotations

from typing import Final


class Unset:
    """The type of `UNSET`: an argument that was not given, where `None` is a value."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset()


def without_unset[Value](values: dict[str, Value]) -> dict[str, Value]:
    """Give what is there of values."""
    return {name: value for name, value in values.items() if not isinstance(value, Unset)}
