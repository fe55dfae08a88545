"""Pages whose own code has changed what every script stands on: the client works there, and nothing is lost."""

from __future__ import annotations

from typing import Final

import pytest

from tests.browser.visits import UUID4
from tests.reliability.case import Case
from tests.reliability.faults import NO_COOKIES

QUEUED: Final = "cioanalytics.identify('jane', {plan: 'basic'}); cioanalytics.track('Queued', {list: [1, ['two']]});"
FORGETS: Final = "Storage.prototype.setItem = () => {};"


def _cookie(getter: str) -> str:
    return f"Object.defineProperty(Document.prototype, 'cookie', {{configurable: true, get: {getter}, set() {{}}}});"


# What a page's libraries, polyfills and tools do to the window before any other script.
CHANGES: Final = {
    # Prototype.js wrote JSON its own way, and there are pages that still have it.
    "arrays have a toJSON": "Array.prototype.toJSON = function () { return `[${this.length}]`; };",
    "texts and objects have a toJSON": """
        String.prototype.toJSON = function () { return this.toUpperCase(); };
        Object.prototype.toJSON = () => 'an object';
    """,
    "values that every object has": "Object.assign(Object.prototype, { extra: 'extra', five: 5, none: undefined });",
    "enumerable extras": "for (const each of [Object, Array, Function, String]) each.prototype.extra = () => 'extra';",
    "module loaders": """
        window.define = window.require = () => { throw new Error('not for you'); };
        window.define.amd = {};
        window.module = {exports: window.exports = {}};
    """,
    "a process": "window.process = {env: {}, browser: true, version: '', versions: {}, nextTick() {}};",
    "a console that throws": "for (const each of ['log', 'info', 'warn', 'error']) console[each] = () => { throw 1; };",
    "promises of its own": "window.Promise = class extends Promise {};",
    "a clock that stands": "const now = Date.now(); Date.now = () => now;",
    "no chance": "Math.random = () => 0;",
    "getItem gives undefined": """
        const get = Storage.prototype.getItem;
        Storage.prototype.getItem = function (key) { return get.call(this, key) ?? undefined; };
    """,
    "getItem gives numbers": "Storage.prototype.getItem = () => 5;",
    "setItem forgets": FORGETS,
    "the cookie is undefined": _cookie("() => undefined"),
    "the cookie is null": _cookie("() => null"),
    "both forget": FORGETS + NO_COOKIES,
}
# The stores that a page takes away, of which one warning each is due.
WARNED: Final = {
    "getItem gives numbers": ["localStorage"],
    "setItem forgets": ["localStorage"],
    "the cookie is undefined": ["cookies"],
    "the cookie is null": ["cookies"],
    "both forget": ["cookies", "localStorage"],
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.short("arrays have a toJSON", "enumerable extras", "getItem gives numbers", "both forget")
def test_the_client_works_where_page_code_has_changed(case: Case, change: str) -> None:
    case.visit(QUEUED, head=f"<script>{{ {CHANGES[change]} }}</script>")
    first, second = (case.visitor.evaluate("cioanalytics.user().anonymousId()") for _ in range(2))
    assert UUID4.fullmatch(first)
    assert second == first
    assert case.do("return [cioanalytics.user().id(), cioanalytics.user().traits()];") == ["jane", {"plan": "basic"}]
    later = case.track("Later")
    (queued,) = case.all_arrived(["Queued"])
    assert (later["userId"], later["anonymousId"]) == (queued["userId"], queued["anonymousId"]) == ("jane", first)
    assert queued["properties"] == {"list": [1, ["two"]]}
    warned = sorted(text.split()[1] for text in case.warnings())
    assert warned == WARNED.get(change, [])
    case.assert_calm()


@pytest.mark.ours
def test_a_page_that_clears_its_storage_while_python_loads_loses_no_call(case: Case) -> None:
    case.visit(f"{QUEUED} setTimeout(() => localStorage.clear(), 0);", wait=False)
    case.visitor.wait_for("cioanalytics.user", timeout=case.patience)
    case.all_arrived(["identify", "Queued"])
    case.assert_calm()


@pytest.mark.ours
def test_what_was_changed_stays_as_the_page_made_it(case: Case) -> None:
    head = "<script>Array.prototype.toJSON = function () { return 'mine'; };</script>"
    case.visit(QUEUED, head=head)
    case.track("Later")
    assert case.visitor.evaluate("JSON.stringify({list: [1]})") == '{"list":"mine"}'
    assert case.visitor.evaluate("Object.keys(Array.prototype).join()") == "toJSON"
