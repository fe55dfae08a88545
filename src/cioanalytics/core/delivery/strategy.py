"""How a project wants its events sent.

Law: sizes and times that make no sense are the defaults; no setting can make a body that the collector refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from cioanalytics.core.ports import Json, JsonObject
from cioanalytics.core.settings.project import ApiSettings

# A batch leaves when it has so many bytes, and never has 50,000 more (the collector's limit is 500 KB).
BATCH_BYTES: Final = 450_000


@dataclass(frozen=True)
class Strategy:
    """`address` is where events go, without the last part; `timeout` in milliseconds; `max_retries` None: no end.

    `stores` False: what a page leaves is not tried again by the next one.
    """

    address: str
    write_key: str
    batching: bool = False
    size: int = 10
    timeout: float = 5_000
    keepalive: bool = False
    headers: JsonObject = field(default_factory=dict)
    max_retries: int | None = None
    stores: bool = True


def read_strategy(api: ApiSettings, host: str, write_key: str) -> Strategy:
    """Read `deliveryStrategy` of the settings; `write_key` is used where they name none."""
    config = api.delivery_strategy.get("config")
    given: JsonObject = config if isinstance(config, dict) else {}
    headers = given.get("headers")
    retries = given.get("maxRetries")
    max_retries = int(retries) if _is_number(retries) and isinstance(retries, int | float) and retries >= 0 else None
    return Strategy(
        address=f"{api.protocol}://{host}",
        write_key=api.api_key or write_key,
        batching=api.delivery_strategy.get("strategy") == "batching",
        size=max(1, int(_number(given, "size", 10))),
        timeout=_number(given, "timeout", 5_000),
        keepalive=given.get("keepalive") is True,
        headers=headers if isinstance(headers, dict) else {},
        # Without a retry queue a failed request is made once more, then its event is given up (reference).
        max_retries=max_retries if api.retry_queue else 1,
        stores=api.retry_queue,
    )


def _number(given: JsonObject, name: str, default: float) -> float:
    value = given.get(name)
    return value if _is_number(value) and isinstance(value, int | float) and value >= 0 else default


def _is_number(value: Json) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and value == value and value < 1e15  # noqa: PLR0124 - NaN
