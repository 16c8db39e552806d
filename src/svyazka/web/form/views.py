"""A person of ours, or a signed-in partner agent, hands in a request."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from svyazka.presale.clients.queries import ClientMatch, find_clients
from svyazka.presale.deals.commands import PossibleDuplicates, Received, receive_request
from svyazka.presale.deals.intake import clean, said_identity
from svyazka.presale.deals.queries import DealRow, duplicates_of, sources
from svyazka.presale.journal.values import Actor, Invalid
from svyazka.presale.people.queries import Directory, actor_of, directory
from svyazka.presale.process.queries import current_process
from svyazka.presale.stages.queries import deal_page
from svyazka.speech.process_words import say_field
from svyazka.speech.refusals import STATUSES, say, say_code
from svyazka.speech.signs import say_signs
from svyazka.speech.ways import COLLEAGUE, PARTNER
from svyazka.web.form.boxes import RequestForm
from svyazka.web.jinja import render
from svyazka.web.ui.guard import see_other


class HandingForm(RequestForm):
    """The intake form with who brought the request, and what keeps a second click from opening a second deal."""

    def __init__(self, *args: Any, people: Directory, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nonce"] = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
        self.fields["nonce"].initial = secrets.token_urlsafe(16)
        self.authors: list[tuple[str, str]] = []
        if not actor.is_agent:
            agents = [card for card in people.people.values() if card.is_agent and card.is_active]
            others = [*people.active(role="lead_generator"), *agents]
            offered = [(str(card.id), card.full_name) for card in others if card.id != actor.me]
            self.fields["author"] = forms.ChoiceField(
                choices=[("", _("I did")), *offered], required=False, label=_("Who brought the request"),
                help_text=_("The author can follow the request up to the contract"),
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Similar:
    """A client whom we may know already, the signs in common, and his deals."""

    client_id: int
    name: str
    signs: str
    deals: tuple[DealRow, ...]


def _actor(request: HttpRequest) -> Actor:
    assert request.user.is_authenticated
    # a partner agent must not learn from our questions whom we know: his requests are kept as they come
    return actor_of(request.user, "agent" if request.user.is_agent else "web")


def _form(actor: Actor, data: Any = None) -> HandingForm:
    people = directory()
    _number, process = current_process()
    finders = (
        []
        if actor.is_agent
        else [(card.id, card.full_name) for card in people.active() if card.id != actor.me]
    )
    return HandingForm(process, get_language() or "", data, finders=finders, people=people, actor=actor)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; posting it takes the request in, complete or not."""
    actor = _actor(request)
    if request.method != "POST":
        return _page(request, actor, _form(actor))
    form = _form(actor, request.POST)
    if not form.is_valid():
        return _page(request, actor, form, status=422)
    try:
        received = _receive(request, form, actor)
    except PossibleDuplicates as known:
        return _page(request, actor, form, status=409, similar=_similar(known.matches, actor))
    except Invalid as refusal:
        _mend(form, refusal)
        return _page(request, actor, form, status=422)
    return see_other("form:handed", number=received.number.partition("-")[2])


def _receive(request: HttpRequest, form: HandingForm, actor: Actor) -> Received:
    answers = form.answers()
    chosen = request.POST.get("client", "")
    matches = find_clients(said_identity(clean(form.process, answers))) if chosen else ()
    return receive_request(
        answers=answers,
        actor=actor,
        at=timezone.now(),
        source=str(answers.get("source") or _origin(actor)),
        external_id=form.cleaned_data["nonce"],
        unknown=form.unknown(actor.me),
        author_id=int(form.cleaned_data.get("author") or 0) or None,
        sure=request.POST.get("sure") == "yes",
        client_id=next((match.client_id for match in matches if str(match.client_id) == chosen), None),
    )


def _origin(actor: Actor) -> str:
    """Where a request came from if nobody says, in the company's language: people read it in lists and figures."""
    with translation.override(directory().language):
        return str(PARTNER if actor.is_agent else COLLEAGUE)


def _mend(form: RequestForm, refusal: Invalid) -> None:
    """Beside the box where there is one; what is about a day to find out by goes to that day."""
    days = {"in_the_past", "unknown_field"}
    form.mend({f"{key}__by" if code in days else key: say_code(code) for key, code in refusal.errors.items()})
    if not refusal.errors:
        form.add_error(None, say(refusal))


def _similar(matches: tuple[ClientMatch, ...], actor: Actor) -> tuple[Similar, ...]:
    return tuple(
        Similar(
            match.client_id, match.name, say_signs(match.by),
            tuple(one.deal for one in duplicates_of([match], viewer=actor)[:5]),
        )
        for match in matches[:5]
    )  # fmt: skip


def _page(
    request: HttpRequest,
    actor: Actor,
    form: HandingForm,
    *,
    status: int = 200,
    similar: tuple[Similar, ...] = (),
) -> HttpResponse:
    required = sum(field.required for field in form.process.fields)
    context = {
        "form": form,
        "similar": similar,
        "statuses": STATUSES,
        "sources": sources() if not actor.is_agent else (),
        "required": required,
        "done": required - len(form.lacking()),
        "ours": not actor.is_agent,
    }
    return render(request, "form/new.html", context, status=status)


@require_safe
def handed(request: HttpRequest, number: str) -> HttpResponse:
    """What became of the request just handed in: its number, who answers by when, what is missing."""
    actor = _actor(request)
    page = deal_page(number=number, viewer=actor, at=timezone.now(), entries=1)
    people = directory()
    language = get_language() or ""
    answering = {term.key for term in page.process.terms_closed_by("client.contacted")}
    first = next((row for row in page.commitments if row.outcome == "open" and row.term in answering), None)
    unknown = page.card.unknown
    context = {
        "row": page.card.row,
        "dispatcher": people.name(page.card.row.dispatcher_id),
        "answer_due": first.due_at if first else None,
        # a company whose name is known lacks its tax number only
        "missing": [
            say_field(
                "inn" if key == "company" and page.card.answers.get("company") else key,
                page.process,
                language,
            )
            for key in page.missing_fields
            if key not in unknown
        ],
        "found_out": [
            (
                say_field(key, page.process, language),
                people.name(_person(mark)),
                date.fromisoformat(str(mark["by"])),
            )
            for key, mark in unknown.items()
        ],
        "describes": "request.describe" in page.may and not actor.is_agent,
    }
    return render(request, "form/handed.html", context)


def _person(mark: Any) -> int | None:
    person = mark.get("person")
    return person if isinstance(person, int) else None
