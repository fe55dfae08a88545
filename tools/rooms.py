"""Lays one folder for each Pyodide that tests/pyodide runs in: npm's files, pytest's wheels, ours, a lock file.

build/rooms/VERSION is what a web server serves; `dist` in it leads to dist/, as it is published.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tools.lockfile import ROOT, download, write_lock

ROOMS = ROOT / "build" / "rooms"
STOCKS = ("pyodide", "pyodide-next")


def lay(stock: Path, wheels: list[Path]) -> str:
    """Lay the room of one npm package; gives its version."""
    version = str(json.loads((stock / "package.json").read_text())["version"])
    room = ROOMS / version
    room.mkdir(parents=True)
    for path in stock.iterdir():
        if path.is_file() and path.name != "pyodide-lock.json":
            (room / path.name).symlink_to(path)
    for wheel in wheels:
        shutil.copy2(wheel, room / wheel.name)
    write_lock(stock, {wheel: wheel.name for wheel in wheels}, room / "pyodide-lock.json")
    (room / "dist").symlink_to(ROOT / "dist")
    return version


def main() -> None:
    """Lay all rooms anew."""
    shutil.rmtree(ROOMS, ignore_errors=True)
    shared = ROOMS / "wheels"
    download("pyodide.txt", shared)
    company = download("pyodide-test.txt", shared)
    wheels = [*company, next((ROOT / "build" / "parts" / "wheel").glob("*.whl"))]
    versions = [lay(ROOT / "node_modules" / name, wheels) for name in STOCKS]
    print(f"Pyodide {' and '.join(versions)} with {len(wheels)} wheels")


if __name__ == "__main__":
    main()
