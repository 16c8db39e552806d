"""What is done about a proposal: another deal is named, it is rejected, it is judged."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from svyazka.presale.deals.queries import deal_id_of
from svyazka.presale.journal.values import Actor, Invalid, NotFound
from svyazka.presale.reviews.proposals import add_ground, correct, judge, reject
from svyazka.web.proposals.forms import BackForm, CorrectedForm, VerdictForm, WordsForm
from svyazka.web.proposals.views import show
from svyazka.web.ui.acting import refused_by
from svyazka.web.ui.guard import guarded, see_other


@require_POST
@guarded("proposal.make")
def back(request: HttpRequest, actor: Actor, proposal_id: int) -> HttpResponse:
    """Another deal has taught the same."""
    form = BackForm(request.POST)

    def act() -> str:
        try:
            deal_id = deal_id_of(form.cleaned_data["number"], viewer=actor)
            add_ground(proposal_id=proposal_id, deal_id=deal_id, actor=actor, at=timezone.now())
        except NotFound:
            show(request, actor, proposal_id)  # it is the proposal that isn't there
            raise Invalid(errors={"number": "no_closed_deal"}) from None
        return _("The deal is named.")

    return _done(request, actor, proposal_id, name="backing", form=form, act=act)


@require_POST
@guarded("proposal.see")
def put_right(request: HttpRequest, actor: Actor, proposal_id: int) -> HttpResponse:
    """The same proposal in other words."""
    form = CorrectedForm(request.POST)

    def act() -> str:
        seen, given = request.POST.get("seen", ""), form.cleaned_data
        correct(
            proposal_id=proposal_id, text=given["text"], why=given["why"], seen=seen, actor=actor, at=timezone.now()
        )  # fmt: skip
        return _("The words are put right.")

    return _done(request, actor, proposal_id, name="correcting", form=form, act=act)


@require_POST
@guarded("proposal.see")
def turn_down(request: HttpRequest, actor: Actor, proposal_id: int) -> HttpResponse:
    """The process stays as it is."""
    form = WordsForm(request.POST)

    def act() -> str:
        words = form.cleaned_data["words"]
        reject(proposal_id=proposal_id, words=words, actor=actor, at=timezone.now())
        return _("The proposal is rejected, and whoever made it is told why.")

    return _done(request, actor, proposal_id, name="rejecting", form=form, act=act)


@require_POST
@guarded("proposal.see")
def say_verdict(request: HttpRequest, actor: Actor, proposal_id: int) -> HttpResponse:
    """Whether a change stays."""
    form = VerdictForm(request.POST)

    def act() -> str:
        given = form.cleaned_data
        judge(
            proposal_id=proposal_id, verdict=given["verdict"], words=given["words"], actor=actor, at=timezone.now()
        )  # fmt: skip
        messages.success(request, _("The change is judged."))
        return ""

    return _done(request, actor, proposal_id, name="judging", form=form, act=act)


def _done(
    request: HttpRequest,
    actor: Actor,
    proposal_id: int,
    *,
    name: str,
    form: forms.Form,
    act: Callable[[], str],
) -> HttpResponse:
    if not form.is_valid():
        return show(request, actor, proposal_id, status=422, refused={name: form})
    refused = refused_by(request, act)
    if refused is None:
        return see_other("proposals:page", proposal_id=proposal_id)
    for field, sentence in refused.errors.items():
        form.add_error(field, sentence)
    return show(
        request, actor, proposal_id, status=refused.status, sentence=refused.sentence, refused={name: form}
    )
