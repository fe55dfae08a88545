"""PyScript on the page's own thread: cookies and localStorage are at hand."""

import json

from pyscript import document, when, window

import cioanalytics

cioanalytics.load("example", cdn_url=window.location.origin)
await cioanalytics.ready()
cioanalytics.track("Python started")


def show() -> None:
    user = cioanalytics.user()
    document.getElementById("python").value = json.dumps([user.anonymous_id(), user.id()])


@when("click", "#identify")
def identify(_event) -> None:
    cioanalytics.identify("jane", {"plan": "basic"})
    show()


show()
