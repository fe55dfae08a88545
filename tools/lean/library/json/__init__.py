"""JSON over the interpreter's own `_json`, without the parts in Python, which need regular expressions.

The results are those of the standard library's `json` for the arguments that are known here; others are a TypeError.
tests/tools/test_lean_library.py compares the two.
"""

from _json import encode_basestring, encode_basestring_ascii, make_encoder, make_scanner

from .decoder import JSONDecodeError

CONSTANTS = {"-Infinity": float("-inf"), "Infinity": float("inf"), "NaN": float("nan")}
SPACE = " \t\n\r"


class JSONEncoder:
    """Writes values; `separators` are those between items, and between key and value."""

    def __init__(self, *, ensure_ascii=True, separators=(", ", ": ")):
        self._text = encode_basestring_ascii if ensure_ascii else encode_basestring
        self._between, self._after_key = separators

    def default(self, value):
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")

    def encode(self, value):
        if isinstance(value, str):
            return self._text(value)
        write = make_encoder({}, self.default, self._text, None, self._after_key, self._between, False, False, True)
        return "".join(write(value, 0))


class _Scanning:
    """What the scanner asks for."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = CONSTANTS.__getitem__


_scan = make_scanner(_Scanning)
_encoder = JSONEncoder()


def dumps(value, *, ensure_ascii=True, separators=(", ", ": ")):
    """Write a value."""
    if ensure_ascii and separators == (", ", ": "):
        return _encoder.encode(value)
    return JSONEncoder(ensure_ascii=ensure_ascii, separators=separators).encode(value)


def loads(text):
    """Read a value; JSONDecodeError, which is a ValueError, where the text is none."""
    if not isinstance(text, str):
        raise TypeError(f"the JSON object must be str, bytes or bytearray, not {type(text).__name__}")
    if text.startswith("\ufeff"):
        raise JSONDecodeError("Unexpected UTF-8 BOM (decode using utf-8-sig)", text, 0)
    length = len(text)
    try:
        value, end = _scan(text, length - len(text.lstrip(SPACE)))
    except StopIteration as stop:
        raise JSONDecodeError("Expecting value", text, stop.value) from None
    end += len(text) - end - len(text[end:].lstrip(SPACE))
    if end != length:
        raise JSONDecodeError("Extra data", text, end)
    return value
