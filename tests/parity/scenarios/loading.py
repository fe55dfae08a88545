"""Loading: what the queue of the stub becomes, globals, options before the first call, settings that fail."""

from __future__ import annotations

from tests.parity.scenario import LEAVE, RELOAD, Reload, tell

SEEN = "A.track('Seen')"
APART = "window.kept = cioanalytics;"

SCENARIOS = (
    tell(
        "one global",
        "['AnalyticsNext', 'analyticsWriteKey', 'analytics', '__INSPECTOR__', 'cioanalytics',"
        " 'webpackChunk_customerio_cdp_analytics_browser'].map((name) => [name, typeof window[name]])",
        differs="D19",
        where=r"1\.answer.*",
    ),
    tell(
        "an inspector of the page is told",
        listen=False,
        before="window.__INSPECTOR__ = {attach: (client) => seen('attached', typeof client.track)};",
    ),
    tell(
        "the page's own key test",
        "localStorage.getItem('test')",
        SEEN,
        "localStorage.getItem('test')",
        stored={"test": "mine"},
        differs="D19",
        where=r"\d+\.(answer|storage).*",
    ),
    tell(
        "the caller's options stay as they are",
        "(window.given = {shade: 'blue', context: {a: 1}}, A.track('Seen', {}, given))",
        "window.given",
        differs="D19",
        where=r"2\.answer.*",
    ),
    tell(
        "globalAnalyticsKey",
        "[typeof window.ours?.track, typeof window.cioanalytics?.track]",
        options="{globalAnalyticsKey: 'ours'}",
        loads=False,
        eager=False,
        differs="D15",
        where=r"[01]\.(cookies|storage).*",
    ),
    tell("a reference to the stub that was kept", "kept.track('Late')", before=APART, differs="D10", where=r"1\..*"),
    tell(
        "on is queued first",
        listen=False,
        queued="cioanalytics.track('Seen'); cioanalytics.on('track', (name) => seen('on', name));",
    ),
    tell(
        "once is queued",
        listen=False,
        queued="cioanalytics.once('track', (name) => seen('once', name)); cioanalytics.track('One');",
    ),
    tell(
        "queued ready",
        listen=False,
        queued="cioanalytics.ready(function () { seen('ready', typeof cioanalytics.user); });",
    ),
    tell(
        "queued calls carry their callbacks",
        listen=False,
        queued="cioanalytics.track('Seen', {}, {}, (ctx) => seen('callback', ctx)); cioanalytics.timeout?.(1);",
    ),
    tell(
        "a queued call that rejects stops nothing",
        listen=False,
        queued="cioanalytics.track(); cioanalytics.track('Seen');",
    ),
    tell(
        "queued group gives the stub", listen=False, queued="seen('same', cioanalytics.group('acme') === cioanalytics);"
    ),
    tell(
        "queued reset",
        listen=False,
        queued="cioanalytics.identify('jane'); cioanalytics.reset();",
        eager=False,
        loads=True,
        differs="D15",
        where=r"0\.(cookies|storage|requests).*",
    ),
    tell(
        "queued setAnonymousId before identify",
        queued="cioanalytics.identify('jane', {a: 1}); cioanalytics.setAnonymousId('mine');",
    ),
    tell(
        "two setAnonymousId, the last holds",
        queued="cioanalytics.setAnonymousId('one'); cioanalytics.setAnonymousId('two'); cioanalytics.page();",
    ),
    tell(
        "queued middleware comes before queued calls",
        listen=False,
        queued="cioanalytics.track('Seen'); cioanalytics.addSourceMiddleware(({payload, next}) => {"
        " payload.obj.event = 'Changed'; next(payload); });",
    ),
    tell(
        "a track and an identify that are queued",
        listen=False,
        queued="cioanalytics.track('Seen'); cioanalytics.identify('jane');",
        differs="D17",
        where=r"0\.requests.*",
    ),
    tell(
        "plugins of the snippet's load",
        SEEN,
        options="{plugins: [{name: 'P', type: 'enrichment', version: '1', isLoaded: () => true, load: async"
        " () => {}, track: (ctx) => { ctx.event.properties.p = 1; return ctx; }}]}",
        differs="N5",
        where=r"[01]\..*",
    ),
    tell(
        "the cdnSettings of the snippet's load",
        SEEN,
        options="{cdnSettings: {integrations: {'Customer.io Data Pipelines': {apiKey: 'own', apiHost:"
        " location.host + '/v1', protocol: 'http'}, Other: {}}}}",
        differs="N5",
        where=r"[01]\..*",
    ),
    tell(
        "settings without integrations",
        queued="cioanalytics.track('Seen');",
        settings={"integrations": None},
        loads=False,
        eager=False,
        differs="D4",
        where=r"0\..*",
    ),
    tell(
        "settings that fail, and an apiHost of the options",
        queued="cioanalytics.track('Seen');",
        faults={"/v1/projects": 500},
        options="{integrations: {'Customer.io Data Pipelines': {apiHost: location.host + '/v1', protocol: 'http'}}}",
        loads=False,
        eager=False,
        differs="D4",
        where=r"0\..*",
    ),
    tell(
        "a page that is left before the client has loaded",
        Reload(calls="cioanalytics.track('Early', {n: 1});", wait=False),
        LEAVE,
        RELOAD,
        "new Promise((done) => setTimeout(done, 2000))",
        # The settings are late, and so is a busy machine.
        "new Promise((done) => setTimeout(done, 2000))",
        delays={"/v1/projects": 1.5},
        differs="D2",
        where=r"\d\..*",
    ),
    tell(
        "calls that are queued have their own page",
        listen=False,
        queued="cioanalytics.track('Seen'); setTimeout(() => { history.replaceState(null, '', '/moved');"
        " document.title = 'Moved'; }, 700);",
        delays={"/v1/projects": 1.5},
        differs="D3",
        where=r"0\.requests.*page.*",
    ),
    tell(
        "initialize tells its options",
        listen=False,
        queued="cioanalytics.on('initialize', (settings, options) => seen('initialize', settings.writeKey, options));",
        options="{initialPageview: false}",
    ),
    tell(
        "a handler of initialize that throws",
        queued="cioanalytics.on('initialize', () => { throw new Error('mine') }); cioanalytics.track('Seen');",
        loads=False,
        eager=False,
        differs="D21",
        where=r"0\..*",
    ),
    tell(
        "disable",
        SEEN,
        options="{disable: true}",
        loads=False,
        eager=False,
        differs="N6",
        where=r"1\..*",
    ),
    tell("timeout of the snippet's load", "A.track('Seen', {}, {}, () => seen('callback'))", options="{timeout: 10}"),
    tell(
        "metrics of the settings",
        SEEN,
        settings={"metrics": {"sampleRate": 1, "host": "example.test/v1", "flushTimer": 200}},
    ),
    tell(
        "initialPageview comes before the queue",
        listen=False,
        queued="cioanalytics.on('dispatch_start', (ctx) => seen('sent', ctx.event.type)); cioanalytics.track('Seen');",
        options="{initialPageview: true}",
    ),
    tell(
        "a plugin that is registered while another call is under way",
        "Promise.all([A.track('One'), A.register({name: 'P', type: 'enrichment', version: '1',"
        " isLoaded: () => true, load: async () => {}, track: (ctx) => ctx}), A.track('Two')]).then(()"
        " => 'all')",
    ),
    tell("the writeKey of the settings", "A.settings.writeKey", "A.settings.timeout"),
    tell("integrations of the instance", "A.integrations", options="{integrations: {Other: {a: 1}, Third: false}}"),
    tell("the settings' address that the stub names", SEEN, before="cioanalytics._cdn = location.origin;"),
    tell(
        "the global during initialize",
        listen=False,
        queued="cioanalytics.on('initialize', () => seen('initialize', typeof cioanalytics.user));",
        differs="D4",
        where=r"0\.log.*",
    ),
    tell(
        "disable as a function of the settings",
        SEEN,
        options="{disable: (settings) => seen('asked', Object.keys(settings.integrations)) || true}",
        loads=False,
        eager=False,
        differs="N6",
        where=r"[01]\..*",
    ),
    tell(
        "disable as a function that lets the client be",
        SEEN,
        queued="cioanalytics.track('Early');",
        options="{disable: async () => false}",
    ),
    tell(
        "a policy that blocks the vendor's address",
        "document.dispatchEvent(new SecurityPolicyViolationEvent('securitypolicyviolation', {blockedURI:"
        " 'https://cdp.customer.io/v1/x.js', disposition: 'enforce', violatedDirective: 'script-src',"
        " effectiveDirective: 'script-src', originalPolicy: 'script-src', documentURI: location.href,"
        " statusCode: 200})) && 0",
        SEEN,
        differs="N9",
        where=r"[12]\..*",
    ),
)
