"""The moment of a call: its time, the page it was made on, and who made it.

Law: fixed when the call is made, kept with the event, and never looked up again (D3, D17).
"""

from __future__ import annotations

from dataclasses import dataclass

from cioanalytics.core.ports import Json, JsonObject, PageFacts


@dataclass(frozen=True)
class Moment:
    """When, where and who. `time` in milliseconds; None: now. `digits`: 32 of hex, for the id of the call's event."""

    time: float | None
    page: PageFacts
    anonymous_id: Json = None
    user_id: Json = None
    digits: str = ""

    def to_json(self) -> JsonObject:
        """Give the parts that an event still needs when it leaves."""
        page = self.page
        told: JsonObject = {
            "url": page.url,
            "path": page.path,
            "search": page.search,
            "referrer": page.referrer,
            "title": page.title,
            "canonical": page.canonical,
            "userAgent": page.user_agent,
            "locale": page.locale,
        }
        if page.base:
            told["base"] = page.base
        return {"anonymousId": self.anonymous_id, "userId": self.user_id, "page": told}


def read_moment(value: Json) -> Moment:
    """Read a moment back; what is missing or malformed is empty."""
    told = value if isinstance(value, dict) else {}
    return Moment(None, read_page_facts(told.get("page")), told.get("anonymousId"), told.get("userId"))


def read_page_facts(value: Json) -> PageFacts:
    """Read the facts of a page, as `web/border/host.js` writes them, whatever is missing in them."""
    told = value if isinstance(value, dict) else {}
    canonical, hints = told.get("canonical"), told.get("clientHints")
    return PageFacts(
        url=_text(told, "url"),
        path=_text(told, "path"),
        search=_text(told, "search"),
        hash=_text(told, "hash"),
        referrer=_text(told, "referrer"),
        title=_text(told, "title"),
        canonical=canonical if isinstance(canonical, str) else None,
        base=_text(told, "base"),
        user_agent=_text(told, "userAgent"),
        locale=_text(told, "locale"),
        visible=told.get("visible") is not False,
        prerendering=told.get("prerendering") is True,
        online=told.get("online") is not False,
        client_hints=hints if isinstance(hints, dict) else None,
    )


def _text(told: JsonObject, name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""
