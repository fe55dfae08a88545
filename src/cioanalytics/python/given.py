"""Arguments of calls as a Python app gives them.

Law: an argument is looked at within the call, before anything has happened: one that means nothing is a TypeError that
names it. Nothing is left away in silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cioanalytics.core.unset import UNSET, Unset
from cioanalytics.python.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from cioanalytics.core.ports import Json, JsonObject


def given_name(value: object, argument: str, what: str) -> str:
    """Give a text; `what` says of what it is the name."""
    if not isinstance(value, str):
        raise TypeError(f"{argument}: expected {what}, a text, got {value!r}")
    return value


def given_id(value: object, argument: str) -> Json | Unset:
    """Give an id: a text or a number, None, or UNSET where none was given."""
    if value is None or isinstance(value, Unset):
        return value
    made = plain(value, argument)
    if isinstance(made, bool) or not isinstance(made, str | int | float):
        raise TypeError(f"{argument}: expected an id, a text or a number, got {value!r}")
    return made


def given_id_or_values(value: object, argument: str) -> Json:
    """Give an id, or the dict that may stand in its place: the vendor's overloads."""
    made = plain(value, argument)
    if isinstance(made, dict):
        return made
    one = given_id(value, argument)
    return None if isinstance(one, Unset) else one


def given_text_or_values(value: object, argument: str) -> Json:
    """Give a name of `page` or `screen`, or the dict that may stand in its place."""
    made = plain(value, argument)
    if made is not None and not isinstance(made, str | dict):
        raise TypeError(f"{argument}: expected a text or a dict, got {type(value).__name__}")
    return made


def given_values(value: object, argument: str) -> JsonObject | None:
    """Give a dict, or None."""
    made = plain(value, argument)
    if made is not None and not isinstance(made, dict):
        raise TypeError(f"{argument}: expected a dict, got {type(value).__name__}")
    return made


def given_options(value: object) -> JsonObject | None:
    """Give the options of a call. An anonymous id among them persists, so it must be an id."""
    made = given_values(value, "options")
    if made is not None and made.get("anonymousId") is not None:
        given_id(made["anonymousId"], "options.anonymousId")
    return made


def given_switch(value: object, argument: str) -> None:
    """Raise TypeError for what is neither True nor False."""
    if not isinstance(value, bool):
        raise TypeError(f"{argument}: expected True or False, got {value!r}")


def given_function[F: Callable[..., object]](value: F, argument: str) -> F:
    """Give a function."""
    if not callable(value):
        raise TypeError(f"{argument}: expected a function, got {value!r}")
    return value


def shortened(arguments: list[Json]) -> list[Json]:
    """Leave the last ones away that were not given: the vendor's overloads count them."""
    while arguments and arguments[-1] is None:
        arguments.pop()
    return arguments


def shown(value: object) -> object:
    """Give a value as Python says it: what JavaScript calls undefined is None."""
    return None if value is UNSET else value


def given_page(category: object, name: object, properties: object, options: object) -> list[Any]:
    """Give the arguments of `page` and `screen`; a dict may stand in the place of category and name."""
    first = [given_text_or_values(category, "category"), given_text_or_values(name, "name")]
    return shortened([*first, given_values(properties, "properties"), given_options(options)])


def check_way(window: Any, bridge: Any) -> None:
    """Raise TypeError for what cannot be a page, or a way to one."""
    # No look at it: each costs milliseconds in a worker, and PyScript's window, where it cannot be read, refuses them.
    if type(window).__module__ == "builtins" and window is not None:
        raise TypeError(f"window: expected the window of a page, got {window!r}")
    if bridge is not None and not (bridge if isinstance(bridge, str) else hasattr(bridge, "postMessage")):
        raise TypeError(f"bridge: expected the name of a channel or a MessagePort, got {bridge!r}")
