"""What a browser holds, as the mirror of it knows, and one write to it.

Law: the same texts as the browser's: a cookie's line, `a=1; b=2`, a text of localStorage.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cioanalytics.core.ports import Json


@dataclass
class Write:
    """One write that the page has not answered. `text` None removes; `line` is a cookie's."""

    seq: int
    name: str
    text: str | None
    line: str | None = None

    def op(self) -> list[Json]:
        """Give it as the page takes it."""
        return ["l", self.name, self.text] if self.line is None else ["c", self.line]


@dataclass
class Held:
    """What a browser holds: cookies in its order, and localStorage; None where it throws."""

    cookies: list[tuple[str, str]] | None = field(default_factory=list)
    local: dict[str, str] | None = field(default_factory=dict)

    def copy(self) -> Held:
        """Give the same, to be changed."""
        local = None if self.local is None else {**self.local}
        return Held(None if self.cookies is None else list(self.cookies), local)

    def apply(self, write: Write) -> None:
        """Do what the browser will do, as far as a guess goes."""
        if write.line is not None:
            self._apply_cookie(write.name, write.text)
        elif self.local is not None:
            if write.text is None:
                self.local.pop(write.name, None)
            else:
                self.local[write.name] = write.text

    def _apply_cookie(self, name: str, value: str | None) -> None:
        if self.cookies is None:
            return
        places = [at for at, (key, _) in enumerate(self.cookies) if key == name]
        if value is not None:
            if places:
                self.cookies[places[0]] = (name, value)
            else:
                self.cookies.append((name, value))
        elif len(places) == 1:
            # Of several only the browser knows which one goes.
            del self.cookies[places[0]]

    def values(self, write: Write) -> list[str]:
        """List what stands where a write went."""
        if write.line is not None:
            return [value for key, value in self.cookies or [] if key == write.name]
        text = (self.local or {}).get(write.name)
        return [] if text is None else [text]


def read_cookies(text: str) -> list[tuple[str, str]]:
    """Read `a=1; b=2`."""
    found: list[tuple[str, str]] = []
    for pair in text.split("; ") if text else []:
        name, mark, value = pair.partition("=")
        found.append((name, value) if mark else ("", pair))
    return found


def read_line(line: str) -> tuple[str, str, dict[str, str]]:
    """Read a cookie's line: name, value, and attributes under lower-case names."""
    pair, *rest = line.split(";")
    name, _, value = pair.partition("=")
    attributes: dict[str, str] = {}
    for each in rest:
        key, _, text = each.partition("=")
        attributes[key.strip().lower()] = text.strip()
    return name.strip(), value.strip(), attributes


def is_past(attributes: dict[str, str]) -> bool:
    """Tell whether a line removes its cookie: an age that is not positive, or the date of `LONG_AGO`."""
    age = attributes.get("max-age")
    if age is not None:
        return age[:1] == "-" or age == "0"
    return attributes.get("expires", "").startswith("Thu, 01 Jan 1970")
