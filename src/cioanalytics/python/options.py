"""Options as a Python app writes them, and as the vendor spells them.

Law: the names are one to one; a value that JSON cannot say is refused by its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cioanalytics.python.plain import plain

if TYPE_CHECKING:
    from cioanalytics.core.ports import Json, JsonObject

# Options whose own keys are the vendor's words; the keys of all others are the app's (names of integrations, of
# events).
NESTED = ("cookie", "user", "group", "outbox")


def vendor_options(options: dict[str, Any]) -> JsonObject:
    """Give options as the vendor spells them."""
    return {
        camel(name): _camel_keys(plain(value, name)) if name in NESTED else plain(value, name)
        for name, value in options.items()
    }


def camel(name: str) -> str:
    """Give a Python name as the vendor spells it: `cdn_url` is `cdnURL`, `use_query_string` is `useQueryString`."""
    first, *rest = name.split("_")
    words = [word.upper() if word in ("url", "iso") else word[:1].upper() + word[1:] for word in rest]
    return first + "".join(words)


def _camel_keys(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    return {camel(name): _camel_keys(each) for name, each in value.items()}
