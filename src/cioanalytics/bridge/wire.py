"""What pages may say, read strictly: a text of any other shape is nobody's message.

Law: nothing of a message is believed for its looks. Whatever does not read gives None, and never an error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from cioanalytics.browser.json_text import read_json
from cioanalytics.core.ports import Json, JsonObject

# The whole of an outbox and of the entries, with room.
LONGEST: Final = 4_000_000
# What a page tells of itself, in this order.
FACTS: Final = ("url", "title", "referrer", "canonical", "visible", "prerendering")
# The largest whole number that JSON carries in a browser.
LAST: Final = 2**53


def read_message(text: object) -> JsonObject | None:
    """Read what came over a channel; None where it is no message of the bridge."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return None
    try:
        message = read_json(text)
    except ValueError:
        return None
    if not isinstance(message, dict) or (message.get("cio") is not True and message.get("cio") != 1):
        return None
    sender = message.get("from")
    return cast("JsonObject", message) if isinstance(sender, str) and 0 < len(sender) <= 64 else None


def is_news(message: JsonObject) -> bool:
    """Tell whether a message is one of a page to a worker that has joined, with every part of the right shape."""
    checks: dict[str, Callable[[Json], bool]] = {
        "n": _is_number,
        "joined": lambda value: isinstance(value, bool),
        "done": _is_number,
        "gap": _is_number,
        "cookie": lambda value: value is None or isinstance(value, str),
        "local": lambda value: value is None or _are_texts(value),
        "page": lambda value: isinstance(value, list) and len(value) == len(FACTS),
        "domain": lambda value: value is None or isinstance(value, str),
    }
    return "n" in message and all(check(message[name]) for name, check in checks.items() if name in message)


def names_outside(message: JsonObject, named: list[str]) -> bool:
    """Tell whether a page speaks of entries that nobody asked for."""
    local = message.get("local")
    told = list(local) if isinstance(local, dict) else []
    cookie = message.get("cookie")
    if isinstance(cookie, str) and cookie:
        told += [pair.partition("=")[0] for pair in cookie.split("; ")]
    exact = {name for name in named if not name.endswith("*")}
    starts = tuple(name[:-1] for name in named if name.endswith("*"))
    return any(name not in exact and not name.startswith(starts or ("\0",)) for name in told)


def _is_number(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LAST


def _are_texts(value: Json) -> bool:
    return isinstance(value, dict) and all(each is None or isinstance(each, str) for each in value.values())
