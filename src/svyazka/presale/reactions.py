"""What follows what: every act of a deal passes here, in its own transaction, before anybody is answered.

1. terms that the event closes are kept, terms that it opens become commitments;
2. a few acts have a consequence of their own (the table ``CONSEQUENCES``);
3. an open deal on which nobody owes anything gets the commitment to name the next step;
4. the deal's row gets what lists need: next due time, holder, blocker, revision;
5. whoever should know is told (``telling.TOLD``);
6. figures are counted anew where the act changes them.
"""

from collections.abc import Callable
from datetime import date, datetime

from svyazka.engine.facts import FACTS
from svyazka.engine.process import Process
from svyazka.presale.channels.commands import leave_chats
from svyazka.presale.channels.values import CLIENT
from svyazka.presale.commitments import terms
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.commitments.terms import Running
from svyazka.presale.deals.feeds import revoke_feeds_of
from svyazka.presale.deals.models import OPEN, Deal
from svyazka.presale.deals.shadow import stays_in_shadow
from svyazka.presale.deals.writing import DEAL
from svyazka.presale.experts.asking import end_requests
from svyazka.presale.imports.queries import holders_of
from svyazka.presale.insight.upkeep import keep_figures
from svyazka.presale.journal.commands import WORKSPACE, Happening
from svyazka.presale.journal.prepared import Prepared, insert
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.clients import written_at
from svyazka.presale.meetings.closing import ask_again
from svyazka.presale.meetings.planning import end_meetings
from svyazka.presale.meetings.reading import another_expert
from svyazka.presale.meetings.runs.commands import ENDED
from svyazka.presale.meetings.runs.queries import told_of as told_of_run
from svyazka.presale.notices.commands import Told, notify
from svyazka.presale.people.queries import directory, present
from svyazka.presale.process.queries import process_version
from svyazka.presale.showing import show_in_chats
from svyazka.presale.stages.commands import leave_stage
from svyazka.presale.stages.facts import NO_PROOFS, Carried, proofs_of
from svyazka.presale.stages.models import Visit
from svyazka.presale.stages.row import refresh_row
from svyazka.presale.telling import SEATS, TEAM, person_in, told_of, told_of_proposal

Consequence = Callable[[Deal, Process, Happening], None]


def react(happening: Happening) -> None:
    """Do everything that follows an act of a deal."""
    if happening.chain == WORKSPACE:
        person = person_in(happening, "person")
        if happening.data.get("shut_out") and person is not None:
            leave_chats(person_id=person, at=happening.at)
            revoke_feeds_of(person, at=happening.at)
        _tell_of_workspace(happening)
        return
    carried = _carried(happening)
    deal = carried.deal if carried else DEAL(pk=happening.chain)[0]
    process = process_version(deal.process_number)
    for consequence in CONSEQUENCES.get(happening.act, ()):
        consequence(deal, process, happening)
    known = carried or _read(deal)
    running = _keep_and_open(known, process, happening)
    _tell(deal, happening, known, running)
    show_in_chats(deal, happening)
    refresh_row(deal, process, running, known.proofs, at=happening.at, unseen=stays_in_shadow(happening))
    is_same = (
        carried is not None and len(running) >= len(known.running) and set(known.running) <= set(running)
    )
    keep_figures(deal, process, happening, promises_moved=not is_same, stay=carried.stay if carried else None)


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
    due = people.end_of_day(person, date.fromisoformat(str(happening.data["by"])))
    terms.open_special(
        deal, term=term, performer=present(person, at=happening.at, people=people), role="manager", due_at=due,
        by="intake", actor=happening.actor, at=happening.at,
    )  # fmt: skip


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


def _end_meetings(deal: Deal, process: Process, happening: Happening) -> None:
    del process
    end_meetings(deal, at=happening.at)


def _brief_expert(deal: Deal, process: Process, happening: Happening) -> None:
    del process
    another_expert(deal, int(str(happening.data["person"])), at=happening.at)


def _ask_again(deal: Deal, process: Process, happening: Happening) -> None:
    del deal, process
    ask_again(int(str(happening.data["id"])))


def _end_stay(deal: Deal, process: Process, happening: Happening) -> None:
    """A request is closed where it stands; who wins or loses a deal has left its stage in the command."""
    del process
    leave_stage(deal, happening.actor, happening.at, commitments_of(deal.pk))


CONSEQUENCES: dict[str, tuple[Consequence, ...]] = {
    "deal.received": (_first_visit,),
    "intake.unknown": (_find_out,),
    "intake.changed": (_found_out,),
    "manager.appointed": (_take_over,),
    "expert.appointed": (_take_over, _brief_expert),
    "estimator.appointed": (_take_over,),
    "commitment.waived": (_ask_again,),
    "deal.won": (_end_requests, _end_meetings),
    "deal.lost": (_end_requests, _end_meetings),
    "deal.closed": (_end_stay, _end_requests, _end_meetings),
    **{fact.name: (_re_date,) for fact in FACTS.values() if fact.takes_date},
}


def _tell(deal: Deal, happening: Happening, known: Carried, running: list[Running]) -> None:
    if happening.act.startswith("stage."):
        to: list[Told] = [(person, role) for person, role, _ in known.proofs.seats if role in TEAM]
    else:
        to = told_of(deal, happening)
    owing = set() if stays_in_shadow(happening) else _newly_owing(known, running)
    told = {person for person, _ in to}
    notify(
        people=[
            *((person, "owes" if person in owing and why in SEATS else why) for person, why in to),
            *((person, "owes") for person in owing - told),
        ],
        kind=happening.act, deal_id=deal.pk, data={"number": deal.number, **happening.data},
        actor=happening.actor, at=happening.at,
    )  # fmt: skip


def _newly_owing(known: Carried, running: list[Running]) -> set[int]:
    """Who owes something from this act on. What a client owes, he only sees to."""
    before = {one.id for one in known.running}
    return {one.performer_id for one in running if one.id not in before and not one.on_client}


def _tell_of_workspace(happening: Happening) -> None:
    """Whose address or chat doesn't answer any more hears of it by the ways that are left to him; of a group administrators.
    The minutes of a status run go to who took part, and to who owes something from it. Of a proposal hears who owns it and who
    made it. Whose step is next on deals of a table hears of all of them at once.
    """
    if happening.act == ENDED:
        notify(
            people=told_of_run(int(str(happening.data["meeting"]))), kind=ENDED, deal_id=None, data=happening.data,
            actor=happening.actor, at=happening.at,
        )  # fmt: skip
    if happening.act == "import.made":
        for holder, deals in holders_of(int(str(happening.data["import"]))):
            notify(
                people=[(holder, "owes")], kind=happening.act, deal_id=None, data={**happening.data, "deals": deals},
                actor=happening.actor, at=happening.at,
            )  # fmt: skip
    if told := told_of_proposal(happening):
        notify(
            people=told, kind=happening.act, deal_id=None, data=happening.data, actor=happening.actor, at=happening.at
        )  # fmt: skip
    if happening.act == "place.gone":
        if happening.data.get("role") == CLIENT:
            _tell_of_clients_address(happening)
            return
        person = person_in(happening, "person")
        admins = [] if person else directory().active(duty="administrator")
        notify(
            people=[(person, "address"), *((card.id, "administrator") for card in admins)], kind=happening.act,
            deal_id=None, data=happening.data, actor=happening.actor, at=happening.at,
        )  # fmt: skip


def _tell_of_clients_address(happening: Happening) -> None:
    """Whoever leads a deal whose client was written to there has to reach him otherwise."""
    for deal_id, number, manager in written_at(person_in(happening, "place") or 0):
        notify(
            people=[(manager, "manager")], kind=happening.act, deal_id=deal_id, data={"number": number, **happening.data},
            actor=happening.actor, at=happening.at,
        )  # fmt: skip
