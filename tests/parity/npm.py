"""Pages with the npm build of a client: the vendor's ESM package as esbuild bundles it, and our `cioanalytics.mjs`."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from typing import Final

from tests.browser.clients import THEIRS, WRITE_KEY, Client
from tests.browser.places import NODE_MODULES, ROOT
from tests.parity.scenario import Scenario

REFERENCE_PATH: Final = "/npm/reference.mjs"
_OUR_PATH: Final = "/dist/cioanalytics.mjs"
_PACKAGE: Final = NODE_MODULES / "@customerio/cdp-analytics-browser"


@cache
def reference() -> str:
    """Bundle the vendor's package once for all runs."""
    bundle = ROOT / "build/made/reference.mjs"
    if not bundle.exists() or bundle.stat().st_mtime < (_PACKAGE / "package.json").stat().st_mtime:
        bundle.parent.mkdir(parents=True, exist_ok=True)
        # Two workers may do this at once: each writes its own file, and the name is given in one stroke.
        own = bundle.with_suffix(f".{os.getpid()}.mjs")
        entry = _PACKAGE / "dist/pkg/index.js"
        command = [str(NODE_MODULES / ".bin/esbuild"), str(entry), "--bundle", "--format=esm", f"--outfile={own}"]
        subprocess.run([*command, "--log-level=error", '--define:process.env.NODE_ENV="production"'], check=True)
        own.rename(bundle)
    return bundle.read_text("utf-8")


def page(client: Client, scenario: Scenario, calls: str) -> str:
    """Make the page: `before`, the load, then `calls`; `window.loaded` says that the load has ended, either way."""
    address = REFERENCE_PATH if client == THEIRS else _OUR_PATH
    listening = "recorder.listen(A);" if scenario.listen else ""
    script = f"""
        import * as M from "{address}";
        window.M = M;
        {scenario.before}
        const settings = {{ writeKey: "{WRITE_KEY}", cdnURL: location.origin, {scenario.load} }};
        const A = (window.cioanalytics = M.AnalyticsBrowser.load(settings, {scenario.options}));
        {listening}
        {calls}
        A.then(
          () => {{ window.loaded = true; }},
          (error) => {{ seen("load rejected", error); window.loaded = true; }},
        );
    """
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{scenario.title}</title>{scenario.head}'
        f'</head><body>{scenario.body}<script type="module">{script}</script></body></html>'
    )
