"""The broadest domain: what the browser takes, and never more."""

from __future__ import annotations

import pytest
from tests.core.fakes import CookieJar, FakeClock, FakeJar

from cioanalytics.core.identity.cookie_domain import broadest_domain, domain_levels, probe


def jar_of(hostname: str) -> FakeJar:
    return CookieJar(FakeClock()).at(hostname)


@pytest.mark.parametrize(
    ("hostname", "domain"),
    [
        ("example.test", "example.test"),
        ("www.example.test", "example.test"),
        ("a.b.c.example.test", "example.test"),
        ("shop.example.co.uk", "example.co.uk"),
        ("someone.github.io", "someone.github.io"),
        ("localhost", None),
        ("127.0.0.1", None),
        ("192.168.0.0", None),
        ("[::1]", None),
        ("", None),
    ],
)
def test_the_broadest_domain_that_is_no_public_suffix(hostname: str, domain: str | None) -> None:
    jar = jar_of(hostname)
    assert broadest_domain(hostname, jar, "t1") == domain
    assert jar.read() == ""


def test_levels_go_from_broad_to_narrow() -> None:
    assert domain_levels("a.b.example.test") == ["example.test", "b.example.test", "a.b.example.test"]


@pytest.mark.parametrize("mode", ["throws", "blocked", "drops"])
def test_without_cookies_there_is_no_domain(mode: str) -> None:
    jar = jar_of("www.example.test")
    jar.mode = mode
    assert broadest_domain("www.example.test", jar, "t1") is None
    assert not probe(jar, None, "t1")


def test_a_test_cookie_left_behind_does_not_make_a_public_suffix_good() -> None:
    jar = jar_of("www.example.co.uk")
    jar.write("__tld__=1")
    assert broadest_domain("www.example.co.uk", jar, "t1") == "example.co.uk"
