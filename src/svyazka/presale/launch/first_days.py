"""What somebody has done of what his first week is made of: read off from what is stored anyway, so that nothing is ticked by hand."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q

from svyazka.presale.channels.queries import LETTERS, chats_of
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import OPEN, Deal, IntakeLink
from svyazka.presale.experts.models import Claim, ExpertRequest
from svyazka.presale.journal.commands import WORKSPACE
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.models import Letter, Meeting, Reading
from svyazka.presale.notices.models import Wishes
from svyazka.presale.people.models import Person, Skill
from svyazka.presale.process.models import ProcessVersion
from svyazka.presale.reviews.models import Proposal, Review
from svyazka.presale.stages.models import Evidence

FIRST_DAYS: Final = timedelta(days=14)
"""So long somebody, or a company, is new here."""

_ME: Final = OuterRef("pk")
_DECIDED: Final = Q(accepted_at__isnull=False) | ~Q(status=OPEN)
_FACTS: Final = {
    "wished": Wishes.objects.filter(person=_ME),
    "skilled": Skill.objects.filter(person=_ME),
    "brought": Deal.objects.filter(author=_ME),
    "heard_back": Deal.objects.filter(_DECIDED, author=_ME),
    "answered": Deal.objects.filter(dispatcher=_ME, contacted_at__isnull=False),
    "decided": Deal.objects.filter(_DECIDED, dispatcher=_ME),
    "opened_door": IntakeLink.objects.filter(revoked_at=None),
    "kept": Commitment.objects.filter(performer=_ME, closed_by=F("performer"), outcome__in=["kept", "late"]),
    "planned": Meeting.objects.filter(planned_by=_ME),
    "asked_expert": ExpertRequest.objects.filter(asked_by=_ME),
    "wrote": Letter.objects.filter(sent_by=_ME),
    "went": Claim.objects.filter(person=_ME),
    "sent_expert": Claim.objects.filter(by=_ME),
    "read": Reading.objects.filter(person=_ME),
    "estimated": Evidence.objects.filter(by=_ME, name="estimate.submitted", withdrawn_at=None),
    "looked_back": Review.objects.filter(reviewed_by=_ME),
    "proposed": Proposal.objects.filter(Q(proposed_by=_ME) | Q(decided_by=_ME)),
    "published": ProcessVersion.objects.filter(published_by_id=_ME),
}
"""By the fact's name, the rows of which one is enough."""


def first_facts(*, viewer: Actor) -> frozenset[str]:
    """Which of the first week's facts hold of the viewer himself. One query.

    ``linked`` is a messenger of his; ``opened_door``, a public form's link, is anybody's.
    """
    rows = {name: Exists(rows) for name, rows in _FACTS.items()}
    found = Person.objects.filter(pk=viewer.me).values(**rows).get()
    linked = any(chat.channel != LETTERS and chat.gone_at is None for chat in chats_of(viewer.me))
    return frozenset(name for name, holds in found.items() if holds) | ({"linked"} if linked else set())


def is_new(*, viewer: Actor, at: datetime) -> bool:
    """Whether the viewer was entered here no longer ago than :data:`FIRST_DAYS`."""
    entered = Entry.objects.filter(chain=WORKSPACE, act="person.saved", data__person=viewer.me)
    first = entered.order_by("seq").values_list("at", flat=True).first()
    return first is not None and at - first < FIRST_DAYS
