"""Runs everything that is checked, part by part, and says at the end what ran, what did not and why.

Called by `./build.sh test [--all] [PART...]`; the reports lie in build/reports.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

from tools import engines, readme

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "build" / "reports"
PYTHON = sys.executable

LINTS = {
    "lint": [PYTHON, "-m", "ruff", "check", "--quiet", "."],
    "format": [PYTHON, "-m", "ruff", "format", "--quiet", "--check", "."],
    "types": [PYTHON, "-m", "mypy", "--no-error-summary"],
    "types-web": ["node", "node_modules/typescript/bin/tsc", "-p", "web"],
    "types-tools": ["node", "node_modules/typescript/bin/tsc", "-p", "tools"],
}
# Folders below tests/, in the order in which they run; the laws of the design are in core.
SUITES = ("core", "tools", "pyodide", "browser", "reliability", "parity")
# What a folder's pytest gets beside the options of all.
OWN_OPTIONS = {"parity": ["-n", "2"], "reliability": ["-n", "2"]}
WITH_ENGINES = ("browser", "reliability")

ELSEWHERE = {
    "Darwin": [
        "the clock shim (a year passes): it needs Linux",
        "WebKitGTK: it exists on Linux only",
    ],
}


@dataclass
class Outcome:
    """What became of one part."""

    part: str
    passed: int = 0
    failed: int = 0
    seconds: float = 0
    said: str = ""
    left_out: list[str] = field(default_factory=list)
    report: Path | None = None


def lint(part: str, command: list[str]) -> Outcome:
    """Run a check that has no tests of its own: it counts as one."""
    began = time.monotonic()
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    good = run.returncode == 0
    return Outcome(part, int(good), int(not good), time.monotonic() - began, "" if good else run.stdout + run.stderr)


def read_report(report: Path, outcome: Outcome) -> None:
    """Count the tests of one run, with the reasons of those which did not run."""
    reasons: dict[str, int] = {}
    for case in ET.parse(report).getroot().iter("testcase"):
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        elif skipped is not None and skipped.get("type") != "pytest.xfail":
            reason = skipped.get("message") or "no reason given"
            reasons[reason] = reasons.get(reason, 0) + 1
        else:
            outcome.passed += 1
    outcome.left_out += [f"{count} × {reason}" for reason, count in reasons.items()]


def suite(part: str, options: list[str]) -> Outcome:
    """Run one folder of tests, its output as it comes."""
    folder = ROOT / "tests" / part
    outcome = Outcome(part)
    if not any(folder.glob("test_*.py")):
        outcome.left_out.append(f"tests/{part} has no tests yet")
        return outcome
    REPORTS.mkdir(parents=True, exist_ok=True)
    report = REPORTS / f"{part}.xml"
    report.unlink(missing_ok=True)
    began = time.monotonic()
    command = [PYTHON, "-m", "pytest", str(folder), "-q", f"--junit-xml={report}", *options]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    outcome.seconds = time.monotonic() - began
    if report.exists():
        outcome.report = report
        read_report(report, outcome)
    if code and not outcome.failed:
        outcome.failed = 1
        outcome.said = f"pytest ended with {code}"
    return outcome


def show(outcome: Outcome) -> None:
    """Print one line for a part, more where something is wrong."""
    state = "FAILED" if outcome.failed else "passed" if outcome.passed else "left out"
    print(
        f"{outcome.part:<12}{state:<10}{outcome.passed:>5} passed {outcome.failed:>3} failed {outcome.seconds:7.1f} s"
    )
    if outcome.said:
        print("\n".join(f"    {line}" for line in outcome.said.strip().splitlines()[:60]))


def choose() -> argparse.Namespace:
    """Read what was asked for."""
    parser = argparse.ArgumentParser(prog="./build.sh test")
    parser.add_argument("--all", action="store_true", help="the long form of every test")
    parser.add_argument("parts", nargs="*", help=f"only these: lints {', '.join(SUITES)}")
    parser.add_argument("-k", default="", help="only tests whose names match, as pytest takes it")
    parser.add_argument("--engine", choices=engines.ENGINES, help=f"all that it can run of {', '.join(WITH_ENGINES)}")
    parser.add_argument("--sequences", type=int, help="how many random sequences tests/parity plays")
    return parser.parse_args()


def usual(chosen: argparse.Namespace) -> list[str]:
    """Give the parts that run where none was named."""
    if chosen.engine:
        return [*WITH_ENGINES]
    return ["lints", *SUITES]


def options_of(part: str, chosen: argparse.Namespace) -> list[str]:
    """Give what one folder's pytest gets."""
    options = [*OWN_OPTIONS.get(part, [])]
    if chosen.all:
        options.append("--all")
    if chosen.k:
        options += ["-k", chosen.k]
    if chosen.engine and part in WITH_ENGINES:
        options.append(f"--engine={chosen.engine}")
    if chosen.sequences and part == "parity":
        options.append(f"--sequences={chosen.sequences}")
    return options


def left_out(outcomes: list[Outcome], chosen: argparse.Namespace, *, partial: bool) -> list[str]:
    """Give what did not run, each with its reason."""
    missing = [f"{outcome.part}: {reason}" for outcome in outcomes for reason in outcome.left_out]
    missing += ELSEWHERE.get(platform.system(), [])
    if partial:
        missing.append("only a choice of the parts was asked for")
    if not chosen.all:
        missing.append("the long forms: ./build.sh test --all")
    return missing


def main() -> int:
    """Run the parts; 1 if one failed."""
    chosen = choose()
    partial = bool(chosen.parts or chosen.k or chosen.engine)
    wanted = chosen.parts or usual(chosen)

    outcomes: list[Outcome] = []
    if "lints" in wanted:
        for part, command in LINTS.items():
            outcomes.append(lint(part, command))
            show(outcomes[-1])
    for part in SUITES:
        if part in wanted:
            print(f"--- tests/{part}", flush=True)
            outcomes.append(suite(part, options_of(part, chosen)))

    print("\nWhat ran")
    for outcome in outcomes:
        show(outcome)
    table = engines.read(outcome.report for outcome in outcomes if outcome.report)
    print("By engine, with our client")
    print("\n".join(table.text()))
    print("What did not, and why")
    for line in left_out(outcomes, chosen, partial=partial):
        print(f"  {line}")
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"\n{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed")
    if chosen.all and not partial:
        engines.DOCUMENT.write_text(table.document(), "utf-8")
        readme.put("engines", "\n".join(table.rows()))
        readme.put("parity", readme.PARITY.read_text("utf-8"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
