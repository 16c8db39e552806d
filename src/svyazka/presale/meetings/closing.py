"""Closing a meeting: what became of it, who owes what by when, and who sees to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from svyazka.engine.one_line import Task as Typed
from svyazka.engine.wording import lack_of
from svyazka.presale.commitments.commands import LONGEST, AlreadyClosed, set_controller
from svyazka.presale.commitments.lines import open_task, read_line
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.terms import close
from svyazka.presale.deals.queries import deal_id_of, latest_with_serial, parse_number
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, NotAllowed, NotFound, line
from svyazka.presale.meetings.models import Criterion, Jot, Meeting, Task
from svyazka.presale.meetings.planning import went_clean
from svyazka.presale.meetings.tasks import changeable
from svyazka.presale.meetings.values import CLIENT, CLOSED, HELD, NO_TASK, PARKED, RUNNING, VERDICTS
from svyazka.presale.meetings.writing import Here, meeting_to_change, touched
from svyazka.presale.people.queries import directory

_NUMBER: Final = re.compile(r"\s*(?P<number>(?:[СсCcSs]-)?\d{4}-\d{1,8}|№?\s?\d{1,8})(?=[\s,:])[,:]?\s*")
"""What a line of a meeting about several deals begins with: the deal that the task is of."""
_ONE_MOMENT: Final = timedelta(seconds=59)
"""«Через час», pressed twice within this, means the same hour."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion after the meeting: whether it was met, and a word about it."""

    met: bool
    words: str = ""


@command
def add_task(*, meeting_id: int, text: str, actor: Actor, at: datetime, jot_id: int | None = None) -> int:
    """Open the commitment that a line says: «@ivanov смета по складу к чт 15:00». Returns its id.

    In a meeting of ours about several deals the line begins with the deal's number: «42 @ivanov …». The same line once more is
    the same task.

    :param jot_id: the parked question or the decision that it comes of
    :raises Invalid: by the part of the line that lacks: ``performer``, ``result``, ``due``, ``deal``
    :raises Conflict: the question has another task by now, or is settled
    """
    here = meeting_to_change(meeting_id, actor, "meeting.close", (RUNNING, HELD))
    deal_id, typed = _read(here, text, at)
    known = _same(here.meeting, deal_id, typed)
    jot = _jot(here.meeting, jot_id) if jot_id is not None else None
    if jot is not None and (jot.settled or jot.commitment_id not in {None, known}):
        raise Conflict
    if known is None:
        known = open_task(deal_id, typed, actor=actor, at=at)
        Task.objects.create(meeting=here.meeting, commitment_id=known)
    if jot is not None:
        Jot.objects.filter(pk=jot.pk).update(commitment_id=known)
    touched(meeting_id)
    return known


@command
def retype_task(*, meeting_id: int, commitment_id: int, text: str, actor: Actor, at: datetime) -> int:
    """A task was typed wrongly: the line that is typed anew takes its place. Returns the id of what it opens.

    The first commitment is cancelled, and says by what; it is broken if its time had come.

    :raises Invalid: as :func:`add_task`
    :raises NotAllowed: it is another's: see :func:`~.tasks.changeable`
    :raises AlreadyClosed: it is done with
    """
    here = meeting_to_change(meeting_id, actor, "meeting.close", (RUNNING, HELD))
    deal_id, typed = _read(here, text, at)
    known = _same(here.meeting, deal_id, typed)
    if known is not None and (known == commitment_id or _is_replaced(here, commitment_id)):
        return known
    old = _task(here, commitment_id)
    reason = f"→ {line(text, LONGEST)}"
    if known is None and (old.performer_id, old.deal_id) == (typed.performer, deal_id):
        # he hears of the new one, and the deal's row is written with it
        _end(here, old, reason, at, quiet=True)
        fresh = open_task(deal_id, typed, actor=actor, at=at)
    else:
        fresh = known or open_task(deal_id, typed, actor=actor, at=at)
        _end(here, old, reason, at)
    _replaced(here.meeting, old.pk, fresh)
    return fresh


@command
def drop_task(*, meeting_id: int, commitment_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """A task isn't needed after all: its commitment is cancelled with the reason, and what it came of is open again.

    :raises Invalid: no reason
    :raises NotAllowed: it is another's: see :func:`~.tasks.changeable`
    :raises AlreadyClosed: it is done with
    """
    here = meeting_to_change(meeting_id, actor, "meeting.close", (RUNNING, HELD))
    if _is_replaced(here, commitment_id):
        return
    old = _task(here, commitment_id)
    if lack := lack_of(reason):
        raise Invalid(errors={"reason": lack})
    _end(here, old, line(reason, LONGEST), at)
    _replaced(here.meeting, old.pk, None)


def _read(here: Here, text: str, at: datetime) -> tuple[int, Typed]:
    """The deal that a line is of, and what it says."""
    deal_id, rest = (here.deal.pk, text) if here.deal else _deal_in(text, here.actor)
    return deal_id, read_line(rest, actor=here.actor, at=at)


def _same(meeting: Meeting, deal_id: int, typed: Typed) -> int | None:
    """The open task of the meeting that says the same already."""
    about = (typed.due_at - _ONE_MOMENT, typed.due_at + _ONE_MOMENT)
    found = Commitment.objects.filter(
        pk__in=Task.objects.filter(meeting=meeting).values("commitment_id"), outcome="open", deal_id=deal_id,
        performer_id=typed.performer, result=line(typed.result, LONGEST), due_at__range=about,
    )  # fmt: skip
    return found.values_list("pk", flat=True).first()


def _task(here: Here, commitment_id: int) -> Commitment:
    """The commitment behind an open task of the meeting, for who may change it."""
    if not Task.objects.filter(meeting=here.meeting, commitment_id=commitment_id).exists():
        raise NotFound
    commitment = Commitment.objects.get(pk=commitment_id)
    if not changeable([commitment], actor=here.actor, parts=here.parts):
        raise NotAllowed(right="commitment.waive")
    if commitment.outcome != "open":
        who = directory().name(commitment.closed_by_id)
        raise AlreadyClosed(outcome=commitment.outcome, who=who, id=commitment_id)
    return commitment


def _is_replaced(here: Here, commitment_id: int) -> bool:
    """Whether he has typed this task anew, or dropped it, already: the second press of a double one."""
    if Task.objects.filter(commitment_id=commitment_id).exists():
        return False
    gone = Commitment.objects.filter(
        pk=commitment_id, closed_by_id=here.actor.person_id, outcome__in=["cancelled", "broken"]
    )
    return gone.exists()


def ask_again(commitment_id: int) -> None:
    """The task of a question is waived: until its meeting is closed the question is nobody's again. Must run inside a command."""
    asked = Jot.objects.filter(commitment_id=commitment_id, meeting__state__in=[RUNNING, HELD])
    for meeting in set(asked.values_list("meeting_id", flat=True)):
        touched(meeting)
    asked.update(commitment_id=None)


def _end(here: Here, commitment: Commitment, reason: str, at: datetime, *, quiet: bool = False) -> None:
    outcome = "broken" if commitment.due_at < at else "cancelled"
    close(commitment, outcome=outcome, actor=here.actor, at=at, note=reason, role=here.role, quiet=quiet)


def _replaced(meeting: Meeting, old: int, fresh: int | None) -> None:
    """Another commitment, or none, is the task now, and what the questions became that led to it."""
    Task.objects.filter(meeting=meeting, commitment_id=old).delete()
    if fresh is not None:
        Task.objects.get_or_create(commitment_id=fresh, defaults={"meeting": meeting})
    Jot.objects.filter(meeting=meeting, commitment_id=old).update(commitment_id=fresh)
    touched(meeting.pk)


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
    if jot.commitment_id is not None:
        raise Conflict
    if lack := lack_of(how):
        raise Invalid(errors={"how": lack})
    Jot.objects.filter(pk=jot.pk).update(settled=line(how, 300))
    touched(meeting_id)


@command
def say_verdict(*, meeting_id: int, verdict: str, words: str, actor: Actor, at: datetime) -> None:
    """The expert who was there says whether we go on, and why, in a sentence; after the deal's end, too.

    :raises NotAllowed: he wasn't there as an expert
    :raises Invalid: an unknown verdict, or no sentence
    """
    here = meeting_to_change(meeting_id, actor, "meeting.close", (RUNNING, HELD, CLOSED), may_be_closed=True)
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
    :raises Invalid: ``.errors`` name all that is missing: ``tasks``, ``parked.ID`` (a question without an owner), ``criteria.N``,
        ``controller``
    """
    here = meeting_to_change(meeting_id, actor, "meeting.close", (HELD,))
    meeting = here.meeting
    of_meeting = Task.objects.filter(meeting=meeting).values("commitment_id")
    left = Commitment.objects.filter(pk__in=of_meeting).exclude(outcome__in=NO_TASK)
    tasks = dict(left.values_list("pk", "performer_id"))
    criteria = list(Criterion.objects.filter(meeting=meeting).order_by("position"))
    errors = {} if tasks else {"tasks": "meeting_without_tasks"}
    parked = Jot.objects.filter(meeting=meeting, kind=PARKED, commitment_id=None, settled="").order_by(
        "at", "pk"
    )
    errors |= {f"parked.{jot}": "parked_without_owner" for jot in parked.values_list("pk", flat=True)}
    errors |= {f"criteria.{one.position}": "not_judged" for one in criteria if one.position not in judged}
    card = directory().people.get(controller_id or 0)
    if controller_id is None:
        errors["controller"] = "nobody_sees_to_it"
    elif card is None or not card.is_active or card.is_agent:
        errors["controller"] = "unknown_choice"
    elif controller_id in tasks.values():
        errors["controller"] = "controller_is_the_doer"
    if errors or controller_id is None:
        raise Invalid(errors=errors)
    for one in criteria:
        said = judged[one.position]
        Criterion.objects.filter(pk=one.pk).update(met=said.met, words=line(said.words, 300))
    set_controller(tasks, controller_id)
    clean = went_clean(meeting)
    here.write(
        state=CLOSED,
        controller_id=controller_id,
        closed_at=at,
        closed_by_id=actor.person_id,
        went_clean=clean,
    )
    met = sum(judged[one.position].met for one in criteria)
    here.note(
        "meeting.closed", at,
        {"tasks": len(tasks), "controller": controller_id, "met": met, "criteria": len(criteria), "clean": clean},
    )  # fmt: skip
