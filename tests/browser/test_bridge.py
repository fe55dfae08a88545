"""Python in a worker: over the bridge it lives on the page's own cookies and storage."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.browser.clients import WRITE_KEY
from tests.browser.page_texts import fill
from tests.browser.site import Site
from tests.browser.test_python import wheel
from tests.browser.visitor import Visitor, cookie
from tests.browser.visits import UUID4

LOAD: Final = f"""
import cioanalytics
from js import location
cioanalytics.load("{WRITE_KEY}", cdn_url=location.origin)
"""
IDS: Final = """
user = cioanalytics.user()
[user.anonymous_id(), user.id(), user.traits(), user.explain()["reached"]]
"""
SCRIPT: Final = '<script src="/dist/cioanalytics-bridge.js" data-pair></script>'


@dataclass
class Workshop:
    """Pages with a Pyodide worker of their own."""

    site: Site
    visitor: Visitor

    def visit(self, head: str = SCRIPT, calls: str = "", *, path: str = "/worker", title: str = "Worker") -> None:
        text = fill("python-worker.js", pyodide="/dist/pyodide", wheel=wheel())
        self.site.files["/python-worker.js"] = ("text/javascript", text)
        self.site.pages[path] = fill("worker.html", title=title, head=head, calls=calls)
        self.visitor.open(self.site.url(path))

    def run(self, python: str) -> Any:
        return json.loads(self.visitor.evaluate("(code) => python(code)", python))

    def jar(self) -> dict[str, str]:
        return {found.name: found.value for found in self.visitor.cookies()}


@pytest.fixture
def workshop(site: Site, visitor: Visitor) -> Workshop:
    return Workshop(site, visitor)


def test_a_worker_lives_on_its_pages_cookies_and_storage(workshop: Workshop) -> None:
    site, visitor = workshop.site, workshop.visitor
    workshop.visit()
    anonymous, *known = workshop.run(
        f"""{LOAD}
await cioanalytics.identify("jane", {{"plan": "basic"}})
await cioanalytics.track("Seen", {{"n": 1}})
{IDS}"""
    )
    assert UUID4.fullmatch(anonymous)
    assert known == ["jane", {"plan": "basic"}, "bridge"]
    sent = site.event("track", "Seen")
    assert (sent["anonymousId"], sent["userId"]) == (anonymous, "jane")
    page = sent["context"]["page"]
    assert (page["path"], page["title"], page["url"]) == ("/worker", "Worker", site.url("/worker"))
    assert sent["context"]["userAgent"] == visitor.evaluate("navigator.userAgent")
    jar = workshop.jar()
    assert (jar["ajs_anonymous_id"], jar["ajs_user_id"]) == (anonymous, "jane")
    found = cookie(visitor, "ajs_anonymous_id")
    assert found is not None
    assert (found.domain, round(found.days_left())) == (".example.test", 365)
    assert json.loads(visitor.local_storage()["ajs_user_traits"]) == {"plan": "basic"}
    visitor.reload()
    assert workshop.run(f"{LOAD}\nawait cioanalytics.ready()\n{IDS}") == [anonymous, *known]
