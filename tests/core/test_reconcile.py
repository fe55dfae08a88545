"""Sibling hosts (D1): one cookie jar, two storages, one clock, and visits in any order.

The model knows the identity of the person (the last one that a host or the server made), each host's own copy of it,
and when cookies and notes were last written. From these it says who the next visit must find.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from tests.core.fakes import DAY, JsonCodec
from tests.core.identity_rig import Browser, Tab

from cioanalytics.core.identity.reconcile import Note, newer_cookie, note_text, read_note

HOSTS = st.sampled_from(["a.example.test", "b.example.test"])
YEAR = 365 * DAY


@pytest.mark.parametrize(
    ("cookies", "stored", "note", "now", "newer"),
    [
        (["new"], "old", Note("old", 0, True, False), 364 * DAY, "new"),
        (["new"], "old", Note("old", 0, True, False), 365 * DAY, None),
        (["new"], "old", None, 1, None),
        (["new"], "new", Note("old", 0, True, False), 1, None),
        (["new"], None, Note("old", 0, True, False), 1, "new"),
        (["old"], "other", Note("old", 0, True, False), 1, None),
        ([], "old", Note("old", 0, True, False), 1, None),
        (["old", "new"], "old", Note("old", 0, True, False), 1, "new"),
        (["new"], "old", Note("old", 10, True, False), 1, None),
    ],
)
def test_which_cookie_is_newer(
    cookies: list[str], stored: str | None, note: Note | None, now: float, newer: str | None
) -> None:
    assert newer_cookie(cookies, stored, note, now, 365) == newer


def test_a_note_comes_back() -> None:
    note = Note("an id", 1.5, user=True, group=False)
    assert read_note(note_text(note, JsonCodec()), JsonCodec()) == note


@dataclass(frozen=True)
class Person:
    """Who the visitor is."""

    anonymous_id: str
    user_id: str | None = None


@dataclass
class Host:
    """What one host knows: its localStorage, and when it last wrote its note."""

    stored: Person | None = None
    noted: float | None = None


class Siblings(RuleBasedStateMachine):
    """Two hosts of one site."""

    def __init__(self) -> None:
        super().__init__()
        self.browser = Browser()
        self.hosts = {"a.example.test": Host(), "b.example.test": Host()}
        self.cookie: Person | None = None
        self.until = 0.0
        self.count = 0
        self.logged_out: set[str] = set()

    @property
    def now(self) -> float:
        return self.browser.clock.time

    def new(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def expected(self, host: Host) -> Person | None:
        """Say who must be found: by D1 where it speaks, by section 1 else."""
        cookie = self.cookie if self.until > self.now else None
        stored = host.stored
        fresh = host.noted is not None and self.now - host.noted < YEAR
        if cookie and fresh and (stored is None or cookie.anonymous_id != stored.anonymous_id):
            return cookie
        if stored is None or cookie is None:
            return stored or cookie
        return Person(stored.anonymous_id, stored.user_id or cookie.user_id)

    def wrote(self, host: Host, person: Person) -> None:
        host.stored, host.noted = person, self.now
        self.cookie, self.until = person, self.now + YEAR

    def enter(self, name: str) -> Tab:
        host = self.hosts[name]
        person = self.expected(host)
        tab = self.browser.tab(name)
        found = Person(tab.anonymous_id, tab.user.id())  # type: ignore[arg-type]
        if person is None:
            assert found.user_id is None
            person = found
        assert found == person
        assert tab.cookie("ajs_anonymous_id") == person.anonymous_id
        assert tab.cookie("ajs_user_id") == person.user_id
        self.wrote(host, person)
        return tab

    @rule(name=HOSTS)
    def visit(self, name: str) -> None:
        self.enter(name)

    @rule(name=HOSTS)
    def log_in(self, name: str) -> None:
        tab = self.enter(name)
        user_id = self.new("u")
        tab.user.identify(user_id, {"of": user_id})
        self.wrote(self.hosts[name], Person(tab.anonymous_id, user_id))

    @rule(name=HOSTS, wait=st.booleans())
    def log_out(self, name: str, wait: bool) -> None:
        tab = self.enter(name)
        tab.identity.reset()
        if wait:
            self.browser.clock.advance(2000)
        else:
            tab.identity.before_leave()
            self.browser.clock.close_pages()
        made = tab.cookie("ajs_anonymous_id")
        assert made is not None
        self.wrote(self.hosts[name], Person(made))
        if wait:
            self.hosts[name].noted, self.until = self.now - 1750, self.now - 1750 + YEAR

    @rule(name=HOSTS)
    def override(self, name: str) -> None:
        tab = self.enter(name)
        tab.user.anonymous_id(self.new("an"))
        self.wrote(self.hosts[name], replace(self.hosts[name].stored or Person(""), anonymous_id=tab.anonymous_id))

    @rule(name=HOSTS)
    def storage_is_lost(self, name: str) -> None:
        self.browser.clear_storage(name)
        self.hosts[name] = Host()

    @rule()
    def the_server_sets_the_anonymous_id(self) -> None:
        cookie = self.cookie if self.until > self.now else None
        if cookie is None:
            return  # without a cookie to differ from it is a first visit's id
        made = self.new("server")
        self.browser.set_cookie(
            "ajs_anonymous_id",
            made,
            rest=f"; path=/; domain=example.test; max-age={self.until // 1000 - self.now // 1000}",
        )
        self.cookie = replace(cookie, anonymous_id=made)

    @rule(days=st.sampled_from([1, 100, 364, 366]))
    def time_passes(self, days: int) -> None:
        self.browser.clock.advance_days(days)

    @rule()
    def everybody_agrees_after_a_visit_to_each(self) -> None:
        """Whatever happened, two rounds of visits within a year end in one identity."""
        tabs = [self.enter(name) for name in ("a.example.test", "b.example.test", "a.example.test", "b.example.test")]
        assert tabs[2].user.who() == tabs[3].user.who()
        assert tabs[2].user.traits() in ({}, {"of": tabs[2].user.id()})


TestSiblings = Siblings.TestCase
TestSiblings.settings = settings(
    max_examples=60, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


class OpenPages(RuleBasedStateMachine):
    """Both hosts open at once, less than a year: every call finds the person whom the last change made."""

    def __init__(self) -> None:
        super().__init__()
        self.browser = Browser()
        self.tabs = [self.browser.tab("a.example.test"), self.browser.tab("b.example.test")]
        self.count = 0
        self.user: str | None = None
        self.agree()

    def agree(self) -> None:
        one, two = (tab.user.who() for tab in self.tabs)
        assert one == two
        assert one[1] == self.user
        for tab in self.tabs:
            assert tab.user.traits() in ({}, {"of": self.user})

    @rule(at=st.sampled_from([0, 1]))
    def log_in(self, at: int) -> None:
        self.count += 1
        self.user = f"u{self.count}"
        self.tabs[at].user.identify(self.user, {"of": self.user})
        self.tabs[at].user.who()
        self.agree()

    @rule(at=st.sampled_from([0, 1]))
    def log_out(self, at: int) -> None:
        self.tabs[at].identity.reset()
        self.user = None
        self.browser.clock.advance(300)
        self.agree()

    @rule(at=st.sampled_from([0, 1]))
    def override(self, at: int) -> None:
        self.count += 1
        self.tabs[at].user.anonymous_id(f"an{self.count}")
        self.agree()

    @rule(at=st.sampled_from([0, 1]), days=st.sampled_from([0, 1, 30]))
    def reload(self, at: int, days: int) -> None:
        self.browser.clock.advance_days(days)
        self.tabs[at] = self.browser.tab(["a.example.test", "b.example.test"][at])
        self.agree()

    @rule(at=st.sampled_from([0, 1]))
    def storage_is_lost(self, at: int) -> None:
        self.browser.clear_storage(["a.example.test", "b.example.test"][at])
        self.agree()


TestOpenPages = OpenPages.TestCase
TestOpenPages.settings = settings(
    max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
