"""JavaScript's own rules for plain values, where the vendor's client leans on them.

Law: pure; no value that came in is changed. A path is set on a copy, which shares with its original all that the path
does not touch, so that a caller's objects stay as they were (D19).
"""

from __future__ import annotations

from cioanalytics.core.ports import Json, JsonObject

UNSAFE_KEYS = ("__proto__", "constructor", "prototype")
# A path must not make a list of a million holes out of `list.999999`.
LONGEST_HOLE = 1000


def spread(value: Json) -> JsonObject:
    """Give what `{...value}` gives: an object's entries, a text's or an array's by their index, else nothing."""
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, (str, list)):
        return {str(index): each for index, each in enumerate(value)}
    return {}


def with_path(target: JsonObject, path: str, value: Json) -> JsonObject:
    """Give a copy of `target` in which the dotted path holds the value.

    What stands in the way and is no object is replaced: by an array where the next key is a number, else by an
    object. Keys that would reach JavaScript's prototypes end the walk (reference).
    """
    result = dict(target)
    holder: JsonObject | list[Json] = result
    keys = path.split(".")
    for index, key in enumerate(keys):
        if key in UNSAFE_KEYS:
            break
        if index == len(keys) - 1:
            _put(holder, key, value)
            break
        child = _copied(_get(holder, key), keys[index + 1])
        if not _put(holder, key, child):
            break
        holder = child
    return result


def _copied(value: Json, next_key: str) -> JsonObject | list[Json]:
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, list):
        return list(value)
    # A key of blanks is the number 0 in JavaScript.
    return {} if next_key.strip() and _index(next_key) is None else []


def _index(key: str) -> int | None:
    return int(key) if key and all(each in "0123456789" for each in key) and len(key) < 8 else None


def _get(holder: JsonObject | list[Json], key: str) -> Json:
    if isinstance(holder, dict):
        return holder.get(key)
    index = _index(key)
    return holder[index] if index is not None and index < len(holder) else None


def _put(holder: JsonObject | list[Json], key: str, value: Json) -> bool:
    """Set a key; False where an array has no such place, which JSON would not show anyway."""
    if isinstance(holder, dict):
        holder[key] = value
        return True
    index = _index(key)
    if index is None or index > len(holder) + LONGEST_HOLE:
        return False
    while len(holder) <= index:
        holder.append(None)
    holder[index] = value
    return True
