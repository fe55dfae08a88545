"""The npm package: `AnalyticsBrowser.load` with its buffered promises, contexts, and what else the module exports."""

from __future__ import annotations

from typing import Any

from tests.browser.foreign_code import integration_script
from tests.parity.scenario import RELOAD, Scenario, Step, tell


def module(name: str, *steps: Step, **rest: Any) -> Scenario:
    return tell(name, *steps, module=True, **rest)


PLUGIN = """{name: 'P', type: 'enrichment', version: '1', isLoaded: () => true, load: async () => seen('load'),
    track: (ctx) => { ctx.updateEvent('properties.p', 1); return ctx; }}"""
CONTEXT = "const c = new M.Context({type: 'track', event: 'Seen', properties: {n: 1}}, 'an id');"
SOON = "new Promise((done) => setTimeout(() => done('soon'), 600))"

SCENARIOS = (
    module("what is exported", "Object.keys(M).sort()"),
    module(
        "members of the buffered client",
        "['track', 'page', 'screen', 'identify', 'group', 'alias', 'reset', 'user', 'ready', 'on', 'once', 'off',"
        " 'debug', 'register', 'deregister', 'addSourceMiddleware', 'addDestinationMiddleware', 'setAnonymousId',"
        " 'trackLink', 'trackClick', 'trackSubmit', 'pageView', 'then', 'catch', 'finally', 'load', 'inbox',"
        " 'VERSION'].map((name) => [name, typeof A[name]])",
    ),
    module(
        "what load gives", "A.then(([client, ctx]) => [typeof client.track, typeof ctx.log, client === A.instance])"
    ),
    module("instance and ctx", "[typeof A.instance.track, A.instance.initialized, typeof A.ctx.log]"),
    module("finally and catch", "A.finally(() => seen('finally')).then(([client]) => typeof client.track)"),
    module(
        "buffered calls give promises",
        listen=False,
        queued="""
        A.track('Early', {n: 1}).then((ctx) => seen('track', ctx));
        A.identify('jane', {plan: 'basic'}).then((ctx) => seen('identify', ctx));
        A.page('Home').then((ctx) => seen('page', ctx));
        """,
        differs="D17",
        where=r"0\.requests.*userId",
    ),
    module(
        "a call that follows when a buffered one is answered",
        queued="""
        A.setAnonymousId('mine').then(() => A.track('Next')).then((ctx) => seen('next', ctx));
        """,
    ),
    module(
        "a buffered call rejects", queued="A.track().catch((error) => seen('rejected', error.name, error.message));"
    ),
    module(
        "buffered person and group",
        queued="""
        A.user().then((user) => seen('user', user.id()));
        A.group().then((group) => seen('group', group.id()));
        """,
        eager=False,
        differs="D15",
        where=r"0\.(cookies|storage).*",
    ),
    module("person and group", "A.identify('jane', {a: 1})", "A.user()", "A.group('acme', {b: 1})", "A.group()"),
    module("calls after load", "A.track('Seen', {n: 1})", "A.page('Home')", "A.screen('S')", "A.alias('joe')"),
    module("errors after load", "A.track()", "A.track('Seen', 'text')"),
    module(
        "chained calls",
        "A.on('track', (name) => seen('on', name)) === A",
        "A.once('track', (name) => seen('once', name)) === A",
        "A.off('nobody', () => 0) === A",
        "A.debug(false) === A",
        "A.track('Seen')",
    ),
    module("reset", "A.identify('jane', {a: 1})", "A.reset().then(() => A.instance.user().anonymousId())", "A.user()"),
    module("setAnonymousId", "A.setAnonymousId('mine')", "A.track('Seen')"),
    module("ready", "A.ready()", "A.ready(() => seen('ready')).then((list) => Array.isArray(list))"),
    module(
        "register and deregister", f"A.register({PLUGIN})", "A.track('Seen')", "A.deregister('P')", "A.track('Later')"
    ),
    module("plugins of load", "A.track('Seen')", load=f"plugins: [{PLUGIN}]"),
    module(
        "settings of load",
        "A.track('Seen')",
        load="""cdnSettings: {integrations: {'Customer.io Data Pipelines': {apiKey: 'own',
            apiHost: location.host + '/v1', protocol: 'http'}, Other: {type: 'server'}}}""",
    ),
    module("options of load", "A.track('Seen')", options="{integrations: {Other: false}, initialPageview: true}"),
    module(
        "source middleware",
        "A.addSourceMiddleware(({payload, next}) => { payload.obj.properties.mw = 1; next(payload); })",
        "A.track('Seen')",
    ),
    module(
        "a buffered source middleware comes before the buffered calls",
        queued="""
        A.track('Early');
        A.addSourceMiddleware(({payload, next}) => { payload.obj.properties.mw = 1; next(payload); });
        """,
        listen=False,
    ),
    module("a second load is ignored", "A.load({writeKey: 'another'}) === A", "A.track('Seen')"),
    module(
        "a client that is loaded later",
        "(window.B = new M.AnalyticsBrowser(), window.p = B.track('Kept'),"
        " B.load({writeKey: 'second', cdnURL: location.origin}), window.p)",
    ),
    module(
        "callbacks",
        "A.track('Seen', {}, {}, (ctx) => seen('callback', ctx))",
        "A.page('Home', (ctx) => seen('callback', ctx))",
        load="timeout: 50",
    ),
    module("pageView", "A.pageView('/x')"),
    module(
        "trackLink",
        "A.trackLink(document.querySelector('a'), 'Clicked')",
        "document.querySelector('a').click()",
        body="<a href='#next'>next</a>",
    ),
    module("inbox before the plugin is loaded", "A.inbox()"),
    module("no global", "[typeof window.analytics, typeof window.customerioanalytics]"),
    module("a visit and another", "A.identify('jane', {a: 1})", RELOAD, "A.user()", "A.track('Seen')"),
    module("query string", "A.user()", path="/q?ajs_uid=jane&ajs_event=Seen"),
    module("AnalyticsNode", "M.AnalyticsNode.load().catch((error) => error.message)"),
    module(
        "the global's name",
        "window.analytics = 'theirs'",
        "M.getGlobalAnalytics() === 'theirs'",
        differs="N4",
        where=r"2\.answer.*",
    ),
    module(
        "loadLegacySettings",
        "M.loadLegacySettings('some-key', location.origin).then((settings) => Object.keys(settings.integrations))",
    ),
    module("names of in-app events", "[M.InAppEvents, M.InboxEvents]"),
    module(
        "Context: fields",
        f"(() => {{ {CONTEXT} return [c.id, c.event, c.attempts, c.logs(), c.failedDelivery(), c.isSame(c),"
        " c.isSame(new M.Context(c.event, 'an id')), c.isSame(new M.Context(c.event))]; })()",
    ),
    module("Context: updateEvent", f"(() => {{ {CONTEXT} return [c.updateEvent('properties.a.b', 2), c.event]; }})()"),
    module(
        "Context: logs",
        f"(() => {{ {CONTEXT} c.log('warn', 'word', {{a: 1}});"
        " return c.logs().map(({level, message, extras}) => [level, message, extras]); })()",
    ),
    module(
        "Context: stats",
        f"(() => {{ {CONTEXT} c.stats.increment('m', 2, ['t']); c.stats.gauge('g', 5); return [c.stats.metrics.map("
        "({metric, value, type, tags}) => [metric, value, type, tags]), Object.keys(c.toJSON()).sort(),"
        " c.stats.serialize().map(({m, v, k}) => [m, v, k])]; })()",
    ),
    module(
        "Context: failed delivery",
        f"(() => {{ {CONTEXT} c.setFailedDelivery({{reason: new Error('mine')}}); return"
        f" c.failedDelivery().reason.message; }})()",
    ),
    module(
        "Context: cancel",
        f"(() => {{ {CONTEXT} c.cancel(new Error('mine')); }})()",
        f"(() => {{ {CONTEXT} c.cancel(); }})()",
    ),
    module("Context: system", "[M.Context.system().event.type, M.Context.system().event.event]"),
    module(
        "ContextCancelation",
        "[new M.ContextCancelation({}), new M.ContextCancelation({retry: false, reason: 'r', type: 't'})]"
        ".map(({retry, reason, type}) => [retry ?? null, reason ?? null, type ?? null])",
    ),
    module(
        "a plugin cancels at once",
        "A.register({name: 'B', type: 'before', version: '1', isLoaded: () => true, load: async () => {},"
        " track: (ctx) => ctx.cancel(new M.ContextCancelation({retry: false, reason: 'mine'}))})",
        "A.track('Seen').then((ctx) => [ctx.failedDelivery()?.reason?.reason, ctx.attempts])",
    ),
    module(
        "calls in a stub of the page",
        SOON,
        options="{globalAnalyticsKey: 'shop'}",
        before="window.shop = [['on', 'track', (name) => seen('on', name)], ['track', 'Kept', {n: 1}]];",
        queued="window.shop.push(['track', 'Later']);",
        listen=False,
    ),
    module(
        "a stub of the page stays an array",
        "[Array.isArray(window.shop), window.shop.length, M.getGlobalAnalytics() === window.shop]",
        options="{globalAnalyticsKey: 'shop'}",
        before="window.shop = [];",
        listen=False,
    ),
    module(
        "before load", queued="seen('before', A.instance === undefined, A.ctx === undefined, A.VERSION.length > 0);"
    ),
    module(
        "two clients",
        "M.AnalyticsBrowser.load({writeKey: 'second', cdnURL: location.origin}).then(([client]) =>"
        " [client.settings.writeKey, client.user().anonymousId() === A.instance.user().anonymousId()])",
        "A.track('Seen')",
    ),
    module(
        "what is an instance of what",
        "[A instanceof M.AnalyticsBrowser, A.instance instanceof M.Analytics, A instanceof M.Analytics,"
        " A.ctx instanceof M.Context, A.instance.user() instanceof M.User]",
        "A.track('Seen').then((ctx) => ctx instanceof M.Context)",
        "A.user().then((user) => user instanceof M.User)",
    ),
    module("stores at hand", "[M.Cookie.available(), M.LocalStorage.available()]"),
    module(
        "a class that is constructed",
        "typeof new M.User().id",
        differs="D27",
        where=r"1\.answer.*",
    ),
    module(
        "classes that are awaited",
        "(async () => { const user = await new M.User(); user.identify('jane', {a: 1});"
        " return [user.id(), user.traits(), A.instance.user().id()]; })()",
        "(async () => { const group = await new M.Group(); return [group.id('acme'), A.instance.group().id()]; })()",
        "(async () => { const cookie = await new M.Cookie({maxage: 3}); cookie.set('mine', {a: 1});"
        " return cookie.get('mine'); })()",
        "(async () => { const kept = await new M.LocalStorage(); kept.set('mine', [1]); return kept.get('mine'); })()",
        "(async () => Object.keys(await M.getAvailableStorageOptions()).sort())()",
    ),
    module(
        "events of a factory",
        "(async () => { const made = await new M.EventFactory(await new M.User()); return ["
        " made.track('Seen', {n: 1}, {shade: 'blue', integrations: {X: false}}, {Y: true}),"
        " made.page('Docs', 'Home', {n: 1}), made.screen(null, 'S'), made.identify('jane', {a: 1}),"
        " made.group('acme', {b: 1}), made.alias('joe', 'jane')].map((event) => ({...event, options: null}));"
        " })()",
    ),
    module(
        "a client by its class",
        f"(async () => {{ const client = await new M.Analytics({{writeKey: 'k'}}); await client.register({PLUGIN});"
        " const ctx = await client.track('Seen'); return [ctx.event.properties,"
        " client.queue.plugins.map(({name}) => name)]; })()",
    ),
    module(
        "disable",
        "A.track('Seen', {}, () => seen('callback'))",
        "A.user().then((user) => [user.id(), user.anonymousId()])",
        "A.reset()",
        queued="A.track('Early').then(() => seen('early')); A.ready(() => seen('ready'));",
        options="{disable: () => true}",
        eager=False,
        differs="N6",
        where=r"[0123]\..*",
        listen=False,
    ),
    module(
        "the this of buffered handlers",
        "A.track('Seen')",
        queued="A.on('track', function () { seen('on', this === A.instance); }).once('track', function () {"
        " seen('once', this === A.instance); });",
        listen=False,
    ),
    module(
        "buffered calls in a chain",
        queued="A.on('track', (name) => seen('on', name)).once('page', () => seen('once')).off('track', () => 0)"
        ".debug(false); A.track('Early'); A.page('Home');",
        listen=False,
    ),
    module(
        "a buffered callback that throws, and one that rejects",
        "[one, two]",  # waited for here: the callback comes a moment after its event
        queued="window.one = A.track('One', {}, {}, () => { throw new Error('mine'); }).then((ctx) => ctx.event.event);"
        " window.two = A.ready(async () => { throw new Error('mine'); }).then(() => 0, (error) => error.message);",
        listen=False,
        differs="D21",
        where=r"\d\.console.*",
    ),
    module(
        "what then and catch give",
        "A.then(() => ({n: 5})).then(({n}) => n)",
        "A.then(() => { throw new Error('mine'); }).catch((error) => error.message)",
        "A.catch(() => 0).then(([client]) => client === A.instance)",
        "[A.then(() => 0), A.catch(() => 0), A.finally(() => 0)].map((given) => given instanceof Promise)",
    ),
    module(
        "a class that the page brings, without settings",
        "A.track('Seen')",
        "window.told ?? null",
        before=integration_script("nice-tool", "Nice Tool")
        + "window['nice-toolLoader'](); const Tool = window['nice-toolIntegration'];",
        load="classicIntegrations: [Tool]",
    ),
    module("methods taken off the client", "(({track, page}) => Promise.all([track('Seen'), page('Home')]))(A)"),
    module(
        "loadLegacySettings fails",
        "M.loadLegacySettings('bad', location.origin + '/nothing').then(() => 'resolved', () => 'rejected')",
    ),
)
