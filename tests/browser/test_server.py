"""The playground's server over real connections: settings, collector, live events, built files, faults."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from web.playground.distribution import has_content_hash
from web.playground.server import FOLDERS, Playground, create_app, serve_in_thread


class Answer:
    """One answer, with header names in lower case."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Caller:
    """A client that asks exactly what it is told."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc

    def __call__(self, path: str, body: str | None = None, *, method: str = "", **headers: str) -> Answer:
        connection = HTTPConnection(self.host, timeout=10)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method or ("GET" if body is None else "POST"), path, body, names)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()


@pytest.fixture
def built() -> None:
    """Nothing of dist/ is needed here."""


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "cioanalytics.js").write_text("the loader")
    (folder / "cioanalytics.js.gz").write_bytes(gzip.compress(b"the loader"))
    (folder / "cioanalytics.js.br").write_bytes(b"the loader in brotli")
    (folder / "pyodide-54309a5a2cfd.wasm").write_bytes(b"\0asm")
    (folder / "boot-0123456789ab.mjs").write_text("export {}")
    (folder / "cioanalytics-0.1.0-py3-none-any.whl").write_bytes(b"PK")
    (folder / "simple").mkdir()
    (folder / "simple" / "index.html").write_text("the index of packages")
    (tmp_path / "secret.txt").write_text("not for the web")
    return folder


@pytest.fixture
def playground(dist: Path) -> Iterator[Playground]:
    app = create_app(dist)
    yield app
    app.collector.close()


@pytest.fixture
def call(playground: Playground) -> Iterator[Caller]:
    url, stop = serve_in_thread(playground)
    yield Caller(url)
    stop()


def test_settings_send_events_back_to_the_host_that_was_asked(call: Caller) -> None:
    answer = call("/v1/projects/KEY/settings", Host="shop.example.test:8123")
    pipeline = answer.json["integrations"]["Customer.io Data Pipelines"]
    assert (pipeline["apiKey"], pipeline["apiHost"], pipeline["protocol"]) == (
        "KEY",
        "shop.example.test:8123/v1",
        "http",
    )
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json["remotePlugins"] == []


def test_settings_may_be_a_tests_own(dist: Path) -> None:
    app = create_app(dist, settings_for=lambda key, address: {"key": key, "host": address.host})
    url, stop = serve_in_thread(app)
    caller = Caller(url)
    assert caller("/v1/projects/K2/settings").json == {"key": "K2", "host": caller.host}
    stop()
    app.collector.close()


@pytest.mark.parametrize("kind", list("tipgasbm"))
def test_every_address_of_the_wire_collects_text_from_any_origin(call: Caller, kind: str) -> None:
    event = {"messageId": "m-1", "writeKey": "K", "type": "track", "event": "Gekauft – 完了"}
    asked = call(f"/v1/{kind}", method="OPTIONS", Origin="https://elsewhere.example")
    posted = call(f"/v1/{kind}", json.dumps(event), Content_Type="text/plain", Origin="https://elsewhere.example")
    assert (asked.status, asked.headers["access-control-allow-origin"]) == (204, "*")
    assert (posted.status, posted.json, posted.headers["access-control-allow-origin"]) == (200, {"success": True}, "*")
    (row,) = call("/events").json
    assert (row["path"], row["message_id"], row["write_key"], row["body"]) == (f"/v1/{kind}", "m-1", "K", event)
    assert row["content_type"] == "text/plain"


def test_a_batch_is_one_row_an_event_under_one_request(call: Caller) -> None:
    call("/v1/b", json.dumps({"writeKey": "K", "batch": [{"messageId": "a"}, {"messageId": "b"}]}))
    call("/v1/t", json.dumps({"messageId": "c", "writeKey": "OTHER"}))
    rows = call("/events").json
    assert [(row["message_id"], row["write_key"], row["request"]) for row in rows] == [
        ("a", "K", 1),
        ("b", "K", 1),
        ("c", "OTHER", 2),
    ]
    assert [row["message_id"] for row in call("/events?write_key=K").json] == ["a", "b"]
    assert [row["message_id"] for row in call(f"/events?since={rows[1]['id']}").json] == ["c"]
    assert [row["message_id"] for row in call("/events?last=2").json] == ["b", "c"]


def test_what_is_no_json_or_no_number_is_refused_in_words(call: Caller) -> None:
    broken = call("/v1/t", "{")
    assert broken.status == 400
    assert "not JSON" in broken.json["error"]
    assert call("/events?since=yesterday").json == {"error": "since wants a whole number, not 'yesterday'"}
    assert call("/events").json == []


def test_events_outlive_the_server(dist: Path, tmp_path: Path) -> None:
    database = tmp_path / "events.sqlite3"
    for name in ("first", "second"):
        app = create_app(dist, database)
        url, stop = serve_in_thread(app)
        Caller(url)("/v1/t", json.dumps({"messageId": name}))
        rows = app.collector.rows()
        stop()
        app.collector.close()
    assert [(row["message_id"], row["request"]) for row in rows] == [("first", 1), ("second", 2)]


def test_events_are_told_live_after_those_that_were_there(call: Caller) -> None:
    call("/v1/t", json.dumps({"messageId": "before"}))
    connection = HTTPConnection(call.host, timeout=10)
    connection.request("GET", "/events/live")
    stream = connection.getresponse()
    assert stream.getheader("content-type", "").startswith("text/event-stream")

    def next_event() -> tuple[int, str]:
        number = 0
        for line in stream:
            name, _, value = line.decode().strip().partition(": ")
            number = int(value) if name == "id" else number
            if name == "data":
                return number, json.loads(value)["message_id"]
        raise AssertionError("the stream ended")

    assert next_event() == (1, "before")
    call("/v1/t", json.dumps({"messageId": "after"}))
    assert next_event() == (2, "after")
    connection.close()
    resumed = HTTPConnection(call.host, timeout=10)
    resumed.request("GET", "/events/live?last=30", headers={"Last-Event-ID": "1"})
    stream = resumed.getresponse()
    assert next_event() == (2, "after")
    resumed.close()


def test_a_server_with_a_live_listener_stops_at_once(dist: Path) -> None:
    app = create_app(dist)
    url, stop = serve_in_thread(app)
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("GET", "/events/live")
    stream = connection.getresponse()
    assert stream.readline() == b"retry: 1000\n"
    stop()
    assert stream.read() == b"\n"
    connection.close()
    app.collector.close()


@pytest.mark.parametrize(
    ("offered", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.000", None),
        ("identity", None),
    ],
)
def test_a_file_is_encoded_as_the_browser_takes_it(call: Caller, offered: str, encoding: str | None) -> None:
    answer = call("/dist/cioanalytics.js", Accept_Encoding=offered)
    plain = {"br": b"the loader in brotli", "gzip": gzip.compress(b"the loader"), None: b"the loader"}[encoding]
    assert (answer.headers.get("content-encoding"), answer.headers["vary"]) == (encoding, "Accept-Encoding")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert len(answer.body) == len(plain)


@pytest.mark.parametrize(
    ("name", "kind", "caching"),
    [
        ("cioanalytics.js", "text/javascript; charset=utf-8", "no-cache"),
        ("pyodide-54309a5a2cfd.wasm", "application/wasm", "public, max-age=31536000, immutable"),
        ("boot-0123456789ab.mjs", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("cioanalytics-0.1.0-py3-none-any.whl", "application/zip", "no-cache"),
        ("simple/", "text/html; charset=utf-8", "no-cache"),
    ],
)
def test_types_and_caching(call: Caller, name: str, kind: str, caching: str) -> None:
    answer = call(f"/dist/{name}")
    assert (answer.status, answer.headers["content-type"], answer.headers["cache-control"]) == (200, kind, caching)
    assert answer.headers["access-control-allow-origin"] == "*"
    again = call(f"/dist/{name}", If_None_Match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("path", "hashed"),
    [
        ("a-0123abcd.wasm", True),
        ("py-9f8e7d6c5b/x.js", True),
        ("deadbeef.js", False),
        ("a-20250101.js", True),
        ("a.js", False),
    ],
)
def test_a_content_hash_is_told_from_a_word(path: str, *, hashed: bool) -> None:
    assert has_content_hash(path) is hashed


@pytest.mark.parametrize(
    "path", ["/dist/none.js", "/dist/../secret.txt", "/dist/%2e%2e/secret.txt", "/playground/server.py"]
)
def test_only_what_is_meant_to_be_served_is_served(call: Caller, path: str) -> None:
    answer = call(path)
    assert answer.status == 404
    assert b"not for the web" not in answer.body


def test_an_example_is_opened_by_its_folder(call: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "index.html").write_text("a site that was built")
    monkeypatch.setitem(FOLDERS, "marimo", tmp_path)
    for path in ("/marimo/", "/marimo/index.html"):
        assert call(path).body == b"a site that was built"
    assert b"Python in a worker" in call("/examples/worker/").body


def test_the_page_names_its_own_origin_as_the_address_of_the_settings(call: Caller) -> None:
    page = call("/", Host="shop.example.test:8123").body.decode()
    assert 'data-cdn-url="http://shop.example.test:8123"' in page
    assert call("/playground/playground.js").headers["content-type"] == "text/javascript; charset=utf-8"


def test_faults_strike_in_turn_and_are_used_up(call: Caller, playground: Playground) -> None:
    playground.faults.next("/v1/t", status=503, retry_after=7)
    playground.faults.next("/v1/t", times=2, status=429, stored=True)
    answers = [call("/v1/t", json.dumps({"messageId": str(number)})) for number in range(4)]
    assert [answer.status for answer in answers] == [503, 429, 429, 200]
    assert (answers[0].headers["retry-after"], answers[0].headers["access-control-allow-origin"]) == ("7", "*")
    assert [row["message_id"] for row in call("/events").json] == ["1", "2", "3"]


def test_a_connection_breaks_before_or_after_the_event_was_kept(call: Caller, playground: Playground) -> None:
    playground.faults.next("/v1/t", dropped=True)
    playground.faults.next("/v1/t", dropped=True, stored=True)
    for name in ("lost", "kept"):
        with pytest.raises((RemoteDisconnected, ConnectionResetError)):
            call("/v1/t", json.dumps({"messageId": name}))
    assert [row["message_id"] for row in call("/events").json] == ["kept"]


def test_an_answer_waits_until_the_test_lets_it_go(call: Caller, playground: Playground) -> None:
    gate = threading.Event()
    playground.faults.next("/v1/t", until=gate)
    answers: list[Answer] = []
    waiting = threading.Thread(target=lambda: answers.append(call("/v1/t", json.dumps({"messageId": "held"}))))
    waiting.start()
    assert call("/events").json == []
    gate.set()
    waiting.join(10)
    assert [answer.status for answer in answers] == [200]
    assert [row["message_id"] for row in call("/events").json] == ["held"]
