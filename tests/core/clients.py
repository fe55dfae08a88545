"""A whole client over the fakes: what `browser/install.py` composes, without a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tests.core.fakes import fake_ports

from cioanalytics.core.analytics import Analytics
from cioanalytics.core.later import Later, settled
from cioanalytics.core.settings import read_load, read_options

if TYPE_CHECKING:
    from cioanalytics.core.ports import Json, JsonObject, Ports

KEY = "KEY"


class NoPage:
    """Surroundings without a page: public calls are the client's own."""

    code = None

    def __init__(self) -> None:
        self.client: Any = None

    def call_public(self, method: str, arguments: Sequence[Json]) -> Later[object]:
        names = {"setAnonymousId": "set_anonymous_id"}
        answer = getattr(self.client, names.get(method, method))(*arguments)
        return answer if isinstance(answer, Later) else settled(answer)

    def matches(self, pattern: Json, text: str) -> bool:
        return False

    def source_middleware(self, function: object) -> None:
        return None

    def destination_middleware(self, function: object) -> None:
        return None


def make_client(
    ports: Ports | None = None, options: JsonObject | None = None, settings: JsonObject | None = None
) -> Analytics:
    """Make a client that has not begun."""
    ports = ports or fake_ports()
    around = NoPage()
    load = read_load({"writeKey": KEY, **(settings or {})}, None, ports.console)
    client = Analytics(load, read_options(options or {}, ports.console), ports, around, "0")
    around.client = client
    return client
