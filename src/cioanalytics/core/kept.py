"""Calls of a visit that ended before its client ran (D2).

Law: each is made once, with its own time, page and identity. While the stores still tell what they told then, a call is
made for real: an `identify` or `reset` of that visit counts. Once somebody else has been here, it goes out with the
identity that held then and changes nobody's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from cioanalytics.core.identity.identity import Identity
from cioanalytics.core.identity.stores import ANONYMOUS_KEY
from cioanalytics.core.moment import Moment, read_page_facts

if TYPE_CHECKING:
    from cioanalytics.core.analytics import Analytics
    from cioanalytics.core.ports import Json, JsonObject, Ports

# Written by web/start/kept.js.
KEPT_KEYS = "cioanalytics:kept:"
IDS = ("anonymousId", "userId", "groupId", "userTraits", "groupTraits")


class TextJar:
    """A jar that only tells: the cookies of a moment."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read(self) -> str | None:
        """Give the cookies of that moment."""
        return self._text

    def write(self, line: str) -> bool:  # noqa: ARG002 - nothing is kept
        """Keep nothing."""
        return False


class TextStorage:
    """A localStorage in memory: the entries of a moment."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def get(self, key: str) -> str | None:
        """Give a text of that moment."""
        return self._texts.get(key)

    def set(self, key: str, value: str) -> bool:
        """Change it for the calls that follow."""
        self._texts[key] = value
        return True

    def remove(self, key: str) -> bool:
        """Remove it for the calls that follow."""
        self._texts.pop(key, None)
        return True

    def keys(self) -> list[str] | None:
        """List the keys."""
        return list(self._texts)


class Quiet:
    """A console for what the page need not hear twice."""

    def warn(self, message: str) -> None:
        """Say nothing."""

    def error(self, message: str) -> None:
        """Say nothing."""

    def log(self, message: str) -> None:
        """Say nothing."""

    def table(self, rows: Json) -> None:
        """Say nothing."""


def identity_of(client: Analytics, stores: Json) -> Identity:
    """Give the identity that some raw texts of the stores make, apart from the page's own."""
    told = stores if isinstance(stores, dict) else {}
    cookie, local = told.get("cookie"), told.get("local")
    texts = {key: text for key, text in local.items() if isinstance(text, str)} if isinstance(local, dict) else {}
    ports: Ports = replace(
        client.ports,
        jar=TextJar(cookie if isinstance(cookie, str) else ""),
        storage=TextStorage(texts),
        console=Quiet(),
    )
    identity = Identity(replace(client.options, identity="lazy"), ports)
    identity.begin()
    return identity


def stores_now(client: Analytics) -> JsonObject:
    """Give the raw texts of the five entries as the loader notes them with each call."""
    user, group = client.options.user, client.options.group
    keys = [ANONYMOUS_KEY, user.cookie_key, group.cookie_key, user.local_storage_key, group.local_storage_key]
    storage = client.ports.storage
    return {"cookie": client.ports.jar.read(), "local": {key: storage.get(key) for key in keys}}


def told_by(identity: Identity) -> list[Json]:
    """Give the five values of an identity, made or changed by nobody."""
    explained = identity.explain()
    values: list[Json] = []
    for name in IDS:
        entry = explained.get(name)
        values.append(entry.get("value") if isinstance(entry, dict) else None)
    return values


class KeptCalls:
    """The kept calls of earlier visits; take them before this visit's identity begins, make them after."""

    def __init__(self, client: Analytics, calls: list[Json]) -> None:
        self._client = client
        self._calls = [call for call in calls if isinstance(call, dict)]
        self._now = told_by(identity_of(client, stores_now(client))) if self._calls else []
        self._past: tuple[Json, Identity] | None = None

    def make(self, methods: dict[str, Callable[..., object]], take: Callable[[Json, Json], list[object]]) -> None:
        """Make them in the order in which they were called. `take` gives arguments as the page meant them."""
        for call in self._calls:
            method = methods.get(str(call.get("method")))
            try:
                arguments = take(call.get("args"), call.get("refs"))
            except Exception:
                self._client.ports.console.warn("cioanalytics: a kept call cannot be read, it is left out")
                continue
            if method is not None:
                self._try(call, method, arguments)

    def _try(self, call: JsonObject, method: Callable[..., object], arguments: list[object]) -> None:
        try:
            self._make(call, method, arguments)
        except Exception as error:
            # What another page, or another version, has written stops neither the client nor the calls behind it.
            self._client.ports.console.warn(f"cioanalytics: a kept call could not be made: {error}")

    def _make(self, call: JsonObject, method: Callable[..., object], arguments: list[object]) -> None:
        told, stores = call.get("time"), call.get("stores")
        time = float(told) if not isinstance(told, bool) and isinstance(told, int | float) else None
        digits = call.get("id")
        moment = Moment(time, read_page_facts(call.get("page")), digits=digits if isinstance(digits, str) else "")
        if self._past is None or self._past[0] != stores:
            self._past = (stores, identity_of(self._client, stores))
            if told_by(self._past[1]) == self._now:
                self._past = (stores, self._client.identity)
        self._client.at(moment, lambda: method(*arguments), self._past[1])
