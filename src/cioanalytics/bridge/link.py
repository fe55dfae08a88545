"""How a worker finds its page and keeps it.

Law: one page at a time. The one that made this worker, where that is known (a port, a channel of its own, the worker's
name), is taken; else the one in front. A page that comes late, or after another has gone, is taken too; a worker that
dies with its page rests with it as well, in the back/forward cache. What makes no sense, or comes from somebody else,
changes nothing and is told once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cioanalytics.bridge.mirror import FAR, Mirror
from cioanalytics.bridge.wire import is_news, names_outside, read_message
from cioanalytics.core.ports import Json, JsonObject

# Milliseconds.
TIME_LIMIT: Final = 2_000
FIRST_PAUSE: Final = 50
LONGEST_PAUSE: Final = 1_000
# Several tabs may answer: as long the first one waits for the others.
GATHERING: Final = 20
# A page that has named this worker is there, and may be busy: as long the others wait for it.
PATIENCE: Final = 1_000
ANSWER_DUE: Final = 1_000


class Link:
    """The worker's end. `post` and `after` are the channel and the clock; `exact` tells that only its page is on it.

    `new_name` gives a name that nobody can guess. `mate` is the page that named this worker, `tied` whether this worker
    is of one page, and dies and rests with it, `probe` whether a test cookie may be set. `on_ready(reached)` runs once;
    `on_news(message, first)` at all that the page says later, `on_gone` when it goes. `on_late` runs before a page is
    taken that came after the time was up; what it gives runs after that.
    """

    def __init__(
        self,
        new_name: Callable[[], str],
        names: list[str],
        post: Callable[[JsonObject], None],
        after: Callable[[float, Callable[[], None]], object],
        complain: Callable[[str], None],
        *,
        exact: bool = False,
        mate: str = "",
        tied: bool = False,
        probe: bool = True,
    ) -> None:
        self._new_name = new_name
        self._name = new_name()
        self._names = names
        self._raw_post = post
        self._after = after
        self._complain_once = complain
        self._exact = exact
        self._mate = mate
        self._tied = tied
        self._probe = probe
        self._here: dict[str, list[Json]] = {}
        self._gathering = False
        self._asked = ""
        self._former: set[str] = set()
        self._waited = 0.0
        self._checking = False
        self._complained = False
        self._told = False
        self.gone = False
        self.alone = True
        self.mirror = Mirror(names, self._post, lambda action: after(0, action))
        self.on_ready: Callable[[bool], None] | None = None
        self.on_late: Callable[[], Callable[[], None]] | None = None
        self.on_gone: Callable[[], None] | None = None
        self.on_news: Callable[[JsonObject, bool], None] | None = None

    @property
    def certain(self) -> bool:
        """Tell whether the page is known to be this worker's own, so that its address is the events'."""
        page = self.mirror.page
        # Where no name tells, a page that was alone when it answered is the one.
        return bool(page) and (self._is_own() or (self.alone and not self._mate))

    def _is_own(self) -> bool:
        return self._exact or self.mirror.page == self._mate

    @property
    def resting(self) -> bool:
        """Tell whether this worker's page has gone with it: what is said now would throw it out of the cache."""
        return self.gone and self._tied and self._is_own()

    def start(self) -> None:
        """Ask for pages, until one has answered or the time is up; a late one is taken too."""
        self._ask_pages()
        self._after(TIME_LIMIT, self._time_up)
        self._ask_later(FIRST_PAUSE)

    def _ask_later(self, pause: float) -> None:
        def again() -> None:
            if not self.mirror.page and self._waited < TIME_LIMIT:
                self._ask_pages()
                self._ask_later(min(pause * 2, LONGEST_PAUSE))

        self._waited += pause
        self._after(pause, again)

    def _time_up(self) -> None:
        if not self._told:
            self._told = True
            if self.on_ready is not None:
                self.on_ready(False)

    def _ask_pages(self) -> None:
        self._raw_post({"cio": 1, "from": self._name, "hello": 1})

    def _post(self, message: JsonObject) -> None:
        if self.mirror.waiting:
            self._expect_answers()
        if self.resting and "join" not in message:
            # All that was not answered is sent when the page is back.
            return
        self._raw_post({"cio": 1, "from": self._name, **message})

    def _expect_answers(self) -> None:
        # Said or only meant to be: what asks the page once more may get lost as well.
        if not self._checking:
            self._checking = True
            self._after(ANSWER_DUE, self._check_answers)

    def _check_answers(self) -> None:
        """Join once more where writes were not answered: the page may have been asleep, or another."""
        self._checking = False
        if self.mirror.waiting:
            self._expect_answers()
            if self.gone:
                self._look_again()
            else:
                self._join(self.mirror.page)

    def _complain(self, what: str) -> None:
        if not self._complained:
            self._complained = True
            self._complain_once(f"cioanalytics: the bridge heard what makes no sense and left it: {what}")

    def hear(self, text: object) -> None:
        """Take one text of the channel."""
        message = read_message(text)
        if message is None:
            self._complain("a text that is no message")
        elif message["from"] == self._name:
            self._complain("a message in this worker's name")
            # What was done in that name is not ours: whoever we are from now on, the page begins anew with it.
            self._name = self._new_name()
            self._join(self.mirror.page)
        elif "up" in message:
            self._page_came(str(message["from"]))
        elif "down" in message:
            self._page_went(str(message["from"]))
        elif message.get("to") == self._name:
            self._hear_page(str(message["from"]), message)

    def _page_came(self, page: str) -> None:
        if page == self.mirror.page:
            self.gone = False
            self._join(page)
        elif not self.mirror.page or self.gone:
            self._ask_pages()

    def _page_went(self, page: str) -> None:
        if page != self.mirror.page or self.gone:
            return
        self.gone = True
        if self.on_gone is not None:
            self.on_gone()
        if self._tied:
            self._after(ANSWER_DUE if self.resting else FIRST_PAUSE, self._look_again)
        else:
            self._look_again()

    def _look_again(self) -> None:
        """Ask for another page: a worker that lives on has one somewhere, or will have."""
        if self.resting:
            # Neither dead nor asleep: that its page goes was not said by its page.
            self._join(self.mirror.page)
        elif self.gone:
            self._ask_pages()

    def _hear_page(self, page: str, message: JsonObject) -> None:
        here = message.get("here")
        if isinstance(here, list) and len(here) == 2:
            self._answered(page, here)
        elif "here" in message or not is_news(message):
            self._complain("a message of the wrong shape")
        elif page in self._former:
            # It does not know that this worker has found its own.
            return
        elif page not in (self.mirror.page, self._asked):
            self._complain("news of a page that is not this worker's")
        elif names_outside(message, self._names):
            self._complain("entries that nobody asked for")
        else:
            self._news(page, message)

    def _answered(self, page: str, here: list[Json]) -> None:
        if self._is_settled() and page != self._mate:
            return
        self._here[page] = here
        if self._exact or page == self._mate:
            self._choose()
        elif not self._gathering:
            self._gathering = True
            self._after(PATIENCE if self._mate and not self.mirror.page else GATHERING, self._choose)

    def _is_settled(self) -> bool:
        """Tell whether there is a page, or the own one is about to be; it is taken however late it answers."""
        return not self.gone if self.mirror.page else self._asked == self._mate != ""

    def _choose(self) -> None:
        self._gathering = False
        here, self._here = self._here, {}
        if not here:
            return

        def rank(page: str) -> tuple[bool, bool, bool]:
            return page == self._mate, here[page][0] is True, here[page][1] is True

        best = max(sorted(here), key=rank)
        if not self._is_settled() or (best == self._mate != self.mirror.page):
            self.alone = len(here) == 1
            self._join(best)

    def _join(self, page: str) -> None:
        if page:
            self._asked = page
            names: list[Json] = [each for each in self._names if not each.endswith("*")]
            starts: list[Json] = [each[:-1] for each in self._names if each.endswith("*")]
            mirror = self.mirror
            known: JsonObject = {"acked": mirror.acked, "n": mirror.number if page == mirror.page else 0}
            self._post({"to": page, "join": {"names": names, "starts": starts, "probe": self._probe, **known}})

    def bequeath(self, requests: list[Json], lease: str) -> None:
        """Leave to the page what it is to send when it goes, and the lease that it is to end."""
        if self.mirror.page:
            self._post({"to": self.mirror.page, "will": requests, "lease": lease})

    def _news(self, page: str, message: JsonObject) -> None:
        number = message["n"]
        if page == self.mirror.page and isinstance(number, int) and number > self.mirror.number + FAR:
            self._complain("a number that no page has come to")
            return
        if page != self.mirror.page and "joined" not in message:
            return
        first = not self.mirror.page
        if not first and page != self.mirror.page:
            self._former = {self.mirror.page}
        finish = self.on_late() if first and self._told and self.on_late is not None else None
        if "joined" in message:
            self.gone, self._asked = False, page
        if not self.mirror.receive(message):
            self._join(page)
            return
        if finish is not None:
            finish()
        if not self._told:
            self._told = True
            if self.on_ready is not None:
                self.on_ready(True)
        elif self.on_news is not None:
            self.on_news(message, first)
