"""What page code is given of things that are no JSON."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from cioanalytics.browser.host import Border
from cioanalytics.browser.json_text import JsonText
from cioanalytics.browser.values import Values
from cioanalytics.core.pipeline.stages import EventValidation
from cioanalytics.core.unset import UNSET


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


@pytest.mark.parametrize("text", ["NaN", "-Infinity", '{"a":[1,NaN]}', '{"a":{"NaN":Infinity}}'])
def test_what_only_python_takes_for_json_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="no JSON"):
        JsonText().loads(text)


@pytest.mark.parametrize("text", ['"NaN"', '{"Infinity":[1.5,"NaN"]}'])
def test_words_that_sound_like_no_number_are_texts(text: str) -> None:
    assert JsonText().dumps(JsonText().loads(text)) == text


def test_a_number_that_json_has_not_is_written_as_null() -> None:
    codec = JsonText()
    read = codec.loads('{"a":1e999,"b":[-1e999,{"c":[1e999]}],"e":1.5}')
    assert codec.dumps(read) == '{"a":null,"b":[null,{"c":[null]}],"e":1.5}'
    # What was given stays as it is.
    assert isinstance(read, dict)
    assert read["a"] == float("inf")
    assert codec.dumps({"d": "Infinity", "n": "NaN"}) == '{"d":"Infinity","n":"NaN"}'
