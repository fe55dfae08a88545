"""What arrives is kept: one row of SQLite for each event, and told to all who listen.

Law: an event is stored as it came, nothing is checked and nothing is added but the time, the path and the number of the
request that brought it. The events of one batch share that number. All calls happen on the server's one thread; only
`rows` may be called from another (SQLite's own lock guards it).
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TABLE = """
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at TEXT NOT NULL,
    request INTEGER NOT NULL,
    path TEXT NOT NULL,
    content_type TEXT NOT NULL,
    write_key TEXT,
    message_id TEXT,
    body TEXT NOT NULL
)
"""
COLUMNS = ("id", "received_at", "request", "path", "content_type", "write_key", "message_id", "body")
SELECT = """
SELECT id, received_at, request, path, content_type, write_key, message_id, body FROM events
WHERE id > ? AND (? IS NULL OR write_key = ?) ORDER BY id DESC LIMIT ?
"""

type Row = dict[str, Any]


class Collector:
    """Keep events in `database`, a file or ":memory:"; a file's events outlive the server."""

    def __init__(self, database: Path | str = ":memory:") -> None:
        self._connection = sqlite3.connect(str(database), check_same_thread=False)
        self._connection.execute(TABLE)
        self._connection.commit()
        (self._requests,) = self._connection.execute("SELECT coalesce(max(request), 0) FROM events").fetchone()
        self._listeners: set[asyncio.Queue[Row | None]] = set()

    def receive(self, path: str, content_type: str, body: object) -> int:
        """Store what one request brought and answer how many events that was."""
        self._requests += 1
        stored = 0
        for event in events_of(body):
            self._store(path, content_type, write_key_of(event, body), event)
            stored += 1
        self._connection.commit()
        return stored

    def _store(self, path: str, content_type: str, write_key: str | None, event: object) -> None:
        message_id = event.get("messageId") if isinstance(event, Mapping) else None
        text = json.dumps(event, ensure_ascii=False)
        received_at = iso_now()
        message_id = message_id if isinstance(message_id, str) else None
        cursor = self._connection.execute(
            "INSERT INTO events (received_at, request, path, content_type, write_key, message_id, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (received_at, self._requests, path, content_type, write_key, message_id, text),
        )
        row = {
            "id": cursor.lastrowid,
            "received_at": received_at,
            "request": self._requests,
            "path": path,
            "content_type": content_type,
            "write_key": write_key,
            "message_id": message_id,
            "body": event,
        }
        for listener in self._listeners:
            listener.put_nowait(row)

    def rows(self, *, since: int = 0, write_key: str | None = None, last: int | None = None) -> list[Row]:
        """Read the events after number `since`, oldest first; `last` keeps only that many of the newest."""
        found = self._connection.execute(
            SELECT,
            (since, write_key, write_key, -1 if last is None else last),
        ).fetchall()
        rows = [dict(zip(COLUMNS, values, strict=True)) for values in reversed(found)]
        for row in rows:
            row["body"] = json.loads(row["body"])
        return rows

    async def live(
        self, *, since: int = 0, write_key: str | None = None, last: int | None = None
    ) -> AsyncIterator[Row]:
        """Give the stored events, then each new one as it arrives, until `hang_up`."""
        queue: asyncio.Queue[Row | None] = asyncio.Queue()
        with self._listening(queue):
            for row in self.rows(since=since, write_key=write_key, last=last):
                yield row
            while (row_or_end := await queue.get()) is not None:
                if write_key is None or row_or_end["write_key"] == write_key:
                    yield row_or_end

    @contextmanager
    def _listening(self, queue: asyncio.Queue[Row | None]) -> Iterator[None]:
        self._listeners.add(queue)
        try:
            yield
        finally:
            self._listeners.discard(queue)

    def hang_up(self) -> None:
        """End every live listener, so that a server can stop."""
        for listener in self._listeners:
            listener.put_nowait(None)

    def clear(self) -> None:
        """Forget all events; their numbers are not given again."""
        self._connection.execute("DELETE FROM events")
        self._connection.commit()

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


def events_of(body: object) -> list[object]:
    """Split a batch into its events; anything else is one event."""
    if isinstance(body, Mapping) and isinstance(body.get("batch"), list):
        return list(body["batch"])
    return [body]


def write_key_of(event: object, body: object) -> str | None:
    """Find the write key: the event's own, else its batch's."""
    for holder in (event, body):
        if isinstance(holder, Mapping) and isinstance(holder.get("writeKey"), str):
            return str(holder["writeKey"])
    return None


def iso_now() -> str:
    """Give this moment as the wire writes times: UTC, milliseconds, Z."""
    seconds, milliseconds = divmod(time.time_ns() // 1_000_000, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{milliseconds:03}Z"
