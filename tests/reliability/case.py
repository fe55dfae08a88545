"""A case: a visitor's page with one client, watched for all that must not happen in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.browser.clients import OURS, Client
from tests.browser.visitor import ConsoleLine
from tests.browser.visits import LOADED, Shop

# Rejections that nobody takes are told on no console; the page writes them down.
LISTEN: Final = """<script>
    window.rejected = [];
    addEventListener('unhandledrejection', (event) => rejected.push(String(event.reason)));
</script>"""


@dataclass
class Case(Shop):
    """Visits as in a shop, with patience for ours on a busy machine and little for a client that never comes."""

    @property
    def patience(self) -> float:
        """Seconds to wait for what should come."""
        return 60 if self.client is OURS else 8

    def visit(
        self,
        calls: str = "",
        *,
        path: str = "/",
        host: str = "example.test",
        wait: bool = True,
        client: Client | None = None,
        **page: Any,
    ) -> None:
        page["head"] = LISTEN + page.get("head", "")
        super().visit(calls, path=path, host=host, wait=False, client=client, **page)
        if wait:
            self.visitor.wait_for(LOADED, timeout=self.patience)

    def do(self, calls: str) -> Any:
        """Run calls in the page and await what they give; a promise that never settles is an error."""
        return self.visitor.evaluate(
            f"""(ms) => Promise.race([
                (async () => {{ {calls} }})(),
                new Promise((_, fail) => setTimeout(() => fail(new Error("waited in vain")), ms)),
            ])""",
            self.patience * 1000,
        )

    def track(self, name: str) -> dict[str, Any]:
        """Track and give the event as it arrived."""
        self.do(f"await cioanalytics.track('{name}');")
        return self.arrived(name)

    def arrived(self, name: str) -> dict[str, Any]:
        """Wait for an event and give it; it must have come once."""
        found = self.site.event("track", name, timeout=self.patience)
        self.came_once([name])
        return found

    def all_arrived(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """Wait for events and give them as named: by `event` or `name`, else by type."""

        def here() -> bool:
            return set(names) <= {label(event) for event in self.site.events()}

        self.site.until(here, timeout=self.patience, what=f"the events {', '.join(names)}")
        self.came_once(names)
        return [event for name in names for event in self.site.events() if label(event) == name]

    def came_once(self, names: Sequence[str]) -> None:
        labels = [label(event) for event in self.site.events()]
        assert {name: labels.count(name) for name in names} == dict.fromkeys(names, 1)

    def who(self) -> dict[str, Any]:
        """Give ids and traits as the page sees them."""
        return {**self.ids(), "userTraits": self.user_traits(), "groupTraits": self.group_traits()}

    def warnings(self) -> list[str]:
        """Give what the client warned of in the tab in front."""
        return [line.text for line in self.visitor.console if line.level == "warning"]

    def complaints(self) -> list[ConsoleLine]:
        """Give errors on the console and uncaught ones; a page that stays quiet has none."""
        lines = [line for line in self.visitor.console if line.level in {"error", "uncaught"}]
        # A browser asks every site for its icon.
        return [line for line in lines if "Failed to load resource" not in line.text]

    def assert_calm(self) -> None:
        """See that nothing was thrown into the page."""
        assert self.complaints() == []
        assert self.visitor.evaluate("window.rejected") == []


def label(event: dict[str, Any]) -> str:
    return str(event.get("event") or event.get("name") or event.get("type"))
