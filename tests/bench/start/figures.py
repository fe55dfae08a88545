"""Figures of many runs, as medians with their range.

A run is figures by name; those of one name over all runs become one `Spread`.
"""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass
from typing import Any

type Run = dict[str, float]


@dataclass(frozen=True)
class Spread:
    """One figure over the runs."""

    median: float
    least: float
    most: float

    def text(self) -> str:
        return f"{self.median:.0f} ({self.least:.0f}-{self.most:.0f})"


def spreads(runs: list[Run]) -> dict[str, Spread]:
    """Sum up each figure that any run has."""
    names = dict.fromkeys(name for run in runs for name in run)
    return {name: _spread([run[name] for run in runs if name in run]) for name in names}


def _spread(values: list[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values))


def written(figures: dict[str, Spread]) -> dict[str, Any]:
    """Give figures as JSON takes them, to a tenth."""
    return {name: {key: round(value, 1) for key, value in asdict(each).items()} for name, each in figures.items()}


def read(figures: dict[str, Any]) -> dict[str, Spread]:
    """Take figures from JSON."""
    return {name: Spread(**each) for name, each in figures.items()}
