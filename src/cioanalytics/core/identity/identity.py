"""Identity: user, group and the rules that hold for both, for one page.

Law: it stands, in cookies and localStorage, as soon as `begin` has run, without any call (D15); a sibling's
newer cookie is followed (D1), and another tab (D11); a legacy cookie speaks only where nothing newer is stored (D13).
"""

from __future__ import annotations

from cioanalytics.core.identity.explain import explained
from cioanalytics.core.identity.reconcile import NOTE_KEY, Note, newer_cookie, note_text, read_note
from cioanalytics.core.identity.stores import IdentityEntry, Stores
from cioanalytics.core.identity.telling import Telling
from cioanalytics.core.identity.user import Group, User
from cioanalytics.core.identity.values import (
    as_id,
    cookie_text,
    id_of_cookie,
    id_of_storage,
    is_present,
    value_of_cookie,
)
from cioanalytics.core.ports import JsonObject, Ports
from cioanalytics.core.settings import Options

AD_COOKIE = "s:context.referrer"
OWN_KEYS = "cioanalytics:"
# After a reset the next call makes the new anonymous id, as the reference does; where none comes, a sibling host would
# find no cookie and restore the former person from its own localStorage. So it is made a moment later in any case (D1).
MINT_DELAY_MS = 250
# A page of a sibling host that began a call before that may still write its cookies afterwards.
LAST_LOOK_MS = 1_250


class Identity:
    """All of identity for one page."""

    def __init__(self, options: Options, ports: Ports) -> None:
        self._ports = ports
        self._options = options
        self._stores = Stores(options, ports)
        self._stores.follow_sibling = self._follow_sibling
        self._stores.after_call = self._after_call
        self.user = User(self._stores, options.user, self.explain)
        self.user.person_leaves = self._new_id_soon
        self.group = Group(self._stores, options.group, self.explain)
        self.telling = Telling(self._stores, ports.clock)
        self._begun = False
        self._followed = False
        self._warned = False
        self._timer: int | None = None
        self._last_look: int | None = None
        # The cookies of who left a moment ago: an open page of a sibling host may set them again (D1).
        self._former: dict[str, str] = {}
        anonymous = self._stores.anonymous
        self._reconciles = options.conflict != "localStorage" and anonymous.in_cookie and anonymous.in_storage

    def begin(self) -> None:
        """Restore and renew what is stored, and make the anonymous id; a lazy page waits for a call that needs one."""
        if self._options.identity == "lazy":
            self._stores.before_first = self._restore
        else:
            self._restore()

    def _restore(self) -> None:
        stores = self._stores
        stores.open(begin=False)
        for entry in stores.ids:
            stores.read(entry)
        self._read_legacy()
        for entry in stores.ids:
            stores.renew(entry)
        if self._options.identity != "lazy" and not self._options.user.disable:
            stores.anonymous_id()
        # What was found is no news to this page.
        self._followed = False
        self.telling.known()
        stores.close()
        self._begun = True

    def _read_legacy(self) -> None:
        """Take over the ids of older clients where nothing newer is stored (D13)."""
        stores = self._stores
        for entry in stores.ids:
            raw = stores.cookies.raw(entry.legacy_key) if entry.in_cookie and entry.legacy_key else None
            if raw is None or entry.value is not None:
                continue
            value, why = value_of_cookie(raw, self._ports.json), f"legacy cookie {entry.legacy_key}"
            if entry is stores.anonymous:
                # `anonymous----user`; the vendor's client reads the first part alone.
                value = value.split("----")[0] if isinstance(value, str) else None
            elif isinstance(value, dict):
                traits = value.get("traits")
                if entry.traits is not None and is_present(traits) and stores.read_traits(entry.traits, []) == {}:
                    stores.write_traits(entry.traits, traits, why)
                value = value.get("id")
            value = as_id(value)
            if value is not None:
                stores.write(entry, value, why)
                entry.source = "cookie"

    def _new_id_soon(self) -> None:
        stores = self._stores
        if self._options.identity == "lazy" or not stores.anonymous.in_cookie:
            return
        if self._timer is None:
            self._timer = self._ports.clock.after(MINT_DELAY_MS, self.before_leave)
            if self._reconciles:
                self._former = {}
                if self._last_look is not None:
                    self._ports.clock.cancel(self._last_look)
                self._last_look = self._ports.clock.after(LAST_LOOK_MS, self._look_last)
        # Who goes now, even where others went a moment before: one of those may be who comes.
        self._leaves(stores.anonymous)
        self._leaves(stores.user)

    def _leaves(self, entry: IdentityEntry) -> None:
        if self._reconciles and self._timer is not None and entry.value is not None:
            self._former[entry.key] = cookie_text(entry.value, self._ports.json)

    def _send_away(self) -> bool:
        """Remove again who left a moment ago and came back by a sibling host, whose page had not noticed (D1)."""
        stores, json = self._stores, self._ports.json
        back: list[IdentityEntry] = []
        for entry in stores.ids if self._former else []:
            former = self._former.get(entry.key)
            cookie = id_of_cookie(stores.cookies.raw(entry.key), json)
            came = cookie is not None and cookie_text(cookie, json) == former
            if entry is not stores.group and cookie is not None and not came:
                # Another visitor, or another person: who is there now has logged in since.
                return False
            stored = id_of_storage(stores.local.get(entry.key), json)
            # An id that this page has set since is nobody who came back.
            here = [value for value in (stored, entry.value) if value is not None]
            if came and entry.in_storage and former not in [cookie_text(value, json) for value in here]:
                back.append(entry)
        for entry in back:
            stores.write(entry, id_of_storage(stores.local.get(entry.key), json), "who came back had left")
        return bool(back)

    def _look_last(self) -> None:
        self._last_look = None
        self._stores.open(begin=False)
        self._send_away()
        self._stores.close()
        self._former = {}

    def before_leave(self) -> None:
        """Make the anonymous id that a reset left out, if it is still missing: the page is going, or time is up."""
        if self._timer is not None:
            self._stores.open(begin=False)
            self._send_away()
            self._stores.close()
            self._stop_timer()
            self.user.anonymous_id()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            timer, self._timer = self._timer, None
            self._ports.clock.cancel(timer)

    def _after_call(self) -> None:
        stores = self._stores
        if stores.note_due:
            stores.note_due = False
            self._write_note()
        if self._timer is not None and stores.anonymous.value is not None:
            self._stop_timer()
        followed, elsewhere = self._followed, stores.elsewhere
        self._followed = stores.elsewhere = False
        if followed:
            self.telling.tell(stores.values())
        elif elsewhere:
            self.telling.tell_what_differs(stores.found())

    def _write_note(self) -> None:
        if not self._reconciles:
            return
        stores = self._stores
        cookies, anonymous = stores.cookies, stores.anonymous
        if anonymous.value is None:
            # No person, and nothing that remembers one.
            stores.local.drop(NOTE_KEY)
        elif cookies.raw(anonymous.key) is not None and cookies.written(anonymous.key):
            beside = [cookies.raw(entry.key) is not None for entry in (stores.user, stores.group)]
            text = cookie_text(anonymous.value, self._ports.json)
            note = Note(text, cookies.written(anonymous.key), *beside)
            stores.local.put(NOTE_KEY, note_text(note, self._ports.json))

    def _follow_sibling(self) -> bool:
        """Take over what a sibling host or the server wrote into the cookies since this host last looked (D1)."""
        if self._send_away():
            return True
        stores, json = self._stores, self._ports.json
        anonymous = stores.anonymous
        raws = stores.cookies.raws(anonymous.key) if self._reconciles else []
        if not raws:
            return False
        stored = id_of_storage(stores.local.get(anonymous.key), json)
        found = [stores.id_in_cookie(raw, stored) for raw in raws]
        note = read_note(stores.local.get(NOTE_KEY), json)
        candidates = [cookie_text(value, json) for value in found if value is not None]
        of_storage = None if stored is None else cookie_text(stored, json)
        newer = newer_cookie(candidates, of_storage, note, self._ports.clock.now(), self._options.cookie.maxage)
        if newer is None or note is None:
            return False
        why = "newer cookie of another host or the server"
        for value in found:
            if value is not None and cookie_text(value, json) == newer:
                stores.write(anonymous, value, why)
        for entry, noted in ((stores.user, note.user), (stores.group, note.group)):
            self._follow_cookie(entry, why, noted=noted)
        for entry in stores.ids:
            stores.renew(entry)
        self._followed = True
        return True

    def _follow_cookie(self, entry: IdentityEntry, why: str, *, noted: bool) -> None:
        stores, json = self._stores, self._ports.json
        if not (entry.in_cookie and entry.in_storage):
            return
        stored = id_of_storage(stores.local.get(entry.key), json)
        cookie = stores.id_in_cookie(stores.cookies.raw(entry.key), stored)
        if cookie == stored or (cookie is None and not noted):
            return
        stores.write(entry, cookie, why)
        if entry.traits is not None:
            stores.clear_traits(entry.traits, why)

    def reset(self, *, keep_anonymous_id: bool = False) -> None:
        """Remove user and group from every store; the anonymous id goes too unless it is kept, on this origin."""
        stores = self._stores
        stores.open()
        if keep_anonymous_id and not self._options.user.disable:
            stores.anonymous_id()
            self._warn_of_siblings()
        self.user.clear("reset", keep_anonymous_id=keep_anonymous_id)
        self._leaves(stores.group)
        self.group.clear("reset")
        stores.close()

    def _warn_of_siblings(self) -> None:
        if not self._warned and self._stores.anonymous.in_cookie and self._stores.cookies.domain() is not None:
            self._warned = True
            self._ports.console.warn(
                "cioanalytics: reset with keepAnonymousId holds on this origin; another host under"
                f" {self._stores.cookies.domain()} that knows the person may restore their id."
            )

    def refresh(self, key: str | None) -> None:
        """Follow a `storage` event: another tab changed a key, or (None) cleared all (D11)."""
        stores = self._stores
        meant = [entry for entry in stores.all if entry.in_storage and key in {None, entry.key}]
        if not meant or not self._begun:
            return
        stores.open(begin=False)
        for entry in meant:
            stores.vanished(entry)
        stores.close()
        self.telling.tell_soon()

    def cookie_domain(self) -> str | None:
        """Give the broadest domain on which the browser takes cookies; None: this host alone."""
        # Without persistence the jar is not touched, by a probe neither.
        return None if self._options.disable_client_persistence else self._stores.cookies.domain()

    def explain(self) -> JsonObject:
        """Tell for each entry its value, where it came from, what the stores hold and its last change here (D14)."""
        self._stores.open(begin=False)
        answer = explained(self._stores)
        self._stores.close()
        return answer

    def forget(self) -> list[str]:
        """Remove all that this client keeps here and list it; nothing is made again before the next call (D14)."""
        stores = self._stores
        self._stop_timer()
        self._former = {}
        removed: list[str] = []
        stores.open(begin=False)
        cookies = [entry.key for entry in stores.ids if entry.in_cookie]
        if cookies:
            cookies += [entry.legacy_key for entry in stores.ids if entry.in_cookie and entry.legacy_key] + [AD_COOKIE]
        for key in cookies:
            if stores.cookies.raws(key):
                removed.append(f"cookie {key}")
            # One of another part of the site is not seen here.
            stores.cookies.drop(key)
        if stores.in_storage:
            own = [entry.key for entry in stores.all if entry.in_storage]
            for key in stores.local.names():
                if key in own or key.startswith(OWN_KEYS):
                    removed.append(f"localStorage {key}")
                    stores.local.drop(key)
        for entry in stores.all:
            if entry.memory is not None and not (entry.in_storage or entry.in_cookie):
                removed.append(f"memory {entry.name}")
            stores.emptied(entry, "forget")
        self.telling.known()
        stores.close()
        return removed
