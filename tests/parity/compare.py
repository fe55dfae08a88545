"""What differs between two runs of a scenario, and what of that is on purpose."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from tests.parity.normal import differences
from tests.parity.runner import Observation
from tests.parity.scenario import Scenario

type Difference = tuple[str, Any, Any]


@dataclass(frozen=True)
class Found:
    """Places that differ, with both values; the path begins with the step's number, 0 for the visit itself."""

    on_purpose: list[Difference]
    wrong: list[Difference]

    def wrong_text(self) -> str:
        return "\n".join(
            f"  {place}\n    reference: {_shown(one)}\n    ours:      {_shown(other)}"
            for place, one, other in self.wrong
        )


def compare(scenario: Scenario, theirs: list[Observation], ours: list[Observation]) -> Found:
    on_purpose: list[Difference] = []
    wrong: list[Difference] = []
    for path, one, other in differences(theirs, ours):
        place = re.sub(r"^\[(\d+)\]", r"\1", path)
        meant = scenario.differs is not None and re.fullmatch(scenario.where, place)
        (on_purpose if meant else wrong).append((place, one, other))
    return Found(on_purpose, wrong)


def told(scenario: Scenario) -> str:
    steps = "\n".join(f"  {number}: {step}" for number, step in enumerate(scenario.steps, start=1))
    return f"the steps are\n{steps}"


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value) if isinstance(value, dict | list) else repr(value)
    return text if len(text) < 400 else text[:400] + " …"
