"""Writes the lowered page client: `python -m tools.lower OUTPUT`."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.lower import Refused, lower

ROOT = Path(__file__).resolve().parents[2]
ENTRY = "cioanalytics.browser.install"


def main(output: Path) -> int:
    """Lower and write; 1 with one line where something is refused."""
    try:
        text = lower(ROOT / "src", "cioanalytics", ENTRY).text
    except Refused as refused:
        print(refused)
        return 1
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(text, encoding="utf-8")
    print(f"{output.name}, {len(text.encode())} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
