"""Builds the JupyterLite site of this example into build/jupyterlite/site; what it needs is installed beside it.

Pyodide and all wheels lie in the site, so that a visitor loads nothing from elsewhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tools.lockfile import ROOT, download
from tools.sites import environment, lay_pyodide, our_wheel

HERE = Path(__file__).resolve().parent
WORK = ROOT / "build" / "jupyterlite"
LITE = WORK / "lite"
SITE = WORK / "site"


def main() -> None:
    """Install, and build the site."""
    commands = environment(WORK / "venv", "jupyterlite.txt")
    wheels = download("jupyterlite-pyodide.txt", WORK / "wheels", "3.14")
    for folder in (LITE, SITE):
        shutil.rmtree(folder, ignore_errors=True)
    # The place where JupyterLite looks for a Pyodide of the site's own.
    lay_pyodide(ROOT / "node_modules" / "pyodide-next", wheels, LITE / "static" / "pyodide")
    shutil.copytree(HERE / "content", LITE / "content")
    shutil.copy2(HERE / "jupyter-lite.json", LITE)
    build = [str(commands / "jupyter-lite"), "build", "--lite-dir", str(LITE), "--contents", "content"]
    build += ["--output-dir", str(SITE), "--piplite-wheels", str(our_wheel()), "--apps", "notebooks"]
    surroundings = os.environ | {"PATH": os.pathsep.join([str(commands), os.environ["PATH"]])}
    subprocess.run(build, check=True, cwd=LITE, env=surroundings)
    print(f"{SITE}: {len(wheels)} wheels, notebook visitor.ipynb")


if __name__ == "__main__":
    main()
