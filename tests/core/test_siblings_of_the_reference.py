"""Sibling hosts of which one still runs the vendor's client: whatever it does, D1 and expiry recovery hold at ours.

The machine looks at the browser's jar for what the cookies say, and knows what each of our hosts holds and noted. From
these it says who must be found there. The reference's own host keeps its faults: nothing is asked of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from tests.core.fakes import DAY
from tests.core.identity_rig import Browser, Tab
from tests.core.reference_host import ANONYMOUS, USER, ReferenceHost

OURS = st.sampled_from(["a.example.test", "c.example.test"])
YEAR = 365 * DAY

type Pair = tuple[str | None, str | None]


@dataclass
class OurHost:
    """What a host holds: the ids of its localStorage, and its note (anonymous id, whether a user cookie, when)."""

    stored: Pair = (None, None)
    note: tuple[str, bool, float] | None = None


class BesideTheReference(RuleBasedStateMachine):
    """Two hosts of ours and one of theirs, one jar, a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.browser = Browser()
        self.count = 0
        self.ours = {"a.example.test": OurHost(), "c.example.test": OurHost()}
        self.theirs = ReferenceHost(self.browser, "b.example.test", lambda: self.new("r"))

    @property
    def now(self) -> float:
        return self.browser.clock.time

    def new(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def cookies(self) -> Pair:
        found = [self.browser.jar.cookie(key) for key in (ANONYMOUS, USER)]
        anonymous_id, user_id = (each.value if each else None for each in found)
        return anonymous_id, user_id

    def expected(self, host: OurHost) -> Pair:
        """Say who must be found: the newer cookies' person, else whom this host knows, with what the cookies add."""
        (anonymous_id, user_id), stored, note = self.cookies(), host.stored, host.note
        if anonymous_id and note and self.now - note[2] < YEAR and anonymous_id not in {note[0], stored[0]}:
            return anonymous_id, user_id or (None if note[1] else stored[1])
        return stored[0] or anonymous_id, stored[1] or user_id

    def wrote(self, host: OurHost, tab: Tab) -> None:
        """Take note of what a visit left, and that the cookies have their year again."""
        ids = [tab.stored(key) for key in (ANONYMOUS, USER)]
        assert tuple(ids) == self.cookies()
        host.stored = self.cookies()
        host.note = (str(ids[0]), ids[1] is not None, self.now)
        for key in (ANONYMOUS, USER):
            cookie = self.browser.jar.cookie(key)
            assert cookie is None or (cookie.expires or 0) > self.now + YEAR - 1000

    def enter(self, name: str) -> Tab:
        host = self.ours[name]
        anonymous_id, user_id = self.expected(host)
        tab = self.browser.tab(name)
        # The cookies are back before any call (D15).
        self.wrote(host, tab)
        assert host.stored[1] == user_id
        assert anonymous_id is None or host.stored[0] == anonymous_id
        assert tab.user.who() == host.stored
        return tab

    # At ours

    @rule(name=OURS)
    def visit(self, name: str) -> None:
        self.enter(name)

    @rule(name=OURS)
    def log_in(self, name: str) -> None:
        tab = self.enter(name)
        tab.user.identify(self.new("u"), {})
        tab.user.who()
        self.wrote(self.ours[name], tab)

    @rule(name=OURS)
    def log_out(self, name: str) -> None:
        tab = self.enter(name)
        tab.identity.reset()
        tab.identity.before_leave()
        self.wrote(self.ours[name], tab)

    @rule(name=OURS)
    def storage_is_lost(self, name: str) -> None:
        self.browser.clear_storage(name)
        self.ours[name] = OurHost()

    # At theirs

    @rule()
    def their_event(self) -> None:
        self.theirs.track()

    @rule()
    def their_read_of_one_id(self) -> None:
        """Give one cookie a new year, and the other none."""
        self.theirs.user_id()

    @rule()
    def their_read_of_the_other(self) -> None:
        self.theirs.anonymous_id()

    @rule()
    def their_login(self) -> None:
        self.theirs.identify(self.new("u"))

    @rule()
    def their_override(self) -> None:
        self.theirs.override(self.new("an"))

    @rule(called=st.booleans())
    def their_logout(self, called: bool) -> None:
        self.theirs.reset()
        if called:
            self.theirs.track()

    @rule()
    def their_storage_is_lost(self) -> None:
        self.browser.clear_storage("b.example.test")

    # At none

    @rule()
    def cookies_are_lost(self) -> None:
        self.browser.clear_cookies()

    @rule(days=st.sampled_from([1, 100, 200, 364, 366]))
    def time_passes(self, days: int) -> None:
        self.browser.clock.advance_days(days)

    @rule(name=OURS, first=st.booleans())
    def a_year_without_a_visit(self, name: str, first: bool) -> None:
        """Whoever was known to a host of ours comes back there, though theirs was seen first, with another."""
        host = self.ours[name]
        before = host.stored
        self.browser.clock.advance_days(366)
        assert self.cookies() == (None, None)
        if first:
            self.theirs.track()
        self.enter(name)
        if before[0] is not None:
            assert host.stored[0] == before[0]
            assert before[1] is None or host.stored[1] == before[1]


TestBesideTheReference = BesideTheReference.TestCase
TestBesideTheReference.settings = settings(
    max_examples=80, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
