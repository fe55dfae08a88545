"""The user and the group as Python sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Self, cast

from cioanalytics.core.unset import UNSET, Unset
from cioanalytics.python.given import given_id, given_values, shown

if TYPE_CHECKING:
    from cioanalytics.core.identity.user import Group as CoreGroup
    from cioanalytics.core.identity.user import User as CoreUser
    from cioanalytics.core.ports import Json, JsonObject

type Id = str | int | float | None


class _Person:
    """What user and group share. Each method reads without its argument and sets with it, as the vendor's."""

    def __init__(self, entity: CoreUser | CoreGroup) -> None:
        self._entity = entity

    def id(self, value: Id | Unset = UNSET) -> str | None:
        """Give the id; set it where one is given, None to clear it."""
        return cast("str | None", shown(self._entity.id(given_id(value, "value"))))

    def traits(self, value: dict[str, object] | Unset | None = UNSET) -> JsonObject:
        """Give the cached traits; replace them where some are given. `{}` and None clear them (seed)."""
        given: Json | Unset = value if isinstance(value, Unset) else given_values(value, "traits")
        known = self._entity.traits(given)
        return known if isinstance(known, dict) else {}

    def identify(self, id: Id = None, traits: dict[str, object] | None = None) -> None:  # noqa: A002 - the vendor's word
        """Set id and traits without sending an event; the same id merges traits, another replaces them."""
        self._entity.identify(given_id(id, "id"), given_values(traits, "traits"))

    def logout(self) -> None:
        """Forget id and traits."""
        self._entity.logout()

    def reset(self) -> None:
        """Forget id and traits in every store."""
        self._entity.reset()

    def load(self) -> Self:
        """Give this one: what is stored is read at each call."""
        return self

    def save(self) -> bool:
        """Answer True: all is saved at once."""
        return self._entity.save()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} id={self.id()!r}>"


class User(_Person):
    """The person on the page."""

    def __init__(self, user: CoreUser, reached: Callable[[], str | None]) -> None:
        super().__init__(user)
        self._user = user
        self._reached = reached

    def anonymous_id(self, value: str | Unset | None = UNSET) -> str | None:
        """Give the anonymous id, made and stored where there is none; set it where one is given (seed)."""
        return cast("str | None", shown(self._user.anonymous_id(given_id(value, "value"))))

    def explain(self) -> JsonObject:
        """Tell for each stored entry its value, where it came from and what each store holds (D14).

        `reached` says how this client has reached its page: `window`, `document`, `pyscript.window`, `bridge`, or
        `memory` where it has none.
        """
        return {**self._user.explain(), "reached": self._reached()}


class Group(_Person):
    """The group of the person; it never changes the person (D18)."""

    def anonymous_id(self, value: Id | Unset = UNSET) -> None:
        """Give None and change nothing: a group has none (D18)."""
