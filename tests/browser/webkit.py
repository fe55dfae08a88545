"""WebKitGTK behind the `Visitor` interface: its MiniBrowser on a display of its own, driven by WebKitWebDriver.

Laws: every visitor is a fresh session, so nobody comes back after a restart here. The site is WebKit's proxy, so that
every host of the tests leads to it and nothing else is reached. WebDriver shows the cookies of the page in front only,
and no console: the site puts a script into the pages that writes it down (`RECORDER`).
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Remote
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service
from urllib3.exceptions import HTTPError

from tests.browser.site import Site
from tests.browser.visitor import ConsoleLine, Cookie, ScriptError, told, wait_until_true

SCRIPT_SECONDS: Final = 90
ANSWER_SECONDS: Final = 45
# Debian, Fedora, Arch.
FOLDERS: Final = ("/usr/lib/*/webkit2gtk-4.1", "/usr/libexec/webkit2gtk-4.1", "/usr/lib/webkit2gtk-4.1")
RECORDER: Final = """<script>
(() => {
    const lines = [];
    Object.defineProperty(window, "consoleLines", {value: lines});
    for (const [method, level] of [["log", "log"], ["info", "info"], ["debug", "debug"], ["warn", "warning"],
        ["error", "error"], ["table", "table"]]) {
        const original = console[method];
        console[method] = function (...given) {
            lines.push([level, given.map((each) => { try { return String(each); } catch { return "?"; } }).join(" ")]);
            return original.apply(this, given);
        };
    }
    addEventListener("error", (event) => event.message && lines.push(["uncaught", event.message]));
    addEventListener("unhandledrejection", (event) => lines.push(["uncaught", String(event.reason)]));
})();
</script>"""


def executables() -> tuple[str, str, str] | None:
    """Find WebKitWebDriver, MiniBrowser and Xvfb."""
    driver, display = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    places: Iterable[Path] = chain.from_iterable(Path("/").glob(folder[1:]) for folder in FOLDERS)
    browser = next((str(place / "MiniBrowser") for place in places if (place / "MiniBrowser").exists()), None)
    return (driver, browser, display) if driver and browser and display else None


def why_not() -> str | None:
    """Say why there can be no WebKitGTK here at all; None when there can."""
    return None if platform.system() == "Linux" else "WebKitGTK exists on Linux only"


class WebKit:
    """A display, on which sessions are had one after the other, each with a WebKitWebDriver of its own."""

    def __init__(self) -> None:
        found = executables()
        assert found, "no WebKitGTK: apt-get install webkit2gtk-driver libwebkit2gtk-4.1-0 xvfb"
        self._driver, self._browser, display = found
        read, write = os.pipe()
        self._display = subprocess.Popen(
            [display, "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
            pass_fds=(write,),
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as told_number:
            number = told_number.readline().strip()
        assert number, "Xvfb did not come up"
        self._environment = os.environ | {"DISPLAY": f":{number}", "LIBGL_ALWAYS_SOFTWARE": "1", "GDK_BACKEND": "x11"}

    def session(self, proxy: str) -> tuple[Remote, Service]:
        """Start a driver and a browser; one that does not come in time, as happens now and then, is given up."""
        options = Options()
        options.binary_location = self._browser
        options.add_argument("--automation")
        options.set_capability("proxy", {"proxyType": "manual", "httpProxy": proxy})
        for last in (False, False, True):
            service = Service(
                executable_path=self._driver,
                log_output=subprocess.DEVNULL,
                env=self._environment,
                popen_kw={"start_new_session": True},
            )
            service.start()
            client = ClientConfig(remote_server_addr=service.service_url, timeout=ANSWER_SECONDS)
            try:
                session = Remote(command_executor=RemoteConnection(client_config=client), options=options)
            except (WebDriverException, HTTPError):
                os.killpg(service.process.pid, signal.SIGKILL)
                service.process.wait()
                if last:
                    raise
                continue
            session.set_page_load_timeout(ANSWER_SECONDS - 5)
            return session, service
        raise AssertionError

    def close(self) -> None:
        self._display.terminate()
        self._display.wait()


class WebKitVisitor:
    """A visitor in a fresh session."""

    def __init__(self, webkit: WebKit, site: Site) -> None:
        self._site = site
        site.preamble = RECORDER
        self.session, self._service = webkit.session(f"127.0.0.1:{site.port}")
        self._tabs = [self.session.current_window_handle]
        self._earlier: dict[str, list[ConsoleLine]] = {self._tabs[0]: []}
        self._tab = self._tabs[0]

    @property
    def engine(self) -> str:
        return f"WebKitGTK {self.session.capabilities['browserVersion']}"

    def _said(self) -> list[ConsoleLine]:
        lines = self.evaluate("window.consoleLines ?? []")
        for frame in self.session.find_elements(By.TAG_NAME, "iframe"):
            self.session.switch_to.frame(frame)
            lines += self.evaluate("window.consoleLines ?? []")
            self.session.switch_to.default_content()
        return [ConsoleLine(level, text) for level, text in lines]

    @property
    def console(self) -> list[ConsoleLine]:
        return self._earlier[self._tab] + self._said()

    def open(self, url: str) -> None:
        self._earlier[self._tab] += self._said()
        self.session.get(url)

    def reload(self) -> None:
        self._earlier[self._tab] += self._said()
        self.session.refresh()

    def evaluate(self, script: str, argument: Any = None) -> Any:
        # An asynchronous script of WebDriver is sometimes never answered: promises are looked at again and again.
        kind, text = self.session.execute_script(f"""
            try {{
                const given = {json.dumps(argument)};
                const it = ({script}
                );
                const value = typeof it === "function" ? it(given) : it;
                if (typeof value?.then !== "function") return ["told", JSON.stringify(value) ?? null];
                const answer = ["waiting", null];
                Object.defineProperty(window, "answerOfScript", {{value: answer, configurable: true}});
                value.then((given) => JSON.stringify(given) ?? null).then(
                    (text) => answer.splice(0, 2, "told", text),
                    (error) => answer.splice(0, 2, "thrown", String(error)),
                );
                return answer;
            }} catch (error) {{
                return ["thrown", String(error)];
            }}
        """)
        end = time.monotonic() + SCRIPT_SECONDS
        while kind == "waiting" and time.monotonic() < end:
            time.sleep(0.02)
            kind, text = self.session.execute_script("return window.answerOfScript ?? ['thrown', 'the page has gone']")
        if kind != "told":
            raise ScriptError(text or "a promise that was never settled")
        return told(text)

    def wait_for(self, script: str, *, timeout: float = 20) -> None:
        wait_until_true(self, script, timeout, passing=WebDriverException)

    def cookies(self) -> list[Cookie]:
        return [
            Cookie(
                found["name"],
                found["value"],
                found["domain"],
                found["path"],
                found.get("expiry", -1),
                found.get("sameSite", ""),
                found["secure"],
                found["httpOnly"],
            )
            for found in self.session.get_cookies()
        ]

    def set_cookie(self, name: str, value: str, host: str) -> None:
        before = self.session.current_url
        elsewhere = urlsplit(before).hostname != host
        if elsewhere:
            self.session.get(self._site.url("/nothing-here", host))
        domain = host if host == "localhost" or host[0].isdigit() else f".{host}"
        self.session.add_cookie({"name": name, "value": value, "domain": domain, "path": "/", "sameSite": "Lax"})
        if elsewhere and before.startswith("http"):
            self.session.get(before)

    def expire_cookies(self) -> None:
        self.session.delete_all_cookies()
        # The page hears of it a little later.
        wait_until_true(self, "document.cookie === ''", 10, passing=WebDriverException)

    def local_storage(self) -> dict[str, str]:
        stored: dict[str, str] = self.evaluate("() => ({ ...localStorage })")
        return stored

    def clear_storage(self) -> None:
        self.evaluate("() => localStorage.clear()")

    def new_tab(self) -> None:
        # A window: of two tabs of one window both would say that they are hidden.
        self.session.switch_to.new_window("window")
        self._tab = self.session.current_window_handle
        self._tabs.append(self._tab)
        self._earlier[self._tab] = []

    def to_tab(self, number: int) -> None:
        self._tab = self._tabs[number]
        self.session.switch_to.window(self._tab)

    def close(self) -> None:
        self._site.preamble = ""
        self.session.quit()
        self._service.stop()
