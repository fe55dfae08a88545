"""Puts tables that were made elsewhere into README.md, each between its markers: `<!-- NAME -->` and `<!-- /NAME -->`.

Law: a table in README.md is made by the run, or from the document, that it speaks of; never by hand.

    python -m tools.readme      makes the table of differences anew, from docs/differences.md
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
README: Final = ROOT / "README.md"
PARITY: Final = ROOT / "build" / "parity.md"
DIFFERENCES: Final = ROOT / "docs" / "differences.md"
BETTER: Final = re.compile(r"^\| (D\d+) \| (.+?) \| (.+?) \|$", re.MULTILINE)
# A full stop outside of code, before a blank or the end.
SENTENCE: Final = re.compile(r"(?:`[^`]*`|[^`])+?\.(?= |$)")


def between(name: str) -> tuple[str, str, str]:
    """Part README.md at the markers of a table; ValueError where it has none of that name."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = README.read_text("utf-8").partition(begin)
    table, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"README.md lacks {begin} and {end}")
    return before + begin, table.strip(), end + after


def put(name: str, table: str) -> None:
    """Put a table between its markers."""
    before, _, after = between(name)
    README.write_text(f"{before}\n\n{table.strip()}\n\n{after}", "utf-8")


def differences() -> str:
    """Give the rows in which ours is better on purpose, each shortened to its first sentences."""
    rows = BETTER.findall(DIFFERENCES.read_text("utf-8"))
    lines = [f"| {number} | {_first(theirs)} | {_first(ours)} |" for number, theirs, ours in rows]
    return "\n".join(["| # | the reference | ours |", "|---|---|---|", *lines])


def _first(text: str) -> str:
    found = SENTENCE.match(text)
    return found[0] if found else text


if __name__ == "__main__":
    put("differences", differences())
