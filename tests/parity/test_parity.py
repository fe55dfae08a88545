"""Each scenario, told by the vendor's client and by ours in one Chromium: what can be seen must be equal.

A scenario that names a row of docs/differences.md must differ, in the named places only.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.clients import THEIRS
from tests.browser.site import Site
from tests.parity.normal import differences
from tests.parity.report import OURS, Outcome, report
from tests.parity.rows import rows
from tests.parity.runner import Run
from tests.parity.scenario import Scenario
from tests.parity.scenarios import GROUPS

CASES = [
    pytest.param(group.heading, scenario, id=f"{group.heading} - {scenario.name}")
    for group in GROUPS
    for scenario in group.scenarios
]


def shown(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value) if not isinstance(value, dict | list) else json.dumps(value)
    return text if len(text) < 400 else text[:400] + " …"


@pytest.mark.parametrize(("heading", "scenario"), CASES)
def test_nobody_can_tell_the_clients_apart(chromium_: Browser, site: Site, heading: str, scenario: Scenario) -> None:
    report.begin(heading)
    first = Run(chromium_, site, scenario, THEIRS)
    theirs = first.observations()
    second = Run(chromium_, site, scenario, OURS, theirs)
    ours = second.observations()
    report.libraries(first.normal.libraries, second.normal.libraries)
    found = list(differences(theirs, ours))
    found = [(re.sub(r"^\[(\d+)\]", r"\1", path), *values) for path, *values in found]
    allowed = [place for place, *_ in found if scenario.differs and re.fullmatch(scenario.where, place)]
    lines = [
        f"  {place}\n    reference: {shown(one)}\n    ours:      {shown(other)}"
        for place, one, other in found
        if place not in allowed
    ]
    if lines:
        steps = "\n".join(f"  {number}: {step}" for number, step in enumerate(scenario.steps, start=1))
        pytest.fail(f"the steps are\n{steps}\nand these differ:\n" + "\n".join(lines), pytrace=False)
    if scenario.differs:
        assert scenario.differs in rows(), f"{scenario.differs} is no row of docs/differences.md"
        assert allowed, f"nothing differs any more: take {scenario.differs} off this scenario, or the row off the list"
        report.end(heading, Outcome.ON_PURPOSE)
    else:
        report.end(heading, Outcome.EQUAL)


def test_the_library_names_itself() -> None:
    """The last difference that every event shows (N1); runs after the scenarios."""
    if not report.seen_libraries:
        pytest.skip("no scenario ran that sent an event")
    theirs, ours = report.seen_libraries
    assert theirs
    assert ours
    assert not theirs & ours
