"""What follows what: every act of a deal passes here, in its own transaction, before anybody is answered.

1. terms that the event closes are kept, terms that it opens become commitments;
2. a few acts have a consequence of their own (the table ``CONSEQUENCES``);
3. an open deal on which nobody owes anything gets the commitment to name the next step;
4. the deal's row gets what lists need: next due time, holder, blocker, revision;
5. whoever should know is told (the table ``TOLD``).
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from svyazka.engine.facts import FACTS
from svyazka.engine.process import Process
from svyazka.presale.commitments import terms
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.terms import Running
from svyazka.presale.deals.models import OPEN, Deal, Seat
from svyazka.presale.deals.shadow import stays_in_shadow
from svyazka.presale.deals.writing import DEAL
from svyazka.presale.experts.asking import end_requests
from svyazka.presale.journal.commands import WORKSPACE, Happening
from svyazka.presale.journal.prepared import Prepared, insert
from svyazka.presale.journal.values import Actor
from svyazka.presale.notices.commands import notify
from svyazka.presale.people.queries import directory, present
from svyazka.presale.process.queries import process_version
from svyazka.presale.stages.facts import NO_PROOFS, Carried, Proofs, proofs_of
from svyazka.presale.stages.models import Visit
from svyazka.presale.stages.row import refresh_row

Consequence = Callable[[Deal, Process, Happening], None]


def react(happening: Happening) -> None:
    """Do everything that follows an act of a deal."""
    if happening.chain == WORKSPACE:
        return
    carried = _carried(happening)
    deal = carried.deal if carried else DEAL(pk=happening.chain)[0]
    process = process_version(deal.process_number)
    for consequence in CONSEQUENCES.get(happening.act, ()):
        consequence(deal, process, happening)
    known = carried or _read(deal)
    running = _keep_and_open(known, process, happening)
    _tell(deal, happening, known.proofs)
    refresh_row(deal, process, running, known.proofs, at=happening.at, unseen=stays_in_shadow(happening))


def _carried(happening: Happening) -> Carried | None:
    """What the command handed over; a deal alone has just been received, so that there is nothing else to know."""
    if isinstance(happening.carried, Deal):
        return Carried(happening.carried, NO_PROOFS, ())
    return happening.carried if isinstance(happening.carried, Carried) else None


_RUNNING = Prepared(lambda deal: Commitment.objects.filter(deal=deal, outcome="open"))


def _read(deal: Deal) -> Carried:
    running = _RUNNING(deal=deal.pk)
    return Carried(deal, proofs_of(deal) if deal.status == OPEN else NO_PROOFS, tuple(running))


def _keep_and_open(known: Carried, process: Process, happening: Happening) -> list[Running]:
    """Let the process's terms follow the event. Returns what is owed afterwards: on an open deal always something."""
    deal, actor, at = known.deal, happening.actor, happening.at
    kept = terms.closed_by(known.running, happening.act, process, happening.data)
    for commitment in kept:
        terms.close(commitment, outcome=None, actor=actor, at=at, quiet=True)
    running = [one for one in known.running if one not in kept]
    if happening.act.startswith("stage."):
        for commitment in terms.moot(running, process, deal, at):
            terms.close(commitment, outcome="broken", actor=actor, at=at, quiet=True)
            running.remove(commitment)
    if deal.status != OPEN:
        terms.cancel(running, actor=actor, at=at)
        return []
    facts = known.proofs.facts(deal, promised=False)
    after = kept[-1].id if kept else None
    running += terms.open_by(
        deal, _opening(deal, happening), process, running=running, facts=facts, data=happening.data, actor=actor,
        at=at, after=after,
    )  # fmt: skip
    return _with_next_step(deal, running, actor, at)


def _opening(deal: Deal, happening: Happening) -> str:
    """The event whose terms an act opens: what is taken up anew opens what its beginning did."""
    if happening.act == "deal.reopened":
        return f"stage.{deal.stage}"
    kind, _, what = happening.act.partition(".")
    return f"{kind}.requested" if what == "handed_back" else happening.act


def _with_next_step(deal: Deal, running: list[Running], actor: Actor, at: datetime) -> list[Running]:
    """A deal on which nobody owes anything gets the commitment to name the next step; any other commitment keeps it."""
    if not running:
        return [terms.open_next_step(deal, actor=actor, at=at)]
    stopgaps = [one for one in running if one.term == terms.NEXT_STEP]
    if len(running) > len(stopgaps):
        for commitment in stopgaps:
            terms.close(commitment, outcome=None, actor=actor, at=at, quiet=True)
        return [one for one in running if one not in stopgaps]
    return running


def _first_visit(deal: Deal, process: Process, happening: Happening) -> None:
    del process
    insert(Visit(deal=deal, stage=deal.stage, entered_at=happening.at))


def _find_out(deal: Deal, process: Process, happening: Happening) -> None:
    """Honest empty: whoever finds a field out owes it by the end of that working day."""
    del process
    people = directory()
    field, person = str(happening.data["field"]), int(str(happening.data["person"]))
    term = f"find_out.{field}"
    if Commitment.objects.filter(deal=deal, term=term, outcome="open").exists():
        terms.close_terms(deal, [term], actor=happening.actor, at=happening.at)
    due = _end_of_day(date.fromisoformat(str(happening.data["by"])), person)
    terms.open_special(
        deal, term=term, performer=present(person, at=happening.at, people=people), role="manager", due_at=due,
        by="intake", actor=happening.actor, at=happening.at,
    )  # fmt: skip


def _end_of_day(day: date, person_id: int) -> datetime:
    calendar = directory().calendar_of(person_id)
    spans = calendar.spans(day)
    return spans[-1][1] if spans else datetime.combine(day, time(18), ZoneInfo(calendar.zone))


def _found_out(deal: Deal, process: Process, happening: Happening) -> None:
    del process
    found = happening.data.get("found")
    keys = [f"find_out.{field}" for field in found] if isinstance(found, list) else []
    terms.close_terms(deal, keys, actor=happening.actor, at=happening.at)


def _take_over(deal: Deal, process: Process, happening: Happening) -> None:
    del process
    role = happening.act.partition(".")[0]
    terms.reassign(deal, role, int(str(happening.data["person"])), actor=happening.actor, at=happening.at)


def _re_date(deal: Deal, process: Process, happening: Happening) -> None:
    terms.re_date(deal, happening.act.partition(".")[0], process, at=happening.at)


def _end_requests(deal: Deal, process: Process, happening: Happening) -> None:
    del process
    end_requests(deal, at=happening.at)


CONSEQUENCES: dict[str, tuple[Consequence, ...]] = {
    "deal.received": (_first_visit,),
    "intake.unknown": (_find_out,),
    "intake.changed": (_found_out,),
    "manager.appointed": (_take_over,),
    "expert.appointed": (_take_over,),
    "estimator.appointed": (_take_over,),
    "deal.won": (_end_requests,),
    "deal.lost": (_end_requests,),
    "deal.closed": (_end_requests,),
    **{fact.name: (_re_date,) for fact in FACTS.values() if fact.takes_date},
}


def _seated(deal: Deal, *roles: str) -> Iterable[int]:
    return Seat.objects.filter(deal=deal, until=None, in_shadow=False, role__in=roles).values_list(
        "person_id", flat=True
    )


def _heads(deal: Deal) -> Iterable[int]:
    people = directory()
    units = {deal.unit_id, people.people[deal.manager_id].unit_id if deal.manager_id else None}
    return [card.id for unit in units if unit for card in people.heads_of(unit)]


def _heads_of_kind(kind: str) -> Iterable[int]:
    people = directory()
    return [
        card.id for unit in people.units.values() if unit.kind == kind for card in people.heads_of(unit.id)
    ]


def _is_unclaimed(deal: Deal, happening: Happening) -> bool:
    """Whether it is an expert request that nobody has taken."""
    term = str(happening.data.get("term"))
    openings = {one.opens for one in process_version(deal.process_number).terms if one.key == term}
    return not openings.isdisjoint({"expert.requested", "triage.requested"})


def _asked_for_expert(deal: Deal, happening: Happening) -> Iterable[int | None]:
    """The head who is asked, whoever is wanted by name, and those whom the rules propose."""
    proposed = happening.data.get("proposed")
    fitting = (
        [one.get("person") for one in proposed if isinstance(one, dict)] if isinstance(proposed, list) else []
    )
    people = [happening.data.get("owes") or deal.dispatcher_id, happening.data.get("wanted"), *fitting]
    return [one for one in people if isinstance(one, int)]


def _overdue(deal: Deal, happening: Happening) -> Iterable[int | None]:
    more = _heads_of_kind("delivery") if _is_unclaimed(deal, happening) else ()
    return [_person(happening, "performer"), _person(happening, "controller"), deal.manager_id, *more]


def _escalated(deal: Deal, happening: Happening) -> Iterable[int | None]:
    if _is_unclaimed(deal, happening):
        return [*_heads_of_kind("sales"), deal.dispatcher_id]
    return [*_heads(deal), *(card.id for card in directory().active(duty="administrator"))]


def _asker_and_manager(deal: Deal, happening: Happening) -> Iterable[int | None]:
    return [_person(happening, "asked_by"), deal.manager_id]


def _person(happening: Happening, key: str) -> int | None:
    value = happening.data.get(key)
    return value if isinstance(value, int) else None


def _people(happening: Happening, key: str) -> Iterable[int]:
    value = happening.data.get(key)
    return [one for one in value if isinstance(one, int)] if isinstance(value, list) else []


TOLD: dict[str, Callable[[Deal, Happening], Iterable[int | None]]] = {
    "deal.received": lambda deal, _: [deal.dispatcher_id],
    "deal.accepted": lambda deal, _: [deal.author_id, deal.manager_id],
    "deal.closed": lambda deal, _: [deal.author_id, deal.manager_id],
    "deal.won": lambda deal, _: [deal.author_id, deal.dispatcher_id, *_seated(deal, "manager", "expert", "estimator")],
    "deal.lost": lambda deal, _: [deal.author_id, *_seated(deal, "manager", "expert", "estimator")],
    "deal.reopened": lambda deal, _: [deal.author_id, *_seated(deal, "manager", "expert", "estimator")],
    "manager.appointed": lambda _, happening: [_person(happening, "person")],
    "expert.appointed": lambda _, happening: [_person(happening, "person")],
    "estimator.appointed": lambda _, happening: [_person(happening, "person")],
    "fixer.appointed": lambda _, happening: [_person(happening, "person")],
    "fixer.called": lambda _, happening: [_person(happening, "person")],
    "commitment.opened": lambda _, happening: [_person(happening, "performer")],
    "commitment.handed_over": lambda _, happening: [_person(happening, "to"), _person(happening, "from")],
    "commitment.overdue": _overdue,
    "commitment.escalated": _escalated,
    "expert.requested": _asked_for_expert,
    "triage.requested": _asked_for_expert,
    "expert.handed_back": lambda deal, happening: [
        *_asker_and_manager(deal, happening), _person(happening, "person"), _person(happening, "owes")
    ],
    "triage.handed_back": lambda deal, happening: [
        *_asker_and_manager(deal, happening), _person(happening, "person"), _person(happening, "owes")
    ],
    "expert.claimed": lambda deal, happening: [*_asker_and_manager(deal, happening), _person(happening, "person")],
    "triage.claimed": lambda deal, happening: [*_asker_and_manager(deal, happening), _person(happening, "person")],
    "triage.said": _asker_and_manager,
    "expert.not_ours": _asker_and_manager,
    "expert.more_asked": _asker_and_manager,
    "expert.more_given": lambda _, happening: _people(happening, "asked_by"),
    "question.asked": lambda deal, _: [deal.manager_id or deal.dispatcher_id],
    "question.answered": lambda _, happening: [_person(happening, "asked_by")],
    "client.chased": lambda deal, _: [deal.manager_id, *_heads(deal)],
}  # fmt: skip


def _tell(deal: Deal, happening: Happening, proofs: Proofs) -> None:
    if happening.act.startswith("stage."):
        team = {"manager", "expert", "estimator"}
        to: Iterable[int | None] = [person for person, role, _ in proofs.seats if role in team]
    elif happening.act in TOLD:
        to = TOLD[happening.act](deal, happening)
    else:
        return
    notify(
        people=to, kind=happening.act, deal_id=deal.pk, data={"number": deal.number, **happening.data},
        actor=happening.actor, at=happening.at,
    )  # fmt: skip
