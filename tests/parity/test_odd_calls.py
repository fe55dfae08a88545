"""Calls with arguments of any kind: both clients take them alike. The seed is in the test's name."""

from __future__ import annotations

import pytest

from tests.browser.clients import THEIRS
from tests.browser.site import Site
from tests.parity.chance import shrink
from tests.parity.compare import Found, compare, told
from tests.parity.guest import Guest
from tests.parity.odd_calls import ODD, odd_calls
from tests.parity.report import OURS, Outcome, Verdict
from tests.parity.runner import Run, only
from tests.parity.scenario import Scenario

TRIES = 12


def test_arguments_of_any_kind_are_taken_alike(guest: Guest, site: Site, verdict: Verdict, odd_seed: int) -> None:
    def found(scenario: Scenario) -> Found:
        theirs = Run(guest, site, scenario, only(THEIRS)).observations()
        return compare(scenario, theirs, Run(guest, site, scenario, only(OURS), theirs).observations())

    verdict.begin(ODD)
    scenario = odd_calls(odd_seed)
    first = found(scenario)
    if first.wrong:
        short = shrink(scenario, lambda shorter: bool(found(shorter).wrong), TRIES)
        pytest.fail(f"seed {odd_seed}: {told(short)}\nand these differ:\n{found(short).wrong_text()}", pytrace=False)
    verdict.end(ODD, Outcome.EQUAL)
