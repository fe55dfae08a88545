"""Finds what the tests drive, and installs it where that can be done without asking anybody.

Chromium: Playwright's own where it is installed or can be fetched, else the system's, else the system's package.
A C compiler, for the clock shim that lets a year pass: the system's, else its package.
Firefox and WebKitGTK with its driver and a display: the system's, else its packages. Without them the tests run in
Chromium, and the closing table names them with what is to be installed.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.browser import engines

LINK = Path(__file__).resolve().parent.parent / "build" / "made" / "chromium"
REACH_SECONDS = 5
FETCH_SECONDS = 300
APT_SECONDS = 400


def own_chromium() -> Path | None:
    """Give Playwright's own Chromium, if it is installed."""
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def system_chromium() -> str | None:
    """Give the Chromium or Chrome of the system."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if found := shutil.which(name):
            return found
    return None


def reachable() -> bool:
    """Whether Playwright's browsers can be fetched from here at all: it would try for minutes where they cannot."""
    command = [sys.executable, "-m", "playwright", "install", "--dry-run", "chromium"]
    plan = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    address = next((word for word in plan.split() if word.startswith("https://")), None)
    if address is None:
        return False
    try:
        request = urllib.request.Request(address, method="HEAD")
        with urllib.request.urlopen(request, timeout=REACH_SECONDS) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def fetch() -> bool:
    """Fetch Playwright's own Chromium, with the libraries it needs where we may install them."""
    more = ["--with-deps"] if platform.system() == "Linux" and os.geteuid() == 0 and shutil.which("apt-get") else []
    command = [sys.executable, "-m", "playwright", "install", *more, "chromium"]
    try:
        return subprocess.run(command, capture_output=True, timeout=FETCH_SECONDS, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def apt(*packages: str) -> bool:
    """Install Debian's packages, as root only."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *packages]):
        if subprocess.run(command, capture_output=True, timeout=APT_SECONDS, check=False, env=environment).returncode:
            return False
    return True


def chromium() -> Path | None:
    """Give the Chromium that is there in the end."""
    found = own_chromium()
    if not found and reachable() and fetch():
        found = own_chromium()
    if not found and not system_chromium():
        apt("chromium")
    path = found or system_chromium()
    return Path(path) if path else None


def compiler() -> str | None:
    """Give a C compiler; macOS needs none, as the shim cannot work there."""
    if platform.system() != "Linux":
        return "no clock shim outside of Linux"
    if not (shutil.which("gcc") or shutil.which("cc")):
        apt("gcc", "libc6-dev")
    return shutil.which("gcc") or shutil.which("cc")


def further() -> list[str]:
    """Install the further engines; give what is still missing, with the command that installs it."""
    for engine, packages in engines.PACKAGES.items():
        if platform.system() == "Linux" and engines.why_not(engine):
            apt(*packages)
    return [reason for engine in engines.PACKAGES if (reason := engines.why_not(engine))]


def main() -> int:
    """Prepare all; 1 when something must be installed by hand, which is then said."""
    found, built = chromium(), compiler()
    if not found:
        print("no Chromium: apt-get install chromium, or .venv/bin/python -m playwright install --with-deps chromium")
        return 1
    if not built:
        print("no C compiler for the clock shim: apt-get install gcc libc6-dev")
        return 1
    missing = further()
    # build.sh looks again when what this points to has gone, and while an engine is missing that could be had.
    LINK.parent.mkdir(parents=True, exist_ok=True)
    LINK.unlink(missing_ok=True)
    if not missing or platform.system() != "Linux":
        LINK.symlink_to(found)
    print("; ".join([str(found), built, *(missing or ["Firefox", "WebKitGTK"])]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
