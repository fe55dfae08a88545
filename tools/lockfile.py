"""Makes dist/pyodide-lock.json: Pyodide's own lock file, which also knows our wheel, micropip and its company.

The wheels named here lie in dist/; packages of the stock lock file keep their place at Pyodide's public address, so an
app that starts with our lock file has the whole distribution.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from pyodide_lock import PyodideLockSpec
from pyodide_lock.utils import add_wheels_to_spec

ROOT = Path(__file__).resolve().parent.parent
STOCK = ROOT / "node_modules" / "pyodide"
PART = ROOT / "build" / "parts" / "lock"
WHEELS = PART / "pyodide"


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


def write_lock(stock: Path, ours: list[Path], output: Path, base: str) -> None:
    """Write the stock lock file with the given wheels added; their addresses are relative to the lock file."""
    spec = PyodideLockSpec.from_json(stock / "pyodide-lock.json")
    version = json.loads((stock / "package.json").read_text())["version"]
    for package in spec.packages.values():
        package.file_name = f"https://cdn.jsdelivr.net/pyodide/v{version}/full/{package.file_name}"
    spec = add_wheels_to_spec(spec, ours, base_path=ROOT / "build")
    for package in spec.packages.values():
        if "://" not in package.file_name:
            package.file_name = ("" if package.name == "cioanalytics" else base) + Path(package.file_name).name
    spec.to_json(output)


if __name__ == "__main__":
    wheel = next((ROOT / "build" / "parts" / "wheel").glob("*.whl"))
    company = download("pyodide.txt", WHEELS)
    write_lock(STOCK, [wheel, *company], PART / "pyodide-lock.json", "pyodide/")
    # Beside the runtime lies one too: PyScript and `loadPyodide` look there when they are told of no other.
    write_lock(STOCK, company, WHEELS / "pyodide-lock.json", "")
    print("knows " + ", ".join(path.name for path in [wheel, *company]))
