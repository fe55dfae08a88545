"""Python in a worker: the page's own visitor, by way of the bridge."""

import json
from typing import Any

import js
from pyodide.ffi import create_proxy

import cioanalytics


def tell(*_: object) -> None:
    user = cioanalytics.user()
    js.postMessage(json.dumps([user.anonymous_id(), user.id()]))


def heard(event: Any) -> None:
    if event.data == "identify":
        cioanalytics.identify("jane", {"plan": "basic"})
    tell()


cioanalytics.load("example", cdn_url=js.location.origin)
cioanalytics.on("identity", tell)
await cioanalytics.ready()
cioanalytics.track("Python started")
js.onmessage = create_proxy(heard)
tell()
