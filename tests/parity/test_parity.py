"""Each scenario, told by the vendor's client and by ours in one Chromium: what can be seen must be equal.

A scenario that names a row of docs/differences.md must differ, in the named places only.
"""

from __future__ import annotations

import pytest

from tests.browser.clients import THEIRS
from tests.browser.site import Site
from tests.parity.compare import compare, told
from tests.parity.guest import Guest
from tests.parity.report import OURS, Outcome, Verdict
from tests.parity.rows import rows
from tests.parity.runner import Run, only
from tests.parity.scenario import Scenario, tell
from tests.parity.scenarios import GROUPS

CASES = [
    pytest.param(group.heading, scenario, id=f"{group.heading} - {scenario.name}")
    for group in GROUPS
    for scenario in group.scenarios
]


@pytest.mark.parametrize(("heading", "scenario"), CASES)
def test_nobody_can_tell_the_clients_apart(
    guest: Guest, site: Site, verdict: Verdict, heading: str, scenario: Scenario
) -> None:
    verdict.begin(heading)
    theirs = Run(guest, site, scenario, only(THEIRS)).observations()
    ours = Run(guest, site, scenario, only(OURS), theirs).observations()
    found = compare(scenario, theirs, ours)
    if found.wrong:
        pytest.fail(f"{told(scenario)}\nand these differ:\n{found.wrong_text()}", pytrace=False)
    if scenario.differs:
        assert scenario.differs in rows(), f"{scenario.differs} is no row of docs/differences.md"
        assert found.on_purpose, f"nothing differs any more: take {scenario.differs} off, here or off the list"
    verdict.end(heading, Outcome.ON_PURPOSE if scenario.differs else Outcome.EQUAL)


def test_the_library_names_itself(guest: Guest, site: Site) -> None:
    """N1, the one difference that every event shows and that is left out of every comparison."""
    libraries = []
    for client in (THEIRS, OURS):
        run = Run(guest, site, tell("an event", "A.track('Seen')"), only(client))
        run.observations()
        libraries.append(run.normal.libraries)
    theirs, ours = libraries
    assert theirs
    assert ours
    assert not theirs & ours
