"""Files as a good static host serves them.

Law: the type is that of the name; a `.br` or `.gz` neighbour is served where the browser takes it; a name with a
content hash may be kept for ever, every other one is asked for again each time; any origin may read.
"""

from __future__ import annotations

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".mts": "text/plain; charset=utf-8",
    ".py": "text/x-python; charset=utf-8",
    ".svg": "image/svg+xml",
    ".toml": "text/plain; charset=utf-8",
    ".ts": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".whl": "application/zip",
    ".zip": "application/zip",
}
ENCODINGS = {"br": ".br", "gzip": ".gz"}
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

_HASHED = re.compile(r"(?<![0-9a-z])(?=[a-f]*[0-9])[0-9a-f]{8,64}(?![0-9a-z])")


def content_type(name: str) -> str:
    """Give the type of a file by its name; what is not known is a stream of bytes."""
    return TYPES.get(Path(name).suffix, "application/octet-stream")


def has_content_hash(path: str) -> bool:
    """Tell whether a path holds a run of 8 or more hexadecimal digits that stands alone."""
    return _HASHED.search(path) is not None


def accepted_encodings(header: str) -> list[str]:
    """List the encodings of `Accept-Encoding` that we have files for, ours first; quality 0 means refused."""
    accepted: set[str] = set()
    for part in header.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        quality = parameters.strip().removeprefix("q=")
        if not re.fullmatch(r"0(\.0*)?", quality):
            accepted.add(name.strip())
    return [name for name in ENCODINGS if name in accepted]


def preload_tags(folder: Path) -> str:
    """Give the tags of a `dist/` that let a page ask for the client's files at once, as seen from the page's root."""
    file = folder / "preload.html"
    return file.read_text("utf-8").strip().replace('href="', 'href="/dist/') if file.is_file() else ""


def file_response(folder: Path, path: str, request: Request) -> Response:
    """Answer with a file below `folder`, encoded where a neighbour allows; 404 in words when there is none.

    A folder's address, with its slash, means its `index.html`.
    """
    root = folder.resolve()
    path += "index.html" if path.endswith("/") else ""
    file = (root / path).resolve()
    if not file.is_relative_to(root) or not file.is_file():
        hint = "" if root.is_dir() else f" There is no {root.name}/ yet: run ./build.sh first."
        return PlainTextResponse(f"No such file: {path}.{hint}", 404, {"Access-Control-Allow-Origin": "*"})
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": FOR_EVER if has_content_hash(path) else ASK_AGAIN,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    served = file
    for encoding in accepted_encodings(request.headers.get("accept-encoding", "")):
        neighbour = file.with_name(file.name + ENCODINGS[encoding])
        if neighbour.is_file():
            served = neighbour
            headers["Content-Encoding"] = encoding
            break
    state = served.stat()
    etag = f'"{state.st_mtime_ns:x}-{state.st_size:x}{served.suffix if served is not file else ""}"'
    headers["ETag"] = etag
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return FileResponse(served, headers=headers, media_type=content_type(file.name), stat_result=state)
