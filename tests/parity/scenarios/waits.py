"""Foreign code that never answers, or fails as it loads: what waits for it, how long, and what goes on."""

from __future__ import annotations

from typing import Any

from tests.browser.foreign_code import ACTIONS, BROWSER, integration_script, plugin_script, remote
from tests.parity.scenario import Scenario, Step, tell

SLOW = f"{ACTIONS}/nice-tool.js"
NEVER = "await new Promise(() => {});"
REJECT = "throw new Error('mine');"
KNOWN = {"jar": {"ajs_anonymous_id": "known"}, "stored": {"ajs_anonymous_id": '"known"'}}
WAIT = "new Promise((done) => setTimeout(done, 2400))"
# A step's answer is waited for two and a half seconds: five of them pass the ten seconds that the reference waits.
TEN_SECONDS = (WAIT,) * 5
# The reference has not looked at the known id before the wait is over (D15).
EARLIER = r"[0-5]\.(log|requests|cookies\.ajs_anonymous_id).*"


def broken(name: str, *steps: Step, kind: str, load: str, **rest: Any) -> Scenario:
    """Tell a story with one remote plugin that does not load; the visitor is known."""
    return tell(
        name,
        *steps,
        settings={"remotePlugins": [remote("Pluck")]},
        files={"/plugins/pluck/1/index.js": plugin_script("pluckPlugin", "Inner", kind=kind, load=load)},
        jar=KNOWN["jar"],
        stored=KNOWN["stored"],
        loads=False,
        queued="cioanalytics.track('Queued');",
        **rest,
    )


SCENARIOS = (
    broken(
        "a destination that never loads",
        *TEN_SECONDS,
        "A.track('Later').then(() => 'sent')",
        kind="destination",
        load=NEVER,
        differs="D21",
        where=EARLIER,
    ),
    broken(
        "an enrichment that never loads",
        *TEN_SECONDS,
        kind="enrichment",
        load=NEVER,
        differs="D21",
        where=EARLIER + r"|4\.console.*",
    ),
    broken("a destination that fails to load", "A.track('Later').then(() => 'sent')", kind="destination", load=REJECT),
    broken(
        "an enrichment that fails to load",
        "A.user?.().anonymousId()",
        kind="enrichment",
        load=REJECT,
        differs="D21",
        where=r"0\.console.*|1\.answer.*|" + EARLIER,
    ),
    tell(
        "an integration whose script is slow",
        WAIT,
        WAIT,
        "A.track('Later').then(() => 'sent')",
        "window.told.filter(([what]) => what === 'track')",
        settings={"integrations": {"Nice Tool": BROWSER}},
        files={SLOW: integration_script("nice-tool", "Nice Tool")},
        delays={SLOW: 3},
        jar=KNOWN["jar"],
        stored=KNOWN["stored"],
        loads=False,
        queued="cioanalytics.track('Queued');",
        differs="D21",
        where=r"[01]\.(log|requests|cookies\.ajs_anonymous_id).*",
    ),
    tell(
        "ready, with a plugin that never is",
        "A.register({name: 'P', type: 'destination', version: '1', isLoaded: () => true, load: () => Promise.resolve(),"
        " ready: () => new Promise(() => {}), track: (ctx) => ctx}).then(() => 'registered')",
        "void A.ready(() => seen('ready'))",
        *TEN_SECONDS,
        "A.track('Seen').then(() => 'sent')",
        differs="D9",
        where=r"[67]\.(log|console).*",
    ),
)
