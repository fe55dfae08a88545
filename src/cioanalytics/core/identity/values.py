"""What counts as an id, and what a stored text means.

Law: values mean what they mean in JavaScript: `0`, `false`, `null` and "" are no id, numbers are ids as their text,
anything else comes back as it is (reference).
"""

from __future__ import annotations

from cioanalytics.core.digits import is_whole
from cioanalytics.core.identity.cookies import decode_value, well_formed
from cioanalytics.core.ports import Chance, Codec, Json

_DEEPEST_ID = 16


def is_present(value: Json) -> bool:
    """Tell whether JavaScript would take a value for true; empty arrays and objects it does."""
    if isinstance(value, (str, bool, int, float)):
        return bool(value) and value == value  # noqa: PLR0124 - NaN is false
    return value is not None


def same_value(one: Json, other: Json) -> bool:
    """Tell whether two values are `===` in JavaScript; objects never are."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other
    return one is None and other is None


def number_text(number: float) -> str:
    """Write a number as JavaScript does: `100000` for 1e5, `1e+21`, `1.5e-7`."""
    try:
        number = float(number)
    except OverflowError:
        return "Infinity" if number > 0 else "-Infinity"
    if number != number:  # noqa: PLR0124
        return "NaN"
    if number in {float("inf"), float("-inf")}:
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    mantissa, _, power = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # The value is 0.DIGITS times ten to the `point`.
    point = len(whole) + int(power or "0") - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    exponent = point - 1
    tail = "." + digits[1:] if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if exponent > 0 else '-'}{abs(exponent)}"


def _is_shallow(value: Json, room: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return True
    return room > 0 and all(_is_shallow(member, room - 1) for member in value)


def as_id(value: Json) -> Json:
    """Give a value as an id: None where it is none, the text of a number, texts without lone surrogates.

    An object nested beyond all reason is no id either: what reads it back might break on it.
    """
    if not is_present(value):
        return None
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_text(value)
    return value if _is_shallow(value, _DEEPEST_ID) else None


def _without_quote(text: str) -> str:
    # A value in JSON quotes was cut, or written, without its end: the id is what stands behind the quote (seed).
    return text[1:] if text[:1] == '"' and '"' not in text[1:] else text


def read_json(text: str, json: Codec) -> tuple[bool, Json]:
    """Read JSON; the first of the pair tells whether it was any. Texts nested beyond all reason are none."""
    try:
        return True, json.loads(text)
    except (ValueError, RuntimeError):
        return False, None


def value_of_cookie(raw: str | None, json: Codec) -> Json:
    """Read a cookie's raw value, which may be an older client's object; None where there is none."""
    text = decode_value(raw) if raw else None
    if not text:
        return None
    good, value = read_json(text, json)
    # An id may have more digits than a number keeps.
    exact = good and is_whole(text, len(text)) and is_present(value)
    return as_id(text if exact else value if good else _without_quote(text))


def id_of_cookie(raw: str | None, json: Codec) -> Json:
    """Read an id from a cookie's raw value; None where there is none."""
    return kept_id(value_of_cookie(raw, json))


def id_of_storage(text: str | None, json: Codec) -> Json:
    """Read an id from localStorage: JSON, else the text itself (reference)."""
    if text is None:
        return None
    good, value = read_json(text, json)
    return kept_id(value if good else text)


def kept_id(value: Json) -> Json:
    """Give what a store held as an id; None for an object: with it every event would be invalid, at every visit."""
    return None if isinstance(value, dict) else as_id(value)


def cookie_text(value: Json, json: Codec) -> str:
    """Write an id for a cookie: texts raw, anything else as JSON (reference)."""
    return value if isinstance(value, str) else json.dumps(value)


def random_uuid(chance: Chance) -> str:
    """Make a UUID of version 4 out of sixteen fresh random bytes (D16)."""
    digits = chance.hex(16)
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"
