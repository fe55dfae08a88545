"""Events as the collector knows them, made at the moment of the call.

Law: an event carries the identity that held when it was called (D17); nothing is looked up later. `messageId` is fresh
randomness (D16). Options that are no field of the event go into `context`, dots making paths (reference). The
caller's objects are not changed (D19): what is set is set on copies.
"""

from __future__ import annotations

from typing import Final, Protocol

from cioanalytics.core.events.values import spread, with_path
from cioanalytics.core.identity.values import is_present
from cioanalytics.core.ports import Chance, Clock, Json, JsonObject
from cioanalytics.core.unset import UNSET, Unset

# Options that are fields of the event; `integrations` is merged, `context` is the rest's home.
EVENT_FIELDS: Final = ("anonymousId", "timestamp", "userId")
MESSAGE_PREFIX: Final = "ajs-next-"


class Person(Protocol):
    """Who makes the calls."""

    def who(self) -> tuple[Json, Json]:
        """Give anonymous id and user id as they stand now."""
        ...

    def anonymous_id(self, value: Json | Unset = UNSET) -> Json | Unset:
        """Read or set the anonymous id."""
        ...


class EventFactory:
    """Makes the events of one client. `integrations` are those of the options, which become switches on each event."""

    def __init__(self, user: Person, clock: Clock, chance: Chance, integrations: JsonObject) -> None:
        self._user = user
        self._clock = clock
        self._chance = chance
        self._switches: JsonObject = {}
        self.switch(integrations)

    def switch(self, integrations: JsonObject) -> None:
        """Put integrations in the place of those before; each becomes a switch on the events to come."""
        self._switches = {name: is_present(value) for name, value in integrations.items()}

    def track(self, name: str, properties: Json, options: JsonObject, at: float | None = None) -> JsonObject:
        """Make a `track`; `at` (milliseconds) is the time of a call that waited (D3)."""
        return self._event({"event": name, "type": "track", "properties": properties}, options, at)

    def page(
        self,
        category: str | None,
        name: str | None,
        properties: JsonObject,
        options: JsonObject,
        at: float | None = None,
    ) -> JsonObject:
        """Make a `page`; its category is among the properties too."""
        copied = dict(properties)
        if category is not None:
            copied["category"] = category
        return self._event(_titled("page", category, name, copied), options, at)

    def screen(
        self,
        category: str | None,
        name: str | None,
        properties: JsonObject,
        options: JsonObject,
        at: float | None = None,
    ) -> JsonObject:
        """Make a `screen`; its properties stay as given."""
        return self._event(_titled("screen", category, name, dict(properties)), options, at)

    def identify(
        self, user_id: Json | Unset, traits: Json | Unset, options: JsonObject, at: float | None = None
    ) -> JsonObject:
        """Make an `identify` of an id and traits as they stand after the call; without id `userId` is null."""
        return self._event(_given({"userId": user_id, "type": "identify", "traits": traits}), options, at)

    def group(
        self, group_id: Json | Unset, traits: Json | Unset, options: JsonObject, at: float | None = None
    ) -> JsonObject:
        """Make a `group` of an id and traits as they stand after the call."""
        return self._event(_given({"type": "group", "traits": traits, "groupId": group_id}), options, at)

    def alias(self, to: Json | Unset, previous: str | None, options: JsonObject, at: float | None = None) -> JsonObject:
        """Make an `alias`; without `to` the person's own id stands. `previousId` is filled in by `fill_identity`."""
        fields: dict[str, Json | Unset] = {"userId": to, "type": "alias"}
        if previous is not None:
            fields["previousId"] = previous
        return self._event(_given(fields), options, at)

    def normalize(self, event: JsonObject) -> JsonObject:
        """Complete an event that page code made itself (the deprecated public call)."""
        options = spread(event.get("options"))
        self._override(options)
        fields = {name: value for name, value in event.items() if name != "options"}
        return self._complete(fields, options, spread(event.get("integrations")), None)

    def _event(self, fields: JsonObject, options: JsonObject, at: float | None) -> JsonObject:
        self._override(options)
        anonymous_id, user_id = self._user.who()
        base: JsonObject = {}
        if is_present(user_id):
            base["userId"] = user_id
        if is_present(anonymous_id):
            base["anonymousId"] = anonymous_id
        base.update(fields)
        return self._complete(base, options, self._switches, at)

    def _override(self, options: JsonObject) -> None:
        anonymous_id = options.get("anonymousId")
        if is_present(anonymous_id):
            # It persists: calls after this one have it as well (seed).
            self._user.anonymous_id(anonymous_id)

    def _complete(self, fields: JsonObject, options: JsonObject, switches: JsonObject, at: float | None) -> JsonObject:
        context, overrides = split_options(options)
        integrations: JsonObject = {name: is_present(value) for name, value in switches.items()}
        integrations.update(spread(options.get("integrations")))
        timed = "timestamp" in fields or "timestamp" in overrides
        event: JsonObject = {} if timed else {"timestamp": self._clock.iso(at)}
        event.update(fields)
        event["context"] = context
        event["integrations"] = integrations
        event.update(overrides)
        event["messageId"] = MESSAGE_PREFIX + self._chance.hex(16)
        return event


def split_options(options: JsonObject) -> tuple[JsonObject, JsonObject]:
    """Part options into the event's context and the event's own fields.

    A plain option wins over its namesake in `options.context` (`traits` over `context.traits`: reference).
    """
    context = spread(options.get("context"))
    overrides: JsonObject = {}
    for name, value in options.items():
        if name in ("context", "integrations"):
            continue
        if name in EVENT_FIELDS:
            overrides[name] = value
        else:
            context = with_path(context, name, value)
    return context, overrides


def fill_identity(event: JsonObject, anonymous_id: Json, user_id: Json) -> JsonObject:
    """Give a copy with the ids that the wire always has: those of the call's moment where the event has none (D17).

    An anonymous person has `userId` null. An alias without `previousId` follows the user id, else the anonymous one.
    """
    filled = dict(event)
    if event.get("type") == "alias":
        previous = [filled.get("previousId"), filled.get("from"), user_id, anonymous_id]
        filled["previousId"] = next((each for each in previous if each is not None), None)
        if filled.get("userId") is None:
            filled["userId"] = filled.get("to")
        filled.pop("from", None)
        filled.pop("to", None)
    if not is_present(filled.get("userId")):
        filled["userId"] = user_id
    if not is_present(filled.get("anonymousId")):
        filled["anonymousId"] = anonymous_id
    return filled


def _titled(kind: str, category: str | None, name: str | None, properties: JsonObject) -> JsonObject:
    fields: JsonObject = {"type": kind, "properties": properties}
    if category is not None:
        fields["category"] = category
    if name is not None:
        fields["name"] = name
    return fields


def _given(fields: dict[str, Json | Unset]) -> JsonObject:
    return {name: value for name, value in fields.items() if not isinstance(value, Unset)}
