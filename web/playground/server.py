"""The playground's server: page, built files, settings, collector and live events under one address.

Law: it knows no host name of its own. Settings and page name the host that the request asked for, so any name and port
that reaches the server works, http or https.

    /                              the playground
    /dist/…                        what ./build.sh made
    /examples/…                    the examples
    /{jupyterlite,marimo,stlite}/… those of them that are built as sites
    /pyscript/…                    PyScript, for those that use it
    /v1/projects/KEY/settings      the settings of a write key
    /v1/{t,i,p,g,a,s,b,m}          the collector (POST, any content type, any origin)
    /events, /events/live          what arrived: JSON, or server-sent events; ?since=ID ?write_key=KEY ?last=N
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from .collector import Collector, Row
from .distribution import file_response, preload_tags
from .faults import Faults, strike
from .settings import Address, SettingsFor, project_settings

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FOLDERS = {
    "examples": ROOT / "examples",
    "jupyterlite": ROOT / "build" / "jupyterlite" / "site",
    "marimo": ROOT / "build" / "marimo" / "site",
    "stlite": ROOT / "build" / "stlite" / "site",
    "pyscript": ROOT / "node_modules" / "@pyscript" / "core" / "dist",
}
PAGE_FILES = {".css", ".js", ".svg"}
CALLS = ("t", "i", "p", "g", "a", "s", "b", "m")
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "600",
}


class Playground:
    """The ASGI application, with what tests want to reach: `collector`, `faults` and `settings_for`."""

    def __init__(
        self,
        dist: Path,
        database: Path | str = ":memory:",
        *,
        settings_for: SettingsFor = project_settings,
        faults: Faults | None = None,
    ) -> None:
        self.dist = dist
        self.collector = Collector(database)
        self.settings_for = settings_for
        self.faults = faults if faults is not None else Faults()
        self._app = Starlette(
            routes=[
                Route("/", self._page),
                Route("/playground/{name}", self._page_file),
                Route("/dist/{path:path}", self._built_file),
                *(Route(f"/{name}/{{path:path}}", self._folder_file) for name in FOLDERS),
                Route("/v1/projects/{key}/settings", self._settings),
                *(Route(f"/v1/{call}", self._collect, methods=["POST", "OPTIONS"]) for call in CALLS),
                Route("/events", self._events),
                Route("/events/live", self._live),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let the next fault strike it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        fault = None if scope["method"] == "OPTIONS" else self.faults.take(scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await strike(fault, self._app, scope, receive, send)

    async def _settings(self, request: Request) -> Response:
        address = Address(request.url.scheme, request.headers.get("host", "localhost"))
        settings = self.settings_for(request.path_params["key"], address)
        return JSONResponse(settings, headers=OPEN | {"Cache-Control": "no-store"})

    async def _collect(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=OPEN)
        try:
            body = json.loads(await request.body())
        except ValueError as broken:
            return JSONResponse({"success": False, "error": f"The body is not JSON: {broken}"}, 400, OPEN)
        self.collector.receive(request.url.path, request.headers.get("content-type", ""), body)
        return JSONResponse({"success": True}, headers=OPEN)

    async def _events(self, request: Request) -> Response:
        try:
            since, write_key, last = wanted(request)
        except ValueError as wrong:
            return JSONResponse({"error": str(wrong)}, 400, OPEN)
        rows = self.collector.rows(since=since, write_key=write_key, last=last)
        return JSONResponse(rows, headers=OPEN | {"Cache-Control": "no-store"})

    async def _live(self, request: Request) -> Response:
        try:
            since, write_key, last = wanted(request)
        except ValueError as wrong:
            return JSONResponse({"error": str(wrong)}, 400, OPEN)
        rows = self.collector.live(since=since, write_key=write_key, last=last)
        headers = OPEN | {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(server_sent(rows), headers=headers, media_type="text/event-stream")

    async def _page(self, request: Request) -> Response:
        origin = f"{request.url.scheme}://{request.headers.get('host', 'localhost')}"
        page = (HERE / "index.html").read_text(encoding="utf-8").replace("{origin}", origin)
        page = page.replace("<!-- preload -->", preload_tags(self.dist))
        return Response(page, media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-cache"})

    async def _page_file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if Path(name).suffix not in PAGE_FILES:
            return PlainTextResponse(f"No such file: {name}.", 404)
        return file_response(HERE, name, request)

    async def _folder_file(self, request: Request) -> Response:
        path: str = request.path_params["path"]
        if not path or path.endswith("/"):
            path += "index.html"
        return file_response(FOLDERS[request.url.path.split("/")[1]], path, request)

    async def _built_file(self, request: Request) -> Response:
        return file_response(self.dist, request.path_params["path"], request)


def create_app(
    dist: Path,
    database: Path | str = ":memory:",
    *,
    settings_for: SettingsFor = project_settings,
    faults: Faults | None = None,
) -> Playground:
    """Make the application: `dist` is the folder of the built files, `database` a file or ":memory:"."""
    return Playground(dist, database, settings_for=settings_for, faults=faults)


def wanted(request: Request) -> tuple[int, str | None, int | None]:
    """Read ?since, ?write_key and ?last; a browser that reconnects names its last event in a header instead."""
    query = request.query_params
    resumed = request.headers.get("last-event-id", "")
    numbers: dict[str, int | None] = {}
    for name, text in (("since", resumed or query.get("since")), ("last", query.get("last"))):
        if text is not None and not text.isdecimal():
            raise ValueError(f"{name} wants a whole number, not {text!r}")
        numbers[name] = None if text is None else int(text)
    return numbers["since"] or 0, query.get("write_key"), None if resumed else numbers["last"]


async def server_sent(rows: AsyncIterator[Row]) -> AsyncIterator[str]:
    """Write rows in the format of server-sent events, each with its number as the event's id."""
    yield "retry: 1000\n\n"
    async for row in rows:
        yield f"id: {row['id']}\ndata: {json.dumps(row, ensure_ascii=False)}\n\n"


class Server(uvicorn.Server):
    """A uvicorn server that ends the live streams before it waits for its connections to close."""

    def __init__(self, app: Playground, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._playground = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the live streams, then stop as uvicorn does."""
        self._playground.collector.hang_up()
        await super().shutdown(sockets)


def serve_in_thread(
    app: Playground, *, port: int = 0, certificate: Path | None = None, key: Path | None = None
) -> tuple[str, Callable[[], None]]:
    """Start a server on a free port of 127.0.0.1 and give its address and what stops it.

    The address names localhost, where browsers offer what they keep for secure origins; other names that resolve to
    127.0.0.1 work as well. With `certificate` and `key` (PEM files) it speaks https.
    """
    listening = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        ssl_certfile=certificate,
        ssl_keyfile=key,
        timeout_graceful_shutdown=3,
    )
    server = Server(app, config)
    # The socket listens already: a request that comes before uvicorn accepts waits in the backlog.
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()

    def stop() -> None:
        server.should_exit = True
        thread.join(10)
        listening.close()

    scheme = "https" if certificate else "http"
    return f"{scheme}://localhost:{listening.getsockname()[1]}", stop
