"""Pages of odd forms: what an event tells of its page, its way there and the person's browser."""

from __future__ import annotations

from tests.parity.scenario import Reload, tell
from tests.parity.scenarios.plugins import register

SEEN = "A.track('Seen')"
AS_JSON = r"\d+\.(log|answer).*"


def canonical(href: str) -> str:
    return f'<link rel="canonical" href="{href}">'


def before(change: str) -> str:
    return register("B", "before", f"track: (ctx) => {{ {change}; return ctx; }}")


SCENARIOS = (
    tell(
        "a base, and a relative canonical link",
        SEEN,
        "A.page()",
        head='<base href="/shop/deep/">' + canonical("../shoes"),
        path="/s?x=1",
    ),
    tell("a base, and no canonical link", SEEN, head='<base href="/shop/deep/">', path="/s?x=1"),
    tell("a canonical link with a fragment", SEEN, head=canonical("/shoes#red"), path="/s?x=1"),
    tell("a canonical link of hard characters", SEEN, head=canonical("/schöne schuhe/日本?größe=ä b"), path="/s?x=1"),
    tell("a canonical link of another host without a path", SEEN, head=canonical("https://other.test"), path="/s?x=1"),
    tell("a canonical link without a scheme", SEEN, head=canonical("//other.test/a//b/"), path="/s?x=1"),
    tell("a canonical link that is no address", SEEN, head=canonical("http://[bad"), path="/s?x=1"),
    tell("a canonical link of a letter", SEEN, head=canonical("mailto:jane@example.test"), path="/s?x=1"),
    tell("an empty canonical link", SEEN, head=canonical(""), path="/s?x=1"),
    tell(
        "a canonical link without an address, after one with",
        SEEN,
        head=canonical("/one") + '<link rel="canonical">',
        path="/s?x=1",
    ),
    tell(
        "links that are nearly canonical",
        SEEN,
        head='<link rel="CANONICAL" href="/upper"><link rel="canonical nofollow" href="/more"><a rel="canonical"'
        ' href="/a"></a>',
        path="/s?x=1",
    ),
    tell(
        "a canonical link that comes and goes",
        SEEN,
        "(window.link = Object.assign(document.createElement('link'), {rel: 'canonical', href: '/late'}),"
        " document.head.append(link), A.track('Seen'))",
        "(link.remove(), A.track('Seen'))",
    ),
    tell(
        "routes in the hash",
        "A.page()",
        "(location.hash = '#/shoes?size=9&utm_source=hash', A.page())",
        "(location.hash = '', A.page())",
        path="/app#/home",
    ),
    tell(
        "a page that moves on between two calls",
        "A.page()",
        "(history.pushState({}, '', '/shoes?utm_source=mail&btid=1'), document.title = 'Shoes', A.page())",
        "(history.pushState({}, '', '/other'), A.track('Seen'))",
        "(history.back(), new Promise((done) => addEventListener('popstate', done, {once: true})).then(() =>"
        " A.track('Seen')))",
    ),
    tell("a title of blanks and lines", SEEN, title="  Shoes\n and \t more &amp; socks  "),
    tell("no title", SEEN, title=""),
    tell("a title of many characters", "A.page().then((ctx) => ctx.event.properties.title.length)", title="日" * 3000),
    tell("a path and a query of other letters", SEEN, "A.page()", path="/größe/日本?wörter=ä&x=%C3%A4&y=%E9&z=a+b"),
    tell(
        "a campaign of hard values",
        SEEN,
        path="/c?utm_source=%E9t%E9&utm_medium=a%2Bb+c&utm_campaign=100%&utm_term=a=b&utm_content=%00;x&UTM_source=no",
    ),
    tell(
        "a campaign behind a second question mark",
        SEEN,
        path="/c?x=1?utm_source=mail&amp;utm_medium=m&utm_Campaign=n&utm_campaign",
    ),
    tell("ad ids of odd forms", SEEN, Reload(path="/c?urid=a%20b=c&btid=2"), SEEN, path="/c?btid"),
    tell(
        "an ad id and a given referrer",
        "A.track('Seen', {}, {referrer: {id: 'mine', more: 1}})",
        "A.track('Seen', {}, {context: {referrer: 'text'}})",
        path="/c?btid=1",
    ),
    tell(
        "page fields that say nothing, or are no text",
        "A.track('Seen', {path: '', title: 0, url: null, search: {a: 1}, referrer: true})",
        "A.page({path: '', title: 0, url: null, search: {a: 1}, referrer: true})",
        "A.page('Home', {name: 'mine', category: 'own'})",
        "A.page('Docs', 'Home', {name: 'mine', category: 'own'})",
    ),
    tell(
        "traits of the names of page fields",
        "A.identify('jane', {path: '/mine', title: 'Dr', url: 'u'})",
        "A.group('acme', {path: '/mine', title: 'Inc'})",
    ),
    tell(
        "a page in the options that is no object",
        "A.track('Seen', {}, {page: 'text'})",
        "A.track('Seen', {}, {page: ['x']})",
        "A.track('Seen', {}, {page: null})",
        "A.track('Seen', {}, {page: 0})",
        "A.page('Home', {}, {'page.title': 'x', 'page.more': 1})",
    ),
    tell(
        "what is given is nothing",
        "A.track('Seen', {}, {locale: null, library: '', campaign: 0})",
        "A.track('Seen', {}, {locale: '', library: null, campaign: null})",
        path="/c?utm_source=mail",
    ),
    tell("a plugin takes the context away", before("delete ctx.event.context"), SEEN),
    tell("a plugin puts its own page", before("ctx.event.context.page = {mine: 1}"), SEEN, "A.page()"),
    tell("a plugin takes the ids away", before("ctx.event.anonymousId = null"), SEEN, "A.user().anonymousId()"),
    tell(
        "objects of another window",
        "(window.other = document.body.appendChild(document.createElement('iframe')).contentWindow, 0)",
        "A.track('Seen', other.eval('({n: 1, when: new Date(0), list: [1, {a: 2}]})'))",
        "A.identify('jane', other.eval('({n: 1})'), other.eval('({shade: [1]})'))",
        "A.track('Seen', other.eval('(() => parent.seen(\"called\"))'))",
        "A.track('Seen', {}, {timestamp: other.eval('new Date(0)')})",
        differs="D25",
        where=r"[25]\.(log|answer).*",
    ),
    tell("no list of what is bundled", SEEN, pipeline={"addBundledMetadata": False}),
    tell(
        "an AMP id without persistence",
        SEEN,
        jar={"_ga": "amp-abc"},
        options="{disableClientPersistence: true}",
        differs="N11",
        where=r"1\.requests.*amp.*",
    ),
)
