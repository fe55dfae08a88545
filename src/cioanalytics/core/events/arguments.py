"""The overloads of the public calls: from the arguments as they were given to named parts.

Law: pure, and never an error except `MissingEvent`. Only `dict` counts as an object, as only plain objects do in the
reference; the caller's objects are passed on, never changed. Arguments beyond the named ones are ignored, as there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cioanalytics.core.errors import MissingEvent
from cioanalytics.core.events.values import spread
from cioanalytics.core.identity.values import number_text
from cioanalytics.core.ports import Json, JsonObject
from cioanalytics.core.unset import UNSET, Unset, without_unset

type CallbackFunction = Callable[..., object]
type Argument = Json | Unset | CallbackFunction
type Id = Json | Unset


@dataclass(frozen=True)
class EventCall:
    """A `track`. `properties` may be anything where the event was given as an object (validation judges it)."""

    name: str
    properties: Json
    options: JsonObject
    callback: CallbackFunction | None


@dataclass(frozen=True)
class PageCall:
    """A `page` or `screen`; an empty category or name is kept, an absent one is None."""

    category: str | None
    name: str | None
    properties: JsonObject
    options: JsonObject
    callback: CallbackFunction | None


@dataclass(frozen=True)
class EntityCall:
    """An `identify` or `group`; `id` is the given one as text, else the known one."""

    id: Json
    traits: JsonObject
    options: JsonObject
    callback: CallbackFunction | None


@dataclass(frozen=True)
class AliasCall:
    """An `alias`. `to` is whatever stood first where no text was given, UNSET where nothing was."""

    to: Id
    previous: str | None
    options: JsonObject
    callback: CallbackFunction | None


def resolve_event(args: Sequence[Argument]) -> EventCall:
    """Read `track(name, properties, options, callback)` or `track({event, properties}, options, callback)`.

    Raises `MissingEvent` where there is no name (reference: the promise rejects).
    """
    given = _padded(args, 4)
    first, second, third = given[0], given[1], given[2]
    options: Argument = third
    properties: Json = second if isinstance(second, dict) else {}
    name: Argument = first
    if isinstance(first, dict):
        name = first.get("event")
        inner = first.get("properties")
        properties = {} if inner is None else inner
        if not callable(second):
            options = second
    if not isinstance(name, str) or not name:
        raise MissingEvent
    return EventCall(name, properties, _options(options), _callback(given))


def resolve_page(args: Sequence[Argument]) -> PageCall:
    """Read `page` or `screen`: texts are category and name, or the name alone; objects properties, then options."""
    given = _padded(args, 5)
    texts = [each for each in given if isinstance(each, str)]
    category = texts[0] if len(texts) > 1 else None
    name = texts[min(len(texts), 2) - 1] if texts else None
    properties, options = _objects(given, name)
    return PageCall(category, name, properties, options, _callback(given))


def resolve_identify(args: Sequence[Argument], known_id: Id) -> EntityCall:
    """Read `identify`: the first text, else the first number as text, is the id; else the known one stands.

    Where an id is known, `null` takes the place of an object: `identify(null, traits)` has the traits as options
    (reference).
    """
    entity_id: Json = None if isinstance(known_id, Unset) else known_id
    for each in args:
        if not isinstance(each, bool) and isinstance(each, (int, float)):
            entity_id = number_text(each)
            break
    for each in args:
        if isinstance(each, str):
            entity_id = each
            break
    traits, options = _objects(args, entity_id)
    return EntityCall(entity_id, traits, without_unset(options), _callback(args))


def resolve_group(args: Sequence[Argument], known_id: Id) -> EntityCall:
    """Read `group(id, traits, options, callback)`: the rules of `identify`, with the group's id."""
    return resolve_identify(args, known_id)


def resolve_alias(args: Sequence[Argument]) -> AliasCall:
    """Read `alias(to, from, options, callback)`; numbers are ids too."""
    given = _padded(args, 4)
    for index in (0, 1):
        each = given[index]
        if not isinstance(each, bool) and isinstance(each, (int, float)):
            given[index] = number_text(each)
    texts = [each for each in given if isinstance(each, str)]
    first = given[0]
    # A function is no id; an object stands for it, which validation refuses just the same.
    to: Id = texts[0] if texts else ({} if callable(first) else first)
    options = [each for each in given if isinstance(each, dict)]
    return AliasCall(
        to, texts[1] if len(texts) > 1 else None, without_unset(options[0]) if options else {}, _callback(given)
    )


def _padded(args: Sequence[Argument], count: int) -> list[Argument]:
    given = list(args[:count])
    return given + [UNSET] * (count - len(given))


def _callback(args: Sequence[Argument]) -> CallbackFunction | None:
    for each in args:
        if callable(each):
            return each
    return None


def _objects(args: Sequence[Argument], name: Json) -> tuple[JsonObject, JsonObject]:
    """Give the first two objects; `null` holds a place where a name or id was found (reference)."""
    found: list[JsonObject] = []
    for each in args:
        if isinstance(each, dict):
            found.append(each)
        elif each is None and name is not None:
            found.append({})
    found += [{}, {}]
    return found[0], found[1]


def _options(value: Argument) -> JsonObject:
    """Give options as an object; a text or an array is spread, as the reference does."""
    if isinstance(value, Unset) or callable(value):
        return {}
    return value if isinstance(value, dict) else spread(value)
