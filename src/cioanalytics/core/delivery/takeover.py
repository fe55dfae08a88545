"""What the vendor's client left in its own queue on this origin, taken over once.

Law: only in our own turn among our tabs and then under the vendor's own lock, only where no other write key of ours is
at work (its queue does not say whose events it holds), and each event is in our outbox before it leaves theirs. Their
lock is a moment in localStorage, which two tabs may write at once: ours counts when it still stands a little later.
Where the storage is too full for a lock, theirs cannot be written either; what is taken makes the room for ours then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cioanalytics.core.delivery.turns import Turns
from cioanalytics.core.later import Later, spawn
from cioanalytics.core.moment import Moment
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.pipeline.waiting import pause
from cioanalytics.core.ports import Json, JsonObject, PageFacts, Ports

QUEUES: Final = "persisted-queue:v1:"
# Events before the plugins, and events that only had to be sent.
UNDONE: Final = "event-queue"
TO_SEND: Final = "dest-Customer.io-Data-Pipelines"
# Milliseconds: how long a lock of theirs is good, when it is looked at again, and how often it is asked for.
LOCKED: Final = 50
SETTLED: Final = 15
ASKED: Final = 4
# The turn of who takes over has the form of a tab's name, and none of chance's.
TURN: Final = "0" * 16
LONG_DEAD: Final = 1e9
NO_ROOM: Final = "full"

type Adopt = Callable[[Context, bool], None]


def take_over(ports: Ports, turns: Turns, write_key: str, adopt: Adopt) -> Later[None]:
    """Bring the vendor's waiting events; `adopt(context, True)` for those that only have to be sent."""
    return spawn(_take_over(ports, turns, write_key, adopt))


async def _take_over(ports: Ports, turns: Turns, write_key: str, adopt: Adopt) -> None:
    left = [name for name in (UNDONE, TO_SEND) if ports.storage.get(f"{QUEUES}{name}:items") is not None]
    if not left or _another_key(ports, write_key) or not await turns.take(TURN, LONG_DEAD):
        return
    for name in left:
        for _ in range(ASKED):
            lock = await _lock(ports, name)
            if lock:
                _empty(ports, name, adopt, full=lock == NO_ROOM)
                if ports.storage.get(f"{QUEUES}{name}:lock") == lock:
                    ports.storage.remove(f"{QUEUES}{name}:lock")
                break
            await pause(LOCKED, ports.clock)
    turns.give_back(TURN)


def _another_key(ports: Ports, write_key: str) -> bool:
    for key in ports.storage.keys() or []:
        for start in ("cioanalytics:outbox:", "cioanalytics:settings:"):
            if key.startswith(start):
                rest = key[len(start) :]
                if rest != write_key and not rest.startswith(f"{write_key}:"):
                    return True
    return False


async def _lock(ports: Ports, name: str) -> str:
    """Take their lock; its text, "" where it is another's, NO_ROOM where nobody can write one."""
    key = f"{QUEUES}{name}:lock"
    end = _json(ports, ports.storage.get(key))
    now = ports.clock.now()
    if isinstance(end, int | float) and not isinstance(end, bool) and end >= now:
        return ""
    # Digits behind the point, which theirs never have: no two texts are the same.
    until = int(now) + LOCKED
    text = f"{until}.{int(ports.chance.fraction() * 1e9) + 1}"
    if not ports.storage.set(key, text):
        text = str(until)
        if not ports.storage.set(key, text):
            return NO_ROOM
    await pause(SETTLED, ports.clock)
    # Whoever had it meanwhile has written another text, or removed it.
    return text if ports.storage.get(key) == text else ""


def _empty(ports: Ports, name: str, adopt: Adopt, *, full: bool) -> None:
    key = f"{QUEUES}{name}:items"
    items = _json(ports, ports.storage.get(key))
    if full:
        ports.storage.remove(key)
        if ports.storage.get(key) is not None:
            # A storage that lets nothing go would bring them again at each visit.
            return
    facts = ports.page.facts()
    # They say nothing of the page of their call beyond what the event has; the browser is the same.
    browser = PageFacts(user_agent=facts.user_agent, locale=facts.locale)
    for item in items if isinstance(items, list) else []:
        event = item.get("event") if isinstance(item, dict) else None
        if isinstance(event, dict) and isinstance(event.get("type"), str) and event.get("type"):
            adopt(Context(event, ports, _facts(event, browser)), name == TO_SEND)
    ports.storage.remove(key)
    ports.storage.remove(f"{QUEUES}{name}:seen")


def _facts(event: JsonObject, browser: PageFacts) -> JsonObject:
    return Moment(None, browser, event.get("anonymousId"), event.get("userId")).to_json()


def _json(ports: Ports, text: str | None) -> Json:
    try:
        return ports.json.loads(text) if text else None
    except ValueError:
        return None
