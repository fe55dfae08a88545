"""Moving from the vendor's client to ours and back, at any visit, loses nobody.

A sequence of visits is walked twice: by the reference alone, and with the two clients in turn. After each visit the
visitor's browser must hold the same, and the page must see the same ids and traits.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import ChromiumVisitor
from tests.browser.clients import OURS, THEIRS, Client
from tests.browser.holdings import Symbols, held
from tests.browser.site import Site
from tests.browser.visits import Shop

CALLS = (
    "await cioanalytics.identify('jane', {plan: 'basic'})",
    "await cioanalytics.identify('jane', {age: 40, name: 'Jané 日本'})",
    "await cioanalytics.identify('joe')",
    "await cioanalytics.group('acme', {seats: 3})",
    "await cioanalytics.group('böse; gruppe, 100%', {})",
    "await cioanalytics.track('Seen', {}, {anonymousId: 'mine'})",
    "await cioanalytics.track('Seen')",
    "cioanalytics.setAnonymousId('ABC-123-XYZ')",
    "cioanalytics.user().anonymousId(null)",
    "cioanalytics.user().traits({})",
    "cioanalytics.user().logout()",
    "cioanalytics.group().reset()",
    "cioanalytics.reset()",
)
HOSTS = ("example.test", "a.example.test")


@dataclass(frozen=True)
class Visit:
    """One visit: what was lost before it, the host, and the calls."""

    lost: tuple[str, ...]
    host: str
    calls: tuple[str, ...]


def random_visits(seed: int, length: int) -> list[Visit]:
    chance = random.Random(seed)
    losses = ((), (), ("cookies",), ("storage",), ("cookies", "storage"))
    return [
        Visit(lost=chance.choice(losses), host=HOSTS[0], calls=tuple(chance.sample(CALLS, chance.randint(0, 2))))
        for _ in range(length)
    ]


def walk(shop: Shop, visits: list[Visit], clients: list[Client]) -> list[dict[str, Any]]:
    """Make the visits and write down after each what the page saw and what the browser held."""
    symbols = Symbols()
    seen: list[dict[str, Any]] = []
    for visit, client in zip(visits, clients, strict=True):
        if visit.lost:
            shop.lose(cookies="cookies" in visit.lost, storage="storage" in visit.lost, host=visit.host)
        shop.visit(host=visit.host, client=client)
        came_with = shop.ids()
        for call in visit.calls:
            shop.do(f"{call};")
        page = {
            "came with": symbols(str(came_with)),
            "ids": symbols(str(shop.ids())),
            "user traits": shop.user_traits(),
            "group traits": shop.group_traits(),
        }
        seen.append(page | held(shop.visitor, symbols))
    return seen


def check(chromium_: Browser, site: Site, visits: list[Visit], clients: list[Client]) -> None:
    walks = []
    for row in ([THEIRS] * len(visits), clients):
        visitor = ChromiumVisitor(chromium_.new_context())
        try:
            walks.append(walk(Shop(site, visitor, OURS), visits, row))
        finally:
            visitor.close()
    for number, (alone, mixed) in enumerate(zip(*walks, strict=True)):
        story = "\n".join(f"  {client}: {visit}" for client, visit in zip(clients, visits[: number + 1], strict=False))
        assert mixed == alone, f"after visit {number + 1} of\n{story}"


EVERYTHING = Visit((), HOSTS[0], (CALLS[0], CALLS[3]))
NOTHING = Visit((), HOSTS[0], ())


@pytest.mark.parametrize("clients", [[THEIRS, OURS], [OURS, THEIRS], [THEIRS, OURS, THEIRS, OURS]], ids=str)
@pytest.mark.parametrize("lost", [(), ("cookies",), ("storage",)], ids=str)
def test_a_visitor_of_one_client_is_known_to_the_other(
    chromium_: Browser,
    site: Site,
    clients: list[Client],
    lost: tuple[str, ...],
) -> None:
    visits = [EVERYTHING, *(Visit(lost, HOSTS[0], ()) for _ in clients[1:])]
    check(chromium_, site, visits, clients)


def test_a_log_out_by_one_client_holds_for_the_other(chromium_: Browser, site: Site) -> None:
    visits = [EVERYTHING, Visit((), HOSTS[0], ("cioanalytics.reset()",)), NOTHING, EVERYTHING, NOTHING]
    check(chromium_, site, visits, [THEIRS, OURS, THEIRS, OURS, THEIRS])


def test_the_subdomains_of_one_site_may_use_one_client_each(chromium_: Browser, site: Site) -> None:
    visits = [EVERYTHING, Visit((), HOSTS[1], ()), Visit((), HOSTS[0], (CALLS[2],))]
    check(chromium_, site, visits, [THEIRS, OURS, THEIRS])


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_visits_may_be_served_by_both_in_turn(chromium_: Browser, site: Site, seed: int) -> None:
    visits = random_visits(seed, length=4)
    chance = random.Random(-seed)
    check(chromium_, site, visits, [chance.choice((THEIRS, OURS)) for _ in visits])
