"""Identity as a state machine: any order of calls, losses, reloads and time; the rules of behaviour.md section 1 hold.

The model knows for each id whether the cookie and whether localStorage holds it, and until when the cookie lives.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.core.fakes import DAY
from tests.core.identity_rig import UUID4, Browser, Tab

from cioanalytics.core.ports import Json, JsonObject

IDS = st.sampled_from(["u1", "u2", "x;y=%\r\n", "ж😀", "7", "-"])
TRAITS = st.dictionaries(
    st.sampled_from(["a", "b", "__proto__"]), st.integers(0, 3) | st.none() | st.text(max_size=3), max_size=2
)


def a_year_from(now: float) -> float:
    """Give the end of a cookie's life: Expires has whole seconds."""
    return (now + 365 * DAY) // 1000 * 1000


@dataclass
class Kept:
    """One id as it should be: a value, and the stores that hold it."""

    value: str | None = None
    stored: bool = False
    until: float = 0

    def lost(self, now: float) -> bool:
        return not self.stored and self.until <= now


class Visitor(RuleBasedStateMachine):
    """One visitor on one host."""

    def __init__(self) -> None:
        super().__init__()
        self.browser = Browser()
        self.tab: Tab
        self.anonymous, self.user, self.group = Kept(), Kept(), Kept()
        self.traits: JsonObject = {}
        self.group_traits: JsonObject = {}
        self.former: set[str] = set()

    @property
    def now(self) -> float:
        return self.browser.clock.time

    @initialize()
    def first_visit(self) -> None:
        self.visit()

    # What the rules say happens to an id at each read and write.

    def put(self, kept: Kept, value: str | None) -> None:
        if value is None:
            kept.value, kept.stored, kept.until = None, False, 0
            return
        if kept.value != value or kept.until <= self.now:
            kept.until = a_year_from(self.now)
        kept.value, kept.stored = value, True

    def read(self, kept: Kept) -> None:
        if kept.value is not None and kept.lost(self.now):
            kept.value = None
            if kept is self.user:
                self.only_stored_traits()
        if kept.value is not None:
            self.put(kept, kept.value)

    def read_anonymous(self) -> None:
        before = self.anonymous.value
        self.read(self.anonymous)
        if before is not None and self.anonymous.value is None:
            self.only_stored_traits()
            for other in (self.user, self.group):
                if other.lost(self.now):
                    other.value = None
        if self.anonymous.value is None:
            made = self.tab.anonymous_id
            assert UUID4.fullmatch(made)
            assert made not in self.former
            self.put(self.anonymous, made)
        assert self.anonymous.value is not None
        self.former.add(self.anonymous.value)

    def only_stored_traits(self) -> None:
        """Memory goes with its person; localStorage keeps what it has."""
        stored = self.tab.stored("ajs_user_traits")
        self.traits = stored if isinstance(stored, dict) else {}

    def another_person(self) -> None:
        self.put(self.anonymous, None)

    def visit(self) -> None:
        if hasattr(self, "tab"):
            self.tab.identity.before_leave()
            self.browser.clock.advance(1)
            if self.anonymous.value is None:
                self.put(self.anonymous, self.tab.cookie("ajs_anonymous_id"))
        self.tab = self.browser.tab()
        for kept in (self.anonymous, self.user, self.group):
            if kept.lost(self.now):
                kept.value = None
            elif kept.value is not None:
                kept.stored, kept.until = True, a_year_from(self.now)
        stored, group = self.tab.stored("ajs_user_traits"), self.tab.stored("ajs_group_properties")
        self.traits = stored if isinstance(stored, dict) else {}
        self.group_traits = group if isinstance(group, dict) else {}
        # Without any call (D15).
        cookie = self.tab.cookie("ajs_anonymous_id")
        assert cookie is not None
        if self.anonymous.value is None:
            assert cookie not in self.former
            self.put(self.anonymous, cookie)
        self.former.add(cookie)

    # What happens to a visitor.

    @rule()
    def reload(self) -> None:
        self.visit()

    @rule(days=st.sampled_from([1, 200, 364, 366, 800]), reload=st.booleans())
    def time_passes(self, days: int, reload: bool) -> None:
        waiting = self.anonymous.value is None
        self.browser.clock.advance_days(days)
        if waiting and (made := self.tab.stored("ajs_anonymous_id")):
            # A reset's new id was made a moment after it.
            assert isinstance(made, str)
            self.put(self.anonymous, made)
            self.anonymous.until = a_year_from(self.now - days * DAY + 250)
            self.former.add(made)
        if reload:
            self.visit()

    @rule()
    def cookies_are_lost(self) -> None:
        self.browser.clear_cookies()
        for kept in (self.anonymous, self.user, self.group):
            kept.until = 0

    @rule()
    def storage_is_lost(self) -> None:
        self.browser.clear_storage()
        for kept in (self.anonymous, self.user, self.group):
            kept.stored = False
        self.visit()

    @rule()
    def both_are_lost(self) -> None:
        former = self.anonymous.value
        self.browser.clear_cookies()
        self.browser.clear_storage()
        assert self.tab.user.traits() == {}
        assert self.tab.user.id() is None
        assert self.tab.group.id() is None
        assert self.tab.group.traits() == {}
        made = self.tab.anonymous_id
        assert made != former
        for kept in (self.anonymous, self.user, self.group):
            self.put(kept, None)
        self.put(self.anonymous, made)
        self.former.add(made)
        self.traits, self.group_traits = {}, {}

    # Calls.

    @rule(id_=IDS, traits=TRAITS)
    def identify(self, id_: str, traits: JsonObject) -> None:
        self.read(self.user)
        self.tab.user.identify(id_, traits)
        if self.user.value in {None, id_}:
            self.traits = {**self.traits, **traits}
        else:
            self.traits = traits
            self.another_person()
        self.put(self.user, id_)

    @rule(id_=IDS)
    def set_id(self, id_: str) -> None:
        self.read(self.user)
        assert self.tab.user.id(id_) == id_
        if self.user.value not in {None, id_}:
            self.another_person()
        self.put(self.user, id_)

    @rule()
    def clear_id(self) -> None:
        self.read(self.user)
        assert self.tab.user.id(None) is None
        self.put(self.user, None)

    @rule(id_=IDS)
    def override(self, id_: str) -> None:
        assert self.tab.user.anonymous_id(id_) == id_
        self.put(self.anonymous, id_)
        self.former.add(id_)

    @rule()
    def clear_override(self) -> None:
        assert self.tab.user.anonymous_id(None) is None
        self.put(self.anonymous, None)

    @rule(id_=IDS, traits=TRAITS)
    def join_group(self, id_: str, traits: JsonObject) -> None:
        self.read(self.group)
        self.tab.group.identify(id_, traits)
        self.group_traits = {**self.group_traits, **traits} if self.group.value in {None, id_} else traits
        self.put(self.group, id_)

    @rule(traits=TRAITS)
    def set_traits(self, traits: JsonObject) -> None:
        assert self.tab.user.traits(traits) == traits
        self.traits = traits

    @rule()
    def logout(self) -> None:
        self.tab.user.logout()
        self.put(self.user, None)
        self.another_person()
        self.traits = {}

    @rule()
    def reset(self) -> None:
        self.tab.identity.reset()
        for kept in (self.user, self.group):
            self.put(kept, None)
        self.another_person()
        self.traits, self.group_traits = {}, {}

    @rule()
    def who(self) -> None:
        self.read_anonymous()
        self.read(self.user)
        assert self.tab.user.who() == (self.anonymous.value, self.user.value)

    @rule()
    def ask(self) -> None:
        self.read(self.user)
        self.read(self.group)
        assert (self.tab.user.id(), self.tab.group.id()) == (self.user.value, self.group.value)
        assert (self.tab.user.traits(), self.tab.group.traits()) == (self.traits, self.group_traits)

    # What always holds.

    @invariant()
    def stores_hold_what_the_rules_say(self) -> None:
        entries = (("ajs_anonymous_id", self.anonymous), ("ajs_user_id", self.user), ("ajs_group_id", self.group))
        for key, kept in entries:
            stored: Json = kept.value if kept.stored else None
            assert self.tab.stored(key) == stored, key
            assert self.tab.cookie(key) == (kept.value if kept.until > self.now else None), key

    @invariant()
    def nothing_else_is_stored(self) -> None:
        ours = {"ajs_anonymous_id", "ajs_user_id", "ajs_group_id"}
        assert {cookie.name for cookie in self.browser.jar.cookies()} <= ours
        assert set(self.browser.items()) <= ours | {"ajs_user_traits", "ajs_group_properties", "cioanalytics:seen"}
        assert self.tab.console.warnings == []


TestVisitor = Visitor.TestCase
TestVisitor.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
