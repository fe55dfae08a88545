"""The visits of the profile: pages, settings and faults that lead through all of the client."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from tests.browser.foreign_code import ACTIONS, BROWSER, integration_script, plugin_script, remote

type Settings = dict[str, Any]

RULE: Final = {
    "destinationName": "Nice Tool",
    "matchers": [
        {"type": "fql", "ir": '["and",["=","event",{"value":"Seen"}],["contains","properties.a",{"value":"é"}]]'}
    ],
    "transformers": [
        [
            {"type": "drop_properties", "config": {"drop": {"properties": ["list"]}}},
            {"type": "allow_properties", "config": {"allow": {"properties": ["a", "n"]}}},
            {"type": "hash_properties", "config": {"algorithm": "sha-256"}},
            {"type": "sample_event", "config": {"sample": {"percent": 0.5, "path": "properties.n"}}},
        ]
    ],
}
PLAN: Final = {
    "track": {
        "__default": {"enabled": True, "integrations": {}},
        "Heard": {"enabled": False, "integrations": {}},
        "Plugged": {"enabled": True, "integrations": {"destination": False}},
    },
    "identify": {"__default": {"enabled": True}, "a": {"enabled": False}},
}
BATCHING: Final = {
    "deliveryStrategy": {
        "strategy": "batching",
        "config": {"size": 4, "timeout": 200, "keepalive": True, "headers": {"X-Own": "é"}, "maxRetries": 2},
    }
}
QUERY: Final = (
    "?ajs_uid=jos%C3%A9&ajs_aid=a%20b&ajs_event=Clicked+it&ajs_prop_x=%F0%9F%98%80&ajs_trait_name=%E6%97%A5%zz"
    "&ajs_prop_y=%E9t%ff&ajs_trait_b=%00;x&utm_id=%E9t%E9&utm_source=a%26b&utm_campaign=c&utm_medium=%C3%A9&utm_term&utm_content==&empty&=x&dup=1&dup=2#frag?x=1"
)
OPTIONS: Final = """{
    cookie: {maxage: 30, sameSite: 'Strict', path: '/'}, group: {cookie: {key: 'own_group'}}, initialPageview: true,
    user: {persist: true, cookie: {key: 'own_user', oldKey: 'older'}, localStorage: {key: 'own_traits'}},
    integrations: {All: true, Other: false, 'Nice Tool': {token: 'own', deep: {a: [1]}}}, plugins: [],
    useQueryString: {uid: /^[a-zé]+$/i, aid: /.*/}, retryQueue: true, conflict: 'localStorage', maxEventBytes: 2000,
    outbox: {events: 20, bytes: 5000, ageDays: 1},
}"""
WRONG: Final = """{
    cookie: {maxage: 'é', sameSite: 'Sometimes', domain: 'nowhere.example', secure: 1}, colour: 'blue', user: 5,
    group: {cookie: 7}, outbox: {events: -1, ageDays: 'x'}, useQueryString: 7, integrations: 7, plan: 'x', timeout: 'x',
    disableClientPersistence: 'no', conflict: '😀', retryQueue: 'x', cdnSettings: 5, maxEventBytes: 1.5, identity: 'no',
}"""
EARLIER: Final = """
    cioanalytics.page('Zuhause é'); cioanalytics.identify('j😀', {a: 'é'}); cioanalytics.track('日本', {n: 1});
    cioanalytics.group('g', {}); cioanalytics.alias('x', 'y'); cioanalytics.on('track', () => {});
    cioanalytics.ready(() => {}); cioanalytics.reset(); cioanalytics.setAnonymousId('queued');
    cioanalytics.track('After');
"""
BLOCKED: Final = """<script>
    Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }});
    Object.defineProperty(document, 'cookie', {get: () => '', set() { throw new Error('blocked'); }});
</script>"""
# What a browser holds that was with the vendor's client for years, some of it broken.
OLD: Final = """<script>
    document.cookie = 'ajs_anonymous_id=%22aaaa-é%22; path=/'; document.cookie = 'ajs_user_id=old%20user; path=/';
    document.cookie = 'ajs_user=%7B%22id%22%3A%22u%22%2C%22traits%22%3A%7B%22a%22%3A1%7D%7D; path=/';
    document.cookie = '_sio=a----b; path=/'; document.cookie = 'ajs_group_id=%zz; path=/';
    localStorage.setItem('ajs_anonymous_id', '"other"'); document.cookie = 'other=1; path=/';
    localStorage.setItem('ajs_user_traits', '{"é":"😀","n":[1,2.5,1e30,-7]}');
    localStorage.setItem('ajs_group_properties', 'broken'); localStorage.setItem('ajs_user_id', 'NaN');
    localStorage.setItem('cioanalytics:outbox:test-key:0123456789abcdef:1',
        '{"v":1,"at":1700000000000,"stage":"accepted","event":{"type":"track","event":"é","messageId":"m"}}');
    localStorage.setItem('cioanalytics:outbox:test-key:0123456789abcdef:2', 'broken');
    localStorage.setItem('cioanalytics:kept:test-key:gone:end', '1');
</script>"""


@dataclass(frozen=True)
class Visit:
    """One page; `kinds` are those of calls.js, `slow` makes the settings come late."""

    kinds: tuple[str, ...]
    path: str = "/home"
    host: str = "www.example.test"
    options: str = "{}"
    queued: str = EARLIER
    head: str = ""
    settings: Settings = field(default_factory=dict)
    pipeline: Settings = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    leaves_early: bool = False


FOREIGN: Final = {
    f"{ACTIONS}/nice-tool.js": integration_script("nice-tool", "Nice Tool"),
    "/plugins/pluck/1/index.js": plugin_script("pluckPlugin", "Inner", kind="destination"),
}
VISITS: Final = (
    Visit(("texts", "values", "identity", "listeners", "plugins", "burst", "leaving")),
    Visit(("identity", "listeners", "leaving"), path=f"/home{QUERY}", head=OLD),
    Visit(
        ("plugins", "texts", "leaving"),
        options=OPTIONS,
        pipeline=BATCHING,
        settings={"plan": PLAN, "metrics": {"sampleRate": 1}},
    ),
    Visit(("values", "identity", "leaving"), options=WRONG),
    Visit((), leaves_early=True, settings={"late": True}),
    Visit(
        ("identity", "plugins", "listeners", "leaving"),
        settings={
            "integrations": {
                "Nice Tool": BROWSER | {"token": "t"},
                "Other": {"type": "server", "bundlingStatus": "unbundled"},
            },
            "remotePlugins": [remote("Pluck", creation="Made", token="t"), {"name": 5}],
            "middlewareSettings": {"routingRules": [RULE]},
        },
        files=FOREIGN,
        pipeline={"unbundledIntegrations": ["One"], "maybeBundledConfigIds": {"X": ["one"]}},
    ),
    Visit(("identity", "burst", "leaving"), faults={"/v1/t": 500, "/v1/i": 429, "/v1/p": 400, "/v1/b": 503}),
    Visit(("identity", "leaving"), faults={"/v1/projects/": 404}),
    Visit(("identity", "texts", "leaving"), head=BLOCKED),
    Visit(("identity", "leaving"), options="{disableClientPersistence: true, identity: 'lazy', retryQueue: false}"),
    Visit(
        ("identity", "leaving"),
        options="{cookie: {domain: false}, obfuscate: true, user: {localStorageFallbackDisabled: true}}",
    ),
    # Names that are hidden, of code by the settings.
    Visit(
        ("identity", "leaving"),
        options="{obfuscate: true}",
        settings={
            "integrations": {"Nice Tool": BROWSER | {"token": "é"}},
            "remotePlugins": [remote("Pluck", creation="Made é😀", token="t")],
            "enabledMiddleware": {"@segment/a name é😀": True, "other": True},
        },
        files=FOREIGN,
    ),
    Visit((), options="{disable: true}"),
    Visit(("identity", "listeners", "leaving"), host="example.test"),
)
