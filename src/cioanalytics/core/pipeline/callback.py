"""The callback of a call.

Law: it runs at the later of two moments: the end of the event's delivery, and `timeout` after the call, also for an
event that failed. The call's promise waits for it, but a second at most; its error is a line of the event's log
(reference).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.pipeline.waiting import as_later, pause, within
from cioanalytics.core.ports import Clock

# Milliseconds that a callback's own promise may take.
CALLBACK_TIME_LIMIT: Final = 1000


async def run_callback(
    context: Context, callback: Callable[..., object], start: float, delay: float, clock: Clock
) -> None:
    """Run a callback with the event; `start` and `delay` in milliseconds."""
    await pause(max(delay - (clock.now() - start), 0), clock)
    try:
        await within(as_later(callback(context)), CALLBACK_TIME_LIMIT, clock)
    except Exception as error:
        context.log("warn", "Callback Error", {"error": error})
        context.stats.increment("callback_error")
