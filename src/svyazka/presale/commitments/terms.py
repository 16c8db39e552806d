"""What the process's terms do: events open commitments and keep them; a client's delay moves the clocks he stopped."""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime

from svyazka.engine.process import Process, Term
from svyazka.engine.worktime import Duration, WorkCalendar
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.deals.models import Deal, Seat
from svyazka.presale.journal.commands import Act, append, record
from svyazka.presale.journal.prepared import Prepared, insert_all, update
from svyazka.presale.journal.values import Actor, Json
from svyazka.presale.people.queries import Directory, directory, present

NEXT_STEP = "next_step"
"""The commitment that keeps a deal from standing still when nobody owes anything: name the next step."""

_NEXT_STEP_TIME = Duration(1, "d")


Running = Commitment | CommitmentRow
"""An open commitment, as a row of the table or as it was read for a standing."""


_SEATED = Prepared(
    lambda deal, role: (
        Seat.objects.filter(deal=deal, role=role, until=None, in_shadow=False)
        .order_by("pk")
        .values_list("person_id", flat=True)[:1]
    )
)


def performer_for(deal: Deal, role: str, *, at: datetime, people: Directory) -> int:
    """Who owes what a role owes on this deal: its seat, else the manager, else the dispatcher; stand-ins respected.

    For the head it is the head of the unit that delivers, else the dispatcher.
    """
    seated: int | None = None
    if role == "manager":
        seated = deal.manager_id
    elif role == "head":
        seated = next((card.id for card in people.heads_of(deal.unit_id)), deal.dispatcher_id)
    elif role != "dispatcher":
        seated = _SEATED.first(deal=deal.pk, role=role)
    return present(seated or _fallback(deal, role), at=at, people=people)


def _fallback(deal: Deal, role: str) -> int:
    return deal.dispatcher_id if role == "dispatcher" else deal.manager_id or deal.dispatcher_id


def due_of(term: Term, *, deal: Deal, at: datetime, calendar: WorkCalendar) -> datetime:
    """When a commitment opened now by this term is due.

    A term "before the meeting" counts back from its date; while there is none, a working day is given to find one,
    and what would lie in the past gets a working hour.
    """
    if term.due.before is None:
        return calendar.due(at, term.due.amount)
    anchor = deal.dates.get(term.due.before)
    if anchor is None:
        return calendar.due(at, Duration(1, "d"))
    due = calendar.before(datetime.fromisoformat(anchor), term.due.amount)
    return due if due > at else calendar.due(at, Duration(1, "h"))


def open_by(
    deal: Deal,
    event: str,
    process: Process,
    *,
    running: Iterable[Running],
    facts: Container[str],
    data: Mapping[str, Json],
    actor: Actor,
    at: datetime,
    after: int | None,
) -> list[Commitment]:
    """Open what the terms demand on this event.

    :param running: what is open already: a term runs once about the same thing
    :param facts: what holds: what a term waits for may have come before its event
    :param data: of the event: ``about`` what of the deal it is, and ``owes`` who takes on what it opens for a role that
        has no seat on the deal (an expert who only looks, the head who is asked)
    :param after: the commitment whose keeping let this event happen
    """
    about, taker = _number(data, "about"), _number(data, "owes")
    open_already = {one.term for one in running if one.about == about}
    wanted = [
        term
        for term in process.terms_opened_by(event)
        if term.key not in open_already and not _done(term, facts)
    ]
    if not wanted:
        return []
    people = directory()
    fresh = [_from_term(term, deal, people, at=at, after=after, about=about, taker=taker) for term in wanted]
    _write(deal, fresh, actor, at)
    return fresh


def _number(data: Mapping[str, Json], key: str) -> int:
    value = data.get(key)
    return value if isinstance(value, int) else 0


def _done(term: Term, facts: Container[str]) -> bool:
    # an answer to the client is owed anew each time, however often he was answered before
    return term.closes != "client.contacted" and term.closes in facts


def _from_term(
    term: Term, deal: Deal, people: Directory, *, at: datetime, after: int | None, about: int, taker: int
) -> Commitment:
    if taker and term.owes in {"expert", "head"}:
        performer = present(taker, at=at, people=people)
    else:
        performer = performer_for(deal, term.owes, at=at, people=people)
    calendar = people.calendar_of(performer)
    controller = next(
        (one for one in (deal.manager_id, deal.dispatcher_id) if one not in {None, performer}), None
    )
    return Commitment(
        deal=deal, performer_id=performer, role=term.owes, term=term.key, about=about, opened_at=at,
        opened_by="rule",
        allowed="" if term.due.before else str(term.due.amount),
        due_at=due_of(term, deal=deal, at=at, calendar=calendar),
        hard_due_at=calendar.due(at, term.hard) if term.hard else None, controller_id=controller,
        on_client=term.waits_for_client, to_client=term.to_client, pauses=term.pauses, after_id=after,
    )  # fmt: skip


def open_special(
    deal: Deal, *, term: str, performer: int, role: str, due_at: datetime, by: str, actor: Actor, at: datetime,
    on_client: bool = False, to_client: bool = False,
) -> Commitment:  # fmt: skip
    """Open a commitment that no term of the process names: a field to find out, a question to relay, a next step."""
    controller = next(
        (one for one in (deal.manager_id, deal.dispatcher_id) if one not in {None, performer}), None
    )
    one = Commitment(
        deal=deal, performer_id=performer, role=role, term=term, opened_at=at, opened_by=by, due_at=due_at,
        controller_id=controller, on_client=on_client, to_client=to_client,
    )  # fmt: skip
    _write(deal, [one], actor, at)
    return one


def _write(deal: Deal, fresh: list[Commitment], actor: Actor, at: datetime) -> None:
    if not fresh:
        return
    insert_all(fresh)
    acts = [
        Act(
            "commitment.opened",
            {
                "id": one.pk, "term": one.term, "performer": one.performer_id, "due": one.due_at.isoformat(),
                "by": one.opened_by, "on_client": one.on_client, "role": one.role,
            },
        )
        for one in fresh
    ]  # fmt: skip
    append(chain=deal.pk, acts=acts, actor=actor, at=at)


def open_next_step(deal: Deal, *, actor: Actor, at: datetime) -> Commitment:
    """Nobody owes anything on an open deal: its manager (or dispatcher) owes naming the next step in a working day."""
    people = directory()
    role = "manager" if deal.manager_id else "dispatcher"
    performer = performer_for(deal, role, at=at, people=people)
    due = people.calendar_of(performer).due(at, _NEXT_STEP_TIME)
    return open_special(
        deal, term=NEXT_STEP, performer=performer, role=role, due_at=due, by="rule", actor=actor, at=at
    )


def closed_by(
    running: Iterable[Running], event: str, process: Process, data: Mapping[str, Json]
) -> list[Running]:
    """Which of the running commitments the event keeps, the one due last at the end.

    :param data: of the event; ``about`` says what of the deal it is
    """
    keys, about = {term.key for term in process.terms_closed_by(event)}, _number(data, "about")
    kept = (one for one in running if one.term in keys and one.about == about)
    return sorted(kept, key=lambda one: one.due_at)


def moot(running: Iterable[Running], process: Process, deal: Deal, at: datetime) -> list[Running]:
    """Commitments that were due before a date which has passed: once the stage is left, nobody can keep them any more."""
    before = {term.key: term.due.before for term in process.terms if term.due.before}
    passed = {anchor for anchor, day in deal.dates.items() if datetime.fromisoformat(day) < at}
    return [one for one in running if before.get(one.term) in passed]


def close_terms(deal: Deal, keys: Iterable[str], *, actor: Actor, at: datetime) -> None:
    """Keep the open commitments of these terms."""
    for commitment in Commitment.objects.filter(deal=deal, outcome="open", term__in=list(keys)):
        close(commitment, outcome=None, actor=actor, at=at, quiet=True)


def end_opened_by(
    deal: Deal, event: str, process: Process, *, outcome: str | None, actor: Actor, at: datetime
) -> None:
    """End the open commitments that an event had opened: it is undone, or answered otherwise. An act of the caller's follows.

    :param outcome: as of :func:`close`
    """
    keys = [term.key for term in process.terms_opened_by(event)]
    for commitment in Commitment.objects.filter(deal=deal, outcome="open", term__in=keys):
        close(commitment, outcome=outcome, actor=actor, at=at, quiet=True)


_BY_ID = Prepared(lambda pk: Commitment.objects.filter(pk=pk))


def close(
    which: Running, *, outcome: str | None, actor: Actor, at: datetime, note: str = "", role: str = "",
    quiet: bool = False,
) -> str:  # fmt: skip
    """End an open commitment; None as outcome means that the result is there, in time or late.

    :param quiet: write the act without reactions: the caller is a reaction and finishes the work itself
    """
    commitment = which if isinstance(which, Commitment) else _BY_ID(pk=which.id)[0]
    calendar = directory().calendar_of(commitment.performer_id)
    due = _due_now(commitment, at, calendar)
    outcome = outcome or ("kept" if at <= due else "late")
    commitment.outcome, commitment.closed_at, commitment.closed_by_id, commitment.note = (
        outcome,
        at,
        actor.person_id,
        note,
    )
    commitment.due_at = due
    update(
        Commitment, commitment.pk,
        {"outcome": outcome, "closed_at": at, "closed_by": actor.person_id, "note": note, "due_at": due},
    )  # fmt: skip
    late = calendar.minutes_between(due, at) if at > due else 0
    data: dict[str, Json] = {
        "id": commitment.pk, "term": commitment.term, "performer": commitment.performer_id, "outcome": outcome,
        "minutes_late": late,
    }  # fmt: skip
    act = Act(f"commitment.{_ACTS[outcome]}", data, {"note": note} if note else None, role)
    if commitment.on_client:
        _restart_clocks(commitment, at)
    if quiet:
        append(chain=commitment.deal_id, acts=[act], actor=actor, at=at)
    else:
        record(chain=commitment.deal_id, act=act, actor=actor, at=at)
    return outcome


_ACTS = {"kept": "kept", "late": "kept", "broken": "broken", "waived": "waived", "cancelled": "cancelled"}


_CLIENT_OWES_SINCE = Prepared(
    lambda deal: (
        Commitment.objects.filter(deal_id=deal, outcome="open", on_client=True)
        .order_by("opened_at")
        .values_list("opened_at", flat=True)[:1]
    )
)


def _due_now(commitment: Commitment, at: datetime, calendar: WorkCalendar) -> datetime:
    """The due time, moved by the working time for which the client has been holding the ball up to now."""
    if not commitment.pauses:
        return commitment.due_at
    since = _CLIENT_OWES_SINCE.first(deal=commitment.deal_id)
    return commitment.due_at if since is None else _moved(commitment, since, at, calendar)


def _moved(commitment: Commitment, since: datetime, until: datetime, calendar: WorkCalendar) -> datetime:
    stopped = max(since, commitment.opened_at)
    if stopped >= until:
        return commitment.due_at
    return calendar.add_minutes(commitment.due_at, calendar.minutes_between(stopped, until))


def _restart_clocks(answered: Commitment, at: datetime) -> None:
    """The client gave what he owed: clocks that stood meanwhile go on, each due as much later.

    While he owes something else the clocks still stand, and the time is counted when the last one is answered.
    """
    others = Commitment.objects.filter(deal_id=answered.deal_id, on_client=True)
    if others.filter(outcome="open").exclude(pk=answered.pk).exists():
        return
    since = answered.opened_at
    # the pause began with the first of the client's commitments that overlap without a gap up to now
    for opened, closed in (
        others.exclude(pk=answered.pk).order_by("-closed_at").values_list("opened_at", "closed_at")
    ):
        if closed is not None and closed >= since and opened < since:
            since = opened
    people = directory()
    for waiting in Commitment.objects.filter(
        deal_id=answered.deal_id, outcome="open", pauses=True, on_client=False
    ):
        waiting.due_at = _moved(waiting, since, at, people.calendar_of(waiting.performer_id))
        waiting.save(update_fields=["due_at"])


def cancel(running: Iterable[Running], *, actor: Actor, at: datetime) -> None:
    """The deal is closed: what was still owed is cancelled; what was overdue by then stays a broken promise."""
    for commitment in sorted(running, key=lambda one: one.due_at):
        outcome = "broken" if commitment.due_at < at and not commitment.on_client else "cancelled"
        close(commitment, outcome=outcome, actor=actor, at=at, quiet=True)


def reassign(deal: Deal, role: str, person_id: int, *, actor: Actor, at: datetime) -> list[int]:
    """What the role owes goes to the one who has just taken its seat. Returns the ids of what he got."""
    people = directory()
    to = present(person_id, at=at, people=people)
    seated = set(Seat.objects.filter(deal=deal, role=role, until=None).values_list("person_id", flat=True))
    moved = [
        one
        for one in Commitment.objects.filter(deal=deal, outcome="open", role=role, about=0).exclude(
            performer_id=to
        )
        if one.performer_id not in seated
    ]
    acts = []
    for one in moved:
        acts.append(Act("commitment.handed_over", {"id": one.pk, "from": one.performer_id, "to": to}))
        one.performer_id = to
        if one.controller_id == to:
            one.controller_id = deal.dispatcher_id if deal.dispatcher_id != to else None
    Commitment.objects.bulk_update(moved, ["performer", "controller"])
    if acts:
        append(chain=deal.pk, acts=acts, actor=actor, at=at)
    return [one.pk for one in moved]


def re_date(deal: Deal, anchor: str, process: Process, *, at: datetime) -> None:
    """The date that terms count back from has been set or moved: their open commitments follow."""
    terms = {term.key: term for term in process.terms if term.due.before == anchor}
    people = directory()
    for one in Commitment.objects.filter(deal=deal, outcome="open", term__in=list(terms)):
        calendar = people.calendar_of(one.performer_id)
        one.due_at = due_of(terms[one.term], deal=deal, at=at, calendar=calendar)
        one.save(update_fields=["due_at"])
