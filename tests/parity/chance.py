"""Random sequences of calls and losses out of a seed, and how a failing one is made short.

Law: a seed gives the same sequence for ever. Sequences hold only what no row of docs/differences.md sets apart: after
each load the ids are asked for (D15, D18), each call is awaited (D17), what may end a person is followed by a read
(D15), and `conflict: "localStorage"` puts both clients under one rule between subdomains (D1).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from tests.parity.scenario import LEAVE, LOSE_BOTH, LOSE_COOKIES, LOSE_STORAGE, RELOAD, Reload, Scenario, Step, at_once

RANDOM: Final = "Random sequences"
MIXED: Final = "Visits of both clients in turn"
HEADINGS: Final = (RANDOM, MIXED)
IDS: Final = "[A.user().id(), A.user().anonymousId(), A.user().traits(), A.group().id(), A.group().traits()]"

_PEOPLE: Final = ("jane", "joe", "zoë 日本", "a+b@example.com", "42", "x;y,z", "null", "true", "1e5")
_GROUPS: Final = ("acme", "other inc", "7")
_HOSTS: Final = ("example.test", "a.example.test", "b.a.example.test", "example.test")
_QUERIES: Final = (
    "?utm_source=mail&utm_campaign=c",
    "?btid=88",
    "?urid=77",
    "?ajs_uid=jane",
    "?ajs_aid=from-address",
    "?ajs_uid=joe&ajs_trait_plan=pro",
    "?ajs_event=Seen+it&ajs_prop_n=1",
    "#top",
    "?x=1",
)
_VALUES: Final[tuple[Any, ...]] = (
    1,
    1.5,
    -3,
    0,
    "",
    "text",
    "Ünï",
    True,
    False,
    None,
    [],
    [1, [2, {"a": None}]],
    {},
    {"deep": {"er": [1]}},
)
_OPTIONS: Final = (
    "{}",
    "{integrations: {Other: false}}",
    "{context: {a: 1}, shade: 'blue'}",
    "{anonymousId: 'override'}",
    "{userId: 'once'}",
    "{traits: {t: 1}}",
    "{timestamp: '2020-01-02T03:04:05.678Z'}",
    "{context: {ip: '0.0.0.0'}}",
)
_ENDS: Final = (
    "A.reset()",
    "A.user().logout()",
    "A.user().reset()",
    "A.user().id('other')",
    "A.user().anonymousId(null)",
)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _traits(chance: random.Random) -> str:
    return _text(
        {chance.choice(("plan", "age", "ключ", "a b")): chance.choice(_VALUES) for _ in range(chance.randrange(3))}
    )


def _call(chance: random.Random) -> str:
    person, group, traits, options = (
        chance.choice(_PEOPLE),
        chance.choice(_GROUPS),
        _traits(chance),
        chance.choice(_OPTIONS),
    )
    # As an anonymous id the text comes back as JSON's true, with which no event is sent: how soon that is told of a
    # call of the query differs (the reference at once, ours after the attempts that both make for other calls).
    visitor = "tru" if person == "true" else person
    calls = (
        f"A.track('Seen', {traits}, {options})",
        f"A.track('Seen', {traits})",
        f"A.page('Home', {traits}, {options})",
        "A.page()",
        f"A.page('Docs', 'Home', {traits})",
        f"A.screen('S', {traits})",
        f"A.identify({_text(person)}, {traits})",
        f"A.identify({_text(person)}, {traits}, {options})",
        f"A.identify({_text(person)})",
        f"A.identify({traits})",
        f"A.identify(null, {traits})",
        f"A.group({_text(group)}, {traits})",
        f"A.group({_text(group)})",
        f"A.group(null, {traits})",
        f"A.alias({_text(person)})",
        f"A.alias({_text(person)}, 'before')",
        f"A.setAnonymousId({_text(visitor)})",
        f"A.user().anonymousId({_text(visitor)})",
        f"A.user().traits({traits})",
        "A.user().traits(null)",
        at_once(f"A.user().identify({_text(person)}, {traits})"),
        at_once(f"A.user().id({_text(person)})"),
        f"A.group().traits({traits})",
        # Another id of the group would end the person there (D18).
        "A.group().id()",
        "A.user().load().id()",
        "A.user().save()",
        at_once(chance.choice(_ENDS)),
        IDS,
    )
    return chance.choice(calls)


def _step(chance: random.Random) -> Step:
    what = chance.random()
    if what < 0.72:
        return _call(chance)
    if what < 0.80:
        return RELOAD
    if what < 0.86:
        return Reload(host=chance.choice(_HOSTS))
    if what < 0.92:
        return Reload(path=f"/{chance.choice(('home', 'shop'))}{chance.choice(_QUERIES)}")
    return chance.choice((LEAVE, LOSE_COOKIES, LOSE_STORAGE, LOSE_BOTH))


def sequence(seed: int) -> Scenario:
    """Give the sequence of a seed: five to twelve steps, read at the end."""
    chance = random.Random(seed)
    steps = tuple(_step(chance) for _ in range(chance.randint(5, 12)))
    return Scenario(f"seed {seed}", (*steps, IDS), options="{conflict: 'localStorage'}")


def turns(seed: int) -> list[bool]:
    """Say for each visit of a mixed run whether it is ours; the first two differ, so that both clients come."""
    chance = random.Random(-1 - seed)
    first = chance.random() < 0.5
    return [first, not first, *(chance.random() < 0.5 for _ in range(30))]


def shorter(scenario: Scenario) -> Iterator[Scenario]:
    """Give the scenario with steps left out: halves first, then single ones."""
    steps = scenario.steps
    size = len(steps) // 2
    while size:
        for start in range(0, len(steps), size):
            yield replace(scenario, steps=steps[:start] + steps[start + size :])
        size //= 2


def shrink(scenario: Scenario, fails: Callable[[Scenario], bool], tries: int) -> Scenario:
    """Leave out steps as long as the scenario fails without them, within so many tries."""
    again = True
    while again:
        again = False
        for candidate in shorter(scenario):
            if not tries:
                return scenario
            tries -= 1
            if fails(candidate):
                scenario, again = candidate, True
                break
    return scenario
