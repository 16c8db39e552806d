"""Who hears of an act, and why: one table, from which notices are made."""

from collections.abc import Callable, Iterable
from typing import Final

from svyazka.presale.deals.models import Deal, Seat
from svyazka.presale.experts.queries import is_about_taking
from svyazka.presale.journal.commands import Happening
from svyazka.presale.meetings.reading import NEW_PLAN, TELLING, just_outdated
from svyazka.presale.notices.commands import Told
from svyazka.presale.people.queries import directory

TEAM: Final = ("manager", "expert", "estimator")
SEATS: Final = frozenset({"dispatcher", *TEAM})
"""Reasons that say less than that one owes something from now on."""


def told_of(deal: Deal, happening: Happening) -> list[Told]:
    """Who hears of this act of a deal, each with the code of why; a person may stand there twice."""
    told = [*TOLD[happening.act](deal, happening)] if happening.act in TOLD else []
    return [*told, *_read_again(deal, happening)]


def _read_again(deal: Deal, happening: Happening) -> Iterable[Told]:
    """Who has signed the dossier, and for whom this is the first thing in it that he hasn't read."""
    if happening.act not in TELLING and happening.act != NEW_PLAN:
        return ()
    return [(person, "read_again") for person in just_outdated(deal.pk, happening.entry_id)]


def person_in(happening: Happening, key: str) -> int | None:
    """The person whom the act names under this key."""
    value = happening.data.get(key)
    return value if isinstance(value, int) else None


def _seated(deal: Deal, *roles: str) -> Iterable[Told]:
    """Who works on the deal in these roles; each is told for his role."""
    seats = Seat.objects.filter(deal=deal, until=None, in_shadow=False, role__in=roles)
    return seats.values_list("person_id", "role")


def _heads(deal: Deal) -> Iterable[Told]:
    people = directory()
    units = {deal.unit_id, people.people[deal.manager_id].unit_id if deal.manager_id else None}
    return [(card.id, "head") for unit in units if unit for card in people.heads_of(unit)]


def _heads_of_kind(kind: str) -> Iterable[Told]:
    """The heads of all units of this kind, who are told because nobody has taken an expert request."""
    people = directory()
    units = [unit.id for unit in people.units.values() if unit.kind == kind]
    return [(card.id, f"{kind}_head") for unit in units for card in people.heads_of(unit)]


def _is_unclaimed(deal: Deal, happening: Happening) -> bool:
    """Whether what is late is an expert request that nobody has taken."""
    return is_about_taking(str(happening.data.get("term")), deal.process_number)


def _overdue(deal: Deal, happening: Happening) -> Iterable[Told]:
    more = _heads_of_kind("delivery") if _is_unclaimed(deal, happening) else ()
    return [
        (person_in(happening, "performer"), "performer"),
        (person_in(happening, "controller"), "controller"),
        (deal.manager_id, "manager"),
        *more,
    ]


def _escalated(deal: Deal, happening: Happening) -> Iterable[Told]:
    if _is_unclaimed(deal, happening):
        return [*_heads_of_kind("sales"), (deal.dispatcher_id, "dispatcher")]
    administrators = directory().active(duty="administrator")
    return [*_heads(deal), *((card.id, "administrator") for card in administrators)]


def _expert_requested(deal: Deal, happening: Happening) -> Iterable[Told]:
    """The head who is asked, whoever is wanted by name, and those whom the rules propose."""
    proposed = happening.data.get("proposed")
    people = (
        [one.get("person") for one in proposed if isinstance(one, dict)] if isinstance(proposed, list) else []
    )
    return [
        (person_in(happening, "owes") or deal.dispatcher_id, "owes"),
        (person_in(happening, "wanted"), "wanted"),
        *((one, "proposed") for one in people if isinstance(one, int)),
    ]


def _asked_and_led(deal: Deal, happening: Happening) -> Iterable[Told]:
    return [(person_in(happening, "asked_by"), "asked_expert"), (deal.manager_id, "manager")]


def _handed_back(deal: Deal, happening: Happening) -> Iterable[Told]:
    return [
        *_asked_and_led(deal, happening),
        (person_in(happening, "owes"), "owes"),
        (person_in(happening, "person"), "giver"),
    ]


def _claimed(deal: Deal, happening: Happening) -> Iterable[Told]:
    return [(person_in(happening, "person"), "appointed"), *_asked_and_led(deal, happening)]


def _lacked(_deal: Deal, happening: Happening) -> Iterable[Told]:
    people = happening.data.get("asked_by")
    return [(one, "lacked") for one in people if isinstance(one, int)] if isinstance(people, list) else []


TOLD: dict[str, Callable[[Deal, Happening], Iterable[Told]]] = {
    "deal.received": lambda deal, _: [(deal.dispatcher_id, "dispatcher")],
    "deal.accepted": lambda deal, _: [(deal.manager_id, "manager"), (deal.author_id, "author")],
    "deal.closed": lambda deal, _: [(deal.manager_id, "manager"), (deal.author_id, "author")],
    "deal.won": lambda deal, _: [
        *_seated(deal, *TEAM), (deal.dispatcher_id, "dispatcher"), (deal.author_id, "author")
    ],
    "deal.lost": lambda deal, _: [*_seated(deal, *TEAM), (deal.author_id, "author")],
    "deal.reopened": lambda deal, _: [*_seated(deal, *TEAM), (deal.author_id, "author")],
    "manager.appointed": lambda _, happening: [(person_in(happening, "person"), "appointed")],
    "expert.appointed": lambda _, happening: [(person_in(happening, "person"), "appointed")],
    "estimator.appointed": lambda _, happening: [(person_in(happening, "person"), "appointed")],
    "fixer.appointed": lambda _, happening: [(person_in(happening, "person"), "appointed")],
    "fixer.called": lambda _, happening: [(person_in(happening, "person"), "fixer")],
    "commitment.opened": lambda _, happening: [(person_in(happening, "performer"), "performer")],
    "commitment.handed_over": lambda _, happening: [
        (person_in(happening, "to"), "performer"), (person_in(happening, "from"), "giver")
    ],
    "commitment.cancelled": lambda _, happening: [(person_in(happening, "performer"), "giver")],
    "commitment.overdue": _overdue,
    "commitment.escalated": _escalated,
    "expert.requested": _expert_requested,
    "triage.requested": _expert_requested,
    "expert.claimed": _claimed,
    "triage.claimed": _claimed,
    "expert.handed_back": _handed_back,
    "triage.handed_back": _handed_back,
    "triage.said": _asked_and_led,
    "expert.not_ours": _asked_and_led,
    "expert.more_asked": _asked_and_led,
    "expert.more_given": _lacked,
    "document.filed": lambda deal, happening: (
        [] if happening.data.get("in_a_row") else [(deal.manager_id, "manager")]
    ),
    "question.asked": lambda deal, _: [
        (deal.manager_id, "manager") if deal.manager_id else (deal.dispatcher_id, "dispatcher")
    ],
    "question.answered": lambda _, happening: [(person_in(happening, "asked_by"), "asked")],
    "meeting.scheduled": lambda deal, _: _seated(deal, *TEAM),
    "meeting.cancelled": lambda deal, _: _seated(deal, *TEAM),
    "plan.agreed": lambda deal, _: _seated(deal, "manager", "expert"),
    "plan.corrected": lambda deal, _: _seated(deal, "manager", "expert"),
    "letter.confirmed": lambda deal, _: _seated(deal, *TEAM),
    "letter.corrected": lambda deal, _: _seated(deal, "manager", "expert"),
    "letter.unanswered": lambda deal, _: _seated(deal, "manager"),
    "client.not_ready": lambda deal, _: _seated(deal, "manager", "expert"),
    "client.chased": lambda deal, _: [(deal.manager_id, "manager"), *_heads(deal)],
    "review.written": lambda _, happening: [(person_in(happening, "owner"), "changes")],
    "review.due": lambda _, happening: [(person_in(happening, "owner"), "changes")],
}  # fmt: skip
"""By the act's name; the codes of why are those of ``speech.notices.WHY``, and of two reasons the first is told."""

TOLD_OF_PROPOSALS: Final = {
    "proposal.made": ("owner",),
    "proposal.taken": ("owner", "proposer"),
    "proposal.rejected": ("proposer",),
    "proposal.due": ("owner",),
    "proposal.judged": ("proposer", "owner"),
}
"""By the act's name: under which keys it names those who hear of it. They belong to no deal."""
_WHY_OF_PROPOSALS: Final = {"owner": "judges", "proposer": "proposed_it"}


def told_of_proposal(happening: Happening) -> list[Told]:
    """Who hears of an act about a proposal, each with the code of why."""
    keys = TOLD_OF_PROPOSALS.get(happening.act, ())
    return [(person_in(happening, key), _WHY_OF_PROPOSALS[key]) for key in keys]
