"""D23: what the stub of the vendor's snippet does not know before load, our own tag's does."""

from __future__ import annotations

from tests.browser.clients import THEIRS, WRITE_KEY
from tests.browser.page_texts import snippet_page, tag_page
from tests.browser.site import Site
from tests.parity.guest import Guest

NAMES = ("screen", "register", "deregister", "emit")
LOOK = f"seen('stub', {list(NAMES)!r}.map((name) => typeof cioanalytics[name]));"


def stub_types(guest: Guest, site: Site, page: str) -> list[str]:
    guest.become_new()
    site.pages["/home"] = page
    guest.open(site.url("/home"))
    [[_, types]] = guest.evaluate("recorder.heard('stub').then(() => recorder.take())")
    return [str(each) for each in types]


def test_our_stub_knows_the_calls_that_the_vendor_s_throws_at(guest: Guest, site: Site) -> None:
    assert stub_types(guest, site, snippet_page(THEIRS, LOOK)) == ["undefined"] * len(NAMES)
    tag = f"data-write-key='{WRITE_KEY}' data-cdn-url='{site.url('')}'"
    # The tag's script is async: what stands in a script after its load finds the stub or the client, never nothing.
    waiting = f"document.querySelector('script[src*=cioanalytics]').addEventListener('load', () => {{ {LOOK} }});"
    assert stub_types(guest, site, tag_page(tag, waiting)) == ["function"] * len(NAMES)
