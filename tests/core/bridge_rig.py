"""A page behind a bridge, as web/bridge.js is one, and the channel between: every message can be lost or come again."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.core.fakes import CookieJar, FakeClock

from cioanalytics.bridge.link import Link
from cioanalytics.core.ports import JsonObject

HOST: Final = "shop.example.test"
NAMES: Final = ["_sio", "ajs_anonymous_id", "ajs_user_id", "ajs_user_traits", "cioanalytics:outbox:KEY:*"]
REFUSED: Final = "too long"


class FakePage:
    """The page's half. `sent` are its messages that have not arrived."""

    def __init__(self, clock: FakeClock, name: str = "page") -> None:
        self.name = name
        self.jar = CookieJar(clock).at(HOST)
        self.local: dict[str, str] = {}
        self.sent: list[str] = []
        self.applied: list[list[Any]] = []
        self.domain: str | None = "example.test"
        self.front = [True, True]
        self.sessions: dict[str, FakeSession] = {}

    def post(self, **message: Any) -> None:
        self.sent.append(json.dumps({"cio": 1, "from": self.name, **message}))

    def hear(self, text: str) -> None:
        message = json.loads(text)
        worker = message["from"]
        session = self.sessions.get(worker)
        if "hello" in message:
            self.post(to=worker, here=self.front)
        elif message["to"] != self.name:
            return
        elif "join" in message:
            join = message["join"]
            at, done = (max(session.n, join["n"]), session.done) if session else (join["n"], join["acked"])
            session = self.sessions[worker] = FakeSession(self, worker, at, done)
            session.look({"joined": True, "done": done, "domain": self.domain})
        elif session and "ops" in message:
            session.write(message["seq"], message["ops"])
        elif session and "will" in message:
            session.will = message["will"]
        elif session:
            session.look({"domain": self.domain})

    def touch(self) -> None:
        for session in self.sessions.values():
            session.look({})

    def cookies(self) -> list[str]:
        return sorted(pair for pair in (self.jar.read() or "").split("; ") if named(pair.partition("=")[0]))

    def stored(self) -> dict[str, str]:
        return {key: text for key, text in self.local.items() if named(key)}


def named(name: str) -> bool:
    return any(name == each or (each.endswith("*") and name.startswith(each[:-1])) for each in NAMES)


class FakeSession:
    """One worker, as the page knows it."""

    def __init__(self, page: FakePage, worker: str, n: int, done: int) -> None:
        self.page, self.worker, self.n, self.done = page, worker, n, done
        self.cookie: str | None = None
        self.told: dict[str, str] | None = None
        self.will: list[Any] = []

    def look(self, message: dict[str, Any]) -> None:
        cookie = "; ".join(pair for pair in (self.page.jar.read() or "").split("; ") if named(pair.partition("=")[0]))
        if cookie != self.cookie or "done" in message:
            message["cookie"] = self.cookie = cookie
        known, now = self.told or {}, self.page.stored()
        differs = {key: now.get(key) for key in {**known, **now} if now.get(key) != known.get(key)}
        if differs or self.told is None:
            message["local"] = differs
        self.told = now
        if message:
            self.n += 1
            facts = [f"https://{HOST}/a?b=c#d", "A page", "", None, True, False]
            self.page.post(to=self.worker, n=self.n, page=facts, **message)

    def write(self, seq: int, ops: list[list[Any]]) -> None:
        if seq > self.done + 1:
            self.n += 1
            self.page.post(to=self.worker, n=self.n, gap=1)
            return
        for op in ops:
            seq += 1
            if seq - 1 != self.done + 1:
                continue
            self.done += 1
            self.page.applied.append(op)
            if op[0] == "c":
                self.page.jar.write(op[1])
                continue
            assert self.told is not None
            _, key, text = op
            if text is None:
                self.told.pop(key, None)
                self.page.local.pop(key, None)
            else:
                self.told[key] = text
                if text != REFUSED:
                    self.page.local[key] = text
        self.look({"done": self.done})


class Rig:
    """A worker and its pages on one channel."""

    def __init__(self, **link: Any) -> None:
        self.clock = FakeClock()
        self.pages = [FakePage(self.clock)]
        self.sent: list[str] = []
        self.said: list[str] = []
        self.ready: list[bool] = []
        self.news: list[JsonObject] = []
        self._names = 0
        self.link = Link(self._new_name, NAMES, self._post, self.clock.after, self.said.append, **link)
        self.link.on_ready = self.ready.append
        self.link.on_news = lambda message, first: self.news.append(message)
        self.mirror = self.link.mirror

    @property
    def page(self) -> FakePage:
        return self.pages[0]

    def _new_name(self) -> str:
        self._names += 1
        return "worker" if self._names == 1 else f"worker {self._names}"

    def _post(self, message: JsonObject) -> None:
        self.sent.append(json.dumps(message))

    def settle(self) -> None:
        """Let every message arrive, and what it causes."""
        for _ in range(1000):
            self.clock.advance(0)
            if not self.sent and not any(page.sent for page in self.pages):
                return
            self.to_pages()
            self.to_worker()
        raise AssertionError("the two never come to rest")

    def to_pages(self) -> None:
        sent, self.sent = self.sent, []
        for text in sent:
            for page in self.pages:
                page.hear(text)

    def to_worker(self) -> None:
        for page in self.pages:
            sent, page.sent = page.sent, []
            for text in sent:
                self.link.hear(text)

    def join(self) -> None:
        self.link.start()
        for _ in range(3):
            self.settle()
            self.clock.advance(25)
        self.settle()
        assert self.ready == [True]
