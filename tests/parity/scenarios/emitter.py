"""The emitter; ready, debug, use, push, VERSION, the calls that do nothing any more; links and forms."""

from __future__ import annotations

from tests.parity.scenario import at_once, tell

SCENARIOS = (
    tell(
        "on: arguments of each event",
        "A.track('Seen', {n: 1}, {a: 1})",
        "A.page('Docs', 'Home', {n: 1})",
        "A.identify('jane', {plan: 'basic'})",
        "A.group('acme', {seats: 3})",
        "A.alias('joe', 'jane')",
        "A.screen('Cat', 'S', {n: 1})",
        at_once("A.reset()"),
    ),
    tell("once", "A.once('track', (name) => seen('once', name))", "A.track('One')", "A.track('Two')"),
    tell("off", "(window.h = (name) => seen('h', name), A.on('track', h), A.off('track', h))", "A.track('One')"),
    tell(
        "off does not remove a once",
        "(window.h = (name) => seen('h', name), A.once('track', h), A.off('track', h))",
        "A.track('One')",
    ),
    tell(
        "emit", "A.on('mine', (...all) => seen('mine', ...all))", "A.emit('mine', 1, {a: 2}, [3])", "A.emit('nobody')"
    ),
    tell("on gives the client", "A.on('x', () => 0) === A", "A.once('x', () => 0) === A", "A.off('x', () => 0) === A"),
    tell(
        "ready: callback and promise",
        "A.ready(() => seen('ready'))",
        "A.ready()",
        "A.ready('x').catch((error) => error.name)",
    ),
    tell(
        "ready: the callback's error",
        "A.ready(() => { throw new Error('mine') })",
        differs="D21",
        where=r"1\.(answer|console).*",
    ),
    tell("debug", "A.debug(true) === A", "A.debug(false) === A"),
    tell("use", "A.use((client) => seen('use', client === A)) === A"),
    tell("VERSION is text", "typeof A.VERSION"),
    tell("initialized", "A.initialized", "typeof A.initialize"),
    tell("timeout gives nothing", "A.timeout(300)"),
    tell("setAnonymousId gives the id", "A.setAnonymousId('mine')"),
    tell("push", "A.push(['track', 'Seen'])", "A.push(['nobody'])"),
    tell("pageview", "A.pageview('/x')"),
    tell("deprecated: normalize", "typeof A.normalize({event: 'x'})"),
    tell(
        "deprecated no-ops",
        "A.log()",
        "A.addIntegration()",
        "A.listeners()",
        "A.addEventListener()",
        "A.removeAllListeners()",
        "A.removeListener()",
        "A.removeEventListener()",
        "A.hasListeners()",
        "A.add()",
        "A.addIntegrationMiddleware()",
    ),
    tell("deprecated values", "A.failedInitializations", "A.Integrations", "typeof A.plugins"),
    tell(
        "names on the client",
        "['track', 'page', 'screen', 'identify', 'group', 'alias', 'reset', 'user', 'ready', 'on', 'once',"
        " 'off', 'emit', 'debug', 'timeout', 'use', 'register', 'deregister', 'addSourceMiddleware', 'setAnonymousId',"
        " 'addDestinationMiddleware', 'trackLink', 'trackForm', 'trackClick', 'trackSubmit', 'pageview', 'queryString',"
        " 'normalize', 'noConflict', 'push', 'load', '_writeKey', '_loadOptions', 'methods', 'invoked']"
        ".map((name) => [name, typeof A[name]])",
    ),
    tell(
        "a replaced track is obeyed by trackLink",
        "(A.track = (...all) => { seen('replaced', all.length); return Promise.resolve(); },"
        " A.trackLink(document.querySelector('#link'), 'Clicked'))",
        "document.querySelector('#link').click()",
        body="<a id='link' href='#next'>next</a>",
    ),
    tell(
        "trackLink",
        "A.trackLink(document.querySelector('#link'), 'Clicked', {n: 1})",
        "document.querySelector('#link').click()",
        body="<a id='link' href='#next'>next</a>",
    ),
    tell(
        "trackLink: functions",
        "A.trackLink(document.querySelector('#link'), (el) => el.id, (el) => ({tag: el.tagName}))",
        "document.querySelector('#link').click()",
        body="<a id='link' href='#next'>next</a>",
    ),
    tell(
        "trackLink: several",
        "A.trackLink(document.querySelectorAll('a'), 'Clicked')",
        "document.querySelectorAll('a')[1].click()",
        body="<a href='#one'>1</a><a href='#two'>2</a>",
    ),
    tell("trackLink: nothing", "A.trackLink(null, 'Clicked') === A", "A.trackForm(null, 'Sent') === A"),
    tell(
        "trackForm: not an element",
        "A.trackForm({}, 'Sent').catch((error) => error.name)",
        "A.trackLink({}, 'Clicked').catch((error) => error.name)",
    ),
    tell(
        "a queued handler hears the queued call",
        listen=False,
        queued="""
        cioanalytics.track('Seen', {n: 1}); cioanalytics.on('track', (...all) => seen('track', ...all));
    """,
    ),
    tell(
        "initialize", listen=False, queued="cioanalytics.on('initialize', (...all) => seen('initialize', all.length));"
    ),
    tell(
        "debug prints, and forgets its mark",
        "(console.table = (...all) => seen('table', all.length), console.groupCollapsed = () => seen('group'),"
        " A.debug(true), A.track('Seen').then(() => 1))",
        "(localStorage.setItem('debug', 'x'), A.debug(false), localStorage.getItem('debug'))",
    ),
    tell("noConflict", "(window.analytics = 'earlier', [A.noConflict() === A, window.cioanalytics])"),
    tell("push of nothing", "A.push([])"),
    tell(
        "the this of handlers",
        "A.on('track', function () { seen('this', this === A); }) && 0",
        "A.track('Seen')",
        listen=False,
    ),
    tell(
        "page code that replaces page is obeyed by pageview",
        "(A.page = async (...all) => seen('page', ...all), A.pageview('/x').then((client) => client === A))",
    ),
    tell(
        "page code that replaces track is obeyed by push",
        "(A.track = (...all) => seen('track', ...all), A.push(['track', 'Seen', {a: 1}]))",
    ),
    tell(
        "handlers in their order",
        "(A.on('track', () => seen('1')), A.once('track', () => seen('2')), A.on('track', () => seen('3')), 0)",
        "A.track('Seen')",
        "A.track('Seen')",
        listen=False,
    ),
    tell(
        "one handler twice",
        "(window.h = () => seen('h'), A.on('track', h), A.on('track', h), 0)",
        "A.track('Seen')",
        "(A.off('track', h), 0)",
        "A.track('Seen')",
        listen=False,
    ),
    tell(
        "a handler that takes itself off",
        "(window.h = () => { seen('h'); A.off('track', h); }, A.on('track', h), A.on('track', () => seen('2')), 0)",
        "A.track('Seen')",
        "A.track('Seen')",
        listen=False,
    ),
    tell(
        "a method that page code replaces as soon as the client is ready",
        queued="""cioanalytics.ready(() => {
            const client = cioanalytics, track = client.track;
            client.track = (...all) => { seen('replaced', ...all); return track.apply(client, all); };
            client.track('Mine');
        });""",
        listen=False,
    ),
    tell(
        "storage",
        "[A.storage.get('x'), A.storage.set('x', {a: 1}), A.storage.get('x'), A.storage.getAndSync('x'),"
        " A.storage.clear('x'), A.storage.get('x')]",
        "A.storage.set('y', 'text')",
        "A.storage.set('z', 5)",
    ),
    tell(
        "methods of user and group",
        "['id', 'anonymousId', 'traits', 'identify', 'logout', 'reset', 'load', 'save', 'options']"
        ".map((name) => [name, typeof A.user()[name], typeof A.group()[name]])",
    ),
    tell(
        "settings and options of the client",
        "[A.settings, A.options]",
        options="{initialPageview: false, cookie: {maxage: 10}}",
    ),
    tell(
        "dispatch_start comes within the call",
        "(A.once('dispatch_start', () => seen('start')), A.track('Seen'), seen('after'), 0)",
        listen=False,
    ),
)
