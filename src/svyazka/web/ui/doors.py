"""The page with a messenger's one-time code: a link that opens the bot with it, the same for a phone's camera, and by hand."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final, Literal

import segno
from django.http import Http404, HttpRequest, HttpResponse

from svyazka.presale.channels.codes import LIFE, doors
from svyazka.speech.ways import say_way
from svyazka.web.jinja import render
from svyazka.web.ui.guard import shown_once

Kind = Literal["person", "group"]
"""Whose chat it begins."""
_QUIET: Final = 4
"""Modules of white around a QR code; with less some cameras don't see it."""


@dataclass(frozen=True, slots=True)
class Squares:
    """A QR code: black modules as a path in a box of ``size`` x ``size``, the white margin included."""

    size: int
    path: str


@dataclass(frozen=True, slots=True)
class Door:
    """A messenger that can be begun by a link."""

    channel: str
    name: str


@dataclass(frozen=True, slots=True)
class Entrance:
    """A door with a code in it. It is shown once and written nowhere.

    :ivar words: what is said to the bot where the link can't be followed
    """

    name: str
    link: str
    squares: Squares
    words: str
    until: datetime


def doors_for(kind: Kind) -> tuple[Door, ...]:
    """Messengers that are on and have told by which address such a chat is begun."""
    return tuple(
        Door(channel, say_way(channel)) for channel, links in sorted(doors().items()) if links.get(kind)
    )


def door_at(channel: str, kind: Kind) -> str:
    """The address behind which such a chat begins, with ``{code}`` in it. Asked before a code is made.

    :raises Http404: there is none
    """
    address = doors().get(channel, {}).get(kind)
    if not address:
        raise Http404
    return address


def show_entrance(
    request: HttpRequest, template: str, *, channel: str, kind: Kind, code: str, at: datetime, **more: object
) -> HttpResponse:
    """The page with the code, which nobody may keep. ``more`` is what the template needs besides ``door``."""
    link = door_at(channel, kind).replace("{code}", code)
    door = Entrance(say_way(channel), link, squares(link), f"/start {code}", at + LIFE)
    return shown_once(render(request, template, {"door": door, **more}))


def squares(text: str) -> Squares:
    """The text as a QR code."""
    rows = list(segno.make_qr(text).matrix_iter(border=_QUIET))
    runs = []
    for y, row in enumerate(rows):
        x = 0
        for dark, modules in groupby(row):
            width = len(list(modules))
            if dark:
                runs.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return Squares(len(rows), "".join(runs))
