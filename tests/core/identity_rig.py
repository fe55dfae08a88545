"""One browser with hosts, tabs and time, for the tests of identity."""

from __future__ import annotations

import json
import re
from typing import cast

from tests.core.fakes import CookieJar, FakeChance, FakeClock, FakeConsole, FakeJar, FakePage, FakeStorage, fake_ports

from cioanalytics.core.identity import Identity
from cioanalytics.core.identity.cookies import decode_value
from cioanalytics.core.ports import Json, JsonObject, PageFacts
from cioanalytics.core.settings import read_options

HOST = "www.example.test"
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Tab:
    """One page with a client in it."""

    def __init__(self, browser: Browser, host: str, options: JsonObject, facts: PageFacts | None) -> None:
        self.jar: FakeJar = browser.jar.at(host, facts.path if facts else "/")
        self.storage = FakeStorage(browser.items(host))
        self.console = FakeConsole()
        page = FakePage(host, facts) if facts else FakePage(host)
        self.ports = fake_ports(
            jar=self.jar,
            storage=self.storage,
            console=self.console,
            page=page,
            chance=browser.chance,
            clock=browser.clock,
        )
        self.identity = Identity(read_options(options, self.console), self.ports)
        self.user = self.identity.user
        self.group = self.identity.group
        self.changes: list[JsonObject] = []
        self.identity.telling.on_change = self.changes.append

    @property
    def anonymous_id(self) -> str:
        """Read it, as a call does."""
        return cast(str, self.user.anonymous_id())

    def cookie(self, name: str) -> str | None:
        """Give the one cookie of a name as it stands in the browser, decoded."""
        found = [cookie.value for cookie in self.jar.jar.cookies(name)]
        assert len(found) < 2, found
        return decode_value(found[0]) if found else None

    def stored(self, key: str) -> Json:
        """Read localStorage as JSON."""
        text = self.storage.items.get(key)
        return None if text is None else cast(Json, json.loads(text))


class Browser:
    """A jar for all hosts, a storage for each, one clock."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.jar = CookieJar(self.clock)
        self.chance = FakeChance()
        self.storages: dict[str, dict[str, str]] = {}

    def items(self, host: str = HOST) -> dict[str, str]:
        """Give the localStorage of a host."""
        return self.storages.setdefault(host, {})

    def tab(self, host: str = HOST, *, begin: bool = True, facts: PageFacts | None = None, **options: Json) -> Tab:
        """Open a page."""
        tab = Tab(self, host, options, facts)
        if begin:
            tab.identity.begin()
        return tab

    def clear_cookies(self) -> None:
        """Delete all cookies."""
        self.jar.clear()

    def clear_storage(self, host: str = HOST) -> None:
        """Delete the localStorage of a host."""
        self.items(host).clear()

    def set_cookie(
        self, name: str, value: str, host: str = HOST, rest: str = "; path=/; domain=example.test; max-age=9999999"
    ) -> None:
        """Do what a server's `Set-Cookie` does."""
        self.jar.store(f"{name}={value}{rest}", host, "/", https=True)
