"""Any order of calls, answers, crashes, departures and waits: nothing is lost, nothing is sent once acknowledged."""

from __future__ import annotations

import json
import random

import pytest
from tests.core.pipeline_rig import HOST, KEY, Origin, Visit

from cioanalytics.core.delivery.strategy import Strategy
from cioanalytics.core.ports import Answer


class Collector:
    """A collector in a mood; knows which events it has acknowledged to a living page."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.healthy = False
        self.acknowledged: dict[str, int] = {}
        self.again: list[str] = []
        self.arrivals: list[str] = []

    def judge(self, method: str, url: str, body: str | None) -> Answer | None:
        told = json.loads(body or "{}")
        names = [str(each["event"]) for each in told.get("batch", [told])]
        self.again += [name for name in names if name in self.acknowledged]
        mood = 1.0 if self.healthy else self.chance.random()
        if mood < 0.2:
            return None
        if mood < 0.5:
            return Answer(self.chance.choice([0, 429, 500, 503]))
        for name in names:
            self.acknowledged[name] = self.acknowledged.get(name, 0) + 1
        self.arrivals += names
        return Answer(200)


def live(
    seed: int, *, web_locks: bool, batching: bool, slow_locks: bool = False
) -> tuple[list[str], Collector, Origin]:
    chance = random.Random(seed)
    origin, collector = Origin(web_locks=web_locks, slow_locks=slow_locks), Collector(chance)
    strategy = Strategy(HOST, KEY, batching=batching, size=4)
    tabs: list[Visit] = []
    frozen: list[Visit] = []
    called: list[str] = []

    def open_tab() -> None:
        tabs.append(origin.visit(script=collector.judge, strategy=strategy))

    open_tab()
    for step in range(40):
        tab = chance.choice(tabs) if tabs else None
        action = chance.random()
        if tab is None or action < 0.08:
            open_tab()
        elif action < 0.5:
            called.append(f"e{len(called)}-{step}")
            tab.call(called[-1])
        elif action < 0.75:
            origin.clock.advance(chance.choice([0, 10, 1_000, 7_000, 30_000]))
        elif action < 0.82:
            tab.leaving.receive(chance.choice(["hidden", "visible"]))
        elif action < 0.88:
            tab.leaving.receive(chance.choice(["offline", "online"]))
        elif action < 0.91:
            tabs.remove(tab)
            frozen.append(tab)
            tab.freeze()
        elif action < 0.94 and frozen:
            tabs.append(frozen.pop())
            tabs[-1].thaw()
        else:
            tabs.remove(tab)
            tab.close() if action < 0.97 else tab.crash()
    for tab in tabs:
        tab.close()
    for tab in frozen:
        # A frozen page is thrown away without a word.
        tab.crash()
    collector.healthy = True
    open_tab()
    origin.clock.advance(200_000)
    # One more visit sweeps away the lease of a page that crashed while it asked for its turn.
    open_tab()
    origin.clock.advance(1_000)
    return called, collector, origin


@pytest.mark.parametrize("turns", ["web locks", "slow web locks", "lease"])
@pytest.mark.parametrize("batching", [False, True], ids=["single", "batching"])
def test_every_call_arrives_and_none_after_its_acknowledgement(turns: str, batching: bool) -> None:
    for seed in range(60):
        called, collector, origin = live(
            seed, web_locks=turns != "lease", batching=batching, slow_locks=turns == "slow web locks"
        )
        assert sorted(collector.acknowledged) == sorted(called), f"seed {seed}"
        assert collector.again == [], f"seed {seed}"
        assert [key for key in origin.storage.items if key.startswith("cioanalytics:outbox:")] == [], f"seed {seed}"


@pytest.mark.parametrize("batching", [False, True], ids=["single", "batching"])
def test_one_tab_s_calls_arrive_in_their_order(batching: bool) -> None:
    for seed in range(40):
        chance = random.Random(seed)
        collector = Collector(chance)
        visit = Origin().visit(script=collector.judge, strategy=Strategy(HOST, KEY, batching=batching, size=3))
        called = [f"e{number:02d}" for number in range(20)]
        for name in called:
            visit.call(name)
            visit.run(chance.choice([0, 0, 100, 3_000]))
        visit.run(900_000)
        assert collector.arrivals == called, f"seed {seed}"
