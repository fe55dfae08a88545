"""Where each entry came from, and which store holds what (D14).

Law: looks and changes nothing. `source` is the store that answered, or took the last value; `changed` is the last
change of this page load, `when` as ISO text.
"""

from __future__ import annotations

from cioanalytics.core.identity.stores import IdentityEntry, Stores
from cioanalytics.core.identity.values import id_of_cookie, id_of_storage, is_present, read_json
from cioanalytics.core.ports import Json, JsonObject


def _explained(entry: IdentityEntry, value: Json, source: str | None, stores: JsonObject, when: str) -> JsonObject:
    changed: JsonObject | None = {"when": when, "why": entry.why} if entry.why else None
    return {"value": value, "source": source, "stores": stores, "changed": changed}


def _source(entry: IdentityEntry, held: JsonObject) -> str | None:
    if entry.source is not None and held.get(entry.source) is not None:
        return entry.source
    for name in ["localStorage", "cookie", "memory"]:
        if held[name] is not None:
            return name
    return None


def _read_or_none(text: str | None, stores: Stores) -> Json:
    good, value = read_json(text, stores.ports.json) if text is not None else (False, None)
    return value if good and is_present(value) else None


def explained(stores: Stores) -> JsonObject:
    """Explain the five entries and name the cookie domain; after `stores.open`."""
    answer: JsonObject = {}
    someone = False
    for entry in stores.all:
        stored, raw = stores.texts(entry)
        when = stores.ports.clock.iso(entry.when) if entry.why else ""
        memory = _read_or_none(entry.memory, stores)
        if entry in stores.ids:
            json = stores.ports.json
            held: JsonObject = {
                "localStorage": id_of_storage(stored, json),
                "cookie": id_of_cookie(raw, json),
                "memory": memory,
            }
            value = stores.peek(entry)
            someone = someone or value is not None
        else:
            held = {"localStorage": _read_or_none(stored, stores), "cookie": None, "memory": memory}
            # Traits in memory belong to somebody who is still here.
            here = someone or not entry.in_storage
            value = held["localStorage"] if held["localStorage"] is not None or not here else memory
        answer[entry.name] = _explained(entry, value, None if value is None else _source(entry, held), held, when)
    # A lazy page has not asked the browser yet, and looking must not.
    asked = stores.in_cookies and stores.before_first is None
    answer["cookieDomain"] = stores.cookies.domain() if asked else None
    return answer
