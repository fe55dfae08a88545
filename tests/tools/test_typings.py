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


def node(*arguments: str | Path) -> str:
    run = subprocess.run(["node", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False)
    return run.stdout + run.stderr


def test_each_name_and_member_of_the_vendors_typings_is_one_of_ours() -> None:
    assert node(HERE / "names.mjs", THEIRS, OURS) == ""


@pytest.mark.parametrize("typings", [THEIRS, OURS], ids=["the vendor's", "ours"])
def test_an_app_compiles_against_either(typings: Path, tmp_path: Path) -> None:
    settings = {
        "compilerOptions": {
            "strict": True,
            "noEmit": True,
            "skipLibCheck": True,
            "target": "es2022",
            "module": "esnext",
            "moduleResolution": "bundler",
            "lib": ["es2022", "dom", "dom.iterable"],
            "types": [],
            "paths": {"client": [str(typings)]},
        },
        "files": [str(HERE / "app.ts")],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings), "utf-8")
    assert node("node_modules/typescript/bin/tsc", "-p", tmp_path) == ""
