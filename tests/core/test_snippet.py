"""The replay of calls queued on the stub."""

from cioanalytics.core.snippet import replay_order


def order(*methods: str) -> list[str]:
    return [methods[place] for place in replay_order(list(methods))]


def test_events_keep_their_order() -> None:
    assert replay_order(["track", "page", "identify", "track"]) == [0, 1, 2, 3]


def test_an_anonymous_id_is_set_before_everything_else() -> None:
    assert order("track", "on", "setAnonymousId") == ["setAnonymousId", "on", "track"]


def test_listeners_and_middleware_come_before_events_and_off_keeps_its_place() -> None:
    assert order("track", "off", "once", "page", "addSourceMiddleware") == [
        "once",
        "addSourceMiddleware",
        "track",
        "off",
        "page",
    ]


def test_the_client_s_own_calls_stand_behind_listeners_and_before_calls() -> None:
    assert replay_order(["track", "on", "setAnonymousId"], 2) == [2, 1, -1, -2, 0]
    assert replay_order([], 1) == [-1]
