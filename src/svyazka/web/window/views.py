"""The queue, one request of it, and one's own leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from svyazka.engine.identity import readable_phones
from svyazka.engine.process import Process
from svyazka.presale.deals.queries import Duplicate, own_leads, possible_duplicates, window_queue
from svyazka.presale.deals.shadow import latest_open_act
from svyazka.presale.people.queries import Directory, directory
from svyazka.presale.people.rights import may
from svyazka.presale.stages.queries import DealPage, deal_page
from svyazka.speech.process_words import say_box, say_missing
from svyazka.speech.refusals import STATUSES
from svyazka.speech.signs import say_signs
from svyazka.speech.sizes import say_size
from svyazka.web.jinja import render
from svyazka.web.ui.guard import actor_in
from svyazka.web.window.rows import ANSWERED, DECIDED, Clock, lead_rows, waiting_rows

SHOWN = ("all", "mine", "leads")


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Requests that nobody has decided on yet, oldest first; or one's own leads. A partner agent sees only those."""
    actor = actor_in(request)
    show = request.GET.get("show", "")
    if show not in SHOWN:
        show = "all" if actor.has("dispatcher", "administrator", "head") else "leads"
    if actor.is_agent:
        show = "leads"
    people, language, now = directory(), get_language() or "", timezone.now()
    revision = latest_open_act()
    queued = () if actor.is_agent else window_queue(viewer=actor)
    mine = [one for one in queued if one.deal.dispatcher_id == actor.me]
    chosen: Iterable[Any] = () if show == "leads" else mine if show == "mine" else queued
    context = {
        "show": show,
        "ours": not actor.is_agent,
        "counts": {"all": len(queued), "mine": len(mine)},
        "decides": may(actor, "request.decide"),
        "me": actor.me,
        "makes_links": may(actor, "window.links"),
        "imports": may(actor, "import.make"),
        "waiting": waiting_rows(chosen, people=people, language=language, at=now),
        "leads": lead_rows(own_leads(viewer=actor), people=people, language=language)
        if show == "leads"
        else (),
        "revision": revision,
    }
    return render(request, "window/page.html", context)


@require_safe
def revision(request: HttpRequest) -> HttpResponse:
    """The journal's newest entry: the queue on the screen asks whether anything has changed."""
    tag = f'"{latest_open_act()}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(status=200, headers={"ETag": tag, "Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True)
class Similar:
    """A deal that may be about the same, and the signs in common."""

    one: Duplicate
    signs: str


@require_safe
def request_page(request: HttpRequest, number: str) -> HttpResponse:
    """One request: what was said, what is missing, who is similar, and what can be decided."""
    return show_request(request, number)


def show_request(
    request: HttpRequest,
    number: str,
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    act: str = "",
    sentence: str = "",
) -> HttpResponse:
    """The page of a request; after a refusal with its words beside what was typed.

    :param errors: sentences by field of the form that was refused
    :param act: which form that was
    :param sentence: the refusal as a whole, where no field is to blame
    """
    actor, now = actor_in(request), timezone.now()
    if actor.is_agent:
        raise Http404
    page = deal_page(number=number, viewer=actor, at=now, entries=1)
    people, language = directory(), get_language() or ""
    row = page.card.row
    found = possible_duplicates(page.card.answers, viewer=actor, besides=row.id)
    context = {
        "page": page, "row": row, "act": act, "errors": errors or {}, "sentence": sentence,
        "typed": request.POST if request.method == "POST" else {},
        "answers": _answers(page, language),
        "missing": say_missing(
            page.missing_fields, page.process, language, named=bool(page.card.answers.get("company"))
        ),
        "similar": [Similar(one, say_signs(one.by)) for one in found[:12]],
        "originals": [(one.deal.path, f"{one.deal.number} {one.deal.title}"[:70]) for one in found[:12]],
        "is_known": any(one.client_id == page.card.client_id for one in found),
        "statuses": STATUSES,
        "answer": _clock(page, ANSWERED, people, now),
        "decision": _clock(page, DECIDED, people, now),
        "author": people.name(row.author_id), "dispatcher": people.name(row.dispatcher_id),
        "managers": [(card.id, card.full_name) for card in people.active(role="manager")],
        "units": [(unit.id, unit.name) for unit in people.units.values()],
        "decides": "request.decide" in page.may and row.status == "open",
        "files": [(one.name, f"/deals/{row.path}/files/{one.id}/", say_size(one.size)) for one in page.documents],
        "contacts": "deal.contact" in page.may and row.status == "open",
    }  # fmt: skip
    return render(request, "window/request.html", context, status=status)


def _answers(page: DealPage, language: str) -> list[tuple[str, str]]:
    """What was said, box by box, in the form's order."""
    said = page.card.answers
    return [
        (say_box(key, page.process, language), _shown(value, page.process, key, language))
        for key, value in said.items()
        if value is not False
    ]


def _shown(value: object, process: Process, key: str, language: str) -> str:
    if value is True:
        return "✓"
    if key == "phone":
        return readable_phones(str(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    field = next((one for one in process.fields if one.key == key), None)
    chosen = next((one for one in field.choices if one.key == value), None) if field else None
    return chosen.text.say(language) if chosen else str(value)


def _clock(page: DealPage, event: str, people: Directory, at: datetime) -> Clock | None:
    terms = {term.key for term in page.process.terms_closed_by(event)}
    owed = next((row for row in page.commitments if row.outcome == "open" and row.term in terms), None)
    if owed is None:
        return None
    return Clock(owed.due_at, people.calendar_of(owed.performer_id).minutes_between(at, owed.due_at))
