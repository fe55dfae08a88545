"""A small site for the tests: their pages, the two clients' files, the settings, and a collector that remembers.

Law: the site answers the same to both clients. It remembers every request that a client posts, as it came over the
wire, in order of arrival, and forgets everything at `clear()`.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from web.playground.distribution import file_response

from tests.browser.places import DIST, PYODIDE, PYSCRIPT, REFERENCE, ROOT

type Settings = dict[str, Any]
type Faults = dict[str, int]

FOLDERS: dict[str, Path] = {
    "dist": DIST,
    "examples": ROOT / "examples",
    "jupyterlite": ROOT / "build" / "jupyterlite" / "site",
    "marimo": ROOT / "build" / "marimo" / "site",
    "stlite": ROOT / "build" / "stlite" / "site",
    "pyscript": PYSCRIPT,
    "pyodide-0.29.5": PYODIDE["0.29.5"],
    "pyodide-314.0.7": PYODIDE["314.0.7"],
}


@dataclass(frozen=True)
class Hit:
    """One request that arrived at the collector, with the text of its body as it came."""

    method: str
    host: str
    path: str
    content_type: str
    text: str
    headers: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def body(self) -> Any:
        return json.loads(self.text)


def default_settings(write_key: str, host: str) -> Settings:
    """Make the CDN's answer for a workspace whose events go back to the host that the page came from."""
    pipeline = {"apiKey": write_key, "apiHost": f"{host}/v1", "protocol": "http", "type": "browser"}
    return {"integrations": {"Customer.io Data Pipelines": pipeline}}


class Site:
    """The running site. `port` is its own; every `*.test` host leads to it (see `chromium.FLAGS`)."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.files: dict[str, tuple[str, str]] = {}
        self.settings: Callable[[str, str], Settings] = default_settings
        self.faults: Faults = {}
        self.delays: dict[str, float] = {}
        self.set_cookies: dict[str, str] = {}
        self.types: dict[str, str] = {}  # content types of files whose path begins so, where they are not as usual
        self.preamble = ""  # stands first in the head of each page
        self.caching = "no-store"  # of pages; with it they stay out of the back/forward cache
        self.isolated = False  # whether pages have shared memory (COOP, COEP)
        self.hits: list[Hit] = []
        self.fetched: list[str] = []
        self._news = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        config = uvicorn.Config(
            proxied(self._application()), log_level="error", lifespan="off", ws="none", timeout_keep_alive=60
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="test site", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._listener]))

    def close(self) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(timeout=5)
        self._listener.close()

    def clear(self) -> None:
        """Forget pages with their cookies, files, settings, faults and what arrived."""
        self.pages.clear()
        self.files.clear()
        self.faults.clear()
        self.delays.clear()
        self.set_cookies.clear()
        self.types.clear()
        self.isolated = False
        self.caching = "no-store"
        self.settings = default_settings
        with self._news:
            self.hits.clear()
            self.fetched.clear()

    def url(self, path: str = "/", host: str = "example.test") -> str:
        return f"http://{host}:{self.port}{path}"

    # What arrived

    def events(self) -> list[dict[str, Any]]:
        """Give every event that arrived, one by one, also those that came in a batch."""
        events: list[dict[str, Any]] = []
        for hit in list(self.hits):
            if hit.path.rsplit("/", 1)[-1] in {"t", "p", "i", "g", "a", "s"}:
                events.append(hit.body)
            elif hit.path.endswith("/b"):
                events.extend(hit.body["batch"])
        return events

    def event(self, kind: str, name: str | None = None, *, timeout: float = 10) -> dict[str, Any]:
        """Wait for the first event of a type (and name) and give it."""

        def fitting() -> dict[str, Any] | None:
            for event in self.events():
                if event.get("type") == kind and name in (None, event.get("event"), event.get("name")):
                    return event
            return None

        self.until(lambda: fitting() is not None, timeout=timeout, what=f"a {kind} event {name or ''}")
        found = fitting()
        assert found is not None
        return found

    def until(self, condition: Callable[[], bool], *, timeout: float = 10, what: str = "a request") -> None:
        """Wait for what arrives until a condition holds."""
        with self._news:
            if not self._news.wait_for(condition, timeout):
                arrived = [(hit.path, hit.text[:200]) for hit in self.hits]
                raise AssertionError(f"waited {timeout} s for {what}; arrived: {arrived}")

    # Routes

    def _application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/projects/{key}/settings", self._settings, methods=["GET"]),
                Route("/v1/analytics-js/snippet/{key}/analytics.min.js", self._reference, methods=["GET"]),
                Route("/v1/analytics-js/{name:path}", self._reference_chunk, methods=["GET"]),
                Route("/v1/{kind}", self._collect, methods=["POST", "OPTIONS"]),
                Route("/{path:path}", self._file, methods=["GET", "HEAD"]),
            ]
        )

    async def _faulty(self, request: Request) -> Response | None:
        path = request.url.path
        with self._news:
            self.fetched.append(path)
        for prefix, seconds in list(self.delays.items()):
            if path.startswith(prefix):
                await asyncio.sleep(seconds)
        for prefix, status in list(self.faults.items()):
            if path.startswith(prefix):
                return Response(status_code=status, headers=CORS)
        return None

    async def _settings(self, request: Request) -> Response:
        fault = await self._faulty(request)
        if fault:
            return fault
        answer = self.settings(request.path_params["key"], request.headers["host"])
        return JSONResponse(answer, headers=CORS)

    async def _reference(self, request: Request) -> Response:
        return await self._faulty(request) or FileResponse(REFERENCE / "standalone.js", media_type="text/javascript")

    async def _reference_chunk(self, request: Request) -> Response:
        fault = await self._faulty(request)
        if fault:
            return fault
        return self._own(request.url.path) or file_response(REFERENCE, request.path_params["name"], request)

    async def _collect(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=CORS)
        text = (await request.body()).decode("utf-8", "surrogatepass")
        hit = Hit(
            request.method,
            request.url.hostname or "",
            request.url.path,
            request.headers.get("content-type", ""),
            text,
            dict(request.headers),
        )
        with self._news:
            self.hits.append(hit)
            self._news.notify_all()
        return await self._faulty(request) or JSONResponse({"success": True}, headers=CORS)

    async def _file(self, request: Request) -> Response:
        answer = await self._any_file(request)
        for prefix, kind in self.types.items():
            if request.url.path.startswith(prefix):
                answer.headers["content-type"] = kind
        if self.isolated:
            answer.headers.update(ISOLATION)
        return answer

    async def _any_file(self, request: Request) -> Response:
        fault = await self._faulty(request)
        if fault:
            return fault
        own = self._own(request.url.path)
        if own:
            return own
        first, _, rest = request.path_params["path"].partition("/")
        folder = FOLDERS.get(first)
        return file_response(folder, rest, request) if folder and rest else Response(status_code=404, headers=CORS)

    def _own(self, path: str) -> Response | None:
        if path in self.pages:
            cookies = {"set-cookie": self.set_cookies[path]} if path in self.set_cookies else {}
            page = self.pages[path].replace("<head>", f"<head>{self.preamble}", 1)
            return HTMLResponse(page, headers={"cache-control": self.caching} | cookies)
        if path in self.files:
            kind, text = self.files[path]
            return Response(text, media_type=kind, headers=CORS | {"cache-control": "no-store"})
        return None


ISOLATION = {"cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp"}
CORS = {"access-control-allow-origin": "*", "access-control-allow-headers": "*", "access-control-allow-methods": "*"}


def proxied(application: ASGIApp) -> ASGIApp:
    """Answer for all hosts to a browser that takes the site for its proxy: such requests name the whole address."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith("http://"):
            scope["path"] = "/" + scope["path"].split("/", 3)[3]
            scope["raw_path"] = b"/" + scope["raw_path"].split(b"/", 3)[3]
        await application(scope, receive, send)

    return answer


def wait_until[T](look: Callable[[], T], *, timeout: float = 10, every: float = 0.02, what: str = "it") -> T:
    """Look again and again until something true is seen; for what no event tells."""
    end = time.monotonic() + timeout
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout} s for {what}; last seen: {seen!r}")
        time.sleep(every)
