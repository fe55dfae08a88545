"""What the bench makes of its figures: the table's ratios, and a chart that is XML."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

from tests.bench.start import tables
from tests.bench.start.figures import spreads, written
from tests.bench.start.stage import CLIENTS
from tests.bench.start.tables import CALL_NAMES, MEMORY


def result(theirs: float, ours: float) -> dict[str, Any]:
    names = ("cold", "warm", "second visit", "main thread", "longest task", *CALL_NAMES, *MEMORY)

    def client(value: float) -> dict[str, Any]:
        runs = [dict.fromkeys(names, value * factor) for factor in (1, 3, 2)]
        return {"figures": written(spreads(runs)), "files": {"/one.js": int(value * 1000), "/two.js": 0}}

    clients = dict(zip(map(str, CLIENTS), (client(theirs), client(ours)), strict=True))
    return {"browser": "B", "machine": "M", "runs": 3, "clients": clients, "engines": {}}


def test_a_row_has_medians_ranges_and_the_ratio() -> None:
    made = result(100, 250)
    lines = tables.text(made).splitlines()
    assert "| cold | ms | 200 (100-300) | 500 (250-750) | 2.5 |" in lines
    assert "| bytes until then | kB | 100 | 250 | 2 |" in lines


def test_nothing_to_compare_with_has_no_ratio() -> None:
    made = result(0, 250)
    made["clients"][str(CLIENTS[0])]["files"]["/one.js"] = 1000
    assert "| longest task | ms | 0 (0-0) | 500 (250-750) | - |" in tables.text(made).splitlines()


def test_the_chart_is_xml_with_a_bar_for_each_client() -> None:
    made = result(100, 250)
    drawn = ET.fromstring(tables.chart(made))
    bars = [
        float(each.attrib["width"])
        for each in drawn.iter("{http://www.w3.org/2000/svg}rect")
        if each.attrib["class"] == "ours"
    ]
    assert len(bars) == 4  # one in the key
    assert bars[1] == max(bars)
