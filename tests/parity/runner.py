"""Runs one scenario and writes down, after each step, all that can be seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote

from tests.browser.clients import Client
from tests.browser.page_texts import blank_page, snippet_page
from tests.browser.site import Settings, Site, default_settings, wait_until
from tests.browser.visits import LOADED
from tests.parity import npm
from tests.parity.guest import Guest
from tests.parity.normal import Normal
from tests.parity.scenario import Go, Lose, Reload, Scenario, Step

type Observation = dict[str, Any]
# Which client the page of a visit carries; visits are counted from 0.
type Cast = Callable[[int], Client]

# How long nothing may move before a step counts as over.
QUIET_MS: Final = 80
FIRST_QUIET_MS: Final = 250
# How long a client gets that need not become ready.
UNREADY_MS: Final = 1500
PATIENCE: Final = 5.0
SHORT_PATIENCE: Final = 2.0
OWN_PREFIX: Final = "cioanalytics:"


def only(client: Client) -> Cast:
    return lambda _: client


class Run:
    """A scenario on its way; `theirs` is what the other client came to, to know how much to wait for."""

    def __init__(
        self, guest: Guest, site: Site, scenario: Scenario, cast: Cast, theirs: list[Observation] | None = None
    ) -> None:
        self.site = site
        self.scenario = scenario
        self.cast = cast
        self.theirs = theirs
        self.normal = Normal(site.port)
        self.host = scenario.host
        self.visitor = guest
        self._visits = 0
        self._hits = 0
        self._lines = 0
        self._left = False

    def observations(self) -> list[Observation]:
        scenario = self.scenario
        self.visitor.become_new()
        self.site.settings = self._settings
        self.site.faults.update(scenario.faults)
        self.site.delays.update(scenario.delays)
        for path, text in scenario.files.items():
            self.site.files[path] = ("text/javascript", text)
        self._prepare()
        self._open(Reload())
        seen = [self._observe({}, number=0)]
        for number, step in enumerate(scenario.steps, start=1):
            answer = self._take(step)
            seen.append(self._observe(answer, number))
        return seen

    def _settings(self, key: str, host: str) -> Settings:
        made = default_settings(key, host)
        pipeline = made["integrations"]["Customer.io Data Pipelines"] | dict(self.scenario.pipeline)
        given = dict(self.scenario.settings)
        others = given.pop("integrations", {})
        if others is None:  # settings without integrations
            return given
        integrations = {"Customer.io Data Pipelines": pipeline} | others
        # Measurements go to the vendor's host, now and then, unless the settings say never.
        return made | {"metrics": {"sampleRate": 0}} | given | {"integrations": integrations}

    def _prepare(self) -> None:
        scenario = self.scenario
        if not (scenario.jar or scenario.stored):
            return
        self._blank()
        for name, value in scenario.jar.items():
            self.visitor.set_cookie(name, value, scenario.host)
        self.visitor.evaluate("(stored) => Object.assign(localStorage, stored)", dict(scenario.stored))

    def _blank(self) -> None:
        self.site.pages["/blank"] = blank_page()
        self.visitor.open(self.site.url("/blank", self.host))

    def _open(self, where: Reload) -> None:
        scenario = self.scenario
        self.host = where.host or self.host
        path = where.path or scenario.path
        bare = path.partition("?")[0].partition("#")[0]
        calls = scenario.queued if where.calls is None else where.calls
        client = self.cast(self._visits)
        self._visits += 1
        if scenario.module:
            self.site.files[npm.REFERENCE_PATH] = ("text/javascript", npm.reference())
            self.site.pages[bare] = npm.page(client, scenario, calls)
        else:
            listening = "recorder.listen(cioanalytics);\n" if scenario.listen else ""
            self.site.pages[bare] = snippet_page(
                client,
                calls,
                before=listening + scenario.before,
                options=scenario.options,
                title=scenario.title,
                head=scenario.head,
                body=scenario.body,
            )
        self.visitor.open(self.site.url(path, self.host))
        self._left = False
        if where.wait:
            self._loaded()

    def _loaded(self) -> None:
        if not self.scenario.loads:
            self.visitor.page.wait_for_timeout(UNREADY_MS)
        elif self.scenario.module:
            self.visitor.wait_for("window.loaded === true")
        else:
            self.visitor.wait_for(LOADED)
        if self.scenario.eager and self.scenario.loads:
            self.visitor.evaluate(
                "(client) => void [client.user().anonymousId(), client.user().id(), client.group().id()]",
                self.visitor.page.evaluate_handle("cioanalytics.instance ?? cioanalytics"),
            )

    def _take(self, step: Step) -> Observation:
        match step:
            case str():
                if self._left:
                    self._open(Reload())
                answer: Observation = self.visitor.answer(
                    f"recorder.run(() => {{ const A = window.cioanalytics; return ({step}); }})"
                )
                return answer
            case Reload():
                self._open(step)
            case Go(script, to):
                self.visitor.answer(f"void ({script})")
                self.visitor.page.wait_for_url(lambda url: url.partition(f":{self.site.port}")[2].startswith(to))
            case Lose(cookies, storage):
                self._blank()
                self._left = True
                if cookies:
                    self.visitor.expire_cookies()
                if storage:
                    self.visitor.clear_storage()
        return {}

    def _observe(self, answer: Observation, number: int) -> Observation:
        self._settle(number)
        hits = self.site.hits[self._hits :]
        self._hits = len(self.site.hits)
        lines = self.visitor.console[self._lines :]
        self._lines = len(self.visitor.console)
        log = [] if self._left else self.visitor.evaluate("recorder.take()")
        requests = sorted(
            ({"path": hit.path, "type": hit.content_type, "body": _read(hit.text)} for hit in hits), key=_order
        )
        observed = {
            "answer": answer,
            "log": log,
            "console": [
                [line.level, line.text]
                for line in lines
                if line.level in {"warning", "error", "uncaught"}
                and not line.text.startswith("Failed to load resource")
            ],
            "requests": requests,
            "place": self._place(),
            "cookies": self._jar(),
            "storage": self._stored(),
        }
        return {key: self.normal(value) for key, value in observed.items()}

    def _settle(self, number: int) -> None:
        """Wait until all has come that came with the other client, as far as it comes; then until nothing moves."""
        if self.theirs is not None and number < len(self.theirs):
            theirs = self.theirs[number]
            wanted = self._hits + len(theirs["requests"])
            try:
                self.site.until(lambda: len(self.site.hits) >= wanted, timeout=PATIENCE)
                wait_until(lambda: self._place() == theirs["place"], timeout=SHORT_PATIENCE)
                if not self._left:
                    lines = len(theirs["log"])
                    wait_until(lambda: self.visitor.answer("recorder.count()") >= lines, timeout=SHORT_PATIENCE)
            except AssertionError:
                pass  # what has not come is what the comparison then shows
        quiet = QUIET_MS if number else FIRST_QUIET_MS
        known = -1
        while known != len(self.site.hits):
            known = len(self.site.hits)
            self.visitor.page.wait_for_timeout(quiet)

    def _place(self) -> str:
        return self.visitor.page.url.partition("//")[2].partition("/")[2]

    def _jar(self) -> dict[str, Any]:
        found = sorted(self.visitor.cookies(), key=lambda cookie: (cookie.name, cookie.domain))
        return {
            f"{cookie.name} {cookie.domain}{cookie.path}": {
                "value": unquote(cookie.value),
                "raw": cookie.value,
                "sameSite": cookie.same_site,
                "secure": cookie.secure,
                "days": round(cookie.days_left(), 1) if cookie.expires > 0 else "session",
            }
            for cookie in found
        }

    def _stored(self) -> dict[str, str]:
        return {
            key: text
            for key, text in self.visitor.local_storage().items()
            if not key.startswith(OWN_PREFIX) and text != "null"
        }


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _order(request: dict[str, Any]) -> str:
    """Sort by what a request says: those of one step leave together and may arrive in any order."""
    body = request["body"] if isinstance(request["body"], dict) else {}
    return json.dumps(
        [
            request["path"],
            body.get("type"),
            body.get("event"),
            body.get("name"),
            body.get("userId"),
            body.get("properties"),
            body.get("traits"),
        ],
        sort_keys=True,
        default=str,
    )
