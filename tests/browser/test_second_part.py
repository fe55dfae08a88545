"""The second part of the module is loaded where a call needs it; where it cannot be had, the client begins anew.

No call of the client needs it as it is built, so the pages here get a first part that has no code to write fractions,
and garbage where the data of the second part will be.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import site as sites
from tests.browser.clients import Client
from tests.browser.places import DIST, ROOT
from tests.browser.site import Site
from tests.browser.visits import LOADED, Shop

POORER = """
import { readFileSync, writeFileSync } from "node:fs";
import { hotFunctions } from "./tools/profiling/functions.mjs";
import { split } from "./tools/split.mjs";
import { joined, signedLeb } from "./tools/wasm/bytes.mjs";
import { FUNCTION, decode, encode, imported } from "./tools/wasm/module.mjs";
const [folder, how] = process.argv.slice(1);
const { wasm, second, ranges } = JSON.parse(readFileSync("build/made/module.json", "utf8"));
let settled = readFileSync("build/made/lean/pyodide/pyodide.asm.wasm");
const hot = hotFunctions(settled);
const stock = decode(readFileSync("node_modules/pyodide/pyodide.asm.wasm"));
const { index } = stock.exports.find(({ name }) => name === "PyOS_double_to_string");
if (how === "broken") {
  const whole = decode(settled);
  // No locals, unreachable, end.
  whole.codes[index - imported(whole, FUNCTION)] = Uint8Array.of(0, 0, 0x0b);
  settled = encode(whole);
} else if (!hot.delete(index)) throw new Error("it is not hot");
const parts = split(settled, hot, ranges);
const first = decode(parts.first);
const garbage = ranges.map(([from, to]) => ({
  offset: joined(0x41, signedLeb(from), 0x0b),
  bytes: Buffer.alloc(to - from, 0xa5),
}));
writeFileSync(`${folder}/${wasm}`, encode({ ...first, data: [...first.data, ...garbage] }));
writeFileSync(`${folder}/${second}`, parts.second);
"""
POORER_CLIENT = Client("ours", "/poorer/cioanalytics.js")
BROKEN_CLIENT = Client("ours", "/broken/cioanalytics.js")


@pytest.fixture(scope="session")
def poorer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder like dist/ whose module is split otherwise; the site serves it."""
    yield from lay("poorer", tmp_path_factory.mktemp("poorer"))


@pytest.fixture(scope="session")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder like dist/ whose module breaks off where a fraction is written; the site serves it."""
    yield from lay("broken", tmp_path_factory.mktemp("broken"))


def lay(name: str, folder: Path) -> Iterator[Path]:
    """Lay dist/ with another module, and let the site serve it while it is used."""
    for path in DIST.rglob("*"):
        if path.is_file() and (path.parent != DIST or ".wasm" not in path.name):
            (folder / path.relative_to(DIST)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / path.relative_to(DIST))
    command = ["node", "--input-type=module", "-e", POORER, str(folder), name]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    sites.FOLDERS[name] = folder
    yield folder
    del sites.FOLDERS[name]


def second_parts(site: Site) -> list[str]:
    return [path for path in site.fetched if path.startswith("/poorer/second-")]


def names(site: Site) -> list[str]:
    return [event["event"] for event in site.events() if event["type"] == "track"]


@pytest.mark.usefixtures("poorer")
@pytest.mark.engines
def test_a_call_that_needs_it_gets_its_answer(shop: Shop) -> None:
    shop.visit(client=POORER_CLIENT)
    shop.do("await cioanalytics.track('Whole', {n: 1});")
    assert second_parts(shop.site) == []
    shop.do("await cioanalytics.track('Fraction', {n: 0.1, m: 1e300}); await cioanalytics.track('Again', {n: 2.5});")
    assert shop.site.event("track", "Fraction")["properties"] == {"n": 0.1, "m": 1e300}
    assert shop.site.event("track", "Again")["properties"] == {"n": 2.5}
    assert len(second_parts(shop.site)) == 1


@pytest.mark.usefixtures("poorer")
@pytest.mark.engines
def test_without_it_the_client_begins_anew_and_nothing_is_lost(shop: Shop) -> None:
    shop.site.faults["/poorer/second-"] = 404
    shop.visit(client=POORER_CLIENT)
    shop.do("""
        window.kept = cioanalytics;
        window.taken = cioanalytics.track;
        window.person = cioanalytics.user();
        window.heard = [];
        cioanalytics.on('track', (name) => heard.push(name));
        cioanalytics.once('page', () => heard.push('gone'));
        cioanalytics.addSourceMiddleware(({payload, next}) => { payload.obj.context.seen = true; next(payload); });
        const tool = (name) => ({
            name, type: 'destination', version: '1', isLoaded: () => true, load: async () => {},
            track: (ctx) => { heard.push(`${name} ${ctx.event.event}`); return ctx; },
        });
        await cioanalytics.register(tool('Off'), tool('On'));
        cioanalytics.integrations.Off = false;
        await cioanalytics.identify('jane', {plan: 'basic'});
    """)
    id_before = shop.ids()["anonymousId"]
    answers = shop.do("""
        const first = [kept.track('Before', {n: 1}), kept.track('Fraction', {n: 0.5})];
        const all = [...first, kept.track('After', {n: 2}), cioanalytics.track('Global'), taken('Taken')];
        return (await Promise.all(all)).map((ctx) => typeof ctx.event);
    """)
    assert answers[1:] == ["object"] * 4
    shop.visitor.wait_for("typeof cioanalytics.user === 'function'", timeout=60)
    assert shop.do("return (await taken('Later')).event.event;") == "Later"
    for name in ("Before", "Fraction", "After", "Global", "Taken", "Later"):
        event = shop.site.event("track", name, timeout=20)
        assert (event["userId"], event["anonymousId"]) == ("jane", id_before)
        assert event["context"]["seen"] is True
    assert shop.site.event("track", "Fraction")["properties"] == {"n": 0.5}
    assert sorted(names(shop.site)) == ["After", "Before", "Fraction", "Global", "Later", "Taken"]
    assert shop.visitor.evaluate("[kept.user().id(), person.id(), cioanalytics.user().traits().plan]") == [
        "jane",
        "jane",
        "basic",
    ]
    heard = set(shop.visitor.evaluate("heard"))
    assert {"Fraction", "After", "Global", "On Fraction", "On After", "On Global"} <= heard
    assert not [line for line in heard if line.startswith("Off") or line == "gone"]
    shop.visitor.evaluate("() => { cioanalytics.debug(); }")
    (said,) = [line.text for line in shop.visitor.console if "runtime; ms since navigation" in line.text]
    assert said.startswith("cioanalytics: full runtime")
    assert "/poorer/second-" in said


@pytest.mark.usefixtures("poorer")
def test_a_queue_that_needs_it_is_made_by_the_second_python(shop: Shop) -> None:
    shop.site.faults["/poorer/second-"] = 404
    shop.visit(
        "cioanalytics.track('One'); cioanalytics.track('Two', {n: 0.5}); cioanalytics.identify('jane');"
        " cioanalytics.track('Three');",
        client=POORER_CLIENT,
        wait=False,
    )
    shop.visitor.wait_for(f"{LOADED} && cioanalytics.user().id() === 'jane'", timeout=60)
    for name in ("One", "Two", "Three"):
        shop.site.event("track", name)
    assert sorted(names(shop.site)) == ["One", "Three", "Two"]
    assert json.dumps(shop.site.event("track", "Two")["properties"]) == '{"n": 0.5}'
    assert [
        line.text for line in shop.visitor.console if line.level in ("error", "uncaught") and "404" not in line.text
    ] == []


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("call", ["track('Fraction', {n: 0.5})", "user().traits({n: 0.5})"], ids=["event", "value"])
def test_where_webassembly_breaks_off_the_client_begins_anew_and_nothing_is_lost(shop: Shop, call: str) -> None:
    shop.visit(client=BROKEN_CLIENT)
    shop.do("window.kept = cioanalytics; await cioanalytics.identify('jane', {plan: 'basic'});")
    anonymous = shop.ids()["anonymousId"]
    shop.do(f"""
        window.made = [kept.track('Before')];
        kept.{call};
        made.push(kept.track('After'), cioanalytics.track('Global'));
    """)
    shop.visitor.wait_for("typeof cioanalytics.user === 'function'", timeout=60)
    shop.do("await Promise.all(made);")
    wanted = ["Before", *(["Fraction"] if "Fraction" in call else []), "After", "Global"]
    for name in wanted:
        event = shop.site.event("track", name, timeout=20)
        assert (event["userId"], event["anonymousId"]) == ("jane", anonymous)
    assert sorted(names(shop.site)) == sorted(wanted)
    assert shop.visitor.evaluate("[kept.user().id(), cioanalytics.user().id()]") == ["jane", "jane"]
    shop.visitor.evaluate("() => { cioanalytics.debug(); }")
    (said,) = [line.text for line in shop.visitor.console if "runtime; ms since navigation" in line.text]
    assert said.startswith("cioanalytics: full runtime")
    assert "unreachable" in said
