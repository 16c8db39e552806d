"""What the frame around every page needs to know about who looks at it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from svyazka.presale.notices.queries import unread_count
from svyazka.presale.people.queries import actor_of, directory


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the rail. ``name`` is translated in the template, which lists the names for extraction."""

    code: str
    path: str
    icon: str


ENTRIES: Final = (
    Entry("today", "/", "sun"),
    Entry("window", "/window/", "inbox"),
    Entry("board", "/board/", "square-kanban"),
    Entry("experts", "/experts/", "graduation-cap"),
    Entry("meetings", "/meetings/", "calendar-clock"),
    Entry("overview", "/overview/", "chart-no-axes-column"),
    Entry("people", "/people/", "users"),
    Entry("process", "/process/", "route"),
)
FOR_AGENTS: Final = tuple(entry for entry in ENTRIES if entry.code == "window")
"""A partner agent has his leads, and nothing else that would open."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. ``key`` keeps form drafts of different people in one browser apart; empty for a stranger."""

    key: str
    name: str
    language: str
    theme: str
    count_unread: Callable[[], int]
    is_agent: bool = False

    @property
    def unread(self) -> int:
        """How many notices wait, asked of the database only where it is shown."""
        return self.count_unread()


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the Jinja2 engine: ``viewer``, the rail's ``entries`` and which is the current one, and
    whether there is nobody yet who could sign in.

    Touches the session only where a page asks, so a public page of a stranger costs no query.
    """
    viewer = viewer_of(request)
    return {
        "viewer": viewer,
        "entries": FOR_AGENTS if viewer.is_agent else ENTRIES,
        "here": here(request.path),
        "nobody_yet": lambda: not directory().people,
    }


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of this request; on an error page there may be no user at all."""
    user = getattr(request, "user", None)
    language = get_language() or settings.LANGUAGE_CODE
    if user is None or not user.is_authenticated:
        return Viewer("", "", language, "auto", lambda: 0)
    # the frame shows the number in several places: it is counted once
    unread = cache(lambda: unread_count(actor_of(user, "web")))
    return Viewer(str(user.pk), user.short_name, language, user.theme, unread, user.is_agent)


_UNDER: Final = {"/figures/": "overview", "/reviews/": "overview", "/run/": "meetings"}
"""Pages that lie under an entry whose address isn't the beginning of theirs."""


def here(path: str) -> str:
    """The code of the entry that the path lies under; empty where it lies under none."""
    for beginning, code in _UNDER.items():
        if path.startswith(beginning):
            return code
    for entry in reversed(ENTRIES):
        if path == entry.path or (entry.path != "/" and path.startswith(entry.path)):
            return entry.code
    return ""
