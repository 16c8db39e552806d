"""What each part of a chart looks like: one table for pages, where the theme says the colours, and for pictures, where we do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Token = Literal["paper", "ink", "muted", "line", "strong-line", "rope", "rope-soft"]
Theme = Literal["light", "dark"]

PALETTES: Final[Mapping[Theme, Mapping[Token, str]]] = {
    "light": {
        "paper": "#ffffff", "ink": "#1d2327", "muted": "#5a666e", "line": "#e4e1da", "strong-line": "#858d92",
        "rope": "#0e6b63", "rope-soft": "#e3f0ec",
    },
    "dark": {
        "paper": "#14181a", "ink": "#e8e6e1", "muted": "#9ba6ac", "line": "#2a3033", "strong-line": "#727c81",
        "rope": "#5cbdb0", "rope-soft": "#18302e",
    },
}  # fmt: skip
"""The tokens of ``web/ui/css/10-tokens.css``. Pictures stand on white: a letter's own paper is that."""


@dataclass(frozen=True, slots=True)
class Look:
    """A part's token for its area, its token for its line, and how thick that is."""

    fill: Token | None = None
    stroke: Token | None = None
    thick: float = 0.0


LOOKS: Final[Mapping[str, Look]] = {
    "track": Look(fill="line"),
    "bar": Look(fill="rope"),
    "before": Look(fill="strong-line"),
    "still": Look(stroke="rope", thick=1.0),
    "hatch": Look(fill="rope"),
    "ground": Look(fill="paper"),
    "base": Look(stroke="strong-line", thick=1.0),
    "band": Look(fill="muted"),
    "mark": Look(stroke="ink", thick=2.0),
    "halo": Look(stroke="paper", thick=5.0),
    "whisker": Look(stroke="ink", thick=1.8),
    "dot": Look(fill="rope", stroke="paper", thick=2.0),
    "label": Look(fill="ink"),
    "value": Look(fill="ink"),
    "word": Look(fill="muted"),
}
"""By the name of the part, which on a page is its class ``chart__NAME``; ``ui/charts.css`` gives each its colours there."""
