"""Closing a meeting: what became of it, who owes what by when, and who sees to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from svyazka.engine.wording import lack_of
from svyazka.presale.commitments.commands import set_controller
from svyazka.presale.commitments.lines import open_in_line
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.queries import deal_id_of, latest_with_serial, parse_number
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Invalid, NotAllowed, NotFound, line
from svyazka.presale.meetings.models import Criterion, Jot, Meeting, Task
from svyazka.presale.meetings.values import CLIENT, CLOSED, HELD, PARKED, RUNNING, VERDICTS
from svyazka.presale.meetings.writing import meeting_to_change, touched
from svyazka.presale.people.queries import directory

_NUMBER: Final = re.compile(r"\s*(?P<number>(?:[СсCcSs]-)?\d{4}-\d{1,8}|№?\s?\d{1,8})(?=[\s,:])[,:]?\s*")
"""What a line of a meeting about several deals begins with: the deal that the task is of."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion after the meeting: whether it was met, and a word about it."""

    met: bool
    words: str = ""


@command
def add_task(*, meeting_id: int, text: str, actor: Actor, at: datetime, jot_id: int | None = None) -> int:
    """Open the commitment that a line says: «@ivanov смета по складу к чт 15:00». Returns its id.

    In a meeting of ours about several deals the line begins with the deal's number: «42 @ivanov …».

    :param jot_id: the parked question or the decision that it comes of
    :raises Invalid: by the part of the line that lacks: ``performer``, ``result``, ``due``, ``deal``
    """
    here = meeting_to_change(meeting_id, actor, "meeting.close", (RUNNING, HELD))
    deal_id, rest = (here.deal.pk, text) if here.deal else _deal_in(text, actor)
    jot = _jot(here.meeting, jot_id) if jot_id is not None else None
    commitment = open_in_line(deal_id=deal_id, text=rest, actor=actor, at=at)
    Task.objects.create(meeting=here.meeting, commitment_id=commitment)
    if jot is not None:
        Jot.objects.filter(pk=jot.pk).update(commitment_id=commitment)
    touched(meeting_id)
    return commitment


def _deal_in(text: str, actor: Actor) -> tuple[int, str]:
    found = _NUMBER.match(text)
    if found is None:
        raise Invalid(errors={"deal": "line_no_deal"})
    number = found["number"].strip("№ ")
    try:
        known = (
            deal_id_of(number, viewer=actor)
            if parse_number(number)
            else latest_with_serial(int(number), viewer=actor)
        )
    except NotFound:
        raise Invalid(errors={"deal": "line_unknown_deal"}) from None
    return known, text[found.end() :]


def _jot(meeting: Meeting, jot_id: int) -> Jot:
    jot = Jot.objects.filter(meeting=meeting, pk=jot_id).first()
    if jot is None:
        raise NotFound
    return jot


@command
def settle(*, meeting_id: int, jot_id: int, how: str, actor: Actor, at: datetime) -> None:
    """A parked question is done with without a commitment: it was answered in the room, it is no question any more.

    :raises Invalid: nothing said
    """
    del at
    here = meeting_to_change(meeting_id, actor, "meeting.close", (RUNNING, HELD))
    jot = _jot(here.meeting, jot_id)
    if lack := lack_of(how):
        raise Invalid(errors={"how": lack})
    Jot.objects.filter(pk=jot.pk).update(settled=line(how, 300))
    touched(meeting_id)


@command
def say_verdict(*, meeting_id: int, verdict: str, words: str, actor: Actor, at: datetime) -> None:
    """The expert who was there says whether we go on, and why, in a sentence.

    :raises NotAllowed: he wasn't there as an expert
    :raises Invalid: an unknown verdict, or no sentence
    """
    here = meeting_to_change(meeting_id, actor, "meeting.close", (RUNNING, HELD, CLOSED))
    if here.deal is None or here.meeting.kind != CLIENT:
        raise NotFound
    if not {"expert", "going"} <= here.parts:
        raise NotAllowed(right="meeting.close", role="expert")
    errors = {}
    if verdict not in VERDICTS:
        errors["verdict"] = "unknown_choice"
    if lack := lack_of(words):
        errors["words"] = lack
    if errors:
        raise Invalid(errors=errors)
    here.write(verdict=verdict, verdict_words=line(words, 300))
    here.note("meeting.verdict", at, {"verdict": verdict}, {"words": line(words, 300)})
    here.prove("expert.verdict", source=f"verdict_{verdict}", at=at, text=line(words, 300), role="expert")


@command
def close_meeting(
    *, meeting_id: int, judged: Mapping[int, Judged], controller_id: int | None, actor: Actor, at: datetime
) -> None:
    """Close a meeting: it has tasks, each with performer, result and due time, and one controller who is no doer of any.

    :param judged: by place of the criterion
    :raises Invalid: ``.errors`` name what is missing: ``tasks``, ``parked`` (a question without an owner), ``controller``,
        ``criteria.N``
    """
    here = meeting_to_change(meeting_id, actor, "meeting.close", (HELD,))
    meeting = here.meeting
    tasks = list(Task.objects.filter(meeting=meeting).values_list("commitment_id", flat=True))
    doers = set(Commitment.objects.filter(pk__in=tasks).values_list("performer_id", flat=True))
    criteria = list(Criterion.objects.filter(meeting=meeting).order_by("position"))
    errors = {} if tasks else {"tasks": "meeting_without_tasks"}
    if Jot.objects.filter(meeting=meeting, kind=PARKED, commitment_id=None, settled="").exists():
        errors["parked"] = "parked_without_owner"
    card = directory().people.get(controller_id or 0)
    if controller_id is None:
        errors["controller"] = "required"
    elif card is None or not card.is_active or card.is_agent:
        errors["controller"] = "unknown_choice"
    elif controller_id in doers:
        errors["controller"] = "controller_is_the_doer"
    errors |= {f"criteria.{one.position}": "required" for one in criteria if one.position not in judged}
    if errors or controller_id is None:
        raise Invalid(errors=errors)
    for one in criteria:
        said = judged[one.position]
        Criterion.objects.filter(pk=one.pk).update(met=said.met, words=line(said.words, 300))
    set_controller(tasks, controller_id)
    clean = not meeting.lacked and not meeting.by_itself
    here.write(
        state=CLOSED, controller_id=controller_id, closed_at=at, closed_by_id=actor.person_id,
        went_clean=clean if meeting.kind == CLIENT else None,
    )  # fmt: skip
    met = sum(judged[one.position].met for one in criteria)
    here.note(
        "meeting.closed", at,
        {"tasks": len(tasks), "controller": controller_id, "met": met, "criteria": len(criteria), "clean": clean},
    )  # fmt: skip
