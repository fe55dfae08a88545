"""What page code is given of things that are no JSON."""

from __future__ import annotations

import json
from typing import Any, cast

from cioanalytics.browser.host import Border
from cioanalytics.browser.values import Values
from cioanalytics.core.pipeline.stages import EventValidation
from cioanalytics.core.ports import UNSET


class PlainCodec:
    """JSON as CPython writes it."""

    def dumps(self, value: Any) -> str:
        return json.dumps(value)

    def loads(self, text: str) -> Any:
        return json.loads(text)


def test_a_plugin_of_the_client_s_own_is_told_by_name_and_type() -> None:
    values = Values(cast(Border, None), PlainCodec())
    [told, missing, plain] = json.loads(values.arguments([EventValidation(), UNSET, {"type": "track"}]))
    assert told["name"] == "Event Validation"
    assert told["type"] == "before"
    assert missing == {"$undefined": 1}
    assert plain == {"type": "track"}
