"""Scenarios as data: a page, and the steps that a person, page code and the browser take on it.

A step written as text is JavaScript, an expression; in it `A` is the client of that moment. `seen(name, …)` writes
a line into the log, `heard(name)` is a promise of such a line. The step's value (or its promise's) is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reload:
    """Open a page again: the scenario's own, or another path, query or host of the site.

    Without `wait` the client need not have loaded when the next step comes.
    """

    path: str | None = None
    host: str | None = None
    calls: str | None = None
    wait: bool = True


@dataclass(frozen=True)
class Lose:
    """Leave the page, and lose cookies, localStorage or both before the next step."""

    cookies: bool = False
    storage: bool = False


@dataclass(frozen=True)
class Go:
    """Do what leads to another page of the site, and wait until that page is there."""

    script: str
    to: str


type Step = str | Reload | Lose | Go

RELOAD = Reload()
LEAVE = Lose()
LOSE_COOKIES = Lose(cookies=True)
LOSE_STORAGE = Lose(storage=True)
LOSE_BOTH = Lose(cookies=True, storage=True)


def at_once(call: str) -> str:
    """Ask for the anonymous id right after a call that ends a person: the reference makes the new one only then."""
    return f"[{call}, A.user().anonymousId()]"


@dataclass(frozen=True)
class Scenario:
    """One story, told twice.

    `queued` are calls after the snippet's `load`, `before` those ahead of it. `settings` is laid over the CDN's answer,
    `pipeline` over its `Customer.io Data Pipelines`. `jar` and `stored` are there before the first visit.
    `eager` asks for the ids right after load, so that both clients have made and restored them (D15). `loads` is false
    where a client need not become ready. A `module` is a page with the npm build: `load` are members of the first
    argument of `AnalyticsBrowser.load`, `A` is what that gives, `M` the module.
    `differs` names the row of docs/differences.md, `where` the places (a regular expression) that differ for it.
    """

    name: str
    steps: tuple[Step, ...] = ()
    queued: str = ""
    before: str = ""
    options: str = "{}"
    path: str = "/home"
    host: str = "example.test"
    title: str = "A page"
    head: str = ""
    body: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    pipeline: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)
    delays: Mapping[str, float] = field(default_factory=dict)
    jar: Mapping[str, str] = field(default_factory=dict)
    stored: Mapping[str, str] = field(default_factory=dict)
    eager: bool = True
    loads: bool = True
    module: bool = False
    load: str = ""
    listen: bool = True
    differs: str | None = None
    where: str = ".*"

    def __str__(self) -> str:
        return self.name


def tell(name: str, *steps: Step, **rest: Any) -> Scenario:
    """Write a scenario short: its name, then its steps."""
    return Scenario(name, steps, **rest)
