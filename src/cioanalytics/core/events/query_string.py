"""Calls that an address asks for: `ajs_uid`, `ajs_aid`, `ajs_event`, `ajs_trait_*`, `ajs_prop_*`.

Law: pure; no text makes it fail. Names are taken as they are written, values end at the second `=`, and of several
with one name the last counts (reference). Whether a value fits a pattern of the page is asked outside, since the core
has no patterns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cioanalytics.core.events.url import graceful_decode, search_of
from cioanalytics.core.ports import Json, JsonObject

type Matches = Callable[[Json, str], bool]

LINE_ENDS = "\n\r\u2028\u2029"


@dataclass(frozen=True)
class QueryCalls:
    """Public calls to make, in order, and what is to be said on the console if a pattern was none."""

    calls: list[tuple[str, list[Json]]]
    error: str | None = None


def parse_query(search: str) -> dict[str, str | None]:
    """Read a query with its `?`; a name without `=` has None."""
    found: dict[str, str | None] = {}
    for part in search[1:].split("&"):
        pieces = part.split("=")
        found[pieces[0]] = graceful_decode(pieces[1]) if len(pieces) > 1 else None
    return found


def query_of_page(search: str, page_hash: str) -> str | None:
    """Give the query to read at load: the page's own, else the hash after its last `?`; None: no call in it."""
    query = search
    if not query:
        mark = page_hash.rfind("?")
        query = page_hash[mark:] if mark >= 0 else ""
    return query if "ajs_" in query else None


def calls_of_query(search: str, page_hash: str, use_query_string: bool | JsonObject, matches: Matches) -> QueryCalls:
    """Give the calls that the page's address asks for at load."""
    query = query_of_page(search, page_hash)
    return QueryCalls([]) if query is None else calls_of_text(query, "", use_query_string, matches)


def calls_of_text(link: str, page_search: str, use_query_string: bool | JsonObject, matches: Matches) -> QueryCalls:
    """Give the calls of a link, as the public `queryString(link)` makes them; nothing where that is switched off."""
    if use_query_string is False:
        return QueryCalls([])
    patterns = use_query_string if isinstance(use_query_string, dict) else {}
    params = parse_query(search_of(link, page_search))
    calls: list[tuple[str, list[Json]]] = []
    for name, parameter in (("aid", "ajs_aid"), ("uid", "ajs_uid")):
        value = params.get(parameter)
        if not value:
            continue
        if name in patterns and not _is_pattern(patterns[name]):
            # What came before is done, what comes after is not (reference).
            return QueryCalls(calls, f"cioanalytics: useQueryString.{name} must be a regular expression.")
        if not (matches(patterns[name], value) if name in patterns else _any_text(value)):
            continue
        if name == "aid":
            calls.append(("setAnonymousId", [value]))
        else:
            calls.append(("identify", [value, _with_prefix("ajs_trait_", params)]))
    event = params.get("ajs_event")
    if event:
        calls.append(("track", [event, _with_prefix("ajs_prop_", params)]))
    return QueryCalls(calls)


def _is_pattern(value: Json) -> bool:
    """Tell whether a value is a regular expression as it comes over the border: `{"$regexp": [source, flags]}`."""
    return isinstance(value, dict) and isinstance(value.get("$regexp"), list)


def _any_text(value: str) -> bool:
    """Do what the default pattern does: one character that ends no line is enough."""
    return any(each not in LINE_ENDS for each in value)


def _with_prefix(prefix: str, params: dict[str, str | None]) -> JsonObject:
    """Give the parameters of a family by their own names; those without a value are left away, as on the wire."""
    return {
        name[len(prefix) :]: value
        for name, value in params.items()
        if name.startswith(prefix) and value is not None and name != prefix + "__proto__"
    }
