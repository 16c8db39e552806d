"""What chats are shown of an act: cards that are edited in place, short lines in the deal's own chat, its thread."""

from typing import Final

from svyazka.presale.channels.commands import say, show_again, show_card
from svyazka.presale.channels.queries import PlaceRow, channels_on, places_for, threads_made
from svyazka.presale.channels.values import DEAL, DEALS, EXPERTS, NAMED, SHUT, THREAD, TOLD, UNSHUT
from svyazka.presale.deals.models import OPEN, Deal
from svyazka.presale.deals.shadow import stays_in_shadow
from svyazka.presale.experts.queries import in_short
from svyazka.presale.journal.commands import Happening
from svyazka.presale.journal.guard import ERASURE
from svyazka.presale.journal.values import Json

POSTED: Final = frozenset(
    {
        "deal.accepted", "deal.won", "deal.lost", "deal.closed", "deal.reopened", "manager.appointed",
        "expert.appointed", "estimator.appointed", "fixer.called", "commitment.overdue", "commitment.escalated",
        "question.asked", "question.answered", "client.chased", "triage.said", "meeting.scheduled", "plan.corrected",
        "letter.confirmed", "letter.corrected",
    }
)  # fmt: skip
"""Acts that the deal's own chat hears of in a line; besides, its card always shows where the deal stands."""


NAMING: Final = frozenset({"request", "context", "company"})
"""Answers of the form by which a deal is called."""


def show_in_chats(deal: Deal, happening: Happening) -> None:
    """Let the groups see it. Nothing is asked of the database where no group is bound."""
    if not channels_on():
        return
    if happening.act == ERASURE:
        asked = [f"expert_request:{one.id}" for one in in_short(deal.pk)]
        show_again(subjects=[_subject(deal), *asked], at=happening.at)
        _name_threads(deal, happening)
        return
    _show_expert_request(deal, happening)
    if happening.act == "deal.received":
        _open_threads(deal, happening)
        return
    own = places_for(DEAL, deal_id=deal.pk)
    if not own or stays_in_shadow(happening):
        return
    for place in own:
        _show_deal(place, deal, happening)
    if happening.act == "intake.changed" and not NAMING.isdisjoint(_fields(happening)):
        _name_threads(deal, happening)


def _show_expert_request(deal: Deal, happening: Happening) -> None:
    """Groups of experts see what an expert request is now; one unit's group those of its unit's deals."""
    about = happening.data.get("about")
    if happening.act.partition(".")[0] not in {"expert", "triage"} or not isinstance(about, int):
        return
    for place in places_for(EXPERTS):
        if place.unit_id in {None, deal.unit_id}:
            show_card(place_id=place.id, subject=f"expert_request:{about}", at=happening.at)


def _open_threads(deal: Deal, happening: Happening) -> None:
    """From its first minute on a deal has a thread in each group of all deals."""
    for hub in places_for(DEALS):
        subject = _subject(deal)
        say(
            place_id=hub.id,
            kind=THREAD,
            subject=subject,
            at=happening.at,
            dedup=f"{THREAD}:{hub.id}:{subject}",
        )


def _fields(happening: Happening) -> list[Json]:
    fields = happening.data.get("fields")
    return fields if isinstance(fields, list) else []


def _name_threads(deal: Deal, happening: Happening) -> None:
    """What the deal is called has changed: so has the name of the threads that we made. Those of others keep theirs."""
    made = threads_made(_subject(deal))
    for place in places_for(DEAL, deal_id=deal.pk):
        if (place.channel, place.chat, place.thread) in made:
            say(place_id=place.id, kind=NAMED, subject=_subject(deal), at=happening.at)


def _show_deal(place: PlaceRow, deal: Deal, happening: Happening) -> None:
    show_card(place_id=place.id, subject=_subject(deal), at=happening.at)
    if happening.act in POSTED or happening.act.startswith("stage."):
        say(
            place_id=place.id, kind=TOLD, subject=_subject(deal), at=happening.at,
            data={"act": happening.act, "data": dict(happening.data)},
        )  # fmt: skip
    if not place.thread:
        return
    if happening.act == "deal.reopened":
        say(place_id=place.id, kind=UNSHUT, subject=_subject(deal), at=happening.at)
    elif deal.status != OPEN and happening.act.startswith("deal."):
        say(place_id=place.id, kind=SHUT, subject=_subject(deal), at=happening.at)


def _subject(deal: Deal) -> str:
    return f"deal:{deal.pk}"
