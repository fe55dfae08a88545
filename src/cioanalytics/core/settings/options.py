"""What a page says to `load`, in the vendor's spelling, read once.

Law: keys that are not given keep their defaults, also inside `user`, `group` and `cookie` (D18). Nothing is stored,
asked or changed here; the raw objects stay as they are (D19).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cioanalytics.core.errors import MissingWriteKey
from cioanalytics.core.ports import Console, Json, JsonObject
from cioanalytics.core.settings.reader import OptionReader

type CookieDomain = str | Literal[False] | None


@dataclass(frozen=True)
class CookieOptions:
    """Attributes of the id cookies. `maxage` in days; `domain` None: the broadest that works, False: this host only."""

    maxage: float = 365
    domain: CookieDomain = None
    path: str = "/"
    same_site: str = "Lax"
    secure: bool = False


@dataclass(frozen=True)
class EntityOptions:
    """How the user, or the group, is kept. `cookie_old_key` empty: no legacy cookie (a group has none, D13)."""

    disable: bool = False
    persist: bool = True
    local_storage_fallback_disabled: bool = False
    cookie_key: str = "ajs_user_id"
    cookie_old_key: str = "ajs_user"
    local_storage_key: str = "ajs_user_traits"


@dataclass(frozen=True)
class OutboxOptions:
    """Bounds of what waits for delivery in all tabs together: events, bytes of their text, age in days (D6)."""

    events: int = 1000
    bytes: int = 1_000_000
    age_days: float = 30


def user_defaults() -> EntityOptions:
    """Give the vendor's entries of the user."""
    return EntityOptions()


def group_defaults() -> EntityOptions:
    """Give the vendor's entries of the group; it has no legacy cookie."""
    return EntityOptions(cookie_key="ajs_group_id", cookie_old_key="", local_storage_key="ajs_group_properties")


@dataclass(frozen=True)
class Options:
    """What `load` got. `retry_queue` None: the settings decide; the patterns of `use_query_string` stay raw."""

    cookie: CookieOptions = field(default_factory=CookieOptions)
    user: EntityOptions = field(default_factory=user_defaults)
    group: EntityOptions = field(default_factory=group_defaults)
    disable_client_persistence: bool = False
    identity: str = "eager"
    integrations: dict[str, Json] = field(default_factory=dict)
    use_query_string: bool | JsonObject = True
    initial_pageview: bool = False
    retry_queue: bool | None = None
    plan: JsonObject | None = None
    disable: bool = False
    global_analytics_key: str | None = None
    conflict: str = "cookie"
    outbox: OutboxOptions = field(default_factory=OutboxOptions)
    max_event_bytes: int = 32_768
    obfuscate: bool = False
    disable_auto_iso_conversion: bool = False


@dataclass(frozen=True)
class LoadSettings:
    """The first argument of `load`. `timeout` in milliseconds: how long a callback waits for its event's delivery."""

    write_key: str
    cdn_url: str | None = None
    cdn_settings: JsonObject | None = None
    timeout: float = 300


# Given beside the write key, or (in the snippet's `load`, where ours takes them too) among the options.
LOAD_NAMES = ["cdnURL", "cdnSettings", "timeout", "plugins", "classicIntegrations"]


def read_load(settings: Json, options: Json, console: Console) -> LoadSettings:
    """Read write key and loading settings; `settings` win over `options`. Raises `MissingWriteKey`."""
    merged: JsonObject = {}
    for source in (options, settings):
        if isinstance(source, dict):
            for name, value in source.items():
                if name == "writeKey" or (name in LOAD_NAMES and value is not None):
                    merged[name] = value
    write_key = merged.get("writeKey")
    if not isinstance(write_key, str) or not write_key:
        raise MissingWriteKey
    reader = OptionReader(merged, "", console)
    cdn_url = reader.maybe_text("cdnURL", 'an address like "https://cdp.customer.io"')
    return LoadSettings(
        write_key=write_key,
        cdn_url=cdn_url.rstrip("/") if cdn_url else None,
        cdn_settings=reader.mapping("cdnSettings", "the settings of a project as an object"),
        timeout=reader.number("timeout", 300, "milliseconds", least=0),
    )


def read_options(raw: Json, console: Console) -> Options:
    """Read all options; each wrong or unknown one is warned of once and its default used."""
    reader = OptionReader(raw, "", console)
    for name in ["writeKey", *LOAD_NAMES]:
        reader.given(name)
    memory_only = reader.flag("disableClientPersistence", default=False)
    options = Options(
        cookie=_cookie(reader.inner("cookie")),
        user=_entity(reader.inner("user"), user_defaults(), memory_only=memory_only),
        group=_entity(reader.inner("group"), group_defaults(), memory_only=memory_only),
        disable_client_persistence=memory_only,
        identity=reader.choice("identity", ["eager", "lazy"]),
        integrations=reader.mapping("integrations", 'an object like {"All": true, "Name": false}') or {},
        use_query_string=_query_string(reader),
        initial_pageview=reader.flag("initialPageview", default=False),
        retry_queue=reader.maybe_flag("retryQueue"),
        plan=reader.mapping("plan", "a tracking plan as an object"),
        disable=reader.flag("disable", default=False),
        global_analytics_key=reader.maybe_text("globalAnalyticsKey", "the name of a global as a text"),
        conflict=reader.choice("conflict", ["cookie", "localStorage"]),
        outbox=_outbox(reader.inner("outbox")),
        max_event_bytes=reader.whole("maxEventBytes", 32_768, "bytes", least=1),
        obfuscate=reader.flag("obfuscate", default=False),
        disable_auto_iso_conversion=reader.flag("disableAutoISOConversion", default=False),
    )
    reader.close()
    return options


def _cookie(reader: OptionReader) -> CookieOptions:
    domain: CookieDomain = None
    if "domain" in reader.raw:
        given = reader.given("domain")
        if isinstance(given, str) and given:
            domain = given
        elif given is None or given is False or given == "":
            # All three leave the attribute away (reference).
            domain = False
        else:
            reader.wrong("domain", "a domain as a text, or false for this host only")
    reader.given("domain")
    options = CookieOptions(
        maxage=reader.number("maxage", 365, "days", least=0),
        domain=domain,
        path=reader.text("path", "/", 'a path like "/"'),
        same_site=reader.choice("sameSite", ["Lax", "Strict", "None"]),
        secure=reader.flag("secure", default=False),
    )
    reader.close()
    return options


def _entity(reader: OptionReader, defaults: EntityOptions, *, memory_only: bool) -> EntityOptions:
    cookie = reader.inner("cookie")
    storage = reader.inner("localStorage")
    options = EntityOptions(
        disable=reader.flag("disable", default=False),
        persist=reader.flag("persist", default=True) and not memory_only,
        local_storage_fallback_disabled=reader.flag("localStorageFallbackDisabled", default=False),
        cookie_key=cookie.text("key", defaults.cookie_key, "the name of a cookie"),
        cookie_old_key=cookie.text("oldKey", defaults.cookie_old_key, "the name of a cookie"),
        local_storage_key=storage.text("key", defaults.local_storage_key, "a key of localStorage"),
    )
    for each in (cookie, storage, reader):
        each.close()
    return options


def _outbox(reader: OptionReader) -> OutboxOptions:
    options = OutboxOptions(
        events=reader.whole("events", 1000, "events", least=0),
        bytes=reader.whole("bytes", 1_000_000, "bytes", least=0),
        age_days=reader.number("ageDays", 30, "days", least=0),
    )
    reader.close()
    return options


def _query_string(reader: OptionReader) -> bool | JsonObject:
    value = reader.given("useQueryString")
    if isinstance(value, bool):
        return value
    if isinstance(value, dict):
        inner = reader.inner("useQueryString")
        # A pattern that is none is an error of the query string call, told there (reference).
        inner.given("uid")
        inner.given("aid")
        inner.close()
        return value
    if value is not None:
        reader.wrong("useQueryString", "true, false or an object of the regular expressions uid and aid")
    return True


def shown_entity(options: EntityOptions) -> JsonObject:
    """Give the options of `user()` or `group()` in the vendor's spelling, defaults filled in (D18)."""
    cookie: JsonObject = {"key": options.cookie_key}
    if options.cookie_old_key:
        cookie["oldKey"] = options.cookie_old_key
    storage: JsonObject = {"key": options.local_storage_key}
    shown: JsonObject = {"persist": options.persist, "cookie": cookie, "localStorage": storage}
    if options.disable:
        shown["disable"] = True
    if options.local_storage_fallback_disabled:
        shown["localStorageFallbackDisabled"] = True
    return shown
