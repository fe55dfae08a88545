"""Dotted paths into JSON: `context.page.url`.

Law: nothing is made on the way by reading; writing makes objects (arrays, where the next part is a number) as the
vendor's client does, and never touches what page code could be polluted by.
"""

from __future__ import annotations

from typing import Final

from cioanalytics.core.digits import is_whole
from cioanalytics.core.ports import Json, JsonObject
from cioanalytics.core.unset import UNSET, Unset

POLLUTING: Final = ["__proto__", "constructor", "prototype"]


def get_path(value: Json, path: str) -> Json | Unset:
    """Read a path; UNSET where there is nothing. A backslash before a dot belongs to the name (tsub)."""
    found: Json = value
    for name in path_parts(path):
        if isinstance(found, dict):
            if name not in found:
                return UNSET
            found = found[name]
        elif isinstance(found, list | str) and is_whole(name) and int(name) < len(found):
            found = found[int(name)]
        else:
            return UNSET
    return found


def set_path(target: JsonObject, path: str, value: Json) -> None:
    """Write under a path."""
    parts = path.split(".")
    if any(name in POLLUTING for name in parts):
        return
    place: Json = target
    for index, name in enumerate(parts):
        last = index == len(parts) - 1
        following: Json = value
        if not last:
            here = _child(place, name)
            makes_list = is_whole(parts[index + 1])
            following = here if isinstance(here, dict | list) else ([] if makes_list else {})
        if isinstance(place, dict):
            place[name] = following
        elif isinstance(place, list):
            if not is_whole(name):
                return
            while len(place) <= int(name):
                place.append(None)
            place[int(name)] = following
        place = following


def remove_path(target: Json, path: str) -> None:
    """Remove what a path names; in a list the place stays, empty."""
    parts = path_parts(path)
    place: Json = target
    for name in parts[:-1]:
        place = _child(place, name)
    if isinstance(place, dict) and parts[-1] in place:
        del place[parts[-1]]
    elif isinstance(place, list) and is_whole(parts[-1]) and int(parts[-1]) < len(place):
        place[int(parts[-1])] = None


def path_parts(path: str) -> list[str]:
    """Split a path at its dots, but not at escaped ones."""
    parts: list[str] = []
    open_part = ""
    for piece in path.split("."):
        if piece.endswith("\\"):
            open_part += piece[:-1] + "."
        else:
            parts.append(open_part + piece)
            open_part = ""
    return parts if not open_part else [*parts, open_part[:-1]]


def _child(place: Json, name: str) -> Json:
    if isinstance(place, dict):
        return place.get(name)
    if isinstance(place, list) and is_whole(name) and int(name) < len(place):
        return place[int(name)]
    return None


def copy_json(value: Json) -> Json:
    """Copy JSON to its leaves, without recursion: user data may be deep."""
    if not isinstance(value, dict | list):
        return value
    top: dict[str, Json] | list[Json] = {} if isinstance(value, dict) else []
    open_pairs: list[tuple[dict[str, Json] | list[Json], dict[str, Json] | list[Json]]] = [(value, top)]
    while open_pairs:
        source, copy = open_pairs.pop()
        if isinstance(source, dict) and isinstance(copy, dict):
            for key, each in source.items():
                copy[key] = _shallow(each, open_pairs)
        elif isinstance(source, list) and isinstance(copy, list):
            for each in source:
                copy.append(_shallow(each, open_pairs))
    return top


def _shallow(each: Json, open_pairs: list[tuple[dict[str, Json] | list[Json], dict[str, Json] | list[Json]]]) -> Json:
    if isinstance(each, dict):
        empty: dict[str, Json] = {}
        open_pairs.append((each, empty))
        return empty
    if isinstance(each, list):
        nothing: list[Json] = []
        open_pairs.append((each, nothing))
        return nothing
    return each
