"""One page's plugins, queue and delivery over the fakes, and origins that several pages share."""

from __future__ import annotations

from collections.abc import Callable

from tests.core.fakes import FakeChance, FakeClock, FakeConsole, FakeNetwork, FakePage, FakeStorage, fake_ports

from cioanalytics.core.delivery.dispatch import Delivery
from cioanalytics.core.delivery.page_leave import PageLeave
from cioanalytics.core.delivery.strategy import Strategy
from cioanalytics.core.later import Later, settled
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.pipeline.emitter import Emitter
from cioanalytics.core.pipeline.plugins import Plugins
from cioanalytics.core.pipeline.queue import EventQueue
from cioanalytics.core.ports import Answer, JsonObject
from cioanalytics.core.settings.options import OutboxOptions

KEY = "KEY"
HOST = "https://collector.example.test/v1"
# As long as a lease of a dead page can keep its events from others.
PATIENCE = 40_000


class TabLocks:
    """Web Locks with `ifAvailable`; `real` False: the page has none, each gets its turn at once.

    `slow`: the answer comes a millisecond later, and a name that is released meanwhile is refused.
    """

    def __init__(self, held: set[str], clock: PageClock, *, real: bool = True, slow: bool = False) -> None:
        self.held = held
        self.clock = clock
        self.real = real
        self.slow = slow
        self.own: set[str] = set()
        self.asked: list[tuple[str, Later[bool]]] = []

    def acquire(self, name: str) -> Later[bool]:
        if not self.real:
            return settled(True)
        if not self.slow:
            return settled(self._take(name))
        answer: Later[bool] = Later()
        self.asked.append((name, answer))
        self.clock.after(1, lambda: self._answer(name, answer))
        return answer

    def _answer(self, name: str, answer: Later[bool]) -> None:
        wanted = any(each is answer for _, each in self.asked)
        self.asked = [pair for pair in self.asked if pair[1] is not answer]
        answer.settle(wanted and self._take(name))

    def _take(self, name: str) -> bool:
        if name in self.held:
            return False
        self.held.add(name)
        self.own.add(name)
        return True

    def release(self, name: str) -> None:
        self.asked = [pair for pair in self.asked if pair[0] != name]
        if name in self.own:
            self.own.discard(name)
            self.held.discard(name)

    def die(self) -> None:
        """Take the locks back, as the browser does when the page is gone."""
        for name in list(self.own):
            self.release(name)


class PageClock:
    """The shared clock as one page has it: timers of a dead page never run, those of a frozen one when it is back."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.alive = True
        self.frozen = False
        self.due: list[Callable[[], None]] = []

    def now(self) -> float:
        return self.clock.now()

    def iso(self, ms: float | None = None) -> str:
        return self.clock.iso(ms)

    def after(self, ms: float, action: Callable[[], None]) -> int:
        return self.clock.after(ms, lambda: self._run(action))

    def _run(self, action: Callable[[], None]) -> None:
        if self.frozen:
            self.due.append(action)
        elif self.alive:
            action()

    def thaw(self) -> None:
        """Run what came due while the page was frozen, as soon as it can."""
        self.frozen = False
        due, self.due = self.due, []
        for action in due:
            self.clock.after(0, lambda action=action: self._run(action))  # type: ignore[misc]

    def cancel(self, timer: int) -> None:
        self.clock.cancel(timer)


class TabStorage:
    """The origin's storage as one page has it: what it changes, the other pages hear a little later."""

    def __init__(self, origin: Origin, visit: Visit) -> None:
        self.origin = origin
        self.visit = visit

    def get(self, key: str) -> str | None:
        return self.origin.storage.get(key)

    def set(self, key: str, value: str) -> bool:
        before = self.origin.storage.items.get(key)
        taken = self.origin.storage.set(key, value)
        if taken and before != value:
            self.origin.tell(self.visit, key, len(value))
        return taken

    def remove(self, key: str) -> bool:
        there = key in self.origin.storage.items
        taken = self.origin.storage.remove(key)
        if taken and there:
            self.origin.tell(self.visit, key, None)
        return taken

    def keys(self) -> list[str] | None:
        return self.origin.storage.keys()


class Origin:
    """What the pages of one origin share."""

    def __init__(self, *, web_locks: bool = True, slow_locks: bool = False) -> None:
        self.slow_locks = slow_locks
        self.clock = FakeClock()
        self.storage = FakeStorage()
        self.held: set[str] = set()
        self.web_locks = web_locks
        self.pages = 0
        self.visits: list[Visit] = []
        # Milliseconds after which pages hear of each other's changes; None: never.
        self.news_after: float | None = 5

    def tell(self, writer: Visit, key: str, size: int | None) -> None:
        """Tell the other living pages of a change."""
        for visit in self.visits if self.news_after is not None else []:
            if visit is not writer and visit.page_clock.alive and not visit.page_clock.frozen:
                visit.page_clock.after(
                    self.news_after or 0,
                    lambda visit=visit: visit.delivery.hear_storage(key, size),  # type: ignore[misc]
                )

    def visit(self, **given: object) -> Visit:
        """Open a page."""
        self.pages += 1
        return Visit(self, **given)  # type: ignore[arg-type]


class Visit:
    """One page."""

    def __init__(
        self,
        origin: Origin | None = None,
        *,
        strategy: Strategy | str | None = "default",
        script: Callable[[str, str, str | None], Answer | None] | None = None,
        bounds: OutboxOptions | None = None,
        persist: bool = True,
        write_key: str = KEY,
        online: bool = True,
        pipeline: bool = True,
        max_attempts: int = 4,
    ) -> None:
        self.origin = origin or Origin()
        self.clock = self.origin.clock
        self.page_clock = PageClock(self.clock)
        self.storage = self.origin.storage
        self.origin.visits.append(self)
        self.network = FakeNetwork(script)
        self.console = FakeConsole()
        self.locks = TabLocks(
            self.origin.held, self.page_clock, real=self.origin.web_locks, slow=self.origin.slow_locks
        )
        self.ports = fake_ports(
            clock=self.page_clock,  # type: ignore[arg-type]
            storage=TabStorage(self.origin, self),  # type: ignore[arg-type]
            network=self.network,
            console=self.console,
            chance=FakeChance(self.origin.pages),
            page=FakePage(),
            locks=self.locks,  # type: ignore[arg-type]
        )
        self.told: list[tuple[str, str]] = []
        self.failures: list[str] = []
        self.emitter = Emitter(self.console)
        for name in ("message_enriched", "message_delivered", "delivery_success", "delivery_retry", "flush"):
            self.emitter.on(name, self._listener(name))
        self.emitter.on("delivery_failure", self._failure)
        self.plugins = Plugins(self.ports)
        self.delivery = Delivery(
            write_key,
            self.ports,
            bounds or OutboxOptions(),
            self.emitter,
            lambda event, _: dict(event),
            persist=persist,
        )
        self.queue = EventQueue(self.ports, self.plugins, self.emitter, self.delivery, max_attempts=max_attempts)
        self.leaving = PageLeave(self.queue, self.delivery)
        if pipeline:
            self.plugins.register(self.context("system"), self.delivery.plugin, None)
        self.delivery.start(self.queue.dispatch, online=online)
        if strategy == "default":
            strategy = Strategy(HOST, write_key)
        if isinstance(strategy, Strategy):
            self.delivery.configure(strategy)

    def _listener(self, name: str) -> Callable[..., None]:
        return lambda context, *_: self.told.append((name, str(context.event.get("event"))))

    def _failure(self, context: Context, reason: object) -> None:
        self.told.append(("delivery_failure", str(context.event.get("event"))))
        self.failures.append(f"{context.event.get('event')}: {reason}")

    def context(self, name: str, **fields: object) -> Context:
        event: JsonObject = {"type": "track", "event": name, "messageId": f"id-{name}", "anonymousId": "anon"}
        event.update(fields)  # type: ignore[arg-type]
        return Context(event, self.ports)

    def call(self, name: str, **fields: object) -> Later[Context]:
        """Do what a `track` call does: accept, then dispatch."""
        context = self.context(name, **fields)
        self.delivery.accept(context)
        return self.queue.dispatch(context)

    def run(self, ms: float = 0) -> None:
        """Let time pass on this origin."""
        self.clock.advance(ms)

    @property
    def sent(self) -> list[str]:
        """Name the events of all requests, in order; those of a batch with a `+` between them."""
        names = []
        for request in self.network.posts:
            body = request.json
            batch = body.get("batch")
            events = batch if isinstance(batch, list) else [body]
            names.append("+".join(str(each["event"]) for each in events if isinstance(each, dict)))
        return names

    @property
    def kept(self) -> list[str]:
        """Give the keys of kept events in storage."""
        return sorted(key for key in self.storage.items if key.startswith("cioanalytics:outbox:") and key[-1].isdigit())

    def answer(self, number: int, status: int, retry_after: str = "") -> None:
        """Answer the request with this number, counted from 0."""
        self.network.posts[number].later.settle(Answer(status, "", retry_after))

    def crash(self) -> None:
        """Let the page die without a word."""
        self.locks.die()
        self._silence()

    def close(self) -> None:
        """Close the page: hidden, then gone."""
        self.leaving.receive("hidden")
        self.leaving.receive("hide")
        self._silence()

    def freeze(self) -> None:
        """Let the page go into the back/forward cache."""
        self.leaving.receive("hidden")
        self.leaving.receive("hide")
        self.page_clock.frozen = True

    def thaw(self) -> None:
        """Let it come back."""
        self.page_clock.thaw()
        self.leaving.receive("show")
        self.leaving.receive("visible")

    def _silence(self) -> None:
        self.page_clock.alive = False


def silent(method: str, url: str, body: str | None) -> Answer | None:
    """Answer nothing; the test does."""
    return None


def failing(status: int) -> Callable[[str, str, str | None], Answer | None]:
    """Answer everything with this status."""
    return lambda _method, _url, _body: Answer(status)


def answered(call: Later[Context] | Later[None]) -> bool:
    """Tell whether a call has its answer."""
    return call.done


class Rename:
    """An enrichment that shows how often it ran."""

    name = "Rename"
    type = "enrichment"

    def track(self, context: Context) -> Context:
        context.event["event"] = f"{context.event['event']}!"
        return context
