"""Campaign and ads of an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cioanalytics.core.events.campaign import ad_of, campaign_of
from cioanalytics.core.ports import JsonObject


@pytest.mark.parametrize(
    ("search", "campaign"),
    [
        ("", None),
        ("?x=1", {}),
        ("?utm", {}),
        ("?utm_", {}),
        ("?utm_source", {"source": ""}),
        ("?utm_source=", {"source": ""}),
        ("?utm_source=a+b&utm_campaign=C%20D&utm_medium=m", {"source": "a b", "name": "C D", "medium": "m"}),
        ("?utm_source=z=zz", {"source": "z"}),
        ("?utm_bad=%zz+q", {"bad": "%zz+q"}),
        ("?a?utm_source=q", {"source": "q"}),
        ("?xutm_medium=q", {"_medium": "q"}),
        ("?utm_source=1&utm_source=2", {"source": "2"}),
    ],
)
def test_campaigns(search: str, campaign: JsonObject | None) -> None:
    assert campaign_of(search) == campaign


@pytest.mark.parametrize(
    ("search", "ad"),
    [
        ("", None),
        ("?x=1", None),
        ("?btid=1", {"id": "1", "type": "dataxu"}),
        ("?x=1&urid=a%20b", {"id": "a%20b", "type": "millennial-media"}),
        ("?btid=1&urid=2", {"id": "1", "type": "dataxu"}),
        ("?urid", {"type": "millennial-media"}),
        ("?urid=1=2", {"id": "1", "type": "millennial-media"}),
    ],
)
def test_ads(search: str, ad: JsonObject | None) -> None:
    assert ad_of(search) == ad


@given(st.text(alphabet="?&=utm_btid%+4 ä\ud800", max_size=30))
def test_no_text_makes_them_fail(search: str) -> None:
    campaign = campaign_of(search)
    assert (campaign is None) == (search == "")
    assert ad_of(search) is None or "btid" in search
