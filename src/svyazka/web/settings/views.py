"""One's own settings. Partner agents have them too."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from svyazka.presale.journal.values import Invalid
from svyazka.presale.people.commands import issue_token, revoke_token, set_preferences
from svyazka.presale.people.queries import tokens_of
from svyazka.presale.people.sessions import end_sessions
from svyazka.speech.refusals import field_errors
from svyazka.web.jinja import render
from svyazka.web.settings.forms import SCOPES, PreferencesForm, TokenForm
from svyazka.web.ui.guard import actor_in, see_other, shown_once


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Everything on one page; posting saves how pages look."""
    if request.method != "POST":
        return _page(request)
    form = _preferences(request)
    if not form.is_valid():
        return _page(request, preferences=form, status=422)
    given = form.cleaned_data
    set_preferences(
        language=given["language"], time_zone=given["time_zone"], theme=given["theme"], actor=actor_in(request),
        at=timezone.now(),
    )  # fmt: skip
    with translation.override(given["language"]):
        messages.success(request, _("Saved."))
    return see_other("settings:page")


@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End every session of mine but this one."""
    ended = end_sessions(actor_in(request).me, at=timezone.now(), but=request.session.session_key)
    said = ngettext("Signed out in %(count)d other place.", "Signed out in %(count)d other places.", ended)
    messages.success(request, said % {"count": ended} if ended else _("You weren’t signed in anywhere else."))
    return see_other("settings:page")


@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """A new token, whose secret is on the answer and nowhere else."""
    actor, at = actor_in(request), timezone.now()
    form = TokenForm(request.POST, actor=actor)
    if not form.is_valid():
        return _page(request, token=form, status=422)
    given = form.cleaned_data
    try:
        secret = issue_token(
            person_id=actor.me,
            name=given["name"],
            scopes=given["scopes"],
            life=form.time_to_live,
            actor=actor,
            at=at,
        )
    except Invalid as refusal:
        for field, sentence in field_errors(refusal).items():
            form.add_error(field if field in form.fields else None, sentence)
        return _page(request, token=form, status=422)
    context = {"name": given["name"], "secret": secret, "until": at + form.time_to_live}
    return shown_once(render(request, "settings/token.html", context))


@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token of mine."""
    revoke_token(token_id=token_id, actor=actor_in(request), at=timezone.now())
    messages.success(request, _("The token no longer works."))
    return see_other("settings:page")


def _preferences(request: HttpRequest) -> PreferencesForm:
    assert request.user.is_authenticated
    mine = {
        "language": request.user.language,
        "time_zone": request.user.time_zone,
        "theme": request.user.theme,
    }
    data = request.POST if request.method == "POST" and request.path.endswith("/settings/") else None
    return PreferencesForm(data, at=timezone.now(), initial=mine)


def _page(
    request: HttpRequest,
    *,
    preferences: PreferencesForm | None = None,
    token: TokenForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, at = actor_in(request), timezone.now()
    context: dict[str, Any] = {
        "preferences": preferences or _preferences(request),
        "token_form": token or TokenForm(actor=actor),
        "tokens": [row for row in tokens_of(viewer=actor) if row.revoked_at is None],
        "scopes": dict(SCOPES),
        "at": at,
        "me": actor,
    }
    return render(request, "settings/page.html", context, status=status)
