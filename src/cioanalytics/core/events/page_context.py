"""What each event tells of the page it was made on.

Law: pure but for one cookie, `s:context.referrer`, which remembers the last ad; events are copied, never changed.
Page facts are those of the call's moment (D3). Page fields are set before any source middleware runs, the rest of the
context when the event leaves (reference).
"""

from __future__ import annotations

from typing import Final, Protocol

from cioanalytics.core.events.campaign import ad_of, campaign_of
from cioanalytics.core.events.url import path_of
from cioanalytics.core.events.values import spread
from cioanalytics.core.identity.values import is_present
from cioanalytics.core.ports import Codec, Json, JsonObject, PageFacts

REFERRER_COOKIE: Final = "s:context.referrer"
AMP_COOKIE: Final = "_ga"
LIBRARY: Final = "cioanalytics"


class OtherCookies(Protocol):
    """Cookies beside those of identity, by their decoded names and values."""

    def get(self, name: str) -> str | None:
        """Give a value; None where there is none or it does not decode."""
        ...

    def put(self, name: str, value: str) -> None:
        """Set a cookie: 365 days, path `/`, SameSite=Lax, the broadest domain, whatever the cookie options say."""
        ...


def page_context(facts: PageFacts) -> JsonObject:
    """Give path, referrer, search, title and url; a canonical link gives path and url, its text as it is written."""
    canonical = facts.canonical
    if canonical:
        path = path_of(canonical, facts.base or facts.url)
        url = canonical if "?" in canonical else canonical + facts.search
    else:
        path = facts.path
        url = facts.url.split("#")[0]
    return {"path": path, "referrer": facts.referrer, "search": facts.search, "title": facts.title, "url": url}


def enrich_page(event: JsonObject, facts: PageFacts) -> JsonObject:
    """Set `context.page`, and for a page call its properties; a screen gets neither.

    Properties override the page's fields where they say something, a given `context.page` overrides both.
    """
    if event.get("type") == "screen":
        return event
    enriched = dict(event)
    defaults = page_context(facts)
    if event.get("type") == "page":
        properties = dict(defaults)
        properties.update(spread(event.get("properties")))
        if is_present(event.get("name")):
            properties["name"] = event.get("name")
        enriched["properties"] = properties
    given = spread(enriched.get("properties"))
    page = {name: given[name] if is_present(given.get(name)) else value for name, value in defaults.items()}
    context = spread(event.get("context"))
    page.update(spread(context.get("page")))
    context["page"] = page
    enriched["context"] = context
    return enriched


def enrich_context(
    event: JsonObject, facts: PageFacts, version: str, ad: JsonObject | None, amp: str | None
) -> JsonObject:
    """Set user agent (always), and locale, library and campaign where the event has none; ad and AMP id where known."""
    context = spread(event.get("context"))
    context["userAgent"] = facts.user_agent
    if "locale" not in context and facts.locale:
        context["locale"] = facts.locale
    if not is_present(context.get("library")):
        context["library"] = {"name": LIBRARY, "version": version}
    campaign = campaign_of(facts.search)
    if campaign is not None and not is_present(context.get("campaign")):
        context["campaign"] = campaign
    if ad:
        referrer = spread(context.get("referrer"))
        # An ad without value still takes the place of a given id (reference).
        referrer.pop("id", None)
        referrer.update(ad)
        context["referrer"] = referrer
    if amp:
        context["amp"] = {"id": amp}
    enriched = dict(event)
    enriched["context"] = context
    return enriched


def amp_id(cookies: OtherCookies) -> str | None:
    """Give the id that an AMP page shares; the analytics cookie is one only if it says so."""
    value = cookies.get(AMP_COOKIE)
    return value if value and value.startswith("amp") else None


class AdMemory:
    """The ad that brought the visitor, kept in a cookie; with `cookies` None nothing is kept or read (cookieless)."""

    def __init__(self, cookies: OtherCookies | None, json: Codec) -> None:
        self._cookies = cookies
        self._json = json
        self._written = ""

    def ad(self, search: str) -> JsonObject | None:
        """Give the ad of this query, else the remembered one; the cookie is renewed once a page and when it changes."""
        ad = ad_of(search)
        if self._cookies is None:
            return ad
        if ad is None:
            ad = self._stored(self._cookies)
        if ad is not None:
            text = self._json.dumps(ad)
            if text != self._written:
                self._cookies.put(REFERRER_COOKIE, text)
                self._written = text
        return ad

    def _stored(self, cookies: OtherCookies) -> JsonObject | None:
        text = cookies.get(REFERRER_COOKIE)
        if not text:
            return None
        try:
            value: Json = self._json.loads(text)
        except ValueError:
            return None
        return value if isinstance(value, dict) and value else None
