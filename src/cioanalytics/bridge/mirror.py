"""A synchronous mirror of one page's cookies and storage.

Law: what the mirror shows is what the page last said the browser holds, overlaid with the writes that the page has not
answered yet. A write is there at once, and is replaced by what the browser made of it. What one call writes is posted
as one message, so that nobody on the page sees a half of it: with the event that the call makes, before the call
returns, or when Python has come to rest. Pure: no js, no clock, no loop.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from cioanalytics.bridge.held import Held, Write, is_past, read_cookies, read_line
from cioanalytics.bridge.wire import FACTS
from cioanalytics.core.identity.reconcile import NOTE_KEY
from cioanalytics.core.ports import Json, JsonObject

PROBE: Final = "__tld__"
OWN: Final = "cioanalytics:"
OUTBOX: Final = "cioanalytics:outbox:"
ANONYMOUS: Final = "ajs_anonymous_id"
# A number that runs so far ahead of ours is nobody's mistake but somebody's doing.
FAR: Final = 100_000


class Mirror:
    """One page's jar and storage. `names` are the entries that may be touched.

    `post` takes messages to the page; `soon` runs an action when the running Python has come to rest.
    """

    def __init__(
        self,
        names: list[str],
        post: Callable[[JsonObject], None],
        soon: Callable[[Callable[[], None]], object],
    ) -> None:
        self._names = names
        self._post = post
        self._soon = soon
        self._posted = 0
        self._due = False
        self._base = Held()
        self._view = Held()
        self._pending: list[Write] = []
        self._seq = 0
        self._probe: str | None = None
        # Texts that the browser did not keep, and of these the ones that the core does not know of yet.
        self._refused: dict[str, str] = {}
        self._untold: dict[str, bool] = {}
        self.page = ""
        self.facts: JsonObject = {}
        self.acked = 0
        self.written = 0
        self.number = 0
        self._works = True
        self._domain: str | None = None
        self._probes = True

    # -- what the core sees

    def cookie(self) -> str | None:
        """Give all cookies as one text; None where the page's browser throws."""
        if self._view.cookies is None:
            return None
        pairs = [f"{name}={value}" if name else value for name, value in self._view.cookies]
        if self._probe is not None:
            pairs.append(f"{PROBE}={self._probe}")
        return "; ".join(pairs)

    def set_cookie(self, line: str) -> bool:
        """Take a cookie's line, as `document.cookie` does; False where the page's browser throws."""
        name, value, attributes = read_line(line)
        if self._view.cookies is None:
            return False
        if name == PROBE:
            self._answer_probe(value, attributes)
        elif self._works and self.is_named(name):
            text = None if is_past(attributes) else value
            if text is None or self._refused.get("c" + name) != text:
                self._write(Write(0, name, text, line))
            self._untold.pop("c" + name, None)
        return True

    def get_item(self, key: str) -> str | None:
        """Read a text of localStorage."""
        return None if self._view.local is None else self._view.local.get(key)

    def set_item(self, key: str, text: str) -> bool:
        """Store a text; False where the browser is known not to take it."""
        if self._view.local is None or not self.is_named(key):
            return False
        self._untold.pop("l" + key, None)
        if self._refused.get("l" + key) == text:
            return False
        self._write(Write(0, key, text))
        return True

    def remove_item(self, key: str) -> bool:
        """Remove a text."""
        if self._view.local is None or not self.is_named(key):
            return False
        self._untold.pop("l" + key, None)
        if key in self._view.local:
            self._write(Write(0, key, None))
        return True

    def keys(self) -> list[str] | None:
        """List the keys of localStorage; None where it does not work, or is known to have just refused a text."""
        if self._view.local is None or any(each[0] == "l" for each in self._untold):
            return None
        return list(self._view.local)

    def is_named(self, name: str) -> bool:
        """Tell whether the settings name an entry."""
        return any(name.startswith(each[:-1]) if each.endswith("*") else name == each for each in self._names)

    def _answer_probe(self, value: str, attributes: dict[str, str]) -> None:
        """Answer a test cookie from what the page found: the mirror's guess would be worth nothing."""
        if is_past(attributes):
            self._probe = None
            return
        domain = attributes.get("domain", "").removeprefix(".")
        if not self._works or any(each[0] == "c" for each in self._untold):
            return
        if not domain or (self._domain and (domain == self._domain or domain.endswith("." + self._domain))):
            self._probe = value
        elif self._domain is None and self.page and self._probes:
            self._probes = False
            self._post({"to": self.page, "probe": 1})

    # -- the wire

    @property
    def waiting(self) -> bool:
        """Tell whether a write has not been answered."""
        return bool(self._pending)

    def _write(self, write: Write) -> None:
        self.written += 1
        self._refused.pop(("l" if write.line is None else "c") + write.name, None)
        self._seq += 1
        write.seq = self._seq
        self._pending.append(write)
        self._view.apply(write)
        if write.name.startswith(OUTBOX):
            self._post_new()
        elif not self._due:
            self._due = True
            self._soon(self._post_new)

    def _post_new(self) -> None:
        self._due = False
        if self.page:
            self._send([each for each in self._pending if each.seq > self._posted])

    def _post_all(self) -> None:
        """Send all that was not answered, once more."""
        self._send(self._pending)

    def _send(self, writes: list[Write]) -> None:
        if writes:
            self._posted = self._seq
            ops: list[Json] = [each.op() for each in writes]
            self._post({"to": self.page, "seq": writes[0].seq, "ops": ops})

    def _drop_identity(self) -> None:
        """Give up what was written of identity before there was a page, which has one of its own."""
        self._pending = [each for each in self._pending if not is_identity(each.name)]
        self._renumber(self.acked)

    def receive(self, message: JsonObject) -> bool:
        """Take news of the page (`wire.is_news`); False where a message before it is missing."""
        number = int(cast("int", message["n"]))
        joined = "joined" in message
        if joined and message["from"] != self.page:
            if not self.page and _knows_somebody(message):
                self._drop_identity()
            self.page, self.number = str(message["from"]), 0
        elif number <= self.number:
            return True
        elif number > self.number + 1 and not joined:
            return False
        self.number = number
        if joined:
            self._base, self._works = Held(), message["joined"] is not False
        self._learn(message)
        done = message.get("done")
        made = self._made(done) if isinstance(done, int) else []
        self._replace(message)
        self._judge(made)
        self._view = self._base.copy()
        for each in self._pending:
            self._view.apply(each)
        if message.get("gap") or (joined and self._pending):
            self._post_all()
        return True

    def _learn(self, message: JsonObject) -> None:
        facts, domain = message.get("page"), message.get("domain")
        if isinstance(facts, list):
            self.facts = dict(zip(FACTS, facts, strict=True))
        if "domain" in message:
            self._domain, self._probes = domain if isinstance(domain, str) else None, True

    def _made(self, done: int) -> list[Write]:
        """Give the writes that the page has made."""
        made = [each for each in self._pending if each.seq <= done]
        self._pending = [each for each in self._pending if each.seq > done]
        for each in made:
            self._base.apply(each)
        self.acked = max(self.acked, done)
        self._seq = max(self._seq, done)
        return made

    def _renumber(self, done: int) -> None:
        self.acked, self._posted = done, 0
        for place, each in enumerate(self._pending):
            each.seq = done + 1 + place
        self._seq = done + len(self._pending)

    def _replace(self, message: JsonObject) -> None:
        """Put what the page says in the place of what was thought."""
        if "cookie" in message:
            told = message["cookie"]
            self._base.cookies = read_cookies(told) if isinstance(told, str) else None
        if "local" in message:
            differs = message["local"]
            if not isinstance(differs, dict):
                self._base.local = None
                return
            local = self._base.local = {} if self._base.local is None else self._base.local
            for key, text in differs.items():
                if not isinstance(text, str):
                    local.pop(key, None)
                else:
                    local[key] = text

    def _judge(self, made: list[Write]) -> None:
        """Remember which texts the browser did not keep."""
        last = {("l" if each.line is None else "c") + each.name: each for each in made}
        for place, each in last.items():
            if each.text is not None and self._base.values(each) != [each.text]:
                self._refused[place] = each.text
                if is_identity(each.name):
                    self._untold[place] = True


def is_identity(name: str) -> bool:
    """Tell whether an entry says who somebody is; the others are events, settings and the like."""
    return name == NOTE_KEY or not name.startswith(OWN)


def _knows_somebody(message: JsonObject) -> bool:
    cookie, local = message.get("cookie"), message.get("local")
    in_cookie = isinstance(cookie, str) and any(name == ANONYMOUS for name, _ in read_cookies(cookie))
    return in_cookie or (isinstance(local, dict) and ANONYMOUS in local)
