"""A chart as a PNG, where the extra ``pictures`` is installed: for letters and chats, which show no SVG.

The library that draws it would load whatever a drawing names by an address. So nobody hands it a drawing: this module takes a
chart, whose drawing has no addresses (``sheet.py``).
"""

import os
from functools import cache
from typing import Any, Final

from svyazka.speech.charts.drawing import svg_of_picture
from svyazka.speech.charts.inks import Theme
from svyazka.speech.charts.values import Chart

SCALE: Final = 2.0
"""Pixels of the picture for one of the drawing: screens of phones are that fine."""


class NoPictures(Exception):
    """Pictures can't be drawn here; the words do without them. The text says why."""


def picture(chart: Chart, theme: Theme = "light") -> bytes:
    """The chart as a PNG.

    :raises NoPictures: the extra isn't installed, this process is a fork of one that has drawn already, or drawing failed
    """
    library, drawing = _library(os.getpid()), svg_of_picture(chart, theme)
    try:
        return bytes(library.svg_to_png(drawing, scale=SCALE))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # what panics in it is no Exception, and nobody's words may be lost by it
        raise NoPictures(f"it can't be drawn: {type(error).__name__}") from error


_drawing: Final[dict[str, int]] = {}


@cache
def _library(process: int) -> Any:
    """The library, loaded by whoever draws first: pages never do. It doesn't survive a fork, and hangs there."""
    if _drawing.setdefault("process", process) != process:
        raise NoPictures("this process is a fork of one that draws")
    try:
        import vl_convert
    except ImportError as error:
        raise NoPictures("the extra 'pictures' is not installed") from error
    return vl_convert
