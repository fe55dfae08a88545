"""Pages with Python on one of their threads: the same calls wherever it runs.

`page` and `worker` start Pyodide themselves, `pyscript` is PyScript's worker on a page without special headers, and
`isolated` the same on a page with COOP and COEP, where `pyscript.window` can be read.
"""

from __future__ import annotations

import json
from typing import Any, Final

from tests.browser.clients import WRITE_KEY
from tests.browser.page_texts import blank_page, fill
from tests.browser.places import wheel
from tests.browser.site import Site, wait_until
from tests.browser.visitor import Stores, Visitor

REACHED: Final = {"page": "document", "worker": "bridge", "pyscript": "bridge", "isolated": "pyscript.window"}
BRIDGE: Final = '<script src="/dist/cioanalytics-bridge.js" data-pair></script>'
# Pyodide's first start on a busy machine.
PATIENCE: Final = 90
ON_PAGE: Final = """<script>
window.python = async (code) => {
  const pyodide = await window.pythonReady;
  const answer = await pyodide.runPythonAsync(code);
  return JSON.stringify(answer?.toJs ? answer.toJs({ dict_converter: Object.fromEntries }) : answer ?? null);
};
</script>"""


class Room(Stores):
    """One page of one visitor, and the Python on it."""

    def __init__(self, site: Site, visitor: Visitor, thread: str) -> None:
        self.site = site
        self.visitor = visitor
        self.thread = thread
        # Shared memory is for secure origins only.
        self.host = "localhost" if thread == "isolated" else "example.test"

    def visit(self, options: str = "", *, path: str = "/room", title: str = "Room") -> None:
        """Open the page, start Python and load the client; `options` are further arguments of `load`."""
        self.open(path=path, title=title)
        self.run(f"""
import cioanalytics
from js import location
cioanalytics.load("{WRITE_KEY}", cdn_url=location.origin, {options})
await cioanalytics.ready()
user, group = cioanalytics.user(), cioanalytics.group()
None""")

    def open(self, *, path: str = "/room", title: str = "Room") -> None:
        """Open the page; Python is starting."""
        self.site.isolated = self.thread == "isolated"
        address = wheel()
        if self.thread == "page":
            options = f"{{indexURL: '/dist/pyodide/', packages: [location.origin + '{address}']}}"
            page = fill("pyodide.html", title=title, pyodide="/dist/pyodide", options=options, install="")
            page = page.replace("</head>", f"{ON_PAGE}</head>")
        elif self.thread == "worker":
            text = fill("python-worker.js", pyodide="/dist/pyodide", wheel=address)
            self.site.files["/python-worker.js"] = ("text/javascript", text)
            page = fill("worker.html", title=title, head=BRIDGE)
        else:
            config = {"interpreter": "/dist/pyodide/pyodide.mjs", "packages": [self.site.url(address, self.host)]}
            head = BRIDGE if self.thread == "pyscript" else ""
            page = fill("pyscript-worker.html", title=title, head=head, config=json.dumps(config))
        self.site.pages[path] = page
        self.visitor.open(self.site.url(path, self.host))

    def leave(self) -> None:
        """Go to a page without Python."""
        self.site.pages["/blank"] = blank_page()
        self.visitor.open(self.site.url("/blank", self.host))

    def run(self, python: str) -> Any:
        """Run Python and give its last expression."""
        return json.loads(self.visitor.evaluate("(code) => python(code)", python))

    def ids(self) -> list[str | None]:
        """Give anonymous id, user id and group id as Python knows them."""
        found: list[str | None] = self.run("[user.anonymous_id(), user.id(), group.id()]")
        return found

    def holds(self, *ids: str | None) -> None:
        """Wait until the browser holds these ids, in both stores: a worker's writes come a moment later."""
        names = ("ajs_anonymous_id", "ajs_user_id", "ajs_group_id")

        def held() -> bool:
            in_cookies, stored = [self.in_cookie(name) for name in names], self.visitor.local_storage()
            return in_cookies == [json.loads(stored.get(name, "null")) for name in names] == list(ids)

        wait_until(held, what=f"cookies and localStorage to hold {ids}")
