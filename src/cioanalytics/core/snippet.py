"""The order in which calls that were queued on the stub are made.

Law (D20): the order of the calls is kept. Only what must not miss anything goes first: an anonymous id set before load
belongs to every event, and listeners and middleware must see all of them. `off` keeps its place, since it ends what
stood before it. The page view of `initialPageview` stands between these and all other calls (reference).
"""

from __future__ import annotations

FIRST = ["setAnonymousId"]
THEN = ["on", "once", "addSourceMiddleware", "addDestinationMiddleware"]


# Stands in the order for the call that `initialPageview` asks for.
PAGE_VIEW = -1


def replay_order(methods: list[str], *, page_view: bool = False) -> list[int]:
    """Give the places of the queued calls in the order of their replay."""
    places = range(len(methods))
    return [
        *(place for place in places if methods[place] in FIRST),
        *(place for place in places if methods[place] in THEN),
        *([PAGE_VIEW] if page_view else []),
        *(place for place in places if methods[place] not in FIRST and methods[place] not in THEN),
    ]
