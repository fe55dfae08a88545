"""How a worker finds its page, and what it does not believe."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.core.bridge_rig import NAMES, REFUSED, FakePage, Rig

from cioanalytics.bridge.host import host_of

UNREADABLE: list[Any] = [
    None,
    7,
    *["", "{", "[]", '"x"', "{}", '{"cio":1}', '{"cio":1,"from":7}', '{"cio":1,"from":""}', '{"cio":2,"from":"page"}'],
    "[" * 100_000,
    '{"cio":1,"from":"page","n":' + "9" * 5_000_000 + "}",
]
MISSHAPEN: list[str] = [
    *['"here":1', '"here":[1]', '"x":1', '"n":-1', '"n":"2"', '"n":true', '"n":1e300', '"n":99,"done":"x"'],
    *['"n":99,"cookie":7', '"n":99,"local":[1]', '"n":99,"local":{"ajs_user_id":7}', '"n":99,"page":"x"'],
    *['"n":99,"domain":7', '"n":99,"joined":1', '"n":1099511627776,"cookie":""', '"n":3,"cookie":"foreign=1"'],
    *['"n":3,"local":{"foreign":"1"}', '"n":3,"local":{"cioanalytics:outbox:OTHER:ab:1":"{}"}'],
]


def news(page: str = "page", to: str = "worker", **message: Any) -> str:
    return json.dumps({"cio": 1, "from": page, "to": to, **message})


def shown(rig: Rig) -> list[Any]:
    return [rig.mirror.cookie(), rig.mirror.keys(), [rig.mirror.get_item(key) for key in NAMES], rig.mirror.page]


def test_the_mirror_shows_what_the_page_has() -> None:
    rig = Rig()
    rig.page.jar.write("ajs_user_id=jane; domain=example.test")
    rig.page.jar.write("foreign=1")
    rig.page.local.update({"ajs_user_traits": "{}", "foreign": "1"})
    rig.join()
    assert rig.mirror.cookie() == "ajs_user_id=jane"
    assert rig.mirror.keys() == ["ajs_user_traits"]
    assert rig.mirror.facts["title"] == "A page"


def test_what_the_browser_refused_is_gone_once_the_page_has_answered_and_is_not_tried_again() -> None:
    rig = Rig()
    rig.join()
    line = "ajs_user_id=jane; domain=example.org"
    assert rig.mirror.set_cookie(line)
    assert rig.mirror.set_item("ajs_user_traits", REFUSED)
    assert rig.mirror.cookie() == "ajs_user_id=jane"
    rig.settle()
    assert rig.mirror.cookie() == ""
    assert rig.mirror.get_item("ajs_user_traits") is None
    assert rig.mirror.keys() is None, "nobody may think that the person has left"
    rig.mirror.set_cookie(line)
    assert rig.mirror.cookie() == ""
    assert not rig.mirror.set_item("ajs_user_traits", REFUSED)
    assert rig.mirror.keys() == []
    rig.clock.advance(0)
    assert rig.sent == []
    assert rig.mirror.set_item("ajs_user_traits", "{}")


def test_what_one_call_writes_is_one_message_that_leaves_before_the_call_returns() -> None:
    rig = Rig()
    rig.join()
    rig.mirror.set_cookie("ajs_user_id=jane")
    rig.mirror.set_item("ajs_user_traits", "{}")
    assert rig.sent == []
    rig.mirror.set_item("cioanalytics:outbox:KEY:ab:1", "{}")
    (message,) = rig.sent
    assert len(json.loads(message)["ops"]) == 3
    rig.mirror.set_cookie("ajs_user_id=joe")
    rig.settle()
    assert rig.page.cookies() == ["ajs_user_id=joe"]
    assert len(rig.page.applied) == 4


def test_the_cookie_domain_is_the_one_that_the_page_found() -> None:
    rig = Rig()
    rig.join()
    for domain, kept in (
        ("test", False),
        (".example.test", True),
        ("shop.example.test", True),
        ("", True),
        ("st", False),
    ):
        rig.mirror.set_cookie(f"__tld__=x; domain={domain}")
        assert (rig.mirror.cookie() == "__tld__=x") == kept, domain
        rig.mirror.set_cookie(f"__tld__=; domain={domain}; expires=Thu, 01 Jan 1970 00:00:00 GMT")
        assert rig.mirror.cookie() == ""
    assert rig.sent == []


def test_a_domain_that_is_not_known_yet_is_asked_for_once() -> None:
    rig = Rig(probe=False)
    rig.page.domain = None
    rig.join()
    rig.page.domain = "example.test"
    rig.mirror.set_cookie("__tld__=x; domain=example.test")
    rig.mirror.set_cookie("__tld__=x; domain=shop.example.test")
    assert len(rig.sent) == 1
    rig.settle()
    rig.mirror.set_cookie("__tld__=x; domain=example.test")
    assert rig.mirror.cookie() == "__tld__=x"


def test_entries_that_the_settings_do_not_name_are_not_written() -> None:
    rig = Rig()
    rig.join()
    assert not rig.mirror.set_item("foreign", "1")
    assert not rig.mirror.set_item("cioanalytics:outbox:OTHER:ab:1", "1")
    rig.mirror.set_cookie("foreign=1")
    assert rig.sent == []


def test_nothing_begins_before_a_page_has_answered_or_the_time_is_up() -> None:
    rig = Rig()
    rig.link.start()
    rig.sent.clear()
    rig.clock.advance(1_999)
    assert rig.ready == []
    rig.clock.advance(1)
    assert rig.ready == [False]
    assert 4 < len(rig.sent) < 12


def meet_late(rig: Rig) -> None:
    """Let the page come when the worker has given up waiting and has written on its own."""
    rig.link.start()
    rig.sent.clear()
    rig.clock.advance(5_000)
    rig.mirror.set_cookie("ajs_anonymous_id=mine")
    rig.mirror.set_item("cioanalytics:outbox:KEY:ab:1", "{}")
    rig.sent.clear()
    rig.page.post(up=1)
    rig.settle()
    rig.clock.advance(20)
    rig.settle()


def test_a_page_that_comes_late_is_taken_and_what_was_kept_meanwhile_reaches_it() -> None:
    rig = Rig()
    meet_late(rig)
    assert rig.page.cookies() == ["ajs_anonymous_id=mine"]
    assert rig.page.local == {"cioanalytics:outbox:KEY:ab:1": "{}"}


def test_a_late_page_that_knows_somebody_keeps_them() -> None:
    rig = Rig()
    rig.page.jar.write("ajs_anonymous_id=theirs")
    meet_late(rig)
    assert rig.page.cookies() == ["ajs_anonymous_id=theirs"]
    assert rig.mirror.cookie() == "ajs_anonymous_id=theirs"
    assert rig.page.local == {"cioanalytics:outbox:KEY:ab:1": "{}"}


def two_tabs(**link: Any) -> Rig:
    rig = Rig(**link)
    rig.pages.append(FakePage(rig.clock, "other"))
    rig.page.front, rig.pages[1].front = [False, False], [True, True]
    return rig


def test_of_two_tabs_the_one_in_front_is_taken_and_its_address_is_nobodys() -> None:
    rig = two_tabs()
    rig.join()
    assert rig.mirror.page == "other"
    assert not rig.link.certain


def test_the_page_that_named_this_worker_is_taken() -> None:
    rig = two_tabs(mate="page")
    rig.join()
    assert rig.mirror.page == "page"
    assert rig.link.certain


def others_answer(rig: Rig) -> None:
    """Let the other page answer, while this worker's own is busy."""
    rig.to_pages()
    sent, rig.pages[1].sent = rig.pages[1].sent, []
    for text in sent:
        rig.link.hear(text)


def test_a_busy_page_that_named_this_worker_is_waited_for() -> None:
    rig = two_tabs(mate="page")
    rig.link.start()
    others_answer(rig)
    rig.clock.advance(900)
    assert rig.mirror.page == ""
    rig.settle()
    assert rig.mirror.page == "page"
    assert rig.link.certain
    rig.clock.advance(1_500)
    rig.settle()
    assert rig.mirror.page == "page"
    assert rig.ready == [True]


def test_a_page_that_named_this_worker_is_taken_when_it_answers_late() -> None:
    rig = two_tabs(mate="page")
    rig.link.start()
    others_answer(rig)
    rig.clock.advance(1_000)
    others_answer(rig)
    assert (rig.mirror.page, rig.ready) == ("other", [True])
    rig.mirror.set_item("ajs_user_traits", "{}")
    rig.clock.advance(0)
    others_answer(rig)
    rig.settle()
    assert rig.mirror.page == "page"
    assert rig.link.certain
    rig.mirror.set_cookie("ajs_user_id=jane")
    rig.pages[1].local["ajs_user_traits"] = "1"
    rig.pages[1].touch()
    rig.settle()
    assert rig.page.applied == [["c", "ajs_user_id=jane"]]
    assert rig.pages[1].applied == [["l", "ajs_user_traits", "{}"]]
    assert rig.said == []


def test_a_worker_that_outlives_its_page_goes_on_with_another_and_loses_no_write() -> None:
    rig = two_tabs(mate="page")
    rig.join()
    rig.mirror.set_cookie("ajs_user_id=jane")
    rig.settle()
    rig.page.post(down=1)
    gone = rig.pages.pop(0)
    for text in gone.sent:
        rig.link.hear(text)
    rig.mirror.set_item("ajs_user_traits", "{}")
    rig.settle()
    rig.clock.advance(20)
    rig.settle()
    assert rig.mirror.page == "other"
    assert rig.page.applied == [["l", "ajs_user_traits", "{}"]]
    assert not rig.link.certain


def test_a_worker_of_one_page_rests_with_it_and_writes_when_it_is_back() -> None:
    rig = two_tabs(mate="page", tied=True)
    rig.join()
    rig.page.post(down=1)
    rig.to_worker()
    rig.mirror.set_item("ajs_user_traits", "{}")
    rig.clock.advance(900)
    assert rig.sent == [], "what is said to a page that rests throws it out of the cache"
    assert rig.mirror.get_item("ajs_user_traits") == "{}"
    rig.page.post(up=1)
    rig.settle()
    assert rig.mirror.page == "page"
    assert rig.page.applied == [["l", "ajs_user_traits", "{}"]]
    assert rig.pages[1].applied == []


def test_who_says_falsely_that_a_page_goes_costs_its_worker_no_write() -> None:
    rig = two_tabs(mate="page", tied=True)
    rig.join()
    rig.link.hear(json.dumps({"cio": 1, "from": "page", "down": 1}))
    rig.mirror.set_item("ajs_user_traits", "{}")
    rig.settle()
    rig.clock.advance(1_000)
    rig.settle()
    assert rig.mirror.page == "page"
    assert rig.link.certain
    assert rig.page.applied == [["l", "ajs_user_traits", "{}"]]


@pytest.mark.parametrize("back", [True, False], ids=["the page is back", "it never went"])
def test_a_question_that_is_lost_costs_no_write_made_while_the_page_rested(back: bool) -> None:
    rig = Rig(mate="page", tied=True)
    rig.join()
    rig.page.post(down=1)
    rig.to_worker()
    if back:
        rig.mirror.set_item("ajs_user_traits", "{}")
        rig.clock.advance(0)
        rig.page.post(up=1)
        rig.to_worker()
    else:
        rig.clock.advance(1_000)
        rig.mirror.set_item("ajs_user_traits", "{}")
    assert [set(json.loads(text)) for text in rig.sent] == [{"cio", "from", "to", "join"}]
    rig.sent.clear()
    rig.clock.advance(1_000)
    rig.settle()
    assert rig.page.applied == [["l", "ajs_user_traits", "{}"]]


def test_a_worker_that_found_another_page_than_its_own_looks_for_a_further_one() -> None:
    rig = two_tabs(tied=True)
    rig.join()
    assert rig.mirror.page == "other"
    rig.pages[1].post(down=1)
    for text in rig.pages.pop().sent:
        rig.link.hear(text)
    rig.clock.advance(50)
    rig.settle()
    rig.clock.advance(20)
    rig.settle()
    assert rig.mirror.page == "page"


def test_a_page_that_comes_back_is_asked_anew() -> None:
    rig = Rig()
    rig.join()
    rig.page.local["ajs_user_traits"] = "changed while it rested"
    rig.page.post(up=1)
    rig.settle()
    assert rig.mirror.get_item("ajs_user_traits") == "changed while it rested"


def test_an_old_message_that_comes_again_changes_nothing() -> None:
    rig = Rig()
    rig.join()
    rig.page.local["ajs_user_traits"] = "1"
    rig.page.touch()
    (old,) = rig.page.sent
    rig.settle()
    rig.page.local["ajs_user_traits"] = "2"
    rig.page.touch()
    rig.settle()
    rig.link.hear(old)
    assert rig.mirror.get_item("ajs_user_traits") == "2"


@pytest.mark.parametrize("text", UNREADABLE, ids=lambda text: str(text)[:30])
def test_what_is_no_message_changes_nothing_and_is_told_once(text: Any) -> None:
    rig = Rig()
    rig.join()
    before = shown(rig)
    for _ in range(3):
        rig.link.hear(text)
    assert shown(rig) == before
    assert len(rig.said) == 1
    assert "bridge" in rig.said[0]


@pytest.mark.parametrize("inside", MISSHAPEN)
def test_a_message_of_the_wrong_shape_changes_nothing_and_is_told_once(inside: str) -> None:
    rig = Rig()
    rig.page.local["ajs_user_traits"] = "{}"
    rig.join()
    before = shown(rig)
    for _ in range(3):
        rig.link.hear(f'{{"cio":1,"from":"page","to":"worker",{inside}}}')
    rig.settle()
    assert shown(rig) == before
    assert len(rig.said) == 1


def test_news_of_another_page_change_nothing() -> None:
    rig = Rig()
    rig.join()
    before = shown(rig)
    rig.link.hear(news("stranger", n=1, joined=True, cookie="ajs_user_id=eve", local={}, done=0))
    rig.link.hear(news("stranger", n=2, cookie="ajs_user_id=eve"))
    assert shown(rig) == before
    assert len(rig.said) == 1


def test_a_flood_of_pages_changes_nothing() -> None:
    rig = Rig()
    rig.join()
    before = shown(rig)
    for number in range(2_000):
        rig.link.hear(news(f"p{number}", here=[True, True]))
        rig.link.hear(json.dumps({"cio": 1, "from": f"p{number}", "up": 1}))
    rig.settle()
    assert shown(rig) == before
    assert rig.clock.pending < 10


def test_a_page_that_was_flooded_until_it_forgot_this_worker_is_heard_again() -> None:
    rig = Rig()
    rig.join()
    for number in range(3):
        rig.page.local["ajs_user_traits"] = str(number)
        rig.page.touch()
        rig.settle()
    rig.page.sessions.clear()
    rig.mirror.set_item("ajs_user_traits", "mine")
    rig.settle()
    rig.clock.advance(1_100)
    rig.settle()
    assert rig.page.local["ajs_user_traits"] == "mine"
    assert not rig.mirror.waiting
    rig.page.local["ajs_user_traits"] = "theirs"
    rig.page.touch()
    rig.settle()
    assert rig.mirror.get_item("ajs_user_traits") == "theirs"


def test_who_writes_in_this_workers_name_costs_it_no_write() -> None:
    rig = Rig()
    rig.join()
    forged = json.dumps(
        {"cio": 1, "from": "worker", "to": "page", "seq": 1, "ops": [["l", "ajs_user_traits", "forged"]]}
    )
    rig.page.hear(forged)
    rig.mirror.set_item("ajs_user_traits", "mine")
    rig.link.hear(forged)
    rig.settle()
    assert rig.page.local["ajs_user_traits"] == "mine"
    assert rig.mirror.get_item("ajs_user_traits") == "mine"
    assert not rig.mirror.waiting
    assert len(rig.said) == 1


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://shop.example.test/a?b://c/d", "shop.example.test"),
        ("http://localhost:8000/", "localhost"),
        ("http://[::1]:80/", "[::1]"),
        ("https://a:b@example.test", "example.test"),
        ("about:blank", ""),
        ("file:///x/y", ""),
    ],
)
def test_the_host_of_an_address(url: str, host: str) -> None:
    assert host_of(url) == host
