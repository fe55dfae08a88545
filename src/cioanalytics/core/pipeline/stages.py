"""The two plugins that each event meets first, and what is added when it leaves.

Law: names, types and order are the vendor's: page code reads them in `analytics.queue.plugins` and in the metrics.
"""

from __future__ import annotations

from cioanalytics.core.events.factory import fill_identity
from cioanalytics.core.events.page_context import AdMemory, OtherCookies, amp_id, enrich_context, enrich_page
from cioanalytics.core.events.validation import validate
from cioanalytics.core.moment import read_moment
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.ports import Codec, JsonObject


class EventValidation:
    """Ends events that the collector could not use; the reason is in `failedDelivery()` (reference)."""

    name = "Event Validation"
    type = "before"
    version = "1.0.0"

    def track(self, context: Context) -> Context:
        """Judge an event."""
        error = validate(context.event)
        if error is not None:
            raise error
        return context

    identify = page = group = alias = screen = track


class PageEnrichment:
    """Adds the page of the call's moment (D3)."""

    name = "Page Enrichment"
    type = "before"
    version = "0.1.0"

    def track(self, context: Context) -> Context:
        """Set `context.page`."""
        context.event = enrich_page(context.event, read_moment(context.facts).page)
        return context

    identify = page = group = alias = track


class Departure:
    """Completes an event as it leaves: the ids of its moment, user agent, locale, library, campaign, ad, AMP id.

    Without `cookies` (`disableClientPersistence`) an ad counts for its own page alone, and no AMP id is looked for.
    """

    def __init__(self, version: str, cookies: OtherCookies | None, codec: Codec) -> None:
        self._version = version
        self._cookies = cookies
        self._ads = AdMemory(cookies, codec)

    def foresee(self, event: JsonObject, facts: JsonObject | None) -> JsonObject:
        """Give an event that was just called as it will leave if no plugin but that of the page changes it."""
        return self.complete(enrich_page(event, read_moment(facts).page), facts)

    def complete(self, event: JsonObject, facts: JsonObject | None) -> JsonObject:
        """Give the event as the collector gets it, but for what the delivery itself adds."""
        moment = read_moment(facts)
        filled = fill_identity(event, moment.anonymous_id, moment.user_id)
        ad = self._ads.ad(moment.page.search)
        amp = amp_id(self._cookies) if self._cookies is not None else None
        return enrich_context(filled, moment.page, self._version, ad, amp)
