"""What the sites of examples/ are made of: tools in an environment of their own, and Pyodide with all wheels beside it.

So a site loads nothing from elsewhere, and what one of them needs is installed by who starts it only.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from pyodide_lock import PyodideLockSpec
from pyodide_lock.utils import add_wheels_to_spec
from tools.lockfile import ROOT, pure_name

REQUIREMENTS = ROOT / "requirements"
EXAMPLES = ROOT / "examples"


def our_wheel() -> Path:
    """Give the wheel that `./build.sh` has made."""
    (wheel,) = (ROOT / "dist").glob("cioanalytics-*.whl")
    return wheel


def environment(folder: Path, requirements: str) -> Path:
    """Make an environment with what a requirements file names, or bring it up to date; give its commands' folder."""
    uv = [sys.executable, "-m", "uv"]
    if not (folder / "pyvenv.cfg").exists():
        subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    sync = [*uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(folder / "bin" / "python")]
    subprocess.run([*sync, str(REQUIREMENTS / requirements)], check=True)
    return folder / "bin"


def node_modules(example: str, folder: Path) -> Path:
    """Install what an example's own lock file names from npm, once for each state of that file."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (EXAMPLES / example / "package-lock.json").read_text("utf-8")
    known = folder / "node_modules" / "package-lock.json"
    if not known.exists() or known.read_text("utf-8") != lock:
        for name in ("package.json", "package-lock.json"):
            shutil.copy2(EXAMPLES / example / name, folder)
        command = ["npm", "ci", "--prefix", str(folder), "--silent", "--no-audit", "--no-fund"]
        subprocess.run(command, check=True)
        known.write_text(lock, "utf-8")
    return folder / "node_modules"


def lay_pyodide(stock: Path, wheels: list[Path], folder: Path) -> None:
    """Lay Pyodide as npm has it and wheels into a folder, with a lock file that knows no more than what is there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in stock.iterdir():
        if path.is_file() and path.name != "pyodide-lock.json":
            shutil.copy2(path, folder)
    laid = [Path(shutil.copy2(wheel, folder / pure_name(wheel.name))) for wheel in wheels]
    spec = PyodideLockSpec.from_json(stock / "pyodide-lock.json")
    spec = add_wheels_to_spec(spec, laid, base_path=folder)
    spec.packages = {name: each for name, each in spec.packages.items() if (folder / each.file_name).exists()}
    for package in spec.packages.values():
        package.depends = [name for name in package.depends if name in spec.packages]
    spec.to_json(folder / "pyodide-lock.json")
