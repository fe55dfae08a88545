"""Puts tables that runs have made into README.md, each between its markers: `<!-- NAME -->` and `<!-- /NAME -->`.

Law: a table in README.md is made by the run that it speaks of, never by hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
README: Final = ROOT / "README.md"
PARITY: Final = ROOT / "build" / "parity.md"


def put(name: str, table: str) -> None:
    """Put a table between its markers; ValueError where README.md has none of that name."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = README.read_text("utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"README.md lacks {begin} and {end}")
    README.write_text(f"{before}{begin}\n\n{table.strip()}\n\n{end}{after}", "utf-8")
