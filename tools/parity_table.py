"""Puts the table that `./build.sh test --all parity` left into README.md, between its markers."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- parity -->", "<!-- /parity -->"


def main() -> int:
    """Write the table; 1 if there is none, or no place for it."""
    table, readme = ROOT / "build/parity.md", ROOT / "README.md"
    text = readme.read_text("utf-8")
    if not table.exists() or BEGIN not in text or END not in text:
        print(f"there is no table (run ./build.sh test --all parity), or README.md lacks {BEGIN} and {END}")
        return 1
    before, _, rest = text.partition(BEGIN)
    readme.write_text(
        f"{before}{BEGIN}\n\n{table.read_text('utf-8').strip()}\n\n{END}{rest.partition(END)[2]}", "utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
