"""PyScript in a worker, on a page without special headers: the page's own visitor, by way of the bridge."""

import json

from js import BroadcastChannel, location

import cioanalytics

page = BroadcastChannel.new("example")


def tell(*_: object) -> None:
    user = cioanalytics.user()
    page.postMessage(json.dumps([user.anonymous_id(), user.id()]))


cioanalytics.load("example", cdn_url=location.origin)
cioanalytics.on("identity", tell)
await cioanalytics.ready()
cioanalytics.track("Python started")
tell()
