"""Random sequences of calls and losses: the reference, ours, and visits of both in turn see and leave the same.

The seed is in the test's name. `--sequences N` plays the seeds 0 to N - 1.
"""

from __future__ import annotations

import pytest

from tests.browser.clients import THEIRS
from tests.browser.site import Site
from tests.parity.chance import MIXED, RANDOM, sequence, shrink, turns
from tests.parity.compare import Found, compare, told
from tests.parity.guest import Guest
from tests.parity.report import OURS, Outcome, Verdict
from tests.parity.runner import Cast, Run, only
from tests.parity.scenario import Scenario

TRIES = 24


def test_a_random_sequence_leaves_the_same_with_either_client_and_with_both(
    guest: Guest, site: Site, verdict: Verdict, seed: int
) -> None:
    order = turns(seed)

    def mixed(visit: int) -> bool:
        return order[visit % len(order)]

    casts: dict[str, Cast] = {RANDOM: only(OURS), MIXED: lambda visit: OURS if mixed(visit) else THEIRS}
    scenario = sequence(seed)
    theirs = Run(guest, site, scenario, only(THEIRS)).observations()
    failures = []
    for heading, cast in casts.items():

        def found(told: Scenario, cast: Cast = cast) -> Found:
            alone = theirs if told is scenario else Run(guest, site, told, only(THEIRS)).observations()
            return compare(told, alone, Run(guest, site, told, cast, alone).observations())

        verdict.begin(heading)
        if found(scenario).wrong:
            short = shrink(scenario, lambda shorter: bool(found(shorter).wrong), TRIES)
            failures.append(f"{heading}, seed {seed}: {told(short)}\nand these differ:\n{found(short).wrong_text()}")
            if heading == MIXED:
                failures.append(f"visits of ours: {order[:12]}")
        else:
            verdict.end(heading, Outcome.EQUAL)
    if failures:
        pytest.fail("\n".join(failures), pytrace=False)
