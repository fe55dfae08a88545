"""Firefox behind the `Visitor` interface, driven by WebDriver BiDi over one websocket.

Law: one Firefox for all visitors, each in a user context of their own (own cookies, own localStorage), as Chromium has
its contexts. A traveller has a Firefox and a profile of their own, so that it can be started again.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import websocket

from tests.browser.visitor import DAY, ConsoleLine, Cookie, ScriptError, asked, told, wait_until_true

# `network.dns.localDomains` takes no wildcards: all hosts of the tests are named here.
HOSTS: Final = (
    *(f"{name}example.{end}" for end in ("test", "co.uk") for name in ("", "a.", "b.", "www.", "shop.", "www.shop.")),
    *("static.other.test", "other.test", "app.localhost", "a.app.localhost", "b.app.localhost"),
)
PREFERENCES: Final = {
    "network.dns.localDomains": ",".join(HOSTS),
    "remote.active-protocols": 1,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.disabledForTesting": True,
}
PLACES: Final = ("firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox")
ANSWER_SECONDS: Final = 90
LEVELS: Final = {"warn": "warning"}

type Json = dict[str, Any]


class BidiError(RuntimeError):
    """What Firefox refused, with the protocol's word for it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


def executable() -> str | None:
    """Find a Firefox."""
    return next((found for name in PLACES if (found := shutil.which(name))), None)


class Firefox:
    """One running Firefox and the wire to it; what it tells unasked is kept for `heard`."""

    def __init__(self, profile: Path, *, environment: dict[str, str] | None = None) -> None:
        binary = executable()
        assert binary, "no Firefox: apt-get install firefox-esr"
        lines = (f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in PREFERENCES.items())
        (profile / "user.js").write_text("".join(lines), "utf-8")
        command = [binary, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
        self._said = (profile / "said.txt").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=self._said, env=os.environ | (environment or {})
        )
        self._numbers = itertools.count(1)
        self._listeners: list[Callable[[str, Json], None]] = []
        self._wire = websocket.create_connection(
            self._address(profile / "said.txt") + "/session", suppress_origin=True, timeout=ANSWER_SECONDS
        )
        session = self.call("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        self.version = str(session["capabilities"]["browserVersion"])
        self.call("session.subscribe", events=["log.entryAdded", "browsingContext.contextCreated"])

    def _address(self, said: Path) -> str:
        end = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            if found := re.search(r"ws://\S+", said.read_text("utf-8", "replace")):
                return found[0]
            time.sleep(0.05)
        self._process.kill()
        message = f"Firefox did not come up: {said.read_text('utf-8', 'replace')[-2000:]}"
        raise RuntimeError(message)

    def listen(self, listener: Callable[[str, Json], None]) -> None:
        self._listeners.append(listener)

    def unlisten(self, listener: Callable[[str, Json], None]) -> None:
        self._listeners.remove(listener)

    def call(self, method: str, **parameters: Any) -> Json:
        """Send a command and give its result; events that come before it go to the listeners."""
        number = next(self._numbers)
        self._wire.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer: Json = json.loads(self._wire.recv())
            if answer.get("id") != number:
                for listener in list(self._listeners):
                    listener(answer.get("method", ""), answer.get("params", {}))
            elif "error" in answer:
                raise BidiError(answer["error"], answer.get("message", ""))
            else:
                result: Json = answer["result"]
                return result

    def close(self) -> None:
        """End it in order: cookies and storage are written to the profile before it goes."""
        try:
            self.call("browser.close")
            self._process.wait(30)
        except (OSError, websocket.WebSocketException, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._wire.close()
        self._said.close()


class FirefoxVisitor:
    """A visitor in a fresh user context, or in the profile's own (`default`)."""

    def __init__(self, firefox: Firefox, user_context: str | None = None) -> None:
        self.firefox = firefox
        self.user_context = user_context or firefox.call("browser.createUserContext")["userContext"]
        self.shift_days = 0.0
        self._consoles: dict[str, list[ConsoleLine]] = {}
        self._parents: dict[str, str] = {}
        self._tabs: list[str] = []
        firefox.listen(self._heard)
        self.new_tab()

    def _heard(self, method: str, entry: Json) -> None:
        if method == "browsingContext.contextCreated" and entry.get("parent"):
            self._parents[entry["context"]] = entry["parent"]
        tab = entry.get("source", {}).get("context")
        while tab in self._parents:  # a frame speaks on the console of its tab
            tab = self._parents[tab]
        if method != "log.entryAdded" or tab not in self._consoles:
            return
        level = "uncaught" if entry["type"] == "javascript" else str(entry.get("method", entry["level"]))
        self._consoles[tab].append(ConsoleLine(LEVELS.get(level, level), str(entry.get("text") or "")))

    @property
    def engine(self) -> str:
        return f"Firefox {self.firefox.version}"

    @property
    def console(self) -> list[ConsoleLine]:
        self.evaluate("0")  # what was said before this answer has been heard then
        return self._consoles[self.tab]

    def open(self, url: str) -> None:
        self.firefox.call("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def reload(self) -> None:
        self.firefox.call("browsingContext.reload", context=self.tab, wait="complete")

    def evaluate(self, script: str, argument: Any = None) -> Any:
        answer = self.firefox.call(
            "script.evaluate",
            expression=asked(script, argument),
            target={"context": self.tab},
            awaitPromise=True,
            userActivation=False,
        )
        if answer["type"] == "exception":
            raise ScriptError(answer["exceptionDetails"]["text"])
        return told(answer["result"].get("value"))

    def wait_for(self, script: str, *, timeout: float = 20) -> None:
        wait_until_true(self, script, timeout, passing=BidiError)

    def _partition(self) -> Json:
        return {"type": "storageKey", "userContext": self.user_context}

    def cookies(self) -> list[Cookie]:
        # Firefox lists what has expired until it sweeps.
        now = time.time() + self.shift_days * DAY
        found = self.firefox.call("storage.getCookies", partition=self._partition())["cookies"]
        return [
            Cookie(
                each["name"],
                each["value"]["value"],
                each["domain"],
                each["path"],
                each.get("expiry", -1),
                {"lax": "Lax", "strict": "Strict", "none": "None"}.get(each["sameSite"], ""),
                each["secure"],
                each["httpOnly"],
            )
            for each in found
            if each.get("expiry", now + 1) > now
        ]

    def set_cookie(self, name: str, value: str, host: str) -> None:
        cookie = {
            "name": name,
            "value": {"type": "string", "value": value},
            "domain": host if host == "localhost" or host[0].isdigit() else f".{host}",
            "path": "/",
            "sameSite": "lax",
        }
        self.firefox.call("storage.setCookie", cookie=cookie, partition=self._partition())

    def expire_cookies(self) -> None:
        self.firefox.call("storage.deleteCookies", partition=self._partition())

    def local_storage(self) -> dict[str, str]:
        stored: dict[str, str] = self.evaluate("() => ({ ...localStorage })")
        return stored

    def clear_storage(self) -> None:
        self.evaluate("() => localStorage.clear()")

    def new_tab(self) -> None:
        made = self.firefox.call("browsingContext.create", type="tab", userContext=self.user_context)
        self.tab: str = made["context"]
        self._tabs.append(self.tab)
        self._consoles[self.tab] = []

    def to_tab(self, number: int) -> None:
        self.tab = self._tabs[number]

    def close(self) -> None:
        self.firefox.unlisten(self._heard)
        self.firefox.call("browser.removeUserContext", userContext=self.user_context)


class FirefoxTraveller(FirefoxVisitor):
    """A visitor with a profile on disk, whose Firefox starts under the clock shim."""

    def __init__(self, shim: Path) -> None:
        self._shim = shim
        self._profile = tempfile.TemporaryDirectory(prefix="traveller-", ignore_cleanup_errors=True)
        self._start(0)

    def _start(self, shift_days: float) -> None:
        shift = {"LD_PRELOAD": str(self._shim), "SHIFT_SECONDS": str(int(shift_days * DAY))}
        super().__init__(Firefox(Path(self._profile.name), environment=shift), "default")
        self.shift_days = shift_days

    def restart(self, shift_days: float) -> None:
        self.firefox.close()
        self._start(shift_days)

    def close(self) -> None:
        self.firefox.close()
        self._profile.cleanup()
