"""Builds the JupyterLite site of this example into build/jupyterlite/site; what it needs is installed beside it.

Pyodide and all wheels lie in the site, so that a visitor loads nothing from elsewhere.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build" / "jupyterlite"
PYTHON = WORK / "venv" / "bin" / "python"
PYODIDE = WORK / "lite" / "static" / "pyodide"
# What the kernel imports, beside what its own package brings.
KERNEL = (
    "ipython jedi parso comm traitlets decorator stack_data executing asttokens pure_eval matplotlib_inline prompt_toolkit wcwidth"
    " pexpect ptyprocess pygments ipython_pygments_lexers typing_extensions micropip packaging"
)
LOCK = """
import sys
from pathlib import Path
from pyodide_lock import PyodideLockSpec
from pyodide_lock.utils import add_wheels_to_spec
folder = Path(sys.argv[1])
spec = PyodideLockSpec.from_json(Path(sys.argv[2]))
spec = add_wheels_to_spec(spec, sorted(folder.glob("*.whl")), base_path=folder)
spec.packages = {name: each for name, each in spec.packages.items() if (folder / Path(each.file_name).name).exists()}
for each in spec.packages.values():
    each.file_name = Path(each.file_name).name
    each.depends = [name for name in each.depends if name in spec.packages]
spec.to_json(folder / "pyodide-lock.json")
"""


def install() -> None:
    """Make the environment, once."""
    if not (WORK / "venv" / "bin" / "jupyter-lite").exists():
        subprocess.run([sys.executable, "-m", "venv", str(WORK / "venv")], check=True)
        subprocess.run([str(PYTHON), "-m", "pip", "install", "-q", "-r", str(HERE / "requirements.txt")], check=True)


def lay_pyodide() -> None:
    """Put Pyodide and the kernel's wheels where the site looks for them."""
    stock = ROOT / "node_modules" / "pyodide-next"
    PYODIDE.mkdir(parents=True, exist_ok=True)
    for path in stock.iterdir():
        if path.is_file() and path.name != "pyodide-lock.json":
            shutil.copy2(path, PYODIDE)
    kernel = KERNEL.split()
    if not list(PYODIDE.glob("ipython-*.whl")):
        plain = ["--no-deps", "--only-binary=:all:", "--python-version", "3.14", "--platform", "any", "--abi", "none"]
        command = [str(PYTHON), "-m", "pip", "download", "-q", *plain, "--implementation", "py", "-d", str(PYODIDE)]
        subprocess.run([*command, *kernel], check=True)
    subprocess.run([str(PYTHON), "-c", LOCK, str(PYODIDE), str(stock / "pyodide-lock.json")], check=True)


def build() -> None:
    """Build the site."""
    lite = WORK / "lite"
    shutil.copytree(HERE / "content", lite / "content", dirs_exist_ok=True)
    shutil.copy2(HERE / "jupyter-lite.json", lite)
    (wheel,) = (ROOT / "dist").glob("cioanalytics-*.whl")
    command = [str(WORK / "venv" / "bin" / "jupyter-lite"), "build", "--lite-dir", str(lite), "--contents", "content"]
    command += ["--output-dir", str(WORK / "site"), "--piplite-wheels", str(wheel), "--apps", "notebooks"]
    environment = os.environ | {"PATH": f"{WORK / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(command, check=True, cwd=lite, env=environment)
    listed = json.loads((WORK / "site" / "jupyter-lite.json").read_text())
    print(f"{WORK / 'site'}: {len(listed)} settings, notebook visitor.ipynb")


if __name__ == "__main__":
    install()
    lay_pyodide()
    build()
