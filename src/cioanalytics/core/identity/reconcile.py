"""Which of two identities is the newer one: the cookie's or this origin's own (D1).

Law: localStorage is one host's, the cookie all sibling hosts'. A host notes the anonymous-id cookie that it last wrote
or renewed. A cookie that is neither the noted nor the stored one was written by a sibling or by the server, unless the
noted cookie may have expired since: then localStorage brings the person back, as the seed says.
"""

from __future__ import annotations

from dataclasses import dataclass

from cioanalytics.core.identity.values import read_json
from cioanalytics.core.ports import Codec, JsonObject

NOTE_KEY = "cioanalytics:seen"
_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Note:
    """The anonymous-id cookie at one moment (ms since 1970), and whether those of user and group stood beside it."""

    anonymous_id: str
    at: float
    user: bool
    group: bool


def read_note(text: str | None, json: Codec) -> Note | None:
    """Read a note; None where there is none or it is broken."""
    good, raw = read_json(text, json) if text else (False, None)
    if not good or not isinstance(raw, dict):
        return None
    anonymous_id, at = raw.get("anonymousId"), raw.get("at")
    if not isinstance(anonymous_id, str) or isinstance(at, bool) or not isinstance(at, (int, float)):
        return None
    return Note(anonymous_id, at, raw.get("user") is True, raw.get("group") is True)


def note_text(note: Note, json: Codec) -> str:
    """Write a note."""
    shown: JsonObject = {
        "anonymousId": note.anonymous_id,
        "at": note.at,
        "user": note.user,
        "group": note.group,
    }
    return json.dumps(shown)


def newer_cookie(
    cookies: list[str], stored: str | None, note: Note | None, now: float, max_age_days: float
) -> str | None:
    """Give the anonymous id that a sibling or the server wrote since the note; None where section 1 holds.

    A note from the future (a clock that was set back) proves nothing.
    """
    if note is None or not 0 <= now - note.at < max_age_days * _DAY_MS:
        return None
    for cookie in cookies:
        if cookie not in {note.anonymous_id, stored}:
            return cookie
    return None
