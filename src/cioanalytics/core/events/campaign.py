"""What the address of a page tells of the way there: campaign and ad.

Law: pure; the rules are the reference's, also where they are loose (`?utm_` in the middle of a name counts).
"""

from __future__ import annotations

from typing import Final

from cioanalytics.core.events.url import graceful_decode
from cioanalytics.core.ports import JsonObject

AD_TYPES: Final = {"btid": "dataxu", "urid": "millennial-media"}
UTM: Final = "utm_"


def campaign_of(search: str) -> JsonObject | None:
    """Read the `utm_` parameters; an empty campaign where the query has none, None where there is no query."""
    if not search:
        return None
    campaign: JsonObject = {}
    for part in _parts(search):
        pieces = part.split("=")
        name = pieces[0]
        if UTM in name and len(name) > len(UTM):
            # Cut at the front, wherever the mark stands (reference).
            key = name[len(UTM) :]
            campaign["name" if key == "campaign" else key] = graceful_decode(pieces[1]) if len(pieces) > 1 else ""
    return campaign


def ad_of(search: str) -> JsonObject | None:
    """Read the first ad id of a query, raw, with the network it belongs to."""
    for part in _parts(search):
        pieces = part.split("=")
        kind = AD_TYPES.get(pieces[0])
        if kind is not None:
            return {"id": pieces[1], "type": kind} if len(pieces) > 1 else {"type": kind}
    return None


def _parts(search: str) -> list[str]:
    """Split a query; further question marks part as well."""
    return search.removeprefix("?").replace("?", "&").split("&")
