"""Live tables: the list as it is sieved now by an address that a spreadsheet reads; made, listed, ended, and read."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from svyazka.presale.deals.feeds import (
    OpenFeed,
    View,
    feed_revision,
    feed_rows,
    feeds,
    make_feed,
    note_feed_use,
    open_feed,
    revoke_feed,
)
from svyazka.presale.journal.values import NotFound
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import may
from svyazka.speech.deal_tables import open_deals_table
from svyazka.speech.reader import address
from svyazka.speech.tables import Table, as_csv, as_plain_csv, as_xlsx
from svyazka.web.board.lanes import lanes
from svyazka.web.board.sieve import read_sieve, sieve_of
from svyazka.web.board.views import ours
from svyazka.web.jinja import render
from svyazka.web.ui.downloads import FORMATS, INERT
from svyazka.web.ui.guard import see_other, shown_once
from svyazka.web.ui.throttle import wait_before

LIVES: Final = (
    ("30", gettext_lazy("30 days")),
    ("90", gettext_lazy("90 days")),
    ("365", gettext_lazy("a year")),
)
FILES: Final[Mapping[str, tuple[str, Callable[[Table], bytes]]]] = {
    "google.csv": (FORMATS["csv"][0], as_plain_csv),
    "excel.csv": (FORMATS["csv"][0], as_csv),
    "excel.xlsx": (FORMATS["xlsx"][0], as_xlsx),
}
"""What the same address can be read as, by the end of it."""
_VERSION: Final = version("svyazka")
"""Another one may write the table otherwise."""
_FOREIGN: Final = {**INERT, "Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}  # fmt: skip
"""Whoever reads may keep what he got, asks each time whether it still holds, and tells nobody the address."""


class FeedForm(forms.Form):
    """A new live table."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    life = forms.ChoiceField(label=gettext_lazy("Valid for"), choices=LIVES, initial="365")


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """A new live table of the list as it is sieved; its addresses are on the answer and nowhere else."""
    actor, at = ours(request), timezone.now()
    stage = request.GET.get("stage", "")
    view = read_sieve(request.GET).view(stage if stage in dict(_stages()) else None)
    told = _told(view)
    form = FeedForm(
        request.POST if request.method == "POST" else None,
        initial={"name": (", ".join(told) or pgettext("board", "Open deals"))[:80]},
    )
    context: dict[str, Any] = {"form": form, "told": told, "list": _address(view), "query": _query(view)}
    if not form.is_valid():
        return render(request, "board/feed.html", context, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    life = timedelta(days=int(given["life"]))
    secret = make_feed(name=given["name"], view=view, actor=actor, at=at, life=life)
    made = {
        file.replace(".", "_"): address(reverse("board:feed", kwargs={"live": secret, "file": file})) for file in FILES
    }  # fmt: skip
    return shown_once(
        render(request, "board/feed_made.html", {"name": given["name"], "until": at + life, **made})
    )


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """My live tables; an administrator's everybody's."""
    actor = ours(request)
    people = directory()
    found = [
        (feed, _address(feed.view), ", ".join(_told(feed.view)), people.name(feed.person_id))
        for feed in feeds(viewer=actor)
    ]
    context = {"feeds": found, "at": timezone.now(), "everybodys": may(actor, "feed.revoke")}
    return render(request, "board/feeds.html", context)


@require_POST
def revoke(request: HttpRequest, feed_id: int) -> HttpResponse:
    """End a live table at once."""
    revoke_feed(feed_id=feed_id, actor=ours(request), at=timezone.now())
    messages.success(request, _("The address no longer works"))
    return see_other("board:feeds")


def _stages() -> list[tuple[str, str]]:
    return [(lane.key, lane.name) for lane in lanes(get_language() or "")]


def _query(view: View) -> str:
    return sieve_of(view).query(stage=view.stage)


def _address(view: View) -> str:
    """The list on the site that shows the same."""
    return reverse("board:list") + _query(view)


def _told(view: View) -> tuple[str, ...]:
    """The sieves in words."""
    people = directory()
    unit = people.units.get(view.unit or 0)
    said = (
        dict(_stages()).get(view.stage, view.stage), unit.name if unit else "", people.name(view.person), view.source,
        pgettext("live table", "overdue only") if view.overdue else "", _("“%(text)s”") % {"text": view.text} if view.text else "",
    )  # fmt: skip
    return tuple(words for words in said if words)


@login_not_required
@require_safe
def read(request: HttpRequest, live: str, file: str) -> HttpResponse:
    """The table itself, in the language and by the clock of who made it; unchanged since the reader's last visit, nothing but that."""
    at = timezone.now()
    try:
        feed = open_feed(live, at=at)
    except NotFound:
        return _plainly(404)
    if file not in FILES:
        return _plainly(404)
    if wait := wait_before(f"feed:{feed.row.id}", address=request.META.get("REMOTE_ADDR", ""), at=at):
        return _plainly(429, **{"Retry-After": str(wait)})
    note_feed_use(feed.row, at=at)
    tag = _tag(feed, file, at)
    answer = get_conditional_response(request, etag=tag) or _whole(feed, file, at)
    for name, value in {**_FOREIGN, "ETag": tag}.items():
        answer.headers[name] = value
    return answer


def _tag(feed: OpenFeed, file: str, at: datetime) -> str:
    """Weak: an unchanged table is the same to its reader, though a workbook made anew isn't the same bytes."""
    said = f"{_VERSION}-{feed_revision(feed, at=at)}-{file}"
    return f'W/"{sha256(said.encode()).hexdigest()[:32]}"'


def _whole(feed: OpenFeed, file: str, at: datetime) -> HttpResponse:
    card = directory().people[feed.reader.me]
    kind, write = FILES[file]
    with translation.override(card.language), timezone.override(card.time_zone):
        body = write(open_deals_table(feed.row.name, feed_rows(feed, at=at)))
    ending = file.rpartition(".")[2]
    saved = content_disposition_header(as_attachment=True, filename=f"{feed.row.name}.{ending}")
    return HttpResponse(
        body, content_type=kind, headers={"Content-Disposition": saved or "attachment", "Content-Language": card.language}
    )  # fmt: skip


def _plainly(status: int, **more: str) -> HttpResponse:
    """For a program: no page, and the same bytes whatever the reason."""
    return HttpResponse(
        f"{status}\n", status=status, content_type="text/plain; charset=utf-8", headers=_FOREIGN | more
    )
