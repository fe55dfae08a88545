"""Python values made into what JSON can say.

Law: the wire means what `JSON.stringify` would have meant in the page: a time is ISO text in UTC, not-a-number is
null. What has no meaning there is refused with the path of the argument, before anything is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cioanalytics.core.ports import Json, JsonObject

# JSON.stringify itself gives up some thousands of levels deep; the core's rooms promise forty over user data.
DEEPEST = 40


def plain(value: object, name: str) -> Json:
    """Give a value as JSON data, copied.

    Raises TypeError, which names the path, for a value that JSON cannot say; ValueError for a cycle or more than 40
    levels.
    """
    return _plain(value, name, 0)


def plain_object(value: object, name: str) -> JsonObject:
    """Give a mapping as a JSON object; None is an empty one. Raises TypeError for anything else."""
    made = {} if value is None else plain(value, name)
    if not isinstance(made, dict):
        raise TypeError(f"{name}: expected a dict, got {type(value).__name__}")
    return made


def _plain(value: object, path: str, depth: int) -> Json:
    if depth > DEEPEST:
        raise ValueError(f"{path}: more than {DEEPEST} levels deep, or a cycle")
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        # The text itself, where it is a member of an enum: that one writes itself otherwise in some places.
        return str.__str__(value)
    if type(value).__module__ == "pyodide.ffi":
        return _of_page(value, path)
    if isinstance(value, float):
        # The number itself, where it is one of numpy's, which writes itself otherwise.
        return float(value) if value - value == 0 else None
    if isinstance(value, dict):
        return {_key(key, path): _plain(each, f"{path}.{key}", depth + 1) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each, f"{path}[{place}]", depth + 1) for place, each in enumerate(value)]
    # Asked by name, not by type: importing datetime costs every visitor some milliseconds.
    if hasattr(value, "isoformat"):
        # A time that is none (`NaT`) differs from itself, as a number that is none does.
        return _time(value) if value == value else None  # noqa: PLR0124 - that is what is asked
    # An array of numpy, or one of its numbers, knows how to become plain Python.
    convert = getattr(value, "tolist", None)
    if callable(convert):
        return _plain(cast("object", convert()), path, depth + 1)
    entries = _dict_of(value)
    if entries is not None:
        return _plain(entries, path, depth)
    raise TypeError(f"{path}: {type(value).__name__} is nothing that JSON can say; give text, numbers, lists or dicts")


def _dict_of(value: object) -> dict[object, object] | None:
    """Give what has keys as a dict: a mapping of another kind, a row of a table."""
    if not hasattr(type(value), "keys") or not hasattr(type(value), "__getitem__"):
        return None
    return dict(cast("Mapping[object, object]", value))


def _key(key: object, path: str) -> str:
    """Give a key as Python's own JSON writes it."""
    if isinstance(key, str):
        return str.__str__(key)
    if key is None:
        return "null"
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, int | float):
        return str(key)
    raise TypeError(f"{path}: a key must be a text, not {key!r}")


def _of_page(value: object, path: str) -> Json:
    """Give a JavaScript value as the page's own JSON writes it: a Date as text, a Map as `{}`, functions left away."""
    import json

    import js
    from pyodide.ffi import JsException

    try:
        text = js.JSON.stringify(value)
    except JsException as error:
        raise TypeError(f"{path}: {error}") from error
    return cast("Json", json.loads(text)) if isinstance(text, str) else None


def _time(value: object) -> str:
    """Write dates and times as JavaScript's `toISOString` does; a time without a zone counts as local, as there."""
    if hasattr(value, "astimezone"):
        from datetime import UTC, datetime

        moment = cast(datetime, value).astimezone(UTC)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
    return cast(str, cast("Any", value).isoformat())
