"""The tables of the README, made from what the bench wrote down, and the chart beside them."""

from __future__ import annotations

from typing import Any, Final

from tests.bench.start.chart import Bar, drawn
from tests.bench.start.figures import Spread, read
from tests.bench.start.stage import CLIENTS
from tests.browser.places import ROOT

README: Final = ROOT / "README.md"
CHART: Final = ROOT / "docs" / "start.svg"
MARKS: Final = ("<!-- made by ./build.sh bench -->", "<!-- end of what the bench made -->")
MEMORY: Final = ("JavaScript heap", "WebAssembly memory", "process")
CALL_NAMES: Final = {
    "anonymousId()": "`anonymousId()`",
    "identify": "identify",
    "track, ten nested properties": "track",
}
PHASE: Final = "phase "


def row(name: str, unit: str, theirs: Spread, ours: Spread) -> str:
    """Write one line of a table."""
    ratio = f"{ours.median / theirs.median:.1f}" if theirs.median else "-"
    return f"| {name} | {unit} | {theirs.text()} | {ours.text()} | {ratio} |"


def text(result: dict[str, Any]) -> str:
    """Write all that the README says of a result."""
    theirs, ours = (read(result["clients"][str(client)]["figures"]) for client in CLIENTS)
    sizes = [sum(result["clients"][str(client)]["files"].values()) for client in CLIENTS]
    times = [name for name in ours if name.startswith("cold")] + ["warm", "second visit", "main thread", "longest task"]
    lines = ["| first id | | the reference | ours | ratio |", "|---|---|---|---|---|"]
    lines += [row(name, "ms", theirs[name], ours[name]) for name in times]
    lines.append(
        f"| bytes until then | kB | {sizes[0] / 1000:.0f} | {sizes[1] / 1000:.0f} | {sizes[1] / sizes[0]:.0f} |"
    )
    lines += [row(label, "µs", theirs[name], ours[name]) for name, label in CALL_NAMES.items()]
    lines += [row(name, "MB", theirs[name], ours[name]) for name in MEMORY if name in ours and name in theirs]
    for engine, told in result["engines"].items():
        one, other = (read(told[str(client)]) for client in CLIENTS)
        lines += [row(f"{engine}: {name}", "ms", one[name], other[name]) for name in ("cold", "second visit")]
        lines += [row(f"{engine}: {label}", "µs", one[name], other[name]) for name, label in CALL_NAMES.items()]
    phases = {name.removeprefix(PHASE): each for name, each in ours.items() if name.startswith(PHASE)}
    where = ", ".join(f"{name} {each.median:.0f}" for name, each in sorted(phases.items(), key=lambda of: of[1].median))
    place = f"{result['browser']}, {result['machine']}, local server with brotli, {result['runs']} runs in turns"
    return "\n".join(
        [
            *lines,
            "",
            f"Median (least-most). {place}. `track` is given ten nested properties.",
            f"Ours, cold, by phase, ms since navigation: {where}.",
        ]
    )


def chart(result: dict[str, Any]) -> str:
    """Draw the start of both."""
    theirs, ours = (read(result["clients"][str(client)]["figures"]) for client in CLIENTS)
    names = [name for name in ours if name.startswith("cold")] + ["warm", "second visit"]
    return drawn("Milliseconds to the first id", [Bar(name, theirs[name].median, ours[name].median) for name in names])


def publish(result: dict[str, Any]) -> None:
    """Put table and chart where the README shows them."""
    head, found, rest = README.read_text("utf-8").partition(MARKS[0])
    if found:
        told = f"![Milliseconds to the first id](docs/start.svg)\n\n{text(result)}"
        README.write_text(f"{head}{MARKS[0]}\n{told}\n{MARKS[1]}{rest.partition(MARKS[1])[2]}", "utf-8")
    CHART.write_text(chart(result), "utf-8")
