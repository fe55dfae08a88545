"""pytest-pyodide with our own Chromium and our own server, for each Pyodide that people meet.

`selenium` and `selenium_worker` are the plugin's names; nothing here is driven by Selenium.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_pyodide.fixture import _runner_map
from pytest_pyodide.runner import PlaywrightChromeRunner, _BrowserWorkerRunnerMixin
from pytest_pyodide.server import DefaultHandler

from tests.browser import chromium

ROOT: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ROOT / "build" / "rooms"
VERSIONS: Final = ("0.29.5", "314.0.7")


class PlaywrightWorkerRunner(_BrowserWorkerRunnerMixin, PlaywrightChromeRunner):  # type: ignore[misc] # untyped plugin
    """Pyodide in a module worker of our Chromium, which the plugin knows for Selenium only."""


_runner_map()["playwright", "chrome", "worker"] = PlaywrightWorkerRunner


class Handler(DefaultHandler):  # type: ignore[misc] # untyped plugin
    """Serves one room, and the plugin's own pages."""

    def log_message(self, *_: object) -> None:
        """Say nothing: what matters is in the browser's console."""


@pytest.fixture(scope="session")
def playwright_browsers(request: pytest.FixtureRequest) -> Iterator[dict[str, Browser]]:
    request.config.option.runner = "playwright"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable(playwright), args=[*chromium.FLAGS, "--js-flags=--expose-gc"]
        )
        yield {"chrome": browser}
        browser.close()


@pytest.fixture(scope="module", params=["chrome"])
def runtime(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    assert (ROOMS / request.param).is_dir(), "the rooms are not laid: ./build.sh test lays them"
    return str(request.param)


@pytest.fixture(scope="module")
def web_server_main(version: str) -> Iterator[tuple[str, int, Path]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(ROOMS / version)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield "127.0.0.1", server.server_port, Path()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=["main", "worker"])
def pyodide(request: pytest.FixtureRequest, runtime: str, version: str, web_server_main: object) -> Any:
    """Give Pyodide on the main thread, then in a worker; what is parametrised must be named before it is asked for."""
    return request.getfixturevalue("selenium" if request.param == "main" else "selenium_worker")
