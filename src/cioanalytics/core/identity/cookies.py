"""The text of cookies: values and names as js-cookie writes them, lines as `document.cookie` takes them.

Law: pure functions. Whatever text goes in comes back out of a browser's jar, and no text can end its own cookie: `;`,
CR, LF, `%` and all that is not ASCII are percent-encoded. A text that does not decode is absent, never an error.
"""

from __future__ import annotations

from dataclasses import dataclass

_WORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
# What stays raw in a value and in a name (reference: js-cookie 3; a name encodes more).
_PLAIN_IN_VALUE = _WORD + "-_.!~*'()" + "#$&+/:<=>?@[]^`{|}"
_PLAIN_IN_NAME = _WORD + "-_.!~*'" + "#$&+^`|"
_HEX = "0123456789abcdefABCDEF"
_REPLACEMENT = "\ufffd"
_DAYS = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAY_MS = 86_400_000
# 9999-12-31: the last day that an Expires date can name.
_LAST_MS = 253_402_214_400_000
LONG_AGO = 0.0


@dataclass(frozen=True)
class CookieAttributes:
    """What stands behind a cookie's value. `expires` in milliseconds since 1970, None for a session cookie."""

    path: str = "/"
    same_site: str = ""
    expires: float | None = None
    domain: str | None = None
    secure: bool = False


def well_formed(text: str) -> str:
    """Join surrogate pairs to their character and replace lone ones by U+FFFD, which UTF-8 and cookies can carry."""
    for char in text:
        if 0xD800 <= ord(char) < 0xE000:
            return _mended(text)
    return text


def _mended(text: str) -> str:
    mended: list[str] = []
    high = 0
    for char in text:
        code = ord(char)
        if high and 0xDC00 <= code < 0xE000:
            mended.append(chr(0x10000 + (high - 0xD800) * 0x400 + code - 0xDC00))
            high = 0
            continue
        if high:
            mended.append(_REPLACEMENT)
        high = code if 0xD800 <= code < 0xDC00 else 0
        if not high:
            mended.append(_REPLACEMENT if 0xDC00 <= code < 0xE000 else char)
    if high:
        mended.append(_REPLACEMENT)
    return "".join(mended)


def _encoded(text: str, plain: str) -> str:
    parts: list[str] = []
    for char in well_formed(text):
        if char in plain:
            parts.append(char)
        else:
            for byte in char.encode("utf-8"):
                parts.append(f"%{byte:02X}")
    return "".join(parts)


def encode_value(text: str) -> str:
    """Encode a cookie's value as js-cookie does; lone surrogates, on which that throws, become U+FFFD."""
    return _encoded(text, _PLAIN_IN_VALUE)


def encode_name(text: str) -> str:
    """Encode a cookie's name as js-cookie does."""
    return _encoded(text, _PLAIN_IN_NAME)


def _decoded(raw: str, *, strict: bool) -> str | None:
    """Decode runs of `%XX` as UTF-8. None where a run is none, or (strict) a `%` stands without two digits."""
    first, *pieces = raw.split("%")
    if not pieces:
        return raw
    parts = [first]
    run: list[int] = []
    try:
        for piece in pieces:
            if len(piece) > 1 and piece[0] in _HEX and piece[1] in _HEX:
                run.append(int(piece[:2], 16))
                if len(piece) > 2:
                    parts.append(bytes(run).decode("utf-8"))
                    parts.append(piece[2:])
                    run = []
            elif strict:
                return None
            else:
                parts.append(bytes(run).decode("utf-8"))
                parts.append("%" + piece)
                run = []
        parts.append(bytes(run).decode("utf-8"))
    except ValueError:
        return None
    return "".join(parts)


def decode_value(raw: str) -> str | None:
    """Decode a cookie's value; None where good and broken escapes mix (reference: it counts as absent).

    Raw quotes around it go away, and so does an opening one alone (seed; js-cookie would cut the last letter instead).
    """
    if raw[:1] == '"':
        raw = raw[1:-1] if len(raw) > 1 and raw.endswith('"') else raw[1:]
    return _decoded(raw, strict=False)


def find_raw(jar_text: str, name: str) -> list[str]:
    """List the undecoded values of all cookies of one name, in the browser's order."""
    found: list[str] = []
    for pair in jar_text.split("; "):
        key, _, value = pair.partition("=")
        if key == name or ("%" in key and _decoded(key, strict=True) == name):
            found.append(value)
    return found


def find(jar_text: str, name: str) -> str | None:
    """Give the decoded value of the first cookie of a name that decodes; None when there is none (reference)."""
    for raw in find_raw(jar_text, name):
        value = decode_value(raw)
        if value is not None:
            return value
    return None


def http_date(ms: float) -> str:
    """Write a time as JavaScript's `toUTCString` does: `Tue, 24 Nov 2026 13:00:00 GMT`."""
    whole = int(max(0, min(ms, _LAST_MS)))
    days, rest = divmod(whole, _DAY_MS)
    seconds = rest // 1000
    # Civil date from days, with years that begin in March, so that the leap day is a year's last.
    shifted = days + 719_468
    era, day_of_era = divmod(shifted, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    march_month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * march_month + 2) // 5 + 1
    month = march_month + 3 if march_month < 10 else march_month - 9
    year = year_of_era + era * 400 + (1 if month < 3 else 0)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{_DAYS[days % 7]}, {day:02d} {_MONTHS[month - 1]} {year:04d} {clock} GMT"


def _attribute(text: str) -> str:
    """Cut an attribute where it would end or break its line."""
    kept = text.split(";", 1)[0]
    return "".join([char for char in kept if char >= " " and char != "\x7f"])


def cookie_line(name: str, value: str, attributes: CookieAttributes) -> str:
    """Write the line for `document.cookie`, the attributes in js-cookie's order; empty ones are left away."""
    line = f"{encode_name(name)}={encode_value(value)}"
    if attributes.path:
        line += "; path=" + _attribute(attributes.path)
    if attributes.same_site:
        line += "; sameSite=" + _attribute(attributes.same_site)
    if attributes.expires is not None:
        line += "; expires=" + http_date(attributes.expires)
    if attributes.domain:
        line += "; domain=" + _attribute(attributes.domain)
    if attributes.secure:
        line += "; secure"
    return line
