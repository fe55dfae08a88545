"""Reads docs/differences.md: the rows in which ours is another on purpose, each with its reason."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from tests.browser.places import ROOT

DOCUMENT = ROOT / "docs/differences.md"
ROW = re.compile(r"^\|\s*(?P<number>[DN]\d+)\s*\|\s*(?P<theirs>[^|]+)\|\s*(?P<ours>[^|]+)\|\s*$")


@cache
def rows(document: Path = DOCUMENT) -> dict[str, str]:
    """Give number → what ours does; a row that cannot be read is a fault."""
    found: dict[str, str] = {}
    for line in document.read_text("utf-8").splitlines():
        match = ROW.match(line)
        if match:
            number = match["number"]
            assert number not in found, f"{document.name}: {number} is there twice"
            found[number] = match["ours"].strip()
        else:
            assert not re.match(r"^\|\s*[DN]\d", line), f"{document.name}: this row cannot be read: {line}"
    return found
