"""Makes dist/pyodide-lock.json: Pyodide's own lock file, which also knows our compiled wheel, micropip and its company.

The wheels named here lie in dist/; packages of the stock lock file keep their place at Pyodide's public address, so an
app that starts with our lock file has the whole distribution.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from pyodide_lock import PyodideLockSpec
from pyodide_lock.utils import add_wheels_to_spec

ROOT = Path(__file__).resolve().parent.parent
STOCK = ROOT / "node_modules" / "pyodide"
PART = ROOT / "build" / "parts" / "lock"
WHEELS = PART / "pyodide"
COMPILED = ROOT / "build" / "parts" / "compiled"


def download(requirements: str, folder: Path, python: str = "3.13", platform: str = "any") -> list[Path]:
    """Fetch a requirements file's wheels into a folder, checked against their hashes; pure ones, or a platform too."""
    folder.mkdir(parents=True, exist_ok=True)
    abis = ["none"] if platform == "any" else ["none", f"cp{python.replace('.', '')}"]
    command = [
        *(sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-deps"),
        *("--require-hashes", "--only-binary=:all:", "--python-version", python),
        *("--implementation", "py" if platform == "any" else "cp", "--platform", "any"),
        *(() if platform == "any" else ("--platform", platform)),
        *(word for abi in abis for word in ("--abi", abi)),
        *("--dest", str(folder), "--requirement", str(ROOT / "requirements" / requirements)),
    ]
    subprocess.run(command, check=True)
    return sorted(folder.glob("*.whl"))


def compiled_wheel(stock: str) -> Path:
    """Give the wheel for one of npm's Pyodides (tools/compiled.py), below build/parts/compiled."""
    places: dict[str, str] = json.loads((ROOT / "build" / "made" / "compiled" / "wheels.json").read_text("utf-8"))
    return COMPILED / places[stock]


def pure_name(wheel: str) -> str:
    """Name a wheel as if it were pure: pyodide-lock takes no other, and Pyodide does not look at the tags."""
    name, version, *_ = wheel.removesuffix(".whl").split("-")
    return f"{name}-{version}-py3-none-any.whl"


def write_lock(stock: Path, wheels: dict[Path, str], output: Path) -> None:
    """Write the stock lock file with wheels added, each with its address relative to the lock file."""
    spec = PyodideLockSpec.from_json(stock / "pyodide-lock.json")
    version = json.loads((stock / "package.json").read_text())["version"]
    for package in spec.packages.values():
        package.file_name = f"https://cdn.jsdelivr.net/pyodide/v{version}/full/{package.file_name}"
    with TemporaryDirectory() as folder:
        named = {Path(shutil.copy2(wheel, Path(folder, pure_name(wheel.name)))): wheels[wheel] for wheel in wheels}
        spec = add_wheels_to_spec(spec, list(named), base_path=Path(folder))
    addresses = {path.name: address for path, address in named.items()}
    for package in spec.packages.values():
        if package.file_name in addresses:
            package.file_name = addresses[package.file_name]
            # Only sources are looked into for what there is to import.
            package.imports = package.imports or [package.name]
    spec.to_json(output)


if __name__ == "__main__":
    ours = compiled_wheel(STOCK.name)
    company = download("pyodide.txt", WHEELS)
    beside = {path: f"pyodide/{path.name}" for path in company}
    write_lock(STOCK, {ours: ours.relative_to(COMPILED).as_posix(), **beside}, PART / "pyodide-lock.json")
    # Beside the runtime lies one too: PyScript and `loadPyodide` look there when they are told of no other.
    write_lock(STOCK, {path: path.name for path in company}, WHEELS / "pyodide-lock.json")
    print("knows " + ", ".join(path.name for path in [ours, *company]))
