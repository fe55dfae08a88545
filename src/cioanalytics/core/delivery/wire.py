"""What one event looks like on its way to the collector.

Law: the text of an event is written once and kept; what must be of the moment of sending (`sentAt`, write key,
`_metadata`) is put at its end by each try.
"""

from __future__ import annotations

from cioanalytics.core.ports import Codec, JsonObject


def wire_event(event: JsonObject) -> JsonObject:
    """Give an event as the collector gets it, all but its end; the given object stays as it is."""
    told = dict(event)
    for name in ("options", "writeKey", "sentAt", "_metadata"):
        told.pop(name, None)
    kind = told.get("type")
    if kind == "track":
        told.pop("traits", None)
    if kind == "alias":
        if told.get("previousId") is None and told.get("from") is not None:
            told["previousId"] = told["from"]
        if told.get("userId") is None and told.get("to") is not None:
            told["userId"] = told["to"]
        told.pop("from", None)
        told.pop("to", None)
    # An anonymous event says so: `userId` is null, not absent (reference).
    told.setdefault("userId", None)
    return told


def event_text(wire_text: str, write_key: str, sent_at: str, metadata: JsonObject | None, codec: Codec) -> str:
    """Finish an event's text at the moment of sending."""
    end = f',"writeKey":{codec.dumps(write_key)},"sentAt":"{sent_at}"'
    if metadata is not None:
        end += f',"_metadata":{codec.dumps(metadata)}'
    return wire_text[:-1] + end + "}"


def batch_text(texts: list[str], write_key: str, codec: Codec) -> str:
    """Give the body of a batch."""
    return f'{{"batch":[{",".join(texts)}],"writeKey":{codec.dumps(write_key)}}}'


def byte_count(text: str) -> int:
    """Count the bytes that a text has on the wire, in UTF-8."""
    return len(text.encode("utf-8", "replace"))
