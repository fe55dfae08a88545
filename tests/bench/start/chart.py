"""A chart of pairs of bars, as SVG that stands by itself and is read on light and dark ground."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 720
LEFT: Final = 185
RIGHT: Final = 90
TOP: Final = 56
BAR: Final = 12
PAIR: Final = 44
STYLE: Final = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 15px; }
  .small { font-size: 11px; fill: #59636e; }
  .theirs { fill: #8c959f; }
  .ours { fill: #0969da; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .small { fill: #9198a1; }
    .ours { fill: #4493f8; }
  }
"""


@dataclass(frozen=True)
class Bar:
    """One measure of both clients."""

    name: str
    theirs: float
    ours: float


def drawn(title: str, bars: list[Bar]) -> str:
    """Draw the bars, all on one scale."""
    height = TOP + PAIR * len(bars)
    most = max(max(bar.theirs, bar.ours) for bar in bars)
    scale = (WIDTH - LEFT - RIGHT) / most
    size = f'viewBox="0 0 {WIDTH} {height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(title)}">',
        f"<style>{STYLE}</style>",
        f'<text class="title" x="16" y="24">{escape(title)}</text>',
        *_key(),
    ]
    for number, bar in enumerate(bars):
        lines += _pair(bar, TOP + PAIR * number, scale)
    return "\n".join([*lines, "</svg>", ""])


def _key() -> list[str]:
    """Say whose bar is whose."""
    x = WIDTH - RIGHT - 190
    return [
        f'<rect class="theirs" x="{x}" y="14" width="{BAR}" height="{BAR}" rx="2"/>',
        f'<text class="small" x="{x + 18}" y="24">the reference</text>',
        f'<rect class="ours" x="{x + 110}" y="14" width="{BAR}" height="{BAR}" rx="2"/>',
        f'<text class="small" x="{x + 128}" y="24">cioanalytics</text>',
    ]


def _pair(bar: Bar, y: float, scale: float) -> list[str]:
    lines = [f'<text x="16" y="{y + BAR + 5}">{escape(bar.name)}</text>']
    for place, (kind, value) in enumerate((("theirs", bar.theirs), ("ours", bar.ours))):
        top = y + place * (BAR + 2)
        width = max(1, value * scale)
        ratio = f", {bar.ours / bar.theirs:.1f} ×" if kind == "ours" and bar.theirs else ""
        lines += [
            f'<rect class="{kind}" x="{LEFT}" y="{top}" width="{width:.1f}" height="{BAR}" rx="2"/>',
            f'<text class="small" x="{LEFT + width + 6:.1f}" y="{top + 10}">{value:.0f}{ratio}</text>',
        ]
    return lines
