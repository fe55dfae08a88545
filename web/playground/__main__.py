"""Run the playground: `python -m web.playground [--port N]` from the project's root."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import uvicorn

from .server import HERE, Server, create_app

ROOT = HERE.parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; 2 when the port is taken."""
    parser = argparse.ArgumentParser(prog="./build.sh serve", description="The playground and its collector.")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (8000)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", help="the built files (dist)")
    parser.add_argument("--database", default=str(HERE / "events.sqlite3"), help="where events go: a file, or :memory:")
    chosen = parser.parse_args(arguments)
    app = create_app(chosen.dist, chosen.database)
    config = uvicorn.Config(
        app,
        host=chosen.host,
        port=chosen.port,
        log_level="warning",
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=3,
    )
    try:
        listening = config.bind_socket()
    except SystemExit:
        print(f"Port {chosen.port} is taken; choose another one with --port.", file=sys.stderr)
        return 2
    name = "localhost" if chosen.host == "127.0.0.1" else chosen.host
    if not (chosen.dist / "cioanalytics.js").is_file():
        print(f"{chosen.dist} holds no cioanalytics.js yet: run ./build.sh, then reload the page.", file=sys.stderr)
    print(f"The playground is at http://{name}:{listening.getsockname()[1]}/ (Ctrl-C ends it)", flush=True)
    Server(app, config).run(sockets=[listening])
    return 0


if __name__ == "__main__":
    sys.exit(main())
