"""Pages that forbid what they can, files that are not those of the build, and values that want to break out.

Law: what a page's policy forbids is never tried; what is not the build's own never runs; a value is a value, wherever
it ends up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
from playwright.sync_api import Route

from tests.browser.chromium import ChromiumVisitor
from tests.browser.clients import OURS, WRITE_KEY
from tests.browser.page_texts import snippet_page, tag_page
from tests.browser.places import DIST, ROOT
from tests.browser.site import Site
from tests.browser.test_loader import own_lines
from tests.browser.visits import LOADED

NONCE: Final = "bm9uY2U"
WATCH: Final = """<script>
    window.violations = [];
    addEventListener('securitypolicyviolation', (event) => violations.push([event.effectiveDirective, event.blockedURI, event.sample]));
</script>"""
ENTRY: Final = "/dist/cioanalytics.js"
PLAIN: Final = "/dist/pyodide/pyodide.joined.mjs"
KINDS: Final = {
    "border": "border-*.js",
    "glue": "pyodide-*.mjs",
    "snapshot": "snapshot-*.bin",
    "wasm": "pyodide-*.wasm",
}


def policy_of(*origins: str, more: str = "") -> str:
    """Give the line that the README gives, for a page and where its scripts and its collector are."""
    places = " ".join(origins)
    rules = f"default-src 'none'; script-src 'nonce-{NONCE}' 'wasm-unsafe-eval' {places}; connect-src {places}"
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}{more}">'


def with_policy(page: str, policy: str) -> str:
    """Put a policy at the head of a page, and its nonce on every script that the page itself has."""
    page = page.replace('<meta charset="utf-8">', f'<meta charset="utf-8">{policy}{WATCH}', 1)
    return re.sub(r"<script\b", f'<script nonce="{NONCE}"', page)


def tag(site: Site, entry: str = ENTRY, *, cdn: str | None = None, options: str = "{}") -> str:
    attributes = f"data-write-key='{WRITE_KEY}' data-cdn-url='{cdn or site.url('')}' data-options='{options}'"
    return tag_page(attributes).replace('"/dist/cioanalytics.js"', f'"{entry}"')


def assert_works(site: Site, visitor: ChromiumVisitor, *, timeout: float = 60) -> None:
    """See that the client loads and an event arrives, and that neither policy nor console had to complain."""
    visitor.wait_for(LOADED, timeout=timeout)
    visitor.evaluate("() => cioanalytics.track('Seen')")
    site.event("track", "Seen", timeout=timeout)
    assert visitor.evaluate("window.violations ?? []") == []
    assert own_lines(visitor, "error", "warning", "uncaught") == []


def built(kind: str) -> str:
    (file,) = DIST.glob(KINDS[kind])
    return file.name


def tamper(site: Site, name: str) -> None:
    """Serve a file that is another than the build's: code that would say that it ran, bytes of which one has changed."""
    content = (DIST / name).read_bytes()
    if name.endswith(("js", "mjs")):
        changed: Any = b"globalThis.tampered = true;" + content
        site.files[f"/dist/{name}"] = ("text/javascript", changed)
    else:
        middle = len(content) // 2
        changed = content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :]
        kind = "application/wasm" if name.endswith("wasm") else "application/octet-stream"
        site.files[f"/dist/{name}"] = (kind, changed)


# The page's policy


@pytest.mark.parametrize(("page", "start"), [("tag", "snapshot"), ("snippet", "snapshot"), ("tag", "plain")])
@pytest.mark.short("tag-snapshot", "snippet-snapshot")
def test_a_strict_policy_is_kept(site: Site, visitor: ChromiumVisitor, page: str, start: str) -> None:
    if start == "plain":
        site.faults["/dist/snapshot"] = 404
    text = tag(site) if page == "tag" else snippet_page(OURS)
    site.pages["/"] = with_policy(text, policy_of(site.url("")))
    visitor.open(site.url("/"))
    assert_works(site, visitor)
    assert (PLAIN in site.fetched) == (start == "plain")


@pytest.mark.parametrize("start", ["snapshot", "plain"])
@pytest.mark.short("snapshot")
def test_a_strict_policy_is_kept_with_the_files_elsewhere(site: Site, visitor: ChromiumVisitor, start: str) -> None:
    if start == "plain":
        site.faults["/dist/snapshot"] = 404
    elsewhere = site.url("", "static.other.test")
    site.pages["/"] = with_policy(tag(site, f"{elsewhere}{ENTRY}"), policy_of(elsewhere, site.url("")))
    visitor.open(site.url("/"))
    assert_works(site, visitor)


@pytest.mark.parametrize("host", ["example.test", "localhost"])
@pytest.mark.short("localhost")
def test_trusted_types_are_kept(site: Site, visitor: ChromiumVisitor, host: str) -> None:
    """Scripts that settings name need the policy `cioanalytics`; without such settings no policy is needed."""
    origin = site.url("", host)
    trusted = "; require-trusted-types-for 'script'; trusted-types cioanalytics"
    site.files["/v1/analytics-js/actions/foreign.js"] = ("text/javascript", "window.foreign = () => ({});")
    remote: dict[str, Any] = {
        "name": "Foreign",
        "url": f"{origin}/v1/analytics-js/actions/foreign.js",
        "libraryName": "foreign",
    }
    remote |= {"creationName": "Foreign", "settings": {}}
    plain = site.settings
    site.settings = lambda key, at: {**plain(key, at), "remotePlugins": [remote]}
    site.pages["/"] = with_policy(tag(site, cdn=origin), policy_of(origin, more=trusted))
    visitor.open(site.url("/", host))
    visitor.wait_for(LOADED, timeout=60)
    visitor.evaluate("() => cioanalytics.track('Seen')")
    site.event("track", "Seen")
    visitor.wait_for("typeof window.foreign === 'function'")
    assert visitor.evaluate("violations") == []


def test_trusted_types_without_a_policy_of_ours_are_kept(site: Site, visitor: ChromiumVisitor) -> None:
    more = "; require-trusted-types-for 'script'; trusted-types 'none'"
    site.pages["/"] = with_policy(tag(site), policy_of(site.url(""), more=more))
    visitor.open(site.url("/"))
    assert_works(site, visitor)


def test_nothing_of_ours_evaluates_text() -> None:
    forms = re.compile(
        r"\beval\s*\(|\bnew Function\b|\bFunction\s*\(\s*[\"'`]|set(?:Timeout|Interval)\(\s*[\"'`]"
        r"|\binnerHTML\b|\bouterHTML\b|\binsertAdjacentHTML\b|document\.write\b|\bsrcdoc\b|javascript:|new Blob\b|createObjectURL"
    )
    bundles = [DIST / "cioanalytics.js", DIST / "cioanalytics.mjs", DIST / built("border")]
    found = [
        (file.name, match.group())
        for file in [*bundles, *sorted((ROOT / "web").glob("*.js"))]
        for match in forms.finditer(file.read_text("utf-8"))
    ]
    assert found == []
    python = re.compile(r"(?<![\w.])(?:eval|exec|compile|__import__)\s*\(|\bpickle\b|\bmarshal\b")
    ran = [
        (file.name, match.group())
        for file in sorted((ROOT / "src").rglob("*.py"))
        for match in python.finditer(file.read_text("utf-8"))
    ]
    assert ran == []


# Files that are not those of the build


@pytest.mark.parametrize(
    ("kind", "host"), [("glue", "example.test"), ("snapshot", "example.test"), ("snapshot", "localhost")]
)
@pytest.mark.short("snapshot-localhost")
def test_another_file_is_not_run_and_the_plain_start_serves(
    site: Site, visitor: ChromiumVisitor, kind: str, host: str
) -> None:
    tamper(site, built(kind))
    site.pages["/"] = tag(site, cdn=site.url("", host))
    visitor.open(site.url("/", host))
    assert_works(site, visitor)
    assert visitor.evaluate("typeof tampered") == "undefined"
    assert PLAIN in site.fetched


def test_another_border_is_not_run(site: Site, visitor: ChromiumVisitor) -> None:
    """There is no second border: the page goes on without the client, its calls are kept."""
    tamper(site, built("border"))
    site.pages["/"] = tag(site)
    visitor.open(site.url("/"))
    visitor.evaluate("() => cioanalytics.track('Kept')")
    with failure_of(visitor) as said:
        assert "could not start" in said
        assert built("border") in said
    assert visitor.evaluate("typeof tampered") == "undefined"
    assert any(key.startswith("cioanalytics:kept:") for key in visitor.local_storage())
    site.files.clear()
    visitor.reload()
    visitor.wait_for(LOADED, timeout=60)
    site.event("track", "Kept")


@pytest.mark.parametrize("name", ["pyodide.joined.mjs", "python_stdlib.zip"])
def test_the_plain_start_runs_no_other_file(site: Site, visitor: ChromiumVisitor, name: str) -> None:
    site.faults["/dist/snapshot"] = 404
    tamper(site, f"pyodide/{name}")
    site.pages["/"] = tag(site)
    visitor.open(site.url("/"))
    with failure_of(visitor) as said:
        assert "could not start" in said
    assert visitor.evaluate("typeof tampered") == "undefined"


def test_where_a_browser_has_no_web_assembly_one_line_says_so(site: Site, visitor: ChromiumVisitor) -> None:
    visitor.page.add_init_script("delete window.WebAssembly;")
    site.pages["/"] = tag(site)
    visitor.open(site.url("/"))
    visitor.evaluate("() => cioanalytics.track('Kept')")
    with failure_of(visitor) as said:
        assert "no WebAssembly" in said
    assert [line for line in visitor.console if line.level == "uncaught"] == []
    assert any(key.startswith("cioanalytics:kept:") for key in visitor.local_storage())


@contextmanager
def failure_of(visitor: ChromiumVisitor) -> Iterator[str]:
    """Wait for the one line that says that the client could not start."""
    if not own_lines(visitor, "error"):
        visitor.page.wait_for_event("console", lambda message: "could not start" in message.text, timeout=60_000)
    (said,) = own_lines(visitor, "error", "uncaught")
    yield said


# Files that are gone


def after_deployment(visitor: ChromiumVisitor, *kinds: str) -> list[str]:
    """Let the visitor's first look at the entry be at one of an earlier deployment, whose files are gone."""
    old = (DIST / "cioanalytics.js").read_text("utf-8")
    for kind in kinds:
        name = built(kind)
        old = old.replace(name, re.sub(r"-[0-9a-f]+\.", "-0123456789ab.", name))
    return earlier_entry(visitor, old)


def earlier_entry(visitor: ChromiumVisitor, old: str) -> list[str]:
    """Let the visitor's first look at the entry give another text; give the looks, as they come."""
    looks: list[str] = []

    def answer(route: Route) -> None:
        looks.append(route.request.url)
        if len(looks) == 1:
            route.fulfill(body=old, content_type="text/javascript")
        else:
            route.continue_()

    visitor.page.route("**/dist/cioanalytics.js", answer)
    return looks


@pytest.mark.parametrize("kinds", [("border",), ("border", "glue", "wasm", "snapshot")], ids=len)
@pytest.mark.short("4")
def test_after_a_deployment_the_entry_is_looked_at_once_more(
    site: Site, visitor: ChromiumVisitor, kinds: tuple[str, ...]
) -> None:
    looks = after_deployment(visitor, *kinds)
    site.pages["/"] = tag(site)
    visitor.open(site.url("/"))
    assert_works(site, visitor)
    assert len(looks) == 2
    assert PLAIN not in site.fetched


def test_so_it_is_where_pyodide_is_to_start_in_full(site: Site, visitor: ChromiumVisitor) -> None:
    entry = (DIST / "cioanalytics.js").read_text("utf-8")
    looks = earlier_entry(visitor, re.sub(r'(whl\?[0-9a-f]+":"sha256-).{4}', r"\1AAAA", entry))
    site.pages["/"] = tag(site, options='{"runtime": "full"}')
    visitor.open(site.url("/"))
    assert_works(site, visitor)
    assert len(looks) == 2


@pytest.mark.parametrize("kind", ["glue", "wasm"])
@pytest.mark.short("glue")
def test_where_the_entry_knows_no_better_the_plain_start_serves(
    site: Site, visitor: ChromiumVisitor, kind: str
) -> None:
    site.faults[f"/dist/{built(kind)}"] = 404
    site.pages["/"] = tag(site)
    visitor.open(site.url("/"))
    assert_works(site, visitor)
    assert site.fetched.count(ENTRY) == 2
    assert PLAIN in site.fetched


# Values that want to break out

HOSTILE: Final = {
    "attributes": "x; domain=test; path=/; max-age=1; secure",
    "second cookie": "x; evil=1",
    "line breaks": "x\r\nSet-Cookie: evil=1\r\n\r\n<script>window.evil = 1</script>",
    "percent": "100%; %3B %0D%0A evil%3D1 %",
    "quotes": "\"x\"; 'y'; `z`",
    "markup": "<img src=x onerror='window.evil = 1'><script>window.evil = 1</script>",
    "prototype": "__proto__",
    "nul": "a\0b; evil=1",
    "wide": "名前; 🦊, evil=1",
    "comma": "a, b=c, evil=1",
}


def test_ids_stay_in_their_cookie(site: Site, visitor: ChromiumVisitor) -> None:
    site.pages["/"] = tag(site)
    visitor.open(site.url("/"))
    visitor.wait_for(LOADED, timeout=60)
    for value in HOSTILE.values():
        seen = visitor.evaluate(
            """async (value) => {
                const user = cioanalytics.user();
                user.traits({});
                cioanalytics.setAnonymousId(value);
                await cioanalytics.identify(value, {[value]: value});
                cioanalytics.setAnonymousId(value);
                await cioanalytics.group(value, {[value]: value});
                await cioanalytics.track(value, {[value]: value}, {context: {[value]: value}});
                return [user.id(), user.anonymousId(), cioanalytics.group().id(), JSON.stringify(user.traits())];
            }""",
            value,
        )
        assert [*seen[:3], json.loads(seen[3])] == [value, value, value, {value: value}]
        sent = site.event("track", value, timeout=30)
        assert [sent["userId"], sent["anonymousId"], sent["properties"]] == [value, value, {value: value}]
        assert_stays(visitor, "ajs_group_id")


def test_the_query_string_stays_what_it_is(site: Site, visitor: ChromiumVisitor) -> None:
    """A query says what it says, encoded and raw; nothing of it becomes markup, cookie or key."""
    site.pages["/"] = tag(site)
    site.pages["/blank"] = "<!doctype html><title>Blank</title>"
    values = list(HOSTILE.values())
    for at in range(0, len(values), 4):
        uid, aid, event, prop = (values * 2)[at : at + 4]
        # Names are taken as they stand (reference).
        name = quote(prop)
        # Each as a visitor of their own: another user id brings another anonymous id.
        visitor.open(site.url("/blank"))
        visitor.expire_cookies()
        visitor.clear_storage()
        query = f"ajs_uid={quote(uid)}&ajs_aid={quote(aid)}&ajs_event={quote(event)}"
        visitor.open(site.url(f"/?{query}&ajs_prop_{name}={name}&ajs_trait_{name}={name}"))
        visitor.wait_for(LOADED, timeout=60)
        sent = site.event("track", event, timeout=30)
        assert [sent["userId"], sent["anonymousId"], sent["properties"]] == [uid, aid, {name: prop}]
        seen = visitor.evaluate("JSON.stringify([cioanalytics.user().id(), cioanalytics.user().traits()])")
        assert json.loads(seen) == [uid, {name: prop}]
        assert_stays(visitor)
    raw = "&".join(f"ajs_trait_{at}={value}" for at, value in enumerate(values))
    raw = "".join(each for each in raw if each >= " ").replace("#", "")
    visitor.open(site.url(f"/?{raw}&ajs_aid=x;evil=1&ajs_uid=jane;evil=1"))
    visitor.wait_for(LOADED, timeout=60)
    assert_stays(visitor)


def assert_stays(visitor: ChromiumVisitor, *more: str) -> None:
    """See that the entries are there, whole, and nothing beside them."""
    for found in visitor.cookies():
        assert found.domain == ".example.test"
        assert round(found.days_left()) == 365
        assert not re.search(r"[;\r\n\0]|[^\x20-\x7e]", found.value)
    assert {found.name for found in visitor.cookies()} == {"ajs_anonymous_id", "ajs_user_id", *more}
    assert_no_escape(visitor)


def assert_no_escape(visitor: ChromiumVisitor) -> None:
    assert visitor.evaluate("typeof window.evil") == "undefined"
    assert {found.name for found in visitor.cookies()} <= {"ajs_anonymous_id", "ajs_user_id", "ajs_group_id"}
    assert all(key.startswith(("ajs_", "cioanalytics:")) for key in visitor.local_storage())
    assert visitor.evaluate("({}).polluted") is None
    assert own_lines(visitor, "error", "uncaught") == []


def test_a_write_key_and_hosts_stay_in_their_address(site: Site, visitor: ChromiumVisitor) -> None:
    """What the page itself gives is its own word; still it makes no key or cookie but its own."""
    key = "a/../b?x#;\r\n"
    site.pages["/"] = snippet_page(OURS, write_key=key)
    visitor.open(site.url("/"))
    visitor.wait_for("typeof cioanalytics.user === 'function'", timeout=60)
    visitor.evaluate("() => { cioanalytics.track('Waits'); }")
    assert {found.name for found in visitor.cookies()} == {"ajs_anonymous_id"}
    assert all(key.startswith(("ajs_", "cioanalytics:")) for key in visitor.local_storage())
    assert [text for text in own_lines(visitor, "error", "uncaught") if "settings could not be had" not in text] == []


def test_ids_stay_with_names_of_the_pages_own_choice(site: Site, visitor: ChromiumVisitor) -> None:
    """Even the names of the entries cannot end a cookie."""
    options = {"user": {"cookie": {"key": "id; evil=1"}, "localStorage": {"key": "__proto__"}}}
    site.pages["/"] = snippet_page(OURS, options=options)
    visitor.open(site.url("/"))
    visitor.wait_for(LOADED, timeout=60)
    visitor.evaluate("() => cioanalytics.identify('jane', {polluted: true})")
    site.event("identify")
    assert visitor.evaluate("cioanalytics.user().id()") == "jane"
    assert not any(found.name == "evil" for found in visitor.cookies())
    assert visitor.evaluate("({}).polluted") is None


def test_what_other_scripts_stored_is_not_believed_to_be_code(site: Site, visitor: ChromiumVisitor) -> None:
    """Stores that anyone on the host may write are read as values, whatever stands there."""
    site.pages["/"] = tag(site)
    site.pages["/blank"] = "<!doctype html><title>Blank</title>"
    visitor.open(site.url("/blank"))
    hostile = json.dumps({"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "a": "<script>"})
    visitor.evaluate(
        """(text) => {
            localStorage.setItem('ajs_user_traits', text);
            localStorage.setItem('ajs_group_properties', text);
            localStorage.setItem('ajs_user_id', '"<script>');
            localStorage.setItem('cioanalytics:seen', text);
            localStorage.setItem('cioanalytics:outbox:test-key:0123456789abcdef:1', '{"v":1,"at":"x","event":' + text + '}');
            localStorage.setItem('cioanalytics:kept:test-key:a:000001', '{"method":"constructor","args":[],"refs":[],"time":1}');
            localStorage.setItem('cioanalytics:kept:test-key:a:000002', '{"method":"track","args":{"x":1},"refs":7,"time":2}');
            localStorage.setItem('cioanalytics:kept:test-key:a:end', '1');
            document.cookie = 'ajs_user=%7B%22__proto__%22%3A1%7D';
            document.cookie = '_sio=%ff%fe----';
        }""",
        hostile,
    )
    visitor.open(site.url("/"))
    visitor.wait_for(LOADED, timeout=60)
    visitor.evaluate("() => cioanalytics.track('Seen', {a: 1})")
    assert site.event("track", "Seen")["properties"] == {"a": 1}
    assert visitor.evaluate("({}).polluted") is None
    assert own_lines(visitor, "error", "uncaught") == []


def test_the_paper_says_what_holds() -> None:
    text = (Path(ROOT) / "SECURITY.md").read_text("utf-8")
    for word in ("wasm-unsafe-eval", "trusted-types cioanalytics", "snapshot", "border", "private advisory"):
        assert word in text
