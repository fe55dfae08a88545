"""The tables of README.md: each stands between its markers, and that of the differences is what the document says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cioanalytics
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


VENDORS = Path("node_modules/@customerio/cdp-analytics-browser/dist/types/core")


@pytest.mark.parametrize(
    ("kind", "file", "ours"),
    [
        ("Analytics", "analytics/index.d.ts", cioanalytics),
        ("User", "user/index.d.ts", cioanalytics.User),
        ("Group", "user/index.d.ts", cioanalytics.Group),
    ],
)
def test_a_call_of_the_vendors_is_there_in_python_or_named_as_missing(kind: str, file: str, ours: object) -> None:
    text = (readme.ROOT / VENDORS / file).read_text("utf-8")
    body = re.search(rf"^export declare class {kind} [^{{]*\{{\n(.*?)^\}}", text, re.MULTILINE | re.DOTALL)
    assert body
    names = re.findall(r"^    (?:readonly |get )?(\w+)\??[(:]", body[1], re.MULTILINE)
    assert len(names) > 0
    told = readme.README.read_text("utf-8").partition("Of the vendor's calls Python has not")[2].partition("\n\n")[0]
    missing = [name for name in names if not hasattr(ours, re.sub(r"([A-Z])", r"_\1", name).lower())]
    assert [name for name in missing if f"`{name}`" not in told and name != "constructor"] == []
