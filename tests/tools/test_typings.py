"""The typings: what code written for the vendor's package names is there, and such code compiles."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent / "typings"
THEIRS = ROOT / "node_modules/@customerio/cdp-analytics-browser/dist/types/index.d.ts"
OURS = ROOT / "web/cioanalytics.d.ts"
MODULE = ROOT / "dist/cioanalytics.mjs"


def node(*arguments: str | Path) -> str:
    run = subprocess.run(["node", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False)
    return run.stdout + run.stderr


def test_each_name_and_member_of_the_vendors_typings_is_one_of_ours() -> None:
    assert node(HERE / "names.mjs", THEIRS, OURS) == ""


def compiled(app: Path, folder: Path, **further: object) -> str:
    """Give what the compiler says of an app; its settings are written into a folder."""
    options = {
        "strict": True,
        "noEmit": True,
        "skipLibCheck": True,
        "target": "es2022",
        "module": "esnext",
        "moduleResolution": "bundler",
        "lib": ["es2022", "dom", "dom.iterable"],
        "types": [],
    }
    settings = {"compilerOptions": options | further, "files": [str(app)]}
    (folder / "tsconfig.json").write_text(json.dumps(settings), "utf-8")
    return node("node_modules/typescript/bin/tsc", "-p", folder)


@pytest.mark.parametrize("typings", [THEIRS, OURS], ids=["the vendor's", "ours"])
def test_an_app_compiles_against_either(typings: Path, tmp_path: Path) -> None:
    assert compiled(HERE / "app.ts", tmp_path, paths={"client": [str(typings)]}) == ""


@pytest.mark.parametrize("resolution", ["bundler", "nodenext"])
def test_the_types_of_the_module_are_found_beside_it(resolution: str, tmp_path: Path) -> None:
    app = tmp_path / "app.ts"
    text = (HERE / "app.ts").read_text("utf-8")
    app.write_text(text.replace('from "client"', f"from {json.dumps(str(MODULE))}"), "utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    module = "esnext" if resolution == "bundler" else resolution
    assert compiled(app, tmp_path, module=module, moduleResolution=resolution) == ""
