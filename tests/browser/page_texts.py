"""The HTML of the test pages: templates of `pages/`, filled in."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from tests.browser.clients import WRITE_KEY, Client
from tests.browser.places import TEMPLATES


@cache
def _template(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def fill(template: str, /, **texts: str) -> str:
    """Fill a template; a place without a text becomes empty."""
    page = _template(template)
    for key, text in texts.items():
        page = page.replace("{{" + key + "}}", text)
    for key in ("title", "head", "calls", "body", "attributes", "options"):
        page = page.replace("{{" + key + "}}", "")
    return page


def snippet_page(
    client: Client,
    calls: str = "",
    *,
    before: str = "",
    options: dict[str, Any] | str | None = None,
    write_key: str = WRITE_KEY,
    name: str = "cioanalytics",
    title: str = "A page",
    head: str = "",
    body: str = "",
) -> str:
    """Make a page with the vendor's snippet: `before`, then `load`, then `calls`, all at the end of the snippet.

    `options` as text is JavaScript, else JSON.
    """
    given = options if isinstance(options, str) else json.dumps(options or {})
    load = f"{name}.load({json.dumps(write_key)}, {given});"
    return fill(
        "snippet.html",
        title=title,
        head=head,
        body=body,
        name=json.dumps(name),
        address=json.dumps(client.address),
        calls=f"{before}\n{load}\n{calls}",
    )


def tag_page(attributes: str, calls: str = "", *, title: str = "A page", head: str = "", body: str = "") -> str:
    """Make a page with our one tag; `attributes` are those beside `async` and `src`."""
    return fill("tag.html", title=title, head=head, body=body, attributes=attributes, calls=calls)


def blank_page() -> str:
    return fill("blank.html")
