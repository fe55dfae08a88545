"""Typed reading of one object of options.

Law: a wrong value or an unknown name costs one warning, which names the option and what it accepts; the default is
used and nothing is thrown. `null` counts as not given.
"""

from __future__ import annotations

from cioanalytics.core.ports import Console, Json, JsonObject


class OptionReader:
    """One object of options, read name by name; `close` warns of the names that nobody asked for."""

    def __init__(self, raw: Json, path: str, console: Console) -> None:
        self._path = path
        self._console = console
        self._asked: list[str] = []
        self.raw: JsonObject = raw if isinstance(raw, dict) else {}
        if raw is not None and not isinstance(raw, dict):
            self._warn(path.rstrip(".") or "options", "an object", raw)

    def _warn(self, name: str, accepted: str, value: Json) -> None:
        text = f'cioanalytics: option "{name}" accepts {accepted}, not {_shown(value)}; its default is used.'
        self._console.warn(text)

    def _wrong(self, name: str, accepted: str) -> None:
        self._warn(self._path + name, accepted, self.raw.get(name))

    def given(self, name: str) -> Json:
        """Give the raw value and count the name as known."""
        if name not in self._asked:
            self._asked.append(name)
        return self.raw.get(name)

    def flag(self, name: str, *, default: bool) -> bool:
        """Read `true` or `false`."""
        value = self.given(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self._wrong(name, "true or false")
        return default

    def maybe_flag(self, name: str) -> bool | None:
        """Read a flag whose absence has a meaning of its own."""
        value = self.flag(name, default=False)
        return value if isinstance(self.raw.get(name), bool) else None

    def text(self, name: str, default: str, accepted: str = "a text") -> str:
        """Read a text that is not empty."""
        value = self.given(name)
        if isinstance(value, str) and value:
            return value
        if value is not None:
            self._wrong(name, accepted)
        return default

    def maybe_text(self, name: str, accepted: str = "a text") -> str | None:
        """Read a text whose absence has a meaning of its own."""
        return self.text(name, "", accepted) or None

    def choice(self, name: str, choices: list[str]) -> str:
        """Read one of some texts, the first being the default; the case of the letters does not matter."""
        value = self.given(name)
        if isinstance(value, str):
            for choice in choices:
                if choice.lower() == value.lower():
                    return choice
        if value is not None:
            self._wrong(name, " or ".join(f'"{choice}"' for choice in choices))
        return choices[0]

    def number(self, name: str, default: float, unit: str, *, least: float) -> float:
        """Read a number that is at least `least`; infinite and not-a-number come as `null` through JSON."""
        value = self.given(name)
        if not isinstance(value, bool) and isinstance(value, (int, float)) and value >= least:
            return value
        if value is not None:
            self._wrong(name, f"a number of {unit}, {least:g} or more")
        return default

    def whole(self, name: str, default: int, unit: str, *, least: int) -> int:
        """Read a number and cut what is behind its point."""
        return int(self.number(name, default, unit, least=least))

    def mapping(self, name: str, accepted: str = "an object") -> JsonObject | None:
        """Read an object as it is."""
        value = self.given(name)
        if value is not None and not isinstance(value, dict):
            self._wrong(name, accepted)
            return None
        return value

    def inner(self, name: str) -> OptionReader:
        """Read an object within this one."""
        return OptionReader(self.given(name), f"{self._path}{name}.", self._console)

    def wrong(self, name: str, accepted: str) -> None:
        """Warn of a value whose kind the caller judged."""
        self._wrong(name, accepted)

    def close(self) -> None:
        """Warn of each name that is not known here."""
        for name in self.raw:
            if name not in self._asked:
                known = ", ".join(self._asked)
                text = f'cioanalytics: option "{self._path}{name}" is unknown and has no effect; known: {known}.'
                self._console.warn(text)


def _shown(value: Json) -> str:
    if isinstance(value, str):
        return f'"{value[:40]}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    return str(value)
