"""The tables of README.md: each stands between its markers, and that of the differences is what the document says."""

from __future__ import annotations

import re

import pytest

from tools import readme


def test_the_table_of_differences_is_made_from_the_document() -> None:
    assert readme.between("differences")[1] == readme.differences(), "python -m tools.readme makes it anew"


def test_each_better_row_has_a_line() -> None:
    numbers = re.findall(r"^\| (D\d+) ", readme.DIFFERENCES.read_text("utf-8"), re.MULTILINE)
    assert len(numbers) == 28
    assert re.findall(r"^\| (D\d+) ", readme.differences(), re.MULTILINE) == numbers


@pytest.mark.parametrize("name", ["parity", "engines", "differences", "bridge"])
def test_a_table_has_its_place(name: str) -> None:
    assert "|---|" in readme.between(name)[1]


def test_a_place_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="<!-- weather -->"):
        readme.between("weather")
