"""The five entries of an identity and the stores that keep them, in their order.

Law: ids are read from localStorage, cookie, memory, and the first value found is written where it is missing (seed).
Stores are asked at each call and written only when something differs (D26). Memory answers where the stores cannot;
where they work and hold nothing any more, the person has left (D24). Every call stands between `open` and `close`.
"""

from __future__ import annotations

from collections.abc import Callable

from cioanalytics.core.identity.cookie_store import CookieStore
from cioanalytics.core.identity.cookies import encode_value
from cioanalytics.core.identity.local_store import LocalStore
from cioanalytics.core.identity.values import (
    as_id,
    cookie_text,
    id_of_cookie,
    id_of_storage,
    is_present,
    random_uuid,
    read_json,
    same_value,
)
from cioanalytics.core.ports import Json, JsonObject, Ports
from cioanalytics.core.settings import EntityOptions, Options

ANONYMOUS_KEY = "ajs_anonymous_id"
SIO_COOKIE = "_sio"

type Texts = tuple[str | None, str | None]

_NOWHERE: Texts = (None, None)
_SAME_MOMENT_MS = 2000


class IdentityEntry:
    """One id or one set of traits on this page.

    `texts`: the raw localStorage text and cookie for which `value` is the answer; None when they have to be looked at.
    `memory`: the value as JSON. `held`: some store has kept it. `when` (ms) and `why`: its last change on this page.
    `healed`: when (ms) its missing cookie was set again from localStorage.
    """

    def __init__(self, name: str, key: str, *, in_storage: bool, in_cookie: bool) -> None:
        self.name = name
        self.key = key
        self.in_storage = in_storage
        self.in_cookie = in_cookie
        self.value: Json = None
        self.memory: str | None = None
        self.texts: Texts | None = None
        self.held = False
        self.source: str | None = None
        self.when = 0.0
        self.why = ""
        self.healed = 0.0
        self.legacy_key = ""
        self.traits: IdentityEntry | None = None


def _entry(name: str, key: str, options: EntityOptions, everything: Options, *, cookie: bool = True) -> IdentityEntry:
    kept = options.persist and not options.disable and not everything.disable_client_persistence
    stored = kept and not options.local_storage_fallback_disabled
    return IdentityEntry(name, key, in_storage=stored, in_cookie=kept and cookie)


class Stores:
    """The entries `anonymous`, `user`, `group` with the traits of the latter two, over `cookies` and `local`."""

    def __init__(self, options: Options, ports: Ports) -> None:
        self.ports = ports
        self.cookies = CookieStore(options.cookie, ports)
        self.local = LocalStore(ports)
        user, group = options.user, options.group
        self.user_traits = _entry("userTraits", user.local_storage_key, user, options, cookie=False)
        self.group_traits = _entry("groupTraits", group.local_storage_key, group, options, cookie=False)
        self.anonymous = _entry("anonymousId", ANONYMOUS_KEY, user, options)
        self.user = _entry("userId", user.cookie_key, user, options)
        self.group = _entry("groupId", group.cookie_key, group, options)
        self.anonymous.traits = self.user.traits = self.user_traits
        self.group.traits = self.group_traits
        self.anonymous.legacy_key = SIO_COOKIE
        self.user.legacy_key = user.cookie_old_key
        self.group.legacy_key = group.cookie_old_key
        self.ids = [self.anonymous, self.user, self.group]
        self.all = [*self.ids, self.user_traits, self.group_traits]
        self.in_cookies = any(entry.in_cookie for entry in self.ids)
        self.in_storage = any(entry.in_storage for entry in self.ids)
        # What the call under way has changed: ids to be looked at once more, and whether the note is out of date.
        self.touched: list[IdentityEntry] = []
        self.note_due = False
        # A call has found that an id it knew is another one, or gone; the browser may tell of it later, or not at all.
        self.elsewhere = False
        # The ids as this page last told them: what differs from them came from elsewhere (D11).
        self.announced: JsonObject = {}
        # What Identity hangs in: the first call of a lazy page, the newer cookie of a sibling (D1), the end of a call.
        self.before_first: Callable[[], None] | None = None
        self.follow_sibling: Callable[[], bool] | None = None
        self.after_call: Callable[[], None] | None = None

    def open(self, *, begin: bool = True) -> None:
        """Start a call: one look at the cookies."""
        if begin and self.before_first is not None:
            first, self.before_first = self.before_first, None
            first()
        if self.in_cookies:
            self.cookies.look()

    def close(self) -> None:
        """End a call: see what the browser made of the changes."""
        if self.touched:
            self.cookies.check()
            touched, self.touched = self.touched, []
            for entry in touched:
                self._settle_texts(entry)
        if self.after_call is not None:
            self.after_call()

    def _settle_texts(self, entry: IdentityEntry) -> None:
        raw = self.cookies.raw(entry.key) if entry.in_cookie else None
        stored = entry.memory if entry.in_storage and not self.local.refuses(entry.key) else None
        entry.texts = (stored, raw)
        entry.held = entry.texts != _NOWHERE

    def texts(self, entry: IdentityEntry) -> Texts:
        """Read what the stores hold now."""
        return (
            self.local.get(entry.key) if entry.in_storage else None,
            self.cookies.raw(entry.key) if entry.in_cookie else None,
        )

    def read(self, entry: IdentityEntry) -> Json:
        """Read an id: one question to localStorage, and no more while nothing differs."""
        if entry in self.touched or not (entry.in_storage or entry.in_cookie):
            return entry.value
        texts = self.texts(entry)
        if texts != entry.texts:
            self._settle(entry, texts)
        return entry.value

    def peek(self, entry: IdentityEntry) -> Json:
        """Read an id and change nothing."""
        texts = self.texts(entry)
        if entry.texts == texts or not (entry.in_storage or entry.in_cookie):
            return entry.value
        json = self.ports.json
        value = id_of_storage(texts[0], json)
        if value is None:
            value = id_of_cookie(texts[1], json)
        return entry.value if value is None and not self._has_left(entry, texts) else value

    def _settle(self, entry: IdentityEntry, texts: Texts) -> None:
        """Find an id again after its stores changed, and bring them in line."""
        json = self.ports.json
        stored = id_of_storage(texts[0], json)
        cookie = self.id_in_cookie(texts[1], stored)
        # Of two cookies with one name the second may be a server's, set for this host alone.
        differ = entry.in_cookie and (not same_value(stored, cookie) or len(self.cookies.raws(entry.key)) > 1)
        if differ and self.follow_sibling is not None and self.follow_sibling():
            if entry in self.touched:
                return
            texts = self.texts(entry)
            stored = id_of_storage(texts[0], json)
            cookie = self.id_in_cookie(texts[1], stored)
        value, source = (stored, "localStorage") if stored is not None else (cookie, "cookie")
        if value is None:
            if entry.memory is None or self._has_left(entry, texts):
                self._lose(entry, texts)
                return
            value, source = entry.value, "memory"
        elif entry.memory is not None and entry.memory != json.dumps(value):
            # Another tab, or the page's own code, has put another person there: what memory knew is of the former one.
            self.forget_traits(entry)
            self._changed(entry, "changed elsewhere")
            self.elsewhere = True
        elif entry.in_storage and entry.in_cookie and not same_value(stored, cookie):
            self._changed(entry, f"restored from {source}")
        entry.source = source
        self._spread(entry, value, texts)

    def id_in_cookie(self, raw: str | None, stored: Json) -> Json:
        """Read an id from a cookie's raw value; what is written as the stored id would be is that one, as `1.0` is."""
        if stored is not None and raw == encode_value(cookie_text(stored, self.ports.json)):
            return stored
        return id_of_cookie(raw, self.ports.json)

    def _lose(self, entry: IdentityEntry, texts: Texts) -> None:
        """Take an id as gone; what is left under its key is no id."""
        if entry.memory is not None:
            self.forget_traits(entry)
            self._changed(entry, "removed elsewhere")
            self.elsewhere = True
            if entry is self.anonymous:
                for other in self.ids:
                    other.memory = other.value = other.texts = None
                    self.forget_traits(other)
        if texts != _NOWHERE:
            self.erase(entry)
        self._empty(entry)

    def _empty(self, entry: IdentityEntry) -> None:
        entry.memory = entry.value = entry.source = None
        entry.texts, entry.held = _NOWHERE, False

    def erase(self, entry: IdentityEntry) -> None:
        """Remove an entry from every store."""
        self._empty(entry)
        if entry.in_storage:
            self.local.drop(entry.key)
        if entry.in_cookie:
            self.cookies.drop(entry.key)
            self._touch(entry)

    def forget_traits(self, entry: IdentityEntry) -> None:
        """Forget the traits in memory that belong to an id; the stored ones are whoever's stands there."""
        if entry.traits is not None:
            entry.traits.memory = None

    def _has_left(self, entry: IdentityEntry, texts: Texts) -> bool:
        """Tell whether a value that only memory knows was taken away on purpose (D24)."""
        if not entry.held:
            return False
        if texts != _NOWHERE:
            # Something stands there that reads as no id: ours ("0" in a cookie alone), or another's.
            return texts[1] != encode_value(cookie_text(entry.value, self.ports.json))
        if entry.in_storage and (self.local.refuses(entry.key) or not self.local.works()):
            return False
        if entry.in_cookie and (self.cookies.refuses(entry.key) or not self.cookies.works()):
            return False
        return entry.in_storage or not self.cookies.expired(entry.key)

    def _spread(self, entry: IdentityEntry, value: Json, texts: Texts) -> None:
        json = self.ports.json
        entry.value, entry.memory = value, json.dumps(value)
        if entry.in_storage and texts[0] != entry.memory:
            self.local.put(entry.key, entry.memory)
        if entry.in_cookie:
            text = cookie_text(value, json)
            if texts[1] != encode_value(text):
                self.cookies.put(entry.key, text)
                entry.healed = self.ports.clock.now() if texts[1] is None and texts[0] == entry.memory else 0
        self._touch(entry)

    def _touch(self, entry: IdentityEntry) -> None:
        self.note_due = True
        if entry not in self.touched:
            self.touched.append(entry)

    def _changed(self, entry: IdentityEntry, why: str) -> None:
        if why:
            entry.when, entry.why = self.ports.clock.now(), why

    def write(self, entry: IdentityEntry, value: Json, why: str) -> None:
        """Set an id in every store; what is none removes it."""
        value = as_id(value)
        self._changed(entry, why)
        self.announced[entry.name] = value
        if value is None:
            self.erase(entry)
            if entry.in_cookie and entry.legacy_key:
                # A legacy cookie would bring the id back (D13).
                self.cookies.drop(entry.legacy_key)
            return
        self._spread(entry, value, self.texts(entry))
        entry.source = "localStorage" if entry.in_storage else "cookie" if entry.in_cookie else "memory"

    def renew(self, entry: IdentityEntry) -> None:
        """Give an id's cookie its full time again (D26: once a page)."""
        if entry.in_cookie and entry.value is not None:
            self.cookies.renew(entry.key, cookie_text(entry.value, self.ports.json))
            self._touch(entry)

    def anonymous_id(self) -> None:
        """See that there is an anonymous id: sixteen fresh random bytes where there is none (D16)."""
        if self.read(self.anonymous) is None:
            self.write(self.anonymous, random_uuid(self.ports.chance), "created")

    def read_traits(self, entry: IdentityEntry, owners: list[IdentityEntry]) -> Json:
        """Read traits: localStorage, then memory as long as its person is still here. Each call gives a new object."""
        json = self.ports.json
        text = self.local.get(entry.key) if entry.in_storage else None
        good, value = read_json(text, json) if text is not None else (False, None)
        if good and is_present(value):
            entry.memory, entry.source = text, "localStorage"
            return value
        if entry.memory is not None and entry.in_storage and not self.local.refuses(entry.key):
            owned = [self.read(owner) is not None for owner in owners]
            if True not in owned and self.local.works():
                entry.memory = None
        return json.loads(entry.memory) if entry.memory is not None else {}

    def write_traits(self, entry: IdentityEntry, value: Json, why: str) -> None:
        """Set traits."""
        self._changed(entry, why)
        entry.memory = self.ports.json.dumps(value)
        entry.source = "memory"
        if entry.in_storage and self.local.put(entry.key, entry.memory):
            entry.source = "localStorage"

    def emptied(self, entry: IdentityEntry, why: str) -> None:
        """Take note that an entry was removed from every store by other means."""
        self._changed(entry, why)
        self._empty(entry)
        if entry in self.ids:
            self._touch(entry)
            self.note_due = False

    def clear_traits(self, entry: IdentityEntry, why: str) -> None:
        """Remove traits from every store."""
        self._changed(entry, why)
        entry.memory = entry.source = None
        if entry.in_storage:
            self.local.drop(entry.key)

    def vanished(self, entry: IdentityEntry) -> None:
        """Follow another tab that removed an entry from localStorage, unless a cookie still holds it (D11)."""
        texts = self.texts(entry)
        if texts[0] is not None or not self.local.works():
            return
        if texts[1] is not None and not 0 <= self.ports.clock.now() - entry.healed < _SAME_MOMENT_MS:
            return
        if texts[1] is not None:
            # The other tab had removed the cookie already when this one, still seeing the storage, set it again.
            self.erase(entry)
        if entry.memory is not None:
            self._changed(entry, "removed elsewhere")
        self.forget_traits(entry)
        self._empty(entry)

    def found(self) -> JsonObject:
        """Give the three ids as the stores have them, and change nothing."""
        return {entry.name: self.peek(entry) for entry in self.ids}

    def values(self) -> JsonObject:
        """Give the three ids as they were last read or set."""
        return {entry.name: entry.value for entry in self.ids}
