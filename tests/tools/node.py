"""Runs a story in Node, as a module at the project's root, and reads what it tells."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def node(story: str) -> subprocess.CompletedProcess[str]:
    command = ["node", "--input-type=module", "-e", story]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def told(run: subprocess.CompletedProcess[str], what: str = "seen") -> Any:
    """Give the JSON behind a word, at the beginning of a line."""
    lines = [line for line in run.stdout.splitlines() if line.startswith(f"{what} ")]
    assert lines, run.stderr[-1500:]
    return json.loads(lines[0].removeprefix(f"{what} "))
