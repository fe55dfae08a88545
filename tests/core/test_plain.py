"""Python values on their way to JSON."""

from collections import UserDict
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum

import pytest

from cioanalytics.python.plain import plain, plain_object


def test_what_json_knows_passes_and_is_copied() -> None:
    given = {"a": [1, 2.5, True, None, "ü"], "b": {"c": (1, 2)}}
    made = plain(given, "properties")
    assert made == {"a": [1, 2.5, True, None, "ü"], "b": {"c": [1, 2]}}
    assert made is not given


def test_times_are_utc_text_as_javascript_writes_it() -> None:
    zone = timezone(timedelta(hours=2))
    assert plain(datetime(2026, 11, 24, 15, 0, 1, 234567, zone), "when") == "2026-11-24T13:00:01.234Z"
    assert plain(datetime(2026, 1, 2, tzinfo=UTC), "when") == "2026-01-02T00:00:00.000Z"
    assert plain(date(2026, 1, 2), "day") == "2026-01-02"


def test_numbers_that_json_cannot_say_are_null() -> None:
    assert plain([float("nan"), float("inf"), -float("inf")], "x") == [None, None, None]


class Wordy(float):
    """A number that writes itself otherwise, as those of numpy do."""

    def __repr__(self) -> str:
        return f"Wordy({float(self)})"


def test_a_number_of_another_kind_is_a_number() -> None:
    assert repr(plain([Wordy(1.5)], "x")) == "[1.5]"


class NotATime(datetime):
    """A time that is none, as the one of pandas: it differs from itself."""

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = datetime.__hash__


def test_a_time_that_is_none_is_null() -> None:
    assert plain({"seen": NotATime(2026, 1, 2)}, "properties") == {"seen": None}


class Plan(str, Enum):  # noqa: UP042 - the kind that writes itself otherwise
    BASIC = "basic"


def test_a_member_of_an_enum_is_its_text() -> None:
    made = plain({Plan.BASIC: Plan.BASIC}, "traits")
    assert repr(made) == "{'basic': 'basic'}"


def test_what_is_like_a_dict_is_one_and_keys_are_written_as_json_does() -> None:
    given = UserDict({"a": UserDict(), None: 1, True: 2, 1.5: 3, 7: 4})
    assert plain(given, "traits") == {"a": {}, "null": 1, "true": 2, "1.5": 3, "7": 4}
    with pytest.raises(TypeError, match=r"traits\.a: a key must be a text, not \(1, 2\)"):
        plain({"a": {(1, 2): 3}}, "traits")


def test_a_value_without_meaning_is_refused_with_its_path() -> None:
    with pytest.raises(TypeError, match=r"properties\.tags\[1\]: set"):
        plain({"tags": ["a", {"b"}]}, "properties")


def test_a_cycle_is_refused_with_its_argument() -> None:
    loop: dict[str, object] = {}
    loop["self"] = loop
    with pytest.raises(ValueError, match=r"traits\.self.*cycle"):
        plain(loop, "traits")


def test_an_object_is_asked_for() -> None:
    assert plain_object(None, "traits") == {}
    with pytest.raises(TypeError, match="traits: expected a dict, got str"):
        plain_object("Jane", "traits")
