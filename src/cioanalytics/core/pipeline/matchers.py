"""The conditions of routing rules: a small language over paths of an event, as JSON lists.

Law: the vendor's meaning, value for value: what is absent is nothing and equals nothing but itself, `true` is not 1,
and a broken condition is an error of its rule.
"""

from __future__ import annotations

from typing import Final

from cioanalytics.core.errors import CioError
from cioanalytics.core.pipeline.glob import glob_fits
from cioanalytics.core.pipeline.paths import get_path
from cioanalytics.core.ports import Codec, Json, JsonObject
from cioanalytics.core.unset import UNSET, Unset

DEEPEST: Final = 40

type Operand = Json | Unset


def matcher_fits(matcher: Json, event: JsonObject, codec: Codec) -> bool:
    """Tell whether a rule's matcher takes an event. Raises CioError where it cannot be read."""
    if not isinstance(matcher, dict):
        raise CioError("No matcher supplied!")
    kind = matcher.get("type")
    if kind == "all":
        return True
    if kind != "fql":
        raise CioError(f"Matcher of type {kind} unsupported.")
    text = matcher.get("ir")
    if not isinstance(text, str) or not text:
        return False
    try:
        condition = codec.loads(text)
    except ValueError as error:
        raise CioError(f'Failed to JSON.parse FQL intermediate representation "{text}": {error}') from error
    return evaluate(condition, event) is True


def evaluate(condition: Json, event: JsonObject, depth: int = 0) -> Operand:
    """Give the value of a condition. Raises CioError for an unknown word, or one too deep to be meant."""
    if depth > DEEPEST:
        raise CioError("A routing rule is nested too deeply.")
    if not isinstance(condition, list):
        return _operand(condition, event) is True
    word = condition[0] if condition else None
    one = _at(condition, 1)
    two = _at(condition, 2)
    if word == "!":
        return not _holds(evaluate(one, event, depth + 1))
    if word == "or":
        return any(_holds(evaluate(each, event, depth + 1)) for each in condition[1:])
    if word == "and":
        return all(_holds(evaluate(each, event, depth + 1)) for each in condition[1:])
    if word in ("=", "!="):
        return _equal(_worth(one, event, depth), _worth(two, event, depth)) is (word == "=")
    if word in ("<", "<=", ">", ">="):
        return _compare(str(word), _worth(one, event, depth), _worth(two, event, depth))
    if word == "in":
        wanted = _operand(one, event)
        return isinstance(two, list) and any(_same(_operand(each, event), wanted) for each in two)
    if word == "contains":
        text, part = _operand(one, event), _operand(two, event)
        return isinstance(text, str) and isinstance(part, str) and part in text
    if word == "match":
        text, pattern = _operand(one, event), _operand(two, event)
        return isinstance(text, str) and isinstance(pattern, str) and glob_fits(pattern, text)
    return _measure(word, _operand(one, event))


def _measure(word: Json, value: Operand) -> Operand:
    if word == "lowercase":
        return value.lower() if isinstance(value, str) else None
    if word == "typeof":
        return _type_of(value)
    if word == "length":
        if value is None:
            return 0
        if isinstance(value, str):
            # JavaScript counts UTF-16 units.
            return len(value) + sum(ord(char) > 0xFFFF for char in value)
        # As in JavaScript, the length of nothing equals nothing.
        return len(value) if isinstance(value, list) else float("nan")
    raise CioError(f"FQL IR could not evaluate for token: {word}")


def _at(condition: list[Json], place: int) -> Json:
    return condition[place] if place < len(condition) else None


def _operand(told: Json, event: JsonObject) -> Operand:
    """Give what an operand stands for: a path's value, a `{"value": …}`, or a list as it is."""
    if isinstance(told, list):
        return told
    if isinstance(told, dict):
        return told.get("value", UNSET)
    return get_path(event, told) if isinstance(told, str) else UNSET


def _worth(told: Json, event: JsonObject, depth: int) -> Operand:
    """Give an operand, worked out where it is itself a condition of the kinds that may stand inside another."""
    value = _operand(told, event)
    if isinstance(value, list) and value:
        one_word = value[0] in ("lowercase", "length", "typeof") and len(value) == 2
        two_words = value[0] in ("contains", "match") and len(value) == 3
        if one_word or two_words:
            return evaluate(value, event, depth + 1)
    return value


def _equal(one: Operand, other: Operand) -> bool:
    if _type_of(one) == "object" and _type_of(other) == "object":
        return one == other
    return _same(one, other)


def _same(one: Operand, other: Operand) -> bool:
    if isinstance(one, dict | list):
        return one is other
    return _type_of(one) == _type_of(other) and one == other


def _compare(word: str, one: Operand, other: Operand) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    if not isinstance(one, int | float) or not isinstance(other, int | float):
        return False
    if word == "<":
        return one < other
    if word == "<=":
        return one <= other
    return one > other if word == ">" else one >= other


def _holds(value: Operand) -> bool:
    # NaN, which is the one number that differs from itself, does not hold in JavaScript.
    return isinstance(value, dict | list) or (bool(value) and value == value)  # noqa: PLR0124


def _type_of(value: Operand) -> str:
    if isinstance(value, Unset):
        return "undefined"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return "number" if isinstance(value, int | float) else "object"
