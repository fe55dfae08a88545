"""Makes a wheel for each Pyodide, and the index in which `micropip` finds the one that fits.

Takes: the wheel of sources (tools/wheel.py), npm's pyodides. Gives: build/parts/compiled, dist/simple. In such a wheel
the package is one lowered module in bytecode: nothing is compiled when an app starts, which was most of the time of
`load`. Who has another Python, or reads the sources, takes the wheel of sources, which the index names too.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import shutil
import subprocess
from pathlib import Path

from tools.lower import lower
from wheel.wheelfile import WheelFile  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "build" / "parts" / "wheel"
WORK = ROOT / "build" / "made" / "compiled"
PART = ROOT / "build" / "parts" / "compiled"
SIMPLE = PART / "simple" / "cioanalytics"
STOCKS = ("pyodide", "pyodide-next")
# Its calls are what a notebook's `help` is asked for.
DOCUMENTED = "cioanalytics.python"
TEXTS = ("browser/border.js", "bridge/page.js")


def compile_for(stock: str, source: Path, output: Path) -> str:
    """Compile a module in a Pyodide; gives the tag of wheels that hold its bytecode."""
    command = ["node", "tools/bytecode.mjs", f"node_modules/{stock}", str(source), str(output)]
    printed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    told = json.loads(printed.splitlines()[-1])
    major, minor = told["python"]
    # Every micropip knows the platform by this name, older ones by no other (PEP 783: pyemscripten).
    return f"cp{major}{minor}-none-pyodide_{told['platform']}_wasm32"


def pack(sources: Path, compiled: Path, tag: str) -> Path:
    """Make a wheel of compiled code, with what else the wheel of sources has: its texts, its metadata."""
    name, version, *_ = sources.stem.split("-")
    made = SIMPLE / f"{name}-{version}-{tag}.whl"
    about = f"{name}-{version}.dist-info"
    with WheelFile(str(sources)) as whole, WheelFile(str(made), "w") as wheel:
        wheel.write(str(compiled), "cioanalytics/__init__.pyc")
        for text in TEXTS:
            wheel.writestr(f"cioanalytics/{text}", whole.read(f"cioanalytics/{text}"))
        for each in whole.namelist():
            if each.startswith(f"{about}/") and not each.endswith(("/RECORD", "/WHEEL")):
                wheel.writestr(each, whole.read(each))
        lines = ["Wheel-Version: 1.0", "Generator: cioanalytics tools/compiled.py", "Root-Is-Purelib: true"]
        wheel.writestr(f"{about}/WHEEL", "\n".join([*lines, f"Tag: {tag}"]) + "\n")
    return made


def index(links: dict[str, Path]) -> str:
    """Write a page of the simple index (PEP 503): addresses and the wheels that lie there."""

    def line(address: str, wheel: Path) -> str:
        sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
        return f'<a href="{html.escape(address)}#sha256={sha256}">{html.escape(wheel.name)}</a><br>'

    lines = [line(address, wheel) for address, wheel in links.items()]
    return "\n".join(["<!doctype html>", "<title>cioanalytics</title>", *lines]) + "\n"


def main() -> None:
    """Make all wheels and the index anew."""
    os.environ["SOURCE_DATE_EPOCH"] = "1577836800"
    for folder in (WORK, PART):
        shutil.rmtree(folder, ignore_errors=True)
    WORK.mkdir(parents=True)
    SIMPLE.mkdir(parents=True)
    (sources,) = SOURCES.glob("*.whl")
    lowered, compiled = WORK / "cioanalytics.py", WORK / "cioanalytics.pyc"
    whole = lower(ROOT / "src", "cioanalytics", "cioanalytics", DOCUMENTED)
    # The page's full start takes it from there (web/start/loader.js).
    assert whole.names["cioanalytics.browser.install"]["install"] == "install"
    lowered.write_text(whole.text, encoding="utf-8")
    made = {stock: pack(sources, compiled, compile_for(stock, lowered, compiled)) for stock in STOCKS}
    links = {wheel.name: wheel for wheel in made.values()} | {f"../../{sources.name}": sources}
    (SIMPLE / "index.html").write_text(index(links), encoding="utf-8")
    # By the npm package that each is for, as dist/ will have them.
    places = {stock: wheel.relative_to(PART).as_posix() for stock, wheel in made.items()}
    (WORK / "wheels.json").write_text(json.dumps(places), encoding="utf-8")
    print(", ".join(f"{wheel.name.split('-')[2]} {wheel.stat().st_size} bytes" for wheel in made.values()))


if __name__ == "__main__":
    main()
