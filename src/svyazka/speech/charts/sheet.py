"""The sheet that charts are drawn on: elements of SVG and nothing else, with classes for a page or with colours for a picture.

Everything that people typed becomes the text of an element, by a library that escapes it; no part takes an address, a style or a
script, so that whoever shows the drawing loads nothing and runs nothing.
"""

from typing import Final
from xml.etree import ElementTree as ET

from svyazka.speech.charts.fitting import clean
from svyazka.speech.charts.inks import LOOKS, PALETTES, Theme

Element = ET.Element
SIZE: Final = 13.0
"""Pixels of the letters."""


class Sheet:
    """A drawing under way.

    :param theme: whose looks are written into it; None for a page, whose stylesheet has them, so that a part there is its class and its place
    :param room: pixels of its width that text may count on
    """

    def __init__(self, name: str, room: float, theme: Theme | None = None) -> None:
        self.name, self.room, self._theme = name, room, theme
        self.root = ET.Element("g")

    def group(self, told: str) -> Element:
        """A row's parts together; what they say comes up under the pointer."""
        made = ET.SubElement(self.root, "g")
        ET.SubElement(made, "title").text = clean(told)
        return made

    def area(
        self, into: Element, look: str, at: tuple[str, float], size: tuple[str, float], round_: float = 0
    ) -> None:
        """A rectangle: its left edge and its width in percents of the sheet, the rest in pixels."""
        more = {"rx": _pixels(round_)} if round_ else {}
        x, y = at
        wide, high = size
        self._put(into, "rect", look, x=x, y=_pixels(y), width=wide, height=_pixels(high), **more)

    def hatched(self, into: Element, at: tuple[str, float], size: tuple[str, float]) -> None:
        """A rectangle of what isn't decided yet."""
        x, y = at
        wide, high = size
        self._put(
            into,
            "rect",
            "still",
            x=x,
            y=_pixels(y),
            width=wide,
            height=_pixels(high),
            fill=f"url(#{self.name}-still)",
        )

    def line(self, into: Element, look: str, begin: tuple[str, float], end: tuple[str, float]) -> None:
        """A straight line."""
        self._put(into, "line", look, x1=begin[0], y1=_pixels(begin[1]), x2=end[0], y2=_pixels(end[1]))

    def dot(self, into: Element, x: str, y: float, radius: float) -> None:
        """A filled circle."""
        self._put(into, "circle", "dot", cx=x, cy=_pixels(y), r=_pixels(radius))

    def text(self, into: Element, look: str, said: str, at: tuple[str, float], anchor: str = "start") -> None:
        """A line of text, with its left edge, its middle or its end where it is put."""
        x, y = at
        where = {} if anchor == "start" else {"text-anchor": anchor}
        self._put(into, "text", look, x=x, y=_pixels(y), **where).text = clean(said)

    def pattern(self) -> Element:
        """Hatching: what is undecided is told apart by it without any colour."""
        made = ET.Element("defs")
        put = {"id": f"{self.name}-still", "width": "6", "height": "6", "patternUnits": "userSpaceOnUse"}
        lines = ET.SubElement(made, "pattern", put | {"patternTransform": "rotate(45)"})
        self._put(lines, "rect", "ground", width="6", height="6")
        self._put(lines, "rect", "hatch", width="2", height="6")
        return made

    def _put(self, into: Element, tag: str, look: str, **put: str) -> Element:
        if self._theme is None:
            return ET.SubElement(into, tag, {"class": f"chart__{look}"} | put)
        wanted, palette = LOOKS[look], PALETTES[self._theme]
        for kind, token in (("fill", wanted.fill), ("stroke", wanted.stroke)):
            if token is not None:
                put.setdefault(kind, palette[token])
        if wanted.stroke and wanted.thick:
            put["stroke-width"] = _pixels(wanted.thick)
        if look == "band":
            put["fill-opacity"] = "0.45"
        if tag == "text":
            put |= {"font-size": _pixels(SIZE)} | ({"font-weight": "600"} if look == "value" else {})
        return ET.SubElement(into, tag, put)


def _pixels(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def across(share: float) -> str:
    """A place, or a width, as a share of the sheet's; what would be outside stands at its edge."""
    return f"{100 * min(max(share, 0.0), 1.0):.2f}%"
