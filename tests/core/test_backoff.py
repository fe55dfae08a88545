"""Pauses between tries."""

from __future__ import annotations

import pytest
from tests.core.fakes import NOON, FakeChance

from cioanalytics.core.backoff import LONGEST_ASKED, backoff, retry_after


@pytest.mark.parametrize(("attempt", "least", "most"), [(0, 500, 1000), (1, 1000, 2000), (3, 4000, 8000)])
def test_a_pause_doubles_and_has_chance_in_it(attempt: int, least: float, most: float) -> None:
    chance = FakeChance()
    pauses = [backoff(attempt, chance) for _ in range(50)]
    assert all(least <= pause < most for pause in pauses)
    assert len(set(pauses)) == 50


def test_a_pause_has_an_end_however_often_it_was_tried() -> None:
    assert backoff(1000, FakeChance(), most=30_000) == 30_000


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("3", 3000),
        (" 120 ", 120_000),
        ("0", 0),
        ("Tue, 24 Nov 2026 13:00:30 GMT", 30_000),
        ("Sat, 29 Feb 2020 00:00:00 GMT", 0),
        ("Wed, 01 Mar 2028 00:00:00 GMT", LONGEST_ASKED),
        ("Tue, 24 Nov 2026 13:04:59 GMT", 299_000),
        ("300", 300_000),
        ("301", LONGEST_ASKED),
        ("315360000", LONGEST_ASKED),
        ("9" * 400, LONGEST_ASKED),
        ("1e3", None),
        ("1.5", None),
        ("0x10", None),
        ("Infinity", None),
        ("NaN", None),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("²", None),
        ("9" * 5_000, None),
        ("Tue, 24 Nov 2026 1³:00:30 GMT", None),
        ("Tue, 24 Foo 2026 13:00:30 GMT", None),
        ("Tue, 24 anf 2026 13:00:30 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str, expected: float | None) -> None:
    assert retry_after(header, NOON) == expected
