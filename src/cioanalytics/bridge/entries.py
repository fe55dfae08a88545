"""The entries that a client may read and write through a bridge: those that its settings name."""

from __future__ import annotations

from cioanalytics.bridge.mirror import OUTBOX
from cioanalytics.core.identity.cookies import encode_name
from cioanalytics.core.identity.identity import AD_COOKIE
from cioanalytics.core.identity.reconcile import NOTE_KEY
from cioanalytics.core.identity.stores import ANONYMOUS_KEY, SIO_COOKIE
from cioanalytics.core.settings import Options


def entries_of(options: Options, write_key: str) -> list[str]:
    """List them, as they stand in cookies and localStorage; a `*` at the end: all that begin so."""
    if options.disable_client_persistence:
        return []
    names = [ANONYMOUS_KEY, SIO_COOKIE, NOTE_KEY, encode_name(AD_COOKIE), f"{OUTBOX}{write_key}:*"]
    for kind in (options.user, options.group):
        names += [kind.cookie_key, encode_name(kind.cookie_key), kind.cookie_old_key, kind.local_storage_key]
    return sorted({name for name in names if name})
