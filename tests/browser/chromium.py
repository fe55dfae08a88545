"""Chromium behind the `Visitor` interface, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Playwright

from tests.browser.visitor import DAY, ConsoleLine, Cookie

# Test hosts lead to the site, everything else leads nowhere: no test may depend on the outside or reach it.
HOSTS: Final = (
    "MAP *.test 127.0.0.1, MAP example.co.uk 127.0.0.1, MAP *.example.co.uk 127.0.0.1, MAP *.localhost 127.0.0.1, "
    "EXCLUDE localhost, EXCLUDE 127.0.0.1, MAP * ~NOTFOUND"
)
FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules={HOSTS}",
]
TIMEOUT: Final = 20_000


def executable(playwright: Playwright) -> str | None:
    """Find the system's Chromium where Playwright's own is not installed; None means Playwright's own."""
    if Path(playwright.chromium.executable_path).exists():
        return None
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        found = shutil.which(name)
        if found:
            return found
    message = "no Chromium: install the package `chromium`, or run `python -m playwright install chromium`"
    raise RuntimeError(message)


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=executable(playwright), args=FLAGS)


class ChromiumVisitor:
    """A visitor in a fresh context of a running Chromium."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.requests: list[str] = []
        self._consoles: dict[Page, list[ConsoleLine]] = {}
        context.set_default_timeout(TIMEOUT)
        context.on("request", lambda request: self.requests.append(request.url))
        self.page = self._opened(context.pages[0] if context.pages else context.new_page())

    def _opened(self, page: Page) -> Page:
        lines: list[ConsoleLine] = []
        self._consoles[page] = lines

        def said(message: ConsoleMessage) -> None:
            lines.append(ConsoleLine(message.type, message.text))

        def uncaught(error: Error) -> None:
            lines.append(ConsoleLine("uncaught", str(error)))

        page.on("console", said)
        page.on("pageerror", uncaught)
        return page

    @property
    def engine(self) -> str:
        browser = self.context.browser
        return f"Chromium {browser.version}" if browser else "Chromium"

    @property
    def console(self) -> list[ConsoleLine]:
        return self._consoles[self.page]

    def open(self, url: str) -> None:
        self.page.goto(url)

    def reload(self) -> None:
        self.page.reload()

    def evaluate(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)

    def wait_for(self, script: str, *, timeout: float = 20) -> None:
        self.page.wait_for_function(f"() => ({script})", timeout=timeout * 1000)

    def cookies(self) -> list[Cookie]:
        return [
            Cookie(
                found["name"],
                found["value"],
                found["domain"],
                found["path"],
                found["expires"],
                found.get("sameSite", ""),
                found["secure"],
                found["httpOnly"],
            )
            for found in self.context.cookies()
        ]

    def set_cookie(self, name: str, value: str, host: str) -> None:
        domain = host if host == "localhost" or host[0].isdigit() else f".{host}"
        self.context.add_cookies([{"name": name, "value": value, "domain": domain, "path": "/", "sameSite": "Lax"}])

    def expire_cookies(self) -> None:
        self.context.clear_cookies()

    def local_storage(self) -> dict[str, str]:
        stored: dict[str, str] = self.page.evaluate("() => ({ ...localStorage })")
        return stored

    def clear_storage(self) -> None:
        self.page.evaluate("() => localStorage.clear()")

    def new_tab(self) -> None:
        self.page = self._opened(self.context.new_page())

    def to_tab(self, number: int) -> None:
        self.page = self.context.pages[number]

    def close(self) -> None:
        self.context.close()


class ChromiumTraveller(ChromiumVisitor):
    """A visitor with a profile on disk, whose Chromium starts under the clock shim."""

    def __init__(self, playwright: Playwright, shim: Path) -> None:
        self._playwright = playwright
        self._shim = shim
        self._profile = tempfile.TemporaryDirectory(prefix="traveller-", ignore_cleanup_errors=True)
        super().__init__(self._launch(0))

    def _launch(self, shift_days: float) -> BrowserContext:
        environment: dict[str, str | float | bool] = dict(os.environ)
        environment["LD_PRELOAD"] = str(self._shim)
        environment["SHIFT_SECONDS"] = str(int(shift_days * DAY))
        return self._playwright.chromium.launch_persistent_context(
            self._profile.name, executable_path=executable(self._playwright), args=FLAGS, env=environment
        )

    def restart(self, shift_days: float) -> None:
        self.context.close()
        super().__init__(self._launch(shift_days))

    def close(self) -> None:
        super().close()
        self._profile.cleanup()
