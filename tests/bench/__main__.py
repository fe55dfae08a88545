"""Runs one bench by its name, `start` by default: a module of this folder with `main(arguments)`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

NAMES = sorted(each.stem for each in Path(__file__).parent.glob("[a-z]*"))


def main() -> int:
    """Run it; 2 where there is none of that name."""
    given = sys.argv[1:]
    name, *arguments = given if given and not given[0].startswith("-") else ["start", *given]
    if name not in NAMES:
        sys.stderr.write(f"which bench? ./build.sh bench {'|'.join(NAMES)} [...]\n")
        return 2
    code: int = import_module(f"tests.bench.{name}").main(arguments)
    return code


if __name__ == "__main__":
    sys.exit(main())
