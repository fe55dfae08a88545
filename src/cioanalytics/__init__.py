"""First-party audience identity for Python in the browser: the public door.

    import cioanalytics

    cioanalytics.load("WRITE_KEY")
    cioanalytics.identify("user_123", {"name": "Jane Kim"})
    cioanalytics.track("Email Clicked", {"callToAction": "Signup"})

The calls are the vendor's, in snake_case: those of one `Client`. On a page's main thread they use the page's own
cookies and localStorage, and so they do in a worker whose page runs `cioanalytics-bridge.js` (or `page_script()`).
Where there is no page (plain CPython) the identity lives in memory.
"""

from cioanalytics.bridge.channel import page_script
from cioanalytics.python.call import Call
from cioanalytics.python.client import Client
from cioanalytics.python.listening import Queue
from cioanalytics.python.people import Group, User
from cioanalytics.version import VERSION

__version__ = VERSION

_client = Client()

load = _client.load
track = _client.track
page = _client.page
screen = _client.screen
identify = _client.identify
group = _client.group
alias = _client.alias
user = _client.user
reset = _client.reset
set_anonymous_id = _client.set_anonymous_id
on = _client.on
once = _client.once
off = _client.off
emit = _client.emit
ready = _client.ready
register = _client.register
deregister = _client.deregister
add_source_middleware = _client.add_source_middleware
add_destination_middleware = _client.add_destination_middleware
query_string = _client.query_string
flush = _client.flush
forget = _client.forget
debug = _client.debug
timeout = _client.timeout
queue = _client.queue

__all__ = [
    "Call",
    "Client",
    "Group",
    "Queue",
    "User",
    "__version__",
    "add_destination_middleware",
    "add_source_middleware",
    "alias",
    "debug",
    "deregister",
    "emit",
    "flush",
    "forget",
    "group",
    "identify",
    "load",
    "off",
    "on",
    "once",
    "page",
    "page_script",
    "query_string",
    "queue",
    "ready",
    "register",
    "reset",
    "screen",
    "set_anonymous_id",
    "timeout",
    "track",
    "user",
]
