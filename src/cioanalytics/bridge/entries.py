"""The entries that a client may read and write through a bridge: those that its settings name.

The page's own list has the last word; `_ga` is not on it, unless the page says so (`data-keys`).
"""

from __future__ import annotations

from cioanalytics.bridge.mirror import OUTBOX
from cioanalytics.core.events.page_context import AMP_COOKIE
from cioanalytics.core.identity.cookies import encode_name
from cioanalytics.core.identity.identity import AD_COOKIE
from cioanalytics.core.identity.reconcile import NOTE_KEY
from cioanalytics.core.identity.stores import ANONYMOUS_KEY, SIO_COOKIE
from cioanalytics.core.kept import KEPT_KEYS
from cioanalytics.core.loading import SETTINGS_KEYS
from cioanalytics.core.pipeline.late_events import LATE_KEYS
from cioanalytics.core.settings import Options


def entries_of(options: Options, write_key: str) -> list[str]:
    """List them, as they stand in cookies and localStorage; a `*` at the end: all that begin so."""
    if options.disable_client_persistence:
        return []
    names = [ANONYMOUS_KEY, SIO_COOKIE, NOTE_KEY, encode_name(AD_COOKIE), AMP_COOKIE, f"{SETTINGS_KEYS}{write_key}"]
    names += [f"{start}{write_key}:*" for start in (OUTBOX, LATE_KEYS, KEPT_KEYS)]
    for kind in (options.user, options.group):
        names += [kind.cookie_key, encode_name(kind.cookie_key), kind.cookie_old_key, kind.local_storage_key]
    return sorted({name for name in names if name})
