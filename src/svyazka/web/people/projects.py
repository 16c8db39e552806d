"""Projects that a person is busy with: noted by oneself, one's head or an administrator."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from svyazka.presale.journal.values import Actor, Invalid, NotFound
from svyazka.presale.people.projects import end_project, note_project, projects_of
from svyazka.presale.people.queries import directory
from svyazka.speech.refusals import field_errors
from svyazka.web.people.forms import AbsenceForm, ProjectForm
from svyazka.web.people.views import person_page
from svyazka.web.ui.guard import guarded, see_other


@require_POST
@guarded("people.see")
def note(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """Note a project, or correct what is noted of it."""
    if person_id not in directory().people:
        raise NotFound
    form = ProjectForm(request.POST)
    if form.is_valid():
        try:
            note_project(person_id=person_id, actor=actor, at=timezone.now(), **form.cleaned_data)
        except Invalid as refusal:
            for field, sentence in field_errors(refusal).items():
                form.add_error(field, sentence)
        else:
            messages.success(request, _("The project is noted."))
            return see_other("people:person", person_id=person_id)
    return person_page(request, actor, person_id, AbsenceForm(person_id), project=form, status=422)


@require_POST
@guarded("people.see")
def end(request: HttpRequest, actor: Actor, person_id: int, assignment_id: int) -> HttpResponse:
    """The person is off the project."""
    noted = projects_of(person_id=person_id, viewer=actor, today=timezone.localdate())
    if assignment_id not in {row.id for row in noted}:
        raise NotFound
    end_project(assignment_id=assignment_id, actor=actor, at=timezone.now())
    messages.success(request, _("The project is removed."))
    return see_other("people:person", person_id=person_id)
