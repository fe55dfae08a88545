"""Calls with arguments of any kind at any place, out of a seed.

Law: a seed gives the same calls for ever. Each step begins with one and the same person and makes one call. Left out is
what a row of docs/differences.md sets apart: undefined within options (D25), objects as ids (N10), ids of the group
(D18), what is no function where one belongs (D21).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from tests.parity.scenario import Scenario

ODD: Final = "Random arguments"
STEPS: Final = 12

_PLAIN: Final = (
    "null",
    "true",
    "false",
    "0",
    "7",
    "-1",
    "''",
    "' '",
    "'jane'",
    "'0'",
    "'null'",
    "'é 日本🎉'",
    "[]",
    "[1, 'x']",
)
_OBJECTS: Final = (
    "{}",
    "{a: 1}",
    "{id: 'x'}",
    "{event: 'E'}",
    "{event: 'E', properties: {a: 1}}",
    "{event: ''}",
    "{a: {b: [null]}}",
    "Object.create(null)",
    "Object.freeze({a: 1})",
    "new (class Thing { a = 1; f() {} })",
)
# None of these is an object in the reference's sense.
_OTHERS: Final = (
    "undefined",
    "new Date(0)",
    "/x/",
    "new Map([[1, 2]])",
    "new Error('e')",
    "document.body",
    "Promise.resolve(5)",
    "Symbol('x')",
    "(ctx) => seen('called', ctx.event.type)",
    "async () => seen('called')",
    "() => { throw new Error('mine'); }",
)
_NAMES: Final = (
    *("integrations", "traits", "timestamp", "anonymousId", "userId", "page", "campaign", "library", "locale", "ip"),
    *("messageId", "type", "event", "properties", "name", "category", "previousId", "groupId", "options", "referrer"),
    *("userAgent", "sentAt", "_metadata", "path", "url", "search", "title", "length", "then", "amp", "email", "''"),
    *("'a.b'", "'page.path'", "'a.0'", "'a.1.b'", "'a.'", "'.'", "'traits.email'", "'__proto__.x'", "'context.x'"),
)
_MEMBERS: Final = (
    *(
        "null",
        "true",
        "false",
        "0",
        "5",
        "''",
        "'text'",
        "[]",
        "[1, 'x']",
        "{}",
        "{a: 1}",
        "{b: {c: 2}}",
        "'2020-01-01'",
    ),
)
_FIRST: Final = {"identify": "'jane'", "group": "'acme'", "track": "'Seen'", "page": "'Docs', 'Home'", "screen": "'S'"}
_KNOWN: Final = "A.user().id('jane'), A.user().traits({p: 1}), A.group().id('acme'), A.group().traits({g: 1}), "
# Gives what a call answers, and the person's id right after it (D15).
_TOLD: Final = (
    "window.told = async (answer) => { const id = cioanalytics.user().anonymousId();"
    " return [answer instanceof Promise, id, await answer]; };"
)


def _options(chance: random.Random) -> str:
    members = (f"{chance.choice(_NAMES)}: {chance.choice(_MEMBERS)}" for _ in range(chance.choice((1, 1, 2, 3))))
    return f"{{{', '.join(members)}}}"


def _argument(chance: random.Random) -> str:
    kinds: tuple[Sequence[str], ...] = (_PLAIN, _OBJECTS, _OTHERS, (_options(chance),))
    return chance.choice(chance.choice(kinds))


def _call(chance: random.Random) -> str:
    what = chance.random()
    given = [_argument(chance) for _ in range(chance.randrange(5))]
    if what < 0.35:
        method = chance.choice(tuple(_FIRST))
        return f"A.{method}({', '.join((_FIRST[method], *given))})"
    if what < 0.75:
        return f"A.{chance.choice(tuple(_FIRST))}({', '.join(given)})"
    if what < 0.85:
        return f"A.alias({', '.join(("'to'", *given))})"
    name = chance.choice(("id", "anonymousId", "traits", "identify", "logout", "reset", "save"))
    plain = [chance.choice(_PLAIN), *([chance.choice(_OBJECTS)] if name == "identify" else []), *given]
    # Other methods of the group would touch the person there (D18).
    owner = chance.choice(("user", "group")) if name in ("traits", "save") else "user"
    return f"A.{owner}().{name}({', '.join(plain)})"


def odd_calls(seed: int) -> Scenario:
    """Give the calls of a seed; nothing is tried again, so that each step is over when the next comes."""
    chance = random.Random(seed)
    steps = []
    for _ in range(STEPS):
        known = _KNOWN if chance.random() < 0.5 else ""
        steps.append(f"(A.timeout(1), A.reset(), {known}A.setAnonymousId('anon'), told({_call(chance)}))")
    return Scenario(f"seed {seed}", tuple(steps), options="{retryQueue: false}", before=_TOLD)
