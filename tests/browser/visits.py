"""Short words for what nearly every test does: a visit of a page that carries a client."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from tests.browser.clients import Client
from tests.browser.page_texts import blank_page, snippet_page
from tests.browser.site import Site
from tests.browser.visitor import Stores, Visitor

LOADED: Final = "typeof window.cioanalytics?.user === 'function' && cioanalytics.initialized === true"
UUID4: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@dataclass
class Shop(Stores):
    """A site of one person's visits: pages with one client, on any host."""

    site: Site
    visitor: Visitor
    client: Client

    def visit(
        self,
        calls: str = "",
        *,
        path: str = "/",
        host: str = "example.test",
        wait: bool = True,
        client: Client | None = None,
        **page: Any,
    ) -> None:
        """Open a page with the vendor's snippet whose end is `calls`, and wait until the client is loaded."""
        bare = path.partition("?")[0].partition("#")[0]
        self.site.pages[bare] = snippet_page(client or self.client, calls, **page)
        self.visitor.open(self.site.url(path, host))
        if wait:
            self.visitor.wait_for(LOADED)

    def leave(self, host: str = "example.test") -> None:
        """Go to a page of the same host without a client."""
        self.site.pages["/blank"] = blank_page()
        self.visitor.open(self.site.url("/blank", host))

    def lose(self, *, cookies: bool = False, storage: bool = False, host: str = "example.test") -> None:
        """Leave the page, then lose what a browser can lose."""
        self.leave(host)
        if cookies:
            self.visitor.expire_cookies()
            assert self.visitor.evaluate("document.cookie") == ""
        if storage:
            self.visitor.clear_storage()

    def do(self, calls: str) -> Any:
        """Run calls in the page and await the promise of the last expression."""
        return self.visitor.evaluate(f"async () => {{ {calls} }}")

    # What a page sees

    def ids(self) -> dict[str, Any]:
        seen: dict[str, Any] = self.visitor.evaluate("""() => ({
            anonymousId: cioanalytics.user().anonymousId() ?? null,
            userId: cioanalytics.user().id() ?? null,
            groupId: cioanalytics.group().id() ?? null,
        })""")
        return seen

    def user_traits(self) -> Any:
        return self.visitor.evaluate("() => cioanalytics.user().traits() ?? null")

    def group_traits(self) -> Any:
        return self.visitor.evaluate("() => cioanalytics.group().traits() ?? null")

    # What the browser holds

    def in_cookies(self) -> dict[str, str | None]:
        return {name: self.in_cookie(name) for name in ("ajs_anonymous_id", "ajs_user_id", "ajs_group_id")}

    def wait_for_cookie(self, name: str) -> str:
        self.visitor.wait_for(f"document.cookie.split('; ').some((pair) => pair.startsWith('{name}='))")
        value = self.in_cookie(name)
        assert value
        return value
