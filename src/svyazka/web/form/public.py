"""The form behind a secret address: a stranger, or a partner agent, hands in a request without signing in."""

import secrets
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from svyazka.engine.process import Field, Process
from svyazka.presale.deals.commands import receive_request
from svyazka.presale.deals.intake import clean, problems
from svyazka.presale.deals.links import LinkRow, link_of
from svyazka.presale.journal.values import Actor, Invalid
from svyazka.presale.people.queries import actor_by_id, directory
from svyazka.presale.process.queries import current_process
from svyazka.speech.refusals import say, say_code
from svyazka.web.form.boxes import RequestForm
from svyazka.web.jinja import render
from svyazka.web.ui.throttle import wait_before

TRAP: Final = "site_url"
"""A box that people don't see and robots fill in."""
_INTERNAL: Final = frozenset({"source"})


class PublicForm(RequestForm):
    """The intake form without what only we know, and with the consent."""

    def __init__(self, process: Process, language: str, data: Any = None, *, stranger: bool) -> None:
        super().__init__(
            process, language, data, fields=_asked(process, stranger=stranger), stranger=stranger
        )
        said = (
            _("I agree to the processing of my personal data so that this request can be answered")
            if stranger
            else _(
                "The contact agrees to the processing of their personal data so that this request can be answered"
            )
        )
        self.fields["consent"] = forms.BooleanField(
            label=said, error_messages={"required": _("Without consent we may not keep the request.")}
        )
        self.fields["nonce"] = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
        self.fields["nonce"].initial = secrets.token_urlsafe(16)

    def clean(self) -> dict[str, Any]:
        """Whom we can't reach, or who doesn't say what about, we can't answer; anything else is kept as it came."""
        cleaned = super().clean()
        if "request" in self.fields and not str(cleaned.get("request") or "").strip():
            self.add_error("request", _("Tell us in a line what you need."))
        typed = clean(self.process, {key: cleaned.get(key, "") for key in ("phone", "email")})
        wrong = problems(self.process, typed)
        asked = {"phone", "email"} & self.fields.keys()
        if self.stranger and asked and not {"phone", "email"} & (typed.keys() - wrong.keys()):
            for key in wrong or {"phone": ""}:
                self.add_error(
                    key,
                    say_code(wrong[key])
                    if wrong
                    else _("Leave a phone number or an e-mail, so that we can answer."),
                )
        return cleaned


def _asked(process: Process, *, stranger: bool) -> tuple[Field, ...]:
    return tuple(
        field
        for field in process.fields
        if field.kind != "source" and field.key not in _INTERNAL and (field.required or not stranger)
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, secret: str) -> HttpResponse:
    """The form; posting it takes the request in and thanks."""
    link, actor = _living(secret)
    _speak(request)
    _number, process = current_process()
    form = PublicForm(
        process,
        translation.get_language(),
        request.POST if request.method == "POST" else None,
        stranger=not actor.is_agent,
    )
    if request.method != "POST":
        return _page(request, form, link)
    seconds = wait_before(
        f"request:{link.id}", address=request.META.get("REMOTE_ADDR", ""), at=timezone.now()
    )
    if seconds:
        answer = _page(request, form, link, status=429, wait=seconds)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    if request.POST.get(TRAP):
        return _thank(request, secret)
    if not form.is_valid():
        return _page(request, form, link, status=422)
    try:
        receive_request(
            answers=form.answers(), actor=actor, at=timezone.now(), source=link.name,
            external_id=form.cleaned_data["nonce"], consent=True,
        )  # fmt: skip
    except Invalid as refusal:
        form.mend({key: say_code(code) for key, code in refusal.errors.items()})
        if not refusal.errors:
            form.add_error(None, say(refusal))
        return _page(request, form, link, status=422)
    return _thank(request, secret)


@login_not_required
@never_cache
@require_safe
def thanks(request: HttpRequest, secret: str) -> HttpResponse:
    """The request is here, and what happens next."""
    _link, actor = _living(secret)
    _speak(request)
    return render(
        request,
        "form/thanks.html",
        {"again": _address(request, "form:public", secret), "agent": actor.is_agent},
    )


def _living(secret: str) -> tuple[LinkRow, Actor]:
    """The link and who comes by it; an agent who has left takes his links with him."""
    link = link_of(secret, at=timezone.now())
    if link.agent_id is None:
        return link, Actor(person_id=None, channel="public")
    agent = actor_by_id(link.agent_id, "agent")
    if agent is None:
        raise Http404
    return link, agent


def _speak(request: HttpRequest) -> None:
    """The browser's language, unless the switch on the page says another one."""
    wanted = request.GET.get("lang")
    if wanted in {"ru", "en"}:
        # LocaleMiddleware activates a language for every request anew, so nothing has to be put back
        translation.activate(wanted)


def _address(request: HttpRequest, name: str, secret: str, lang: str | None = None) -> str:
    chosen = lang or request.GET.get("lang")
    query = f"?{urlencode({'lang': chosen})}" if chosen in {"ru", "en"} else ""
    return reverse(name, kwargs={"secret": secret}) + query


def _thank(request: HttpRequest, secret: str) -> HttpResponse:
    answer = redirect(_address(request, "form:thanks", secret))
    answer.status_code = 303
    return answer


def _page(
    request: HttpRequest, form: PublicForm, link: LinkRow, *, status: int = 200, wait: int = 0
) -> HttpResponse:
    assert request.resolver_match is not None
    secret = str(request.resolver_match.kwargs["secret"])
    other = "en" if translation.get_language() == "ru" else "ru"
    context = {
        "form": form,
        "action": _address(request, "form:public", secret),
        "other": other,
        "switch": _address(request, "form:public", secret, other),
        "agent": directory().name(link.agent_id),
        "company": directory().workspace_name,
        "trap": TRAP,
        "minutes": -(-wait // 60),
    }
    return render(request, "form/public.html", context, status=status)
