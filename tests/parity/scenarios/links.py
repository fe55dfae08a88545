"""trackLink, trackForm and their older names: who is listened to, when the browser goes on, and with what."""

from __future__ import annotations

from tests.parity.scenario import Go, tell

LINK = "<a id='link' href='#next'>next</a>"
# A busy machine needs more than the 300 ms that the browser is held back for.
TRACK = "A.timeout(2000) || A.trackLink(document.querySelector('#link'), 'Clicked')"
CLICK = "document.querySelector('#link').click()"
FORM = (
    "<form id='form' action='/target'><input name='a' value='1'><button id='go' name='way' value='left'>go</button>"
    "</form>"
)
TRACK_FORM = "A.timeout(2000) || A.trackForm(document.querySelector('#form'), 'Sent', {n: 1})"
SUBMIT = "document.querySelector('#form').requestSubmit()"
TARGET = {"/target": "there", "/next": "there"}
HERE = "location.pathname + location.search + location.hash"


def click(**how: object) -> str:
    """Click with keys held; the default of what is left alone is stopped at the window, so that no tab opens."""
    members = ", ".join(f"{name}: {str(value).lower()}" for name, value in how.items())
    return (
        "(window.addEventListener('click', (event) => { seen('prevented', event.defaultPrevented);"
        "event.preventDefault(); }, {once: true}), document.querySelector('#link').dispatchEvent(new"
        " MouseEvent('click',"
        f" {{bubbles: true, cancelable: true, {members}}})))"
    )


SCENARIOS = (
    tell("ctrl is left alone", TRACK, click(ctrlKey=True), body=LINK),
    tell("shift is left alone", TRACK, click(shiftKey=True), body=LINK),
    tell("meta is left alone", TRACK, click(metaKey=True), body=LINK),
    tell("alt is not", TRACK, click(altKey=True), body=LINK),
    tell("the middle button is left alone", TRACK, click(button=1), body=LINK),
    tell("_blank is left alone", TRACK, click(), body="<a id='link' target='_blank' href='#next'>next</a>"),
    tell("a plain click is taken", TRACK, click(), body=LINK),
    tell("a link without an address", TRACK, CLICK, HERE, body="<a id='link'>next</a>"),
    tell(
        "an element around a link",
        TRACK,
        CLICK,
        HERE,
        body="<div id='link'><b>x</b><a href='#inner'>next</a><a href='#second'>later</a></div>",
    ),
    tell(
        "a link of an SVG",
        TRACK,
        "document.querySelector('#link').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))",
        HERE,
        body="<svg><a id='link' href='#svg'><text>x</text></a></svg>",
    ),
    tell(
        "an xlink",
        TRACK,
        "document.querySelector('#link').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))",
        HERE,
        body="<svg><a id='link' xlink:href='#xlink'><text>x</text></a></svg>",
    ),
    tell("an array", "A.trackLink([document.querySelector('#link')], 'Clicked')", CLICK, HERE, body=LINK),
    tell(
        "a list of jQuery's shape",
        "A.trackLink({0: document.querySelector('#link'), length: 1, toArray() { return [this[0]]; },"
        " get(n) { return this[n]; }, each() {}, jquery: '3'}, 'Clicked')",
        Go(CLICK, "/home#next"),
        body=LINK,
    ),
    tell("trackClick", "A.trackClick(document.querySelector('#link'), 'Clicked', {n: 1})", CLICK, HERE, body=LINK),
    tell(
        "a click that was prevented before",
        "document.querySelector('#link').addEventListener('click', (event) => event.preventDefault())",
        TRACK,
        CLICK,
        HERE,
        body=LINK,
    ),
    tell(
        "to another page",
        TRACK,
        Go(CLICK, "/next"),
        body="<a id='link' href='/next?a=1'>next</a>",
        files=TARGET,
        listen=False,
    ),
    tell(
        "to another page, refused event",
        TRACK,
        Go(CLICK, "/next"),
        body="<a id='link' href='/next'>next</a>",
        files=TARGET,
        listen=False,
        faults={"/v1/t": 400},
    ),
    tell(
        "a name that is no text",
        "A.trackLink(document.querySelector('#link'), null)",
        CLICK,
        HERE,
        body=LINK,
    ),
    tell(
        "options of the call",
        "A.trackLink(document.querySelector('#link'), 'Clicked', {n: 1}, {context: {a: 1}})",
        CLICK,
        body=LINK,
    ),
    tell("trackForm", TRACK_FORM, Go(SUBMIT, "/target"), body=FORM, files=TARGET, listen=False),
    tell(
        "trackForm: functions",
        "A.trackForm(document.querySelector('#form'), (form) => form.id, (form) => ({fields: form.elements.length}))",
        Go(SUBMIT, "/target"),
        body=FORM,
        files=TARGET,
        listen=False,
    ),
    tell(
        "trackForm: the button that was clicked",
        TRACK_FORM,
        Go("document.querySelector('#go').click()", "/target"),
        body=FORM,
        files=TARGET,
        listen=False,
        differs="D28",
        where=r"[23]\.(place|answer).*",
    ),
    tell(
        "trackForm: an array",
        "A.trackForm([document.querySelector('#form')], 'Sent')",
        Go(SUBMIT, "/target"),
        body=FORM,
        files=TARGET,
        listen=False,
    ),
    tell(
        "trackForm: a list of nodes",
        "A.trackForm(document.querySelectorAll('form'), 'Sent')",
        Go(SUBMIT, "/target"),
        body=FORM,
        files=TARGET,
        listen=False,
    ),
    tell(
        "trackForm: a list of jQuery's shape",
        "A.trackForm({0: document.querySelector('#form'), length: 1, toArray() { return [this[0]]; },"
        " get(n) { return this[n]; }, each() {}, jquery: '3'}, 'Sent')",
        body=FORM,
        files=TARGET,
        listen=False,
        differs="D28",
        where=r"1\.answer.*",
    ),
    tell(
        "trackForm: the page's own handler runs too",
        "document.querySelector('#form').addEventListener('submit', () => sessionStorage.setItem('own', 'ran'))",
        TRACK_FORM,
        Go(SUBMIT, "/target"),
        "sessionStorage.getItem('own')",
        body=FORM,
        files=TARGET,
        listen=False,
    ),
    tell(
        "trackSubmit",
        "A.trackSubmit(document.querySelector('#form'), 'Sent')",
        Go(SUBMIT, "/target"),
        body=FORM,
        files=TARGET,
        listen=False,
    ),
    tell(
        "trackForm: what is no element",
        "A.trackForm([{}], 'Sent').catch((error) => [error.name, error.message])",
        "A.trackForm({}, 'Sent').catch((error) => error.name)",
        "A.trackLink('#link', 'Clicked').catch((error) => error.name)",
        body=FORM + LINK,
    ),
    tell(
        "a link whose event is late",
        "A.timeout(200) || A.trackLink(document.querySelector('#link'), 'Clicked')",
        "(document.querySelector('#link').click(), new Promise((done) => setTimeout(done, 700)))",
        HERE,
        body=LINK,
        delays={"/v1/t": 1.5},
        listen=False,
    ),
    tell(
        "jQuery's submit is used where there is one",
        TRACK_FORM,
        Go(SUBMIT, "/target"),
        "[sessionStorage.getItem('bound'), sessionStorage.getItem('sent')]",
        before="window.jQuery = (el) => ({submit: (handler) => { sessionStorage.setItem(handler ? 'bound' : 'sent', 1);"
        " handler ? el.addEventListener('submit', handler) : el.submit(); }});",
        body=FORM,
        files=TARGET,
        listen=False,
    ),
    tell(
        "page code that replaces the form's submit is obeyed",
        TRACK_FORM,
        "document.querySelector('#form').submit = () => seen('own submit') && 0",
        f"({SUBMIT}, heard('own submit'))",
        HERE,
        body=FORM,
    ),
    tell(
        "a field of the name submit",
        "A.timeout(2000) || A.trackForm(document.querySelector('#form'), 'Sent')",
        "document.querySelector('#form').submit.name",
        body="<form id='form' action='#sent'><input name='submit' value='1'></form>",
    ),
    tell(
        "options of trackForm",
        "A.timeout(2000) || A.trackForm(document.querySelector('#form'), 'Sent', {}, {context: {ip: '0.0.0.0'}})",
        Go(SUBMIT, "/target"),
        body=FORM,
        files=TARGET,
        listen=False,
    ),
    tell(
        "one link twice",
        "A.trackLink([document.querySelector('#link'), document.querySelector('#link')], 'Clicked')",
        CLICK,
        HERE,
        body=LINK,
    ),
    tell(
        "a track that rejects",
        "(A.track = () => Promise.reject(new Error('mine')), A.trackLink(document.querySelector('#link'), 'Clicked'))",
        CLICK,
        HERE,
        body=LINK,
    ),
    tell(
        "a list of many forms, and an empty one",
        "A.trackLink([], 'Clicked') === A",
        "A.trackLink(document.querySelectorAll('nothing'), 'Clicked').then((client) => client === A)",
        "A.trackForm([], 'Sent').then((client) => client === A)",
        "A.trackLink(undefined).then((client) => client === A)",
        "A.trackLink(document.getElementsByTagName('a'), 'Clicked').then(() => 'taken', (error) => error.name)",
        CLICK,
        body=LINK,
        differs="D28",
        where=r"[56]\..*",
    ),
    tell(
        "a replaced track is obeyed by trackForm",
        "(A.track = async (name) => sessionStorage.setItem('own', name),"
        " A.trackForm(document.querySelector('#form'), 'Sent', {n: 1}), 0)",
        Go(SUBMIT, "/target"),
        "sessionStorage.getItem('own')",
        body=FORM,
        files=TARGET,
        listen=False,
    ),
)
