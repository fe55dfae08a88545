"""The order in which calls that were queued on the stub are made.

Law (D20): the order of the calls is kept. Only what must not miss anything goes first: an anonymous id set before load
belongs to every event, and listeners and middleware must see all of them. `off` keeps its place, since it ends what
stood before it.
"""

from __future__ import annotations

FIRST = ["setAnonymousId"]
THEN = ["on", "once", "addSourceMiddleware", "addDestinationMiddleware"]


def replay_order(methods: list[str]) -> list[int]:
    """Give the places of the queued calls in the order of their replay."""
    places = range(len(methods))
    return [
        *(place for place in places if methods[place] in FIRST),
        *(place for place in places if methods[place] in THEN),
        *(place for place in places if methods[place] not in FIRST and methods[place] not in THEN),
    ]
