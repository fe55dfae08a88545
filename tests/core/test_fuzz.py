"""Whatever stands in cookies, storage, addresses, settings or messages of the page: read, and nobody falls over it.

Law: a reader gives a value of its type for any text; a client starts, answers and sends over any rubbish. The texts of
`corpus/` are tried each time, chance adds others; what chance finds goes into the corpus.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.fakes import FakeConsole, FakeStorage, fake_ports

from cioanalytics.browser.install import install
from cioanalytics.browser.json_text import JsonText, read_json
from cioanalytics.core.delivery.outbox import Outbox
from cioanalytics.core.events.query_string import calls_of_query, calls_of_text
from cioanalytics.core.events.url import path_of, search_of
from cioanalytics.core.identity.cookies import CookieAttributes, cookie_line, decode_value, find, find_raw
from cioanalytics.core.identity.identity import Identity
from cioanalytics.core.identity.values import is_present
from cioanalytics.core.settings import read_load, read_options
from cioanalytics.core.settings.options import OutboxOptions
from cioanalytics.core.settings.project import api_settings, event_host, read_project
from cioanalytics.python.memory import MemoryHost

CORPUS: Final[list[str]] = json.loads((Path(__file__).parent / "corpus" / "texts.json").read_text("utf-8"))
KEY: Final = "KEY"
OUTBOX: Final = f"cioanalytics:outbox:{KEY}:0123456789abcdef:"
IDS: Final = ("ajs_anonymous_id", "ajs_user_id", "ajs_group_id")
STORED: Final = (
    *IDS,
    "ajs_user_traits",
    "ajs_group_properties",
    "cioanalytics:seen",
    f"cioanalytics:settings:{KEY}",
    f"{OUTBOX}1",
    f"{OUTBOX}2",
    f"cioanalytics:outbox:{KEY}:lease",
    f"persisted-queue:v1:{KEY}:items",
    f"persisted-queue:v1:{KEY}:seen",
    f"persisted-queue:v1:{KEY}:lock",
)

# Words of Python's own errors, which nobody meant to say.
FAULT: Final = re.compile(r"could not start|(?:Attribute|Type|Key|Value|Index|Recursion|UnicodeEncode|Overflow)Error")

surrogates = st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF, categories=["Cs"])
texts = st.one_of(
    st.sampled_from(CORPUS),
    st.text(st.one_of(st.characters(), surrogates, st.sampled_from('{}[]":,;=%&?#\\\r\n\0')), max_size=40),
    st.lists(st.sampled_from(CORPUS), max_size=4).map("".join),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)
quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


class HostOfRubbish(MemoryHost):
    """A host whose stores hold what a test says; lines on the console are written down."""

    def __init__(self, items: dict[str, str], jar: str = "", kept: str = "[]") -> None:
        super().__init__()
        self.items = items
        self.jar = jar
        self.boot_text = json.dumps({"writeKey": KEY, "options": {}, "settings": {}, "refs": [], "queue": []})
        self.kept_text = kept
        self.said: list[str] = []
        self.requests: list[tuple[int, str]] = []
        self.settled: list[tuple[int, bool, str]] = []
        self.timers: list[int] = []

    def cookieRead(self) -> str | None:  # noqa: N802 - the border's name
        return self.jar

    def storageGet(self, key: str) -> str | None:  # noqa: N802 - the border's name
        return self.items.get(key)

    def storageSet(self, key: str, text: str) -> bool:  # noqa: N802 - the border's name
        self.items[key] = text
        return True

    def storageRemove(self, key: str) -> bool:  # noqa: N802 - the border's name
        self.items.pop(key, None)
        return True

    def storageKeys(self) -> str | None:  # noqa: N802 - the border's name
        return json.dumps(list(self.items))

    def after(self, ms: float, number: int) -> None:
        if ms < 1000:
            self.timers.append(number)

    def request(self, number: int, method: str, url: str, body: str | None, options: str) -> None:
        self.requests.append((number, url))

    def say(self, level: str, text: str) -> None:
        self.said.append(text)

    def settle(self, number: int, ok: bool, text: str) -> None:
        self.settled.append((number, ok, text))

    def lock(self, number: int, name: str) -> None:
        self.receive("lock", number, "1")

    def boot(self) -> str:
        return self.boot_text

    def kept(self) -> str:
        return self.kept_text

    def receive(self, topic: str, number: int, text: str) -> str | None:
        return self._receive(topic, number, text)

    def run(self, turns: int = 20) -> None:
        """Let what waits for the page's next tasks happen."""
        for _ in range(turns):
            timers, self.timers = self.timers, []
            for number in timers:
                self.receive("timer", number, "")

    def answer(self, text: str, status: int = 200) -> None:
        requests, self.requests = self.requests, []
        for number, _ in requests:
            self.receive("answer", number, json.dumps([status, text, ""]))


def assert_lives(host: HostOfRubbish) -> None:
    """See that the client answers, and that an event is accepted."""
    assert host.receive("call", 0, '["user.anonymousId",[],[],null]') not in {None, '{"undefined":true}'}
    assert host.receive("call", 7, '["track",["Lives",{"n":1}],[],null]') == '{"promise":true}'
    host.run()
    host.answer('{"integrations":{"Customer.io Data Pipelines":{"apiKey":"KEY"}}}')
    host.run()
    assert any(number == 7 for number, _, _ in host.settled) or any("Lives" in text for text in host.items.values())
    assert [line for line in host.said if FAULT.search(line)] == []


# Readers of one text


@quick
@given(texts, st.sampled_from([*IDS, "ajs_user", "a%b", "_sio"]))
def test_a_cookie_text_is_read_or_absent(text: str, name: str) -> None:
    assert isinstance(decode_value(text), str | None)
    assert isinstance(find(text, name), str | None)
    assert all(isinstance(raw, str) for raw in find_raw(text, name))


@quick
@given(texts, texts, texts)
def test_a_cookie_line_holds_one_cookie(name: str, value: str, attribute: str) -> None:
    line = cookie_line(name, value, CookieAttributes(path=attribute, domain=attribute, expires=1e12))
    first, *attributes = line.split(";")
    assert "\r" not in line
    assert "\n" not in line
    assert "\0" not in line
    assert first.isascii()
    assert [each.split("=")[0].strip().lower() for each in attributes if each.strip()] == [
        each for each in ("path", "expires", "domain", "samesite") if f"{each}=" in line.lower()
    ]


@quick
@given(texts, texts, st.one_of(st.booleans(), st.dictionaries(st.sampled_from(["uid", "aid"]), values)))
def test_an_address_is_read(search: str, page_hash: str, pattern: Any) -> None:
    for found in (
        calls_of_query(search, page_hash, pattern, lambda *_: True),
        calls_of_text(search, page_hash, pattern, lambda *_: True),
    ):
        assert {name for name, _ in found.calls} <= {"setAnonymousId", "identify", "track"}
    assert isinstance(search_of(search, page_hash), str)
    assert path_of(search, page_hash).startswith("/")


def _read(text: str) -> Any:
    try:
        return read_json(text)
    except ValueError:
        return text


@quick
@given(st.one_of(values, texts.map(_read)))
def test_settings_are_read(raw: Any) -> None:
    console = FakeConsole()
    project = read_project(raw)
    options = read_options(raw, console)
    read_load({"writeKey": KEY, **(raw if isinstance(raw, dict) else {"cdnURL": raw})}, raw, console)
    made = api_settings(project, options)
    assert isinstance(made.api_host, str)
    assert made.protocol
    assert isinstance(event_host(project, options, None), str)
    assert options.outbox.events >= 0
    assert options.cookie.maxage >= 0


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 5000 + "1" + "}" * 5000], ids=["open", "closed"])
def test_a_text_of_many_levels_is_no_json(text: str) -> None:
    with pytest.raises(ValueError, match="levels"):
        JsonText().loads(text)


def test_brackets_within_texts_are_no_levels() -> None:
    value = ["[{" * 2000, '"[' * 900, "\\[" * 900, [[1, 2]] * 700]
    assert JsonText().loads(json.dumps(value)) == value


# Stores


@quick
@given(st.dictionaries(st.sampled_from(STORED), texts), texts)
def test_an_identity_stands_over_any_store(items: dict[str, str], jar: str) -> None:
    host = HostOfRubbish(items, jar)
    ports = fake_ports(storage=FakeStorage(dict(items)))
    identity = Identity(read_options({}, ports.console), ports)
    identity.begin()
    assert is_present(identity.user.anonymous_id())
    assert isinstance(identity.explain(), dict)
    assert isinstance(identity.forget(), list)
    assert install(host) is True
    assert_lives(host)


@quick
@given(st.dictionaries(texts.map(lambda text: OUTBOX + text), st.one_of(texts, values.map(json.dumps)), max_size=4))
def test_an_outbox_takes_what_is_an_event(items: dict[str, str]) -> None:
    ports = fake_ports(storage=FakeStorage(items))
    outbox = Outbox(KEY, ports, OutboxOptions(), persist=True, on_drop=lambda entry, reason: None)
    for each in outbox.leftovers():
        taken = outbox.adopt(each)
        assert taken is None or isinstance(taken.context.event["type"], str)
    outbox.drop_old()
    assert len(outbox) <= len(items)


kept_calls = st.fixed_dictionaries(
    {},
    optional={
        "method": st.one_of(values, st.sampled_from(["track", "identify", "reset", "user.id", "flush"])),
        "args": st.one_of(values, st.lists(values, max_size=3)),
        "refs": st.one_of(values, st.lists(st.tuples(values, values, values).map(list), max_size=2)),
        "time": values,
        "page": values,
        "stores": st.one_of(values, st.fixed_dictionaries({"cookie": values, "local": values})),
        "id": values,
    },
)


@quick
@given(st.one_of(texts, st.lists(st.one_of(values, kept_calls), max_size=4).map(json.dumps)))
def test_kept_calls_of_any_kind_leave_the_client_alive(text: str) -> None:
    host = HostOfRubbish({}, kept=text)
    assert install(host) is True
    assert_lives(host)


# The network and the page


@quick
@given(texts, st.sampled_from([0, 200, 204, 304, 400, 413, 429, 500, 999]))
def test_any_answer_for_settings_leaves_the_client_alive(text: str, status: int) -> None:
    host = HostOfRubbish({})
    assert install(host) is True
    host.answer(text, status)
    host.run()
    host.answer(text, status)
    assert_lives(host)


@quick
@given(
    st.lists(
        st.tuples(
            st.one_of(st.sampled_from(["call", "page", "timer", "answer", "invoked", "lock", "script"]), texts),
            st.integers(-1, 40),
            st.one_of(texts, values.map(json.dumps), st.lists(values, min_size=4, max_size=4).map(json.dumps)),
        ),
        max_size=8,
    )
)
def test_any_message_of_the_page_is_survived(messages: list[tuple[str, int, str]]) -> None:
    host = HostOfRubbish({})
    assert install(host) is True
    for topic, number, text in messages:
        answer = host.receive(topic, number, text)
        assert answer is None or isinstance(json.loads(answer), dict)


METHODS: Final = [
    *("track", "page", "screen", "identify", "group", "alias", "reset", "setAnonymousId", "on", "once", "off", "emit"),
    *("ready", "register", "deregister", "addSourceMiddleware", "addDestinationMiddleware", "queryString", "normalize"),
    *("debug", "timeout", "user.id", "user.anonymousId", "user.traits", "user.identify"),
    *("group.id", "group.traits", "group.identify"),
]


@quick
@given(st.sampled_from(METHODS), st.lists(values, max_size=4), st.booleans())
def test_any_arguments_of_any_call_are_survived(method: str, arguments: list[Any], past: bool) -> None:
    host = HostOfRubbish({})
    assert install(host) is True
    moment = {"time": 1, "page": arguments} if past else None
    answer = host.receive("call", 3, json.dumps([method, arguments, [], moment]))
    assert answer is not None
    assert set(json.loads(answer)) <= {"value", "list", "undefined", "error", "promise"}
    host.run()
    # Its own options may have switched the anonymous id to another text; an event is accepted all the same.
    assert host.receive("call", 7, '["track",["Lives"],[],null]') == '{"promise":true}'
    assert [line for line in host.said if FAULT.search(line)] == []
