"""A site with a collector that fails on order, and a visitor's tabs in it: for tests of delivery.

Law: what a page posts is written down when it arrives (`attempts`), whatever becomes of it; `events` are those that the
collector took. Pages and collector are one origin, over http or https.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send
from web.playground.distribution import file_response
from web.playground.server import Playground, serve_in_thread
from web.playground.settings import Address, project_settings

from tests.browser.chromium import ChromiumVisitor
from tests.browser.clients import OURS, WRITE_KEY, Client
from tests.browser.page_texts import blank_page, snippet_page, tag_page
from tests.browser.places import DIST, REFERENCE
from tests.browser.visits import LOADED

SNIPPET: Final = "/v1/analytics-js/snippet/"
PIPELINE: Final = "Customer.io Data Pipelines"
OUTBOX: Final = "cioanalytics:outbox:"
KEPT: Final = "cioanalytics:kept:"
THEIRS_QUEUE: Final = "persisted-queue:v1:"
# What is given up is told on `analytics.queue`; a plugin of the options hears it from the beginning.
LISTENER: Final = """{name: 'listener', type: 'utility', version: '1', isLoaded: () => true, load: (ctx, analytics) => {
    window.failures = [];
    analytics.queue.on('delivery_failure', (ctx, error) => {
        failures.push([ctx.event.event, String(error?.message ?? error)]);
    });
}}"""


@dataclass(frozen=True)
class Attempt:
    """One request to the collector: the names of its events, and its body."""

    path: str
    text: str
    at: float

    @property
    def events(self) -> list[dict[str, Any]]:
        body = json.loads(self.text)
        found: list[dict[str, Any]] = body.get("batch", [body])
        return found

    @property
    def names(self) -> list[str]:
        return [label(event) for event in self.events]


class Harbour(Playground):
    """The running site. `judge` may refuse a request by a status, having seen its events."""

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        super().__init__(DIST, settings_for=self._settings_for)
        self.pages: dict[str, str] = {}
        self.attempts: list[Attempt] = []
        self.strategy: dict[str, Any] = {}
        self.own_settings: Callable[[str, Address], Any] | None = None
        self.judge: Callable[[Attempt], int | None] = lambda _: None
        self._news = threading.Condition()
        self._running = 0
        file, key = certificate or (None, None)
        self.address, self._stop = serve_in_thread(self, certificate=file, key=key)

    def close(self) -> None:
        self._stop()
        self.collector.close()

    def clear(self) -> None:
        """Forget pages, troubles and all that arrived, once the answers are given that an earlier test asked for."""
        with self._news:
            self._news.wait_for(lambda: not self._running, timeout=10)
        self.pages.clear()
        self.faults.clear()
        self.strategy = {}
        self.own_settings = None
        self.judge = lambda _: None
        with self._news:
            self.attempts.clear()
            self.collector.clear()

    def url(self, path: str = "/", host: str = "localhost") -> str:
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{host}:{parts.port}{path}"

    def down(self, status: int = 503) -> None:
        """Refuse all events until `up`."""
        self.judge = lambda _: status

    def up(self) -> None:
        self.judge = lambda _: None

    def events(self, write_key: str | None = None) -> list[dict[str, Any]]:
        """Give what the collector took, in the order of arrival, each message id once."""
        found: dict[str, dict[str, Any]] = {}
        for row in self.collector.rows(write_key=write_key):
            found.setdefault(row["body"]["messageId"], row["body"])
        return list(found.values())

    def taken(self) -> list[str]:
        """Name what the collector took, as often as it did."""
        return [label(row["body"]) for row in self.collector.rows()]

    def tries(self, name: str) -> int:
        """Count the requests that an event was in."""
        return sum(name in attempt.names for attempt in list(self.attempts))

    def until(self, condition: Callable[[], bool], *, timeout: float, what: str = "a request") -> None:
        """Wait for what arrives until a condition holds."""
        with self._news:
            if not self._news.wait_for(condition, timeout):
                seen = [(attempt.path, attempt.names[:12]) for attempt in self.attempts[-12:]]
                raise AssertionError(f"waited {timeout} s for {what}; tried: {seen}; taken: {self.taken()[-40:]}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write down what is posted, then answer."""
        if scope["type"] != "http" or scope["method"] != "POST":
            own = self._own(scope)
            await (own(scope, receive, send) if own else super().__call__(scope, receive, send))
            return
        with self._news:
            self._running += 1
        try:
            await self._take(scope, receive, send)
        finally:
            with self._news:
                self._running -= 1
                self._news.notify_all()

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        parts: list[bytes] = []
        while True:
            message = await receive()
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                break
        body, given = b"".join(parts), False

        async def again() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        attempt = Attempt(scope["path"], body.decode(), time.monotonic())
        if message["type"] == "http.disconnect" or not body:
            return
        with self._news:
            self.attempts.append(attempt)
            self._news.notify_all()
        status = self.judge(attempt)
        if status is None:
            await super().__call__(scope, again, send)
        else:
            await JSONResponse({"refused": status}, status, {"Access-Control-Allow-Origin": "*"})(scope, again, send)
        with self._news:
            self._news.notify_all()

    def _own(self, scope: Scope) -> Response | None:
        path = scope.get("path", "")
        if path in self.pages:
            # No `no-store`: it would keep the page out of the back/forward cache.
            return HTMLResponse(self.pages[path], headers={"cache-control": "no-cache"})
        if path.startswith(SNIPPET):
            return FileResponse(REFERENCE / "standalone.js", media_type="text/javascript")
        if path.startswith("/v1/analytics-js/"):
            return file_response(REFERENCE, path.removeprefix("/v1/analytics-js/"), Request(scope))
        return None

    def _settings_for(self, write_key: str, address: Address) -> Any:
        if self.own_settings is not None:
            return self.own_settings(write_key, address)
        settings = project_settings(write_key, address)
        settings["integrations"][PIPELINE]["deliveryStrategy"] = self.strategy
        return settings

    def batching(self, size: int = 10, timeout: int = 5_000) -> None:
        """Let projects batch: `timeout` in milliseconds."""
        self.strategy = {"strategy": "batching", "config": {"size": size, "timeout": timeout}}


def label(event: dict[str, Any]) -> str:
    return str(event.get("event") or event.get("name") or event.get("type"))


class Outing:
    """One visitor at one harbour, with one client."""

    def __init__(self, harbour: Harbour, visitor: ChromiumVisitor, client: Client = OURS, host: str = "localhost"):
        self.harbour = harbour
        self.visitor = visitor
        self.client = client
        self.host = host

    @property
    def patience(self) -> float:
        """Seconds to wait for what should come."""
        return 60 if self.client is OURS else 12

    def visit(
        self, calls: str = "", *, path: str = "/", wait: bool = True, tag: bool = False, head: str = "", **page: Any
    ) -> None:
        """Open a page with the vendor's snippet, or our tag, and wait until the client is loaded."""
        if tag:
            attributes = f"data-write-key='{WRITE_KEY}' data-cdn-url='{self.harbour.url('', self.host)}'"
            text = tag_page(attributes, calls, head=head, **page)
        else:
            text = snippet_page(page.pop("client", self.client), calls, head=head, **page)
        self.harbour.pages[path.partition("?")[0]] = text
        self.visitor.open(self.harbour.url(path, self.host))
        if wait:
            self.visitor.wait_for(LOADED, timeout=self.patience)

    def leave(self) -> None:
        """Go to a page without a client."""
        self.harbour.pages["/blank"] = blank_page()
        self.visitor.open(self.harbour.url("/blank", self.host))

    def crash(self) -> None:
        """Let the tab's process die, and open another tab."""
        dying = self.visitor.page
        with dying.expect_event("crash"), suppress(Error):
            # A navigation that never ends well.
            dying.goto("chrome://crash", wait_until="commit")
        self.visitor.new_tab()
        dying.close()

    def close_tab(self) -> None:
        """Close the tab in front and open another."""
        closing = self.visitor.page
        self.visitor.new_tab()
        closing.close()

    def do(self, calls: str) -> Any:
        """Run calls in the page and await what they give; a promise that never settles is an error."""
        return self.visitor.evaluate(
            f"""(ms) => Promise.race([
                (async () => {{ {calls} }})(),
                new Promise((_, fail) => setTimeout(() => fail(new Error("waited in vain")), ms)),
            ])""",
            self.patience * 1000,
        )

    def track(self, names: Sequence[str]) -> None:
        """Track events within one task of the page."""
        self.visitor.evaluate("(names) => { for (const name of names) cioanalytics.track(name); }", list(names))

    def arrived(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """Wait for events and give them in the order of their arrival; each has come once, equal ids aside."""

        def here() -> bool:
            return set(names) <= set(self.harbour.taken())

        self.harbour.until(here, timeout=self.patience, what=f"the events {', '.join(names[:20])}")
        found = [event for event in self.harbour.events() if label(event) in names]
        assert sorted(label(event) for event in found) == sorted(names)
        return found

    def arrived_in_order(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """Wait for events that must arrive in the order in which they are named."""
        found = self.arrived(names)
        assert [label(event) for event in found] == list(names)
        return found

    def tried(self, name: str, times: int = 1) -> None:
        """Wait until an event was in so many requests."""
        self.harbour.until(
            lambda: self.harbour.tries(name) >= times, timeout=self.patience, what=f"{name} {times} times"
        )

    def stored(self, prefix: str = OUTBOX) -> dict[str, str]:
        """Read what the client keeps in localStorage, leases aside."""
        kept = self.visitor.local_storage()
        return {key: text for key, text in kept.items() if key.startswith(prefix) and not key.endswith(":lease")}

    def nothing_kept(self) -> None:
        """Wait until nothing is kept any more."""
        self.visitor.wait_for(
            f"!Object.keys(localStorage).some((key) => key.startsWith('{OUTBOX}') || key.startsWith('{KEPT}'))",
            timeout=self.patience,
        )

    def never_again(self, names: Sequence[str]) -> None:
        """See that a further visit sends none of these events, with another event after which they would have come."""
        before = {name: self.harbour.tries(name) for name in names}
        self.close_tab()
        self.visit("cioanalytics.track('Sentinel');", path="/again")
        self.arrived(["Sentinel"])
        self.do("await cioanalytics.flush?.();")
        assert {name: self.harbour.tries(name) for name in names} == before


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a self-signed certificate and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=example.test"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


@pytest.fixture(scope="session")
def running_harbour() -> Iterator[Harbour]:
    running = Harbour()
    yield running
    running.close()


@pytest.fixture(scope="session")
def running_safe_harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    running = Harbour(make_certificate(tmp_path_factory.mktemp("certificate")))
    yield running
    running.close()


@pytest.fixture
def harbour(running_harbour: Harbour) -> Iterator[Harbour]:
    assert (DIST / "cioanalytics.js").is_file(), "dist/ is not built: run `./build.sh`"
    running_harbour.clear()
    yield running_harbour
    running_harbour.clear()


@pytest.fixture
def guest(chromium_: Browser) -> Iterator[ChromiumVisitor]:
    person = ChromiumVisitor(chromium_.new_context(ignore_https_errors=True))
    yield person
    person.close()


@pytest.fixture
def outing(harbour: Harbour, guest: ChromiumVisitor, client: Client) -> Outing:
    """One client at localhost: a secure origin, so pages have Web Locks."""
    return Outing(harbour, guest, client)


@pytest.fixture(params=["web locks", pytest.param("lease", marks=pytest.mark.long)])
def shore(
    request: pytest.FixtureRequest, running_harbour: Harbour, running_safe_harbour: Harbour, guest: ChromiumVisitor
) -> Iterator[Outing]:
    """Ours on a host of its own: over https, where pages have Web Locks, and over http, where they have a lease.

    The rows of `case` live on http too, so that the lease is at work in the short form.
    """
    running = running_safe_harbour if request.param == "web locks" else running_harbour
    running.clear()
    yield Outing(running, guest, OURS, "example.test")
    running.clear()
