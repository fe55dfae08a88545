"""Mirror and protocol as a state machine.

Whatever is written, refused, changed by the page, lost or repeated, and in whatever order: in the end page and mirror
are equal, and each accepted write was made once, in its place.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.core.bridge_rig import HOST, NAMES, REFUSED, Rig

KEYS = st.sampled_from([*NAMES[:4], "cioanalytics:outbox:KEY:ab:1", "cioanalytics:outbox:KEY:ab:2"])
COOKIES = st.sampled_from(["ajs_anonymous_id", "ajs_user_id"])
TEXTS = st.sampled_from(["1", "2", "a%20b", REFUSED])
# The last is of a domain that this page may not set cookies for.
ATTRIBUTES = st.sampled_from(["; path=/", "; path=/; domain=example.test", "; path=/; domain=example.org"])
GONE = "; expires=Thu, 01 Jan 1970 00:00:00 GMT"
PLACES = st.integers(0, 5)


class Bridge(RuleBasedStateMachine):
    """One worker, one page, and a channel that nobody can rely on."""

    def __init__(self) -> None:
        super().__init__()
        self.rig = Rig(mate="page", tied=True)
        self.accepted: list[list[Any]] = []
        self.old: list[str] = []
        self.old_of_page: list[str] = []

    @initialize()
    def begin(self) -> None:
        self.rig.join()

    # The worker

    @rule(name=COOKIES, text=TEXTS, attributes=ATTRIBUTES)
    def set_cookie(self, name: str, text: str, attributes: str) -> None:
        line = f"{name}={text}{attributes}"
        before = self.rig.mirror.written
        assert self.rig.mirror.set_cookie(line)
        if self.rig.mirror.written > before:
            self.accepted.append(["c", line])

    @rule(name=COOKIES, attributes=ATTRIBUTES)
    def remove_cookie(self, name: str, attributes: str) -> None:
        line = f"{name}={attributes}{GONE}"
        self.rig.mirror.set_cookie(line)
        self.accepted.append(["c", line])

    @rule(key=KEYS, text=TEXTS)
    def store(self, key: str, text: str) -> None:
        if self.rig.mirror.set_item(key, text):
            assert self.rig.mirror.get_item(key) == text
            self.accepted.append(["l", key, text])

    @rule(key=KEYS)
    def remove(self, key: str) -> None:
        before = self.rig.mirror.written
        assert self.rig.mirror.remove_item(key)
        assert self.rig.mirror.get_item(key) is None
        if self.rig.mirror.written > before:
            self.accepted.append(["l", key, None])

    # The page's own code

    @rule(name=COOKIES, text=TEXTS, attributes=ATTRIBUTES)
    def page_sets_cookie(self, name: str, text: str, attributes: str) -> None:
        self.rig.page.jar.write(f"{name}={text}{attributes}")
        self.rig.page.touch()

    @rule(key=KEYS, text=TEXTS)
    def page_stores(self, key: str, text: str) -> None:
        self.rig.page.local[key] = text
        self.rig.page.touch()

    @rule()
    def page_is_cleared(self) -> None:
        self.rig.page.local.clear()
        self.rig.page.touch()

    @rule()
    def page_goes(self) -> None:
        self.rig.page.post(down=1)

    @rule()
    def page_is_back(self) -> None:
        self.rig.page.post(up=1)

    # The channel

    @rule()
    def page_hears(self) -> None:
        if self.rig.sent:
            text = self.rig.sent.pop(0)
            self.old.append(text)
            self.rig.page.hear(text)

    @rule()
    def worker_hears(self) -> None:
        if self.rig.page.sent:
            text = self.rig.page.sent.pop(0)
            self.old_of_page.append(text)
            self.rig.link.hear(text)

    @rule(place=PLACES)
    def page_does_not_hear(self, place: int) -> None:
        if place < len(self.rig.sent):
            self.rig.sent.pop(place)

    @rule(place=PLACES)
    def worker_does_not_hear(self, place: int) -> None:
        if place < len(self.rig.page.sent):
            self.rig.page.sent.pop(place)

    @rule(place=PLACES)
    def page_hears_again(self, place: int) -> None:
        if place < len(self.old):
            self.rig.page.hear(self.old[-1 - place])

    @rule(place=PLACES)
    def worker_hears_again(self, place: int) -> None:
        if place < len(self.old_of_page):
            before = self.shown()
            self.rig.link.hear(self.old_of_page[-1 - place])
            assert self.shown() == before

    @rule()
    def time_passes(self) -> None:
        self.rig.clock.advance(400)

    def shown(self) -> list[str | None]:
        mirror = self.rig.mirror
        return [mirror.cookie(), *[mirror.get_item(key) for key in mirror.keys() or []]]

    @invariant()
    def what_was_written_is_seen(self) -> None:
        mirror = self.rig.mirror
        last = {each.name: each.text for each in mirror._pending if each.line is None}
        assert {key: mirror.get_item(key) for key in last} == last

    def teardown(self) -> None:
        rig = self.rig
        for _ in range(3):
            rig.settle()
            rig.clock.advance(1_100)
        # What comes next tells the worker that something was lost.
        rig.page.local["ajs_user_traits"] = "the last"
        rig.page.touch()
        rig.settle()
        assert rig.page.applied == self.accepted
        assert sorted((rig.mirror.cookie() or "").split("; ")) == (rig.page.cookies() or [""])
        assert {key: rig.mirror.get_item(key) for key in rig.page.stored()} == rig.page.stored()
        assert not rig.mirror.waiting
        assert rig.said == []
        assert rig.link.certain
        assert HOST in str(rig.mirror.facts["url"])


Bridge.TestCase.settings = settings(
    max_examples=200, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestBridge = Bridge.TestCase
