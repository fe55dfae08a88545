"""What counts as an id, compared with JavaScript itself, and stores full of rubbish."""

from __future__ import annotations

import json
import math
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.fakes import JsonCodec
from tests.core.identity_rig import Browser

from cioanalytics.core.identity.values import as_id, id_of_cookie, id_of_storage, is_present, number_text, same_value
from cioanalytics.core.ports import Json

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
NUMBERS = [
    0,
    -0.0,
    1,
    -7,
    0.1,
    1e5,
    1e20,
    1e21,
    123456789012345680000,
    2**53,
    1e-6,
    1e-7,
    1.5e-7,
    5e-324,
    1.7976931348623157e308,
    -1e300,
]


def test_numbers_are_written_as_javascript_writes_them() -> None:
    node = shutil.which("node")
    assert node is not None, "needs node, which ./build.sh looks for or installs"
    numbers: list[float] = list(NUMBERS)

    @settings(QUICK, max_examples=300, database=None)
    @given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**70), 2**70))
    def collect(number: float) -> None:
        numbers.append(number)

    collect()
    script = "process.stdout.write(JSON.stringify(JSON.parse(require('fs').readFileSync(0, 'utf8')).map(String)))"
    done = subprocess.run([node, "-e", script], input=json.dumps(numbers), capture_output=True, text=True, check=True)
    theirs = json.loads(done.stdout)
    assert [number_text(number) for number in numbers] == theirs


def test_numbers_that_json_does_not_know() -> None:
    texts = [number_text(number) for number in (math.nan, math.inf, -math.inf, 10**400)]
    assert texts == ["NaN", "Infinity", "-Infinity", "Infinity"]


@pytest.mark.parametrize("value", [None, False, 0, -0.0, "", math.nan])
def test_what_javascript_takes_for_false(value: Json) -> None:
    assert not is_present(value)
    assert as_id(value) is None


@pytest.mark.parametrize("value", [True, 1, "0", " ", [], {}])
def test_what_javascript_takes_for_true(value: Json) -> None:
    assert is_present(value)


def test_equality_is_that_of_three_signs() -> None:
    assert same_value(1, 1.0)
    assert same_value(None, None)
    assert same_value(True, True)
    assert not any(
        [same_value(True, 1), same_value("1", 1), same_value([], []), same_value(None, False), same_value({}, {})]
    )


DEEP: list[str] = ["[" * depth + "]" * depth for depth in (15, 17, 500, 4000)]
RUBBISH = st.text(max_size=30) | st.sampled_from(
    ["null", '"', '"x', "%22x", "%E4", "[", "{}", "[]", "1e999", "9" * 5000, *DEEP, "\ud800", "a;b"]
)


@given(RUBBISH, RUBBISH)
@QUICK
def test_reading_an_id_never_throws(cookie: str, stored: str) -> None:
    id_of_cookie(cookie, JsonCodec())
    id_of_storage(stored, JsonCodec())


KEYS = [
    "ajs_anonymous_id",
    "ajs_user_id",
    "ajs_group_id",
    "ajs_user_traits",
    "ajs_group_properties",
    "cioanalytics:seen",
]
COOKIES = ["ajs_anonymous_id", "ajs_user_id", "ajs_group_id", "ajs_user", "_sio", "__tld__"]


@given(st.dictionaries(st.sampled_from(COOKIES), RUBBISH), st.dictionaries(st.sampled_from(KEYS), RUBBISH))
@QUICK
def test_no_rubbish_in_the_stores_keeps_identity_from_standing(cookies: dict[str, str], items: dict[str, str]) -> None:
    browser = Browser()
    for name, value in cookies.items():
        browser.set_cookie(name, value)
    browser.items().update(items)
    tab = browser.tab()
    anonymous_id, user_id = tab.user.who()
    assert is_present(anonymous_id)
    assert user_id is None or is_present(user_id)
    tab.identity.explain()
    tab.identity.refresh(None)
    tab.user.identify("u1", {"a": 1})
    tab.group.identify("g1", {"b": 1})
    assert (tab.user.id(), tab.group.id()) == ("u1", "g1")
    assert browser.tab().user.id() == "u1"
    tab.identity.reset()
    assert (tab.user.id(), tab.user.traits(), tab.group.id()) == (None, {}, None)
    assert tab.console.errors == []
