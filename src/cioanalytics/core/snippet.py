"""The order in which calls that were queued on the stub are made.

Law (D20): the order of the calls is kept. Only what must not miss anything goes first: an anonymous id set before load
belongs to every event, and listeners and middleware must see all of them. `off` keeps its place, since it ends what
stood before it. The client's own calls, those of the page's address and the page view of `initialPageview`, stand
between these and all others (reference).
"""

from __future__ import annotations

FIRST = ["setAnonymousId"]
THEN = ["on", "once", "addSourceMiddleware", "addDestinationMiddleware"]


def replay_order(methods: list[str], own: int = 0) -> list[int]:
    """Give the places of the queued calls in the order of their replay; -1, -2, … are the client's own calls."""
    places = range(len(methods))
    return [
        *(place for place in places if methods[place] in FIRST),
        *(place for place in places if methods[place] in THEN),
        *(-1 - place for place in range(own)),
        *(place for place in places if methods[place] not in FIRST and methods[place] not in THEN),
    ]
