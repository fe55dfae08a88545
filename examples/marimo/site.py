"""Builds the site of this example into build/marimo/site; what it needs is installed beside it.

marimo's own `export html-wasm` makes it; Pyodide and all wheels are put into it then, so that a visitor loads nothing
from elsewhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tools.lockfile import ROOT, download
from tools.sites import environment, lay_pyodide, node_modules, our_wheel

HERE = Path(__file__).resolve().parent
WORK = ROOT / "build" / "marimo"
SITE = WORK / "site"
# As marimo leaves it, and with the places of what lies in the site.
ELSEWHERE = '<marimo-wasm hidden="">'
HERE_IN_SITE = '<marimo-wasm hidden="" data-pyodide-index-url="./pyodide/" data-pyodide-lockfile-url="./pyodide/pyodide-lock.json">'


def pyyaml(packages: Path) -> Path:
    """Make a wheel of the installed PyYAML without its compiled part, which the package index has not for Pyodide."""
    (about,) = packages.glob("pyyaml-*.dist-info")
    wheel = WORK / "wheels" / f"{about.name.removesuffix('.dist-info')}-py3-none-any.whl"
    files = [*sorted((packages / "yaml").glob("*.py")), about / "METADATA"]
    with zipfile.ZipFile(wheel, "w") as archive:
        for file in files:
            archive.write(file, file.relative_to(packages))
        archive.writestr(f"{about.name}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about.name}/RECORD", "")
    return wheel


def main() -> None:
    """Install, export, and complete the site."""
    commands = environment(WORK / "venv", "marimo.txt")
    wheels = download("marimo-pyodide.txt", WORK / "wheels", "3.14", "pyemscripten_2026_0_wasm32")
    (packages,) = (WORK / "venv" / "lib").glob("python3*/site-packages")
    yaml = pyyaml(packages)
    stock = node_modules("marimo", WORK) / "pyodide"
    shutil.rmtree(SITE, ignore_errors=True)
    export = [
        str(commands / "marimo"),
        "-q",
        "-y",
        "export",
        "html-wasm",
        "visitor.py",
        "--output",
        str(SITE),
        "--no-sandbox",
    ]
    # marimo asks uv for modules beside the notebook, and the network for versions, unless it is given a file.
    surroundings = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "MARIMO_PYODIDE_LOCK_FILE": str(stock / "pyodide-lock.json"),
    }
    subprocess.run(export, check=True, cwd=HERE, env=surroundings)
    lay_pyodide(stock, sorted({*wheels, yaml, our_wheel()}), SITE / "pyodide")
    page = (SITE / "index.html").read_text("utf-8")
    if ELSEWHERE not in page:
        raise SystemExit("marimo's page is another than this file knows: where does it name its Pyodide?")
    (SITE / "index.html").write_text(page.replace(ELSEWHERE, HERE_IN_SITE), "utf-8")
    print(f"{SITE}: {len(wheels)} wheels, notebook visitor.py")


if __name__ == "__main__":
    main()
