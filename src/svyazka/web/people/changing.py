"""Administrators add people and change them."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from svyazka.presale.journal.values import Actor, Invalid, NotFound
from svyazka.presale.people.commands import Profile, save_person
from svyazka.presale.people.queries import PersonRow, competences, directory, name_parts, people_page
from svyazka.speech.experts import LEVELS
from svyazka.web.jinja import render
from svyazka.web.people.forms import ChangedPersonForm, NewPersonForm, PersonForm, known_person
from svyazka.web.ui.guard import guarded, see_other, shown_once

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mixed up when read aloud."""


def make_password() -> str:
    """Sixteen letters and digits in groups of four: about 79 bits, and easy to read out."""
    return "-".join("".join(secrets.choice(LETTERS) for _place in range(4)) for _group in range(4))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("people.change")
def add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new person; a password that we made up is shown once, on the answer."""
    people = directory()
    initial = {
        "language": people.language,
        "time_zone": people.calendar.zone,
        "roles": ["lead_generator", *request.GET.getlist("role")],
        "duties": request.GET.getlist("duty"),
    }
    data = request.POST if request.method == "POST" else None
    form = NewPersonForm(data, at=timezone.now(), known=competences(), initial=initial)
    if data is None:
        return _page(request, form, None)
    if not form.is_valid():
        return _page(request, form, None, status=422)
    typed = form.cleaned_data["password"]
    password = typed or make_password()
    try:
        person_id = save_person(
            profile=form.profile(is_active=True), actor=actor, at=timezone.now(), password=password
        )
    except Invalid as refusal:
        form.mend(refusal)
        return _page(request, form, None, status=422)
    if not typed:
        return _password_page(request, person_id, password)
    messages.success(request, _("The person is added and can sign in."))
    return see_other("people:person", person_id=person_id)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("people.change")
def change(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """Everything that is set on a person at once."""
    row = _row(person_id, actor)
    data = request.POST if request.method == "POST" else None
    form = ChangedPersonForm(
        data, at=timezone.now(), skills=row.skills, known=competences(),
        initial=known_person(row.card, name_parts(person_id=person_id, viewer=actor)),
    )  # fmt: skip
    if data is None:
        return _page(request, form, row)
    if not form.is_valid():
        return _page(request, form, row, status=422)
    try:
        save_person(
            profile=form.profile(is_active=form.cleaned_data["is_active"]), actor=actor, at=timezone.now(),
            person_id=person_id,
        )  # fmt: skip
    except Invalid as refusal:
        form.mend(refusal)
        return _page(request, form, row, status=422)
    messages.success(request, _("Saved."))
    return see_other("people:person", person_id=person_id)


@require_POST
@guarded("people.change")
def renew_password(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """A new one-time password for somebody who lost his; he is signed out everywhere."""
    row = _row(person_id, actor)
    card, name, password = row.card, name_parts(person_id=person_id, viewer=actor), make_password()
    profile = Profile(
        email=card.email, surname=name.surname, given_name=name.given_name, patronymic=name.patronymic,
        unit_id=card.unit_id, duties=card.duties, roles=tuple(card.roles), is_agent=card.is_agent,
        is_active=card.is_active, presale_hours=card.presale_hours, language=card.language,
        time_zone=card.time_zone, skills=tuple((skill.competence, skill.level) for skill in row.skills),
    )  # fmt: skip
    save_person(profile=profile, actor=actor, at=timezone.now(), person_id=person_id, password=password)
    return _password_page(request, person_id, password)


def _row(person_id: int, actor: Actor) -> PersonRow:
    for row in people_page(viewer=actor, at=timezone.now()):
        if row.card.id == person_id:
            return row
    raise NotFound


def _page(request: HttpRequest, form: PersonForm, row: PersonRow | None, status: int = 200) -> HttpResponse:
    levels = [(str(level), words) for level, words in LEVELS.items()]
    context = {"form": form, "card": row.card if row else None, "levels": levels}
    return render(request, "people/edit.html", context, status=status)


def _password_page(request: HttpRequest, person_id: int, password: str) -> HttpResponse:
    context = {"card": directory().people[person_id], "password": password}
    return shown_once(render(request, "people/password.html", context))
