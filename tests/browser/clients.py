"""The two clients that a page can carry: ours and the vendor's, under the same snippet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WRITE_KEY: Final = "test-key"


@dataclass(frozen=True)
class Client:
    """One client under test. `address` is the snippet's `src`, with KEY where the write key stands."""

    name: str
    address: str

    def __str__(self) -> str:
        return self.name


OURS: Final = Client("ours", "/dist/cioanalytics.js")
THEIRS: Final = Client("reference", "/v1/analytics-js/snippet/KEY/analytics.min.js")
