"""One visitor for all runs of a worker.

Law: what a run leaves behind is gone before the next begins: the page, its tabs, cookies and storage of every host. The
browser's cache stays, so that a client's files are fetched and compiled once.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Request

from tests.browser.chromium import ChromiumVisitor
from tests.browser.site import Site

# What a page sends while it is left must not arrive in the next run.
AFTERMATH_MS = 40


@cache
def recorder() -> str:
    return (Path(__file__).parent / "recorder.js").read_text("utf-8")


class Guest(ChromiumVisitor):
    """A visitor who can become a new one without a new browser."""

    def __init__(self, browser: Browser, site: Site) -> None:
        super().__init__(browser.new_context())
        self.context.add_init_script(recorder())
        self._site = site
        self._first = self.page
        self._protocol = self.context.new_cdp_session(self.page)
        self._origins: set[str] = set()
        self._needed = 0
        self.context.on("request", self._note)

    def _note(self, request: Request) -> None:
        self._needed += request.url.endswith("?needed")

    def needed(self) -> int:
        """Tell how often a page needed the second part of the module (docs/runtime.md) since this was asked."""
        needed, self._needed = self._needed, 0
        return needed

    def open(self, url: str) -> None:
        self._origins.add("/".join(url.split("/")[:3]))
        super().open(url)

    def leave(self) -> None:
        """Leave the site, and wait for what the page still sends."""
        self.page.goto("about:blank")
        self.page.wait_for_timeout(AFTERMATH_MS)

    def become_new(self) -> None:
        """Forget all that the browser holds of the last person."""
        for page in self.context.pages:
            if page is not self._first:
                page.close()
        self.page = self._first
        self.leave()
        for origin in self._origins:
            self._protocol.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        self._origins.clear()
        self.expire_cookies()
        self.console.clear()
        self.requests.clear()
        self._site.clear()

    def answer(self, script: str) -> Any:
        """Run page code, and give None where the page went elsewhere meanwhile."""
        url = self.page.url
        try:
            return self.evaluate(script)
        except Exception as error:
            if "context was destroyed" not in str(error) and self.page.url == url:
                raise
            self.page.wait_for_load_state()
            return {"left": True}
