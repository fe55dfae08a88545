"""The person and the group, as `user()` and `group()` give them.

Law: another user id than the present one is another person, who gets a new anonymous id and no cached traits; the
first id of an anonymous visitor keeps both (seed). The group never touches the person (D18). Answers are JSON values,
or UNSET where the vendor's client gives undefined.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from cioanalytics.core.identity.stores import IdentityEntry, Stores
from cioanalytics.core.identity.values import is_present, same_value
from cioanalytics.core.ports import Json, JsonObject
from cioanalytics.core.settings import EntityOptions, shown_entity
from cioanalytics.core.unset import UNSET, Unset, without_unset

type Given = Json | Unset


class Entity:
    """What person and group have in common: an id and traits."""

    def __init__(
        self, stores: Stores, entry: IdentityEntry, options: EntityOptions, explain: Callable[[], JsonObject]
    ) -> None:
        self._stores = stores
        self._entry = entry
        self._settings = options
        self._explain = explain
        self._disabled = options.disable

    @property
    def options(self) -> JsonObject:
        """Show the options in the vendor's spelling, defaults filled in."""
        return shown_entity(self._settings)

    @property
    def _traits(self) -> IdentityEntry:
        return self._entry.traits or self._entry

    @property
    def _owners(self) -> list[IdentityEntry]:
        return [self._entry]

    def id(self, value: Given = UNSET) -> Json:
        """Read the id, or set it. Numbers become texts; what JavaScript takes for false removes the id."""
        if self._disabled:
            return None
        # A lazy page has no identity of its own before a call needs one: reading ids only looks (`identity: "lazy"`).
        if isinstance(value, Unset):
            return self._look(self._entry)
        self._stores.open()
        self._set_id(value, "id")
        self._stores.close()
        return self._own(self._entry.value)

    def _look(self, entry: IdentityEntry) -> Json:
        stores = self._stores
        waiting = stores.before_first is not None
        stores.open(begin=False)
        value = stores.peek(entry) if waiting else stores.read(entry)
        stores.close()
        return self._own(value)

    def _own(self, value: Json) -> Json:
        # Ids that are objects leave as copies: what the caller does to one stays with the caller.
        return (
            self._stores.ports.json.loads(self._stores.ports.json.dumps(value))
            if isinstance(value, (dict, list))
            else value
        )

    def _set_id(self, value: Json, why: str) -> None:
        stores = self._stores
        before = stores.read(self._entry)
        if before is not None and value is not None and not same_value(value, before):
            self._another(f"another id by {why}")
        stores.write(self._entry, value, why)

    def _another(self, why: str) -> None:
        """Follow a change to another id."""

    def traits(self, value: Given = UNSET) -> Given:
        """Read the cached traits, or replace them; `None` and `{}` clear them."""
        if self._disabled:
            return UNSET
        stores = self._stores
        stores.open(begin=not isinstance(value, Unset))
        if value is None:
            value = {}
        if not isinstance(value, Unset) and is_present(value):
            stores.write_traits(self._traits, value, "traits")
        answer = stores.read_traits(self._traits, self._owners)
        stores.close()
        return answer

    def identify(self, id: Given = UNSET, traits: Given = UNSET) -> None:  # noqa: A002 - the vendor's name
        """Set id and traits: those of the same or a first id merge over the cached ones, others replace them."""
        if self._disabled:
            return
        stores = self._stores
        stores.open()
        before = stores.read(self._entry)
        given: Json = {} if isinstance(traits, Unset) or traits is None else traits
        if before is None or (not isinstance(id, Unset) and same_value(before, id)):
            cached = stores.read_traits(self._traits, self._owners)
            merged: JsonObject = dict(cached) if isinstance(cached, dict) else {}
            if isinstance(given, dict):
                merged.update(given)
            given = merged
        if isinstance(given, dict):
            # An undefined trait takes the place of the cached one, and is none.
            given = without_unset(given)
        if not isinstance(id, Unset) and is_present(id):
            self._set_id(id, "identify")
        if is_present(given):
            stores.write_traits(self._traits, given, "identify")
        stores.close()

    def logout(self) -> None:
        """Remove the id and empty the traits; the person gets a new anonymous id."""
        if self._disabled:
            return
        self._stores.open()
        self._log_out("logout")
        self._stores.close()

    def _log_out(self, why: str) -> None:
        self._another(why)
        self._stores.write(self._entry, None, why)
        self._stores.write_traits(self._traits, {}, why)

    def reset(self) -> None:
        """Remove id and traits from every store; the person gets a new anonymous id."""
        if self._disabled:
            return
        self._stores.open()
        self.clear("reset")
        self._stores.close()

    def clear(self, why: str, *, keep_anonymous_id: bool = False) -> None:
        """Do the work of `reset` within a call that is open."""
        if self._disabled:
            return
        if not keep_anonymous_id:
            self._another(why)
        self._stores.write(self._entry, None, why)
        self._stores.clear_traits(self._traits, why)

    def load(self) -> Self:
        """Give another one with the same options and stores."""
        return self

    def save(self) -> bool:
        """Answer True: all is saved at once (reference)."""
        return True

    def explain(self) -> JsonObject:
        """Tell where each entry came from and which store holds what (D14)."""
        return self._explain()


class User(Entity):
    """The person."""

    def __init__(self, stores: Stores, options: EntityOptions, explain: Callable[[], JsonObject]) -> None:
        super().__init__(stores, stores.user, options, explain)
        # Identity hangs in: the person is about to go, and a new anonymous id is due.
        self.person_leaves: Callable[[], None] | None = None

    @property
    def _owners(self) -> list[IdentityEntry]:
        return [self._stores.anonymous, self._entry]

    def _another(self, why: str) -> None:
        if self.person_leaves is not None:
            self.person_leaves()
        self._stores.write(self._stores.anonymous, None, why)

    def anonymous_id(self, value: Given = UNSET) -> Json:
        """Read the anonymous id, making one where there is none, or set it. `None` clears it until the next read."""
        if self._disabled:
            return None
        stores = self._stores
        stores.open()
        if isinstance(value, Unset):
            stores.anonymous_id()
        else:
            stores.write(stores.anonymous, value, "override" if is_present(value) else "cleared")
        stores.close()
        return self._own(stores.anonymous.value)

    def who(self) -> tuple[Json, Json]:
        """Give anonymous id and user id of this moment for an event; both None when the user is disabled."""
        if self._disabled:
            return None, None
        stores = self._stores
        stores.open()
        stores.anonymous_id()
        stores.read(self._entry)
        stores.close()
        return self._own(stores.anonymous.value), self._own(self._entry.value)


class Group(Entity):
    """The group."""

    def __init__(self, stores: Stores, options: EntityOptions, explain: Callable[[], JsonObject]) -> None:
        super().__init__(stores, stores.group, options, explain)

    def anonymous_id(self, value: Given = UNSET) -> Unset:  # noqa: ARG002 - taken and ignored, as the vendor's does
        """Give undefined and change nothing, with an argument too (D18)."""
        return UNSET
