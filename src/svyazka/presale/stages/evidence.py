"""Evidence: a person says that a check holds, and what shows it."""

from dataclasses import dataclass
from datetime import datetime

from svyazka.engine.facts import FACTS
from svyazka.engine.process import Check
from svyazka.engine.standing import tick_name
from svyazka.engine.wording import is_junk, lack_of
from svyazka.presale.commitments.commands import FARTHEST
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.writing import deal_to_change, seats_of
from svyazka.presale.journal.commands import Act, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Invalid, Json, NotAllowed, NotFound
from svyazka.presale.people.rights import may
from svyazka.presale.process.queries import process_version
from svyazka.presale.stages.models import Evidence


class ProvenElsewhere(Invalid):
    """Nobody can tick this: the system proves it itself from what is done. ``params["fact"]`` says which fact."""

    code = "proven_elsewhere"


@command
def supply_evidence(
    *,
    deal_id: int,
    stage: str,
    check: str,
    text: str,
    actor: Actor,
    at: datetime,
    happens_at: datetime | None = None,
) -> None:
    """Say that a check of a stage holds: by its stated fact, or by a tick of the role that may tick it.

    :param text: what shows it: a file, a letter, who said what and when
    :param happens_at: for facts with a date, e.g. when the meeting takes place
    :raises ProvenElsewhere: the check leans on a fact that the system computes
    :raises NotAllowed: another role ticks this
    :raises Invalid: no evidence, or a date missing
    """
    deal, _ = deal_to_change(deal_id, actor, "deal.evidence")
    try:
        found = process_version(deal.process_number).stage(stage).check(check)
    except KeyError:
        raise NotFound from None
    if found.fact is not None:
        state_fact(deal, found.fact, text=text, actor=actor, at=at, happens_at=happens_at, stage=stage)
    else:
        _tick(deal, stage, found, text=text, actor=actor, at=at)


def _tick(deal: Deal, stage: str, check: Check, *, text: str, actor: Actor, at: datetime) -> None:
    seats = seats_of(deal, actor.person_id)
    if check.tick not in seats and not may(actor, "people.change"):
        raise NotAllowed(right="deal.evidence", role=check.tick)
    if errors := _lacks_text(text):
        raise Invalid(errors=errors)
    name = tick_name(stage, check.key)
    if _keep_evidence(deal, name, _Shown(text.strip(), "", stage), actor=actor, at=at):
        record(
            chain=deal.pk, actor=actor, at=at,
            act=Act("check.ticked", {"stage": stage, "check": check.key}, {"evidence": text.strip()}, check.tick or ""),
        )  # fmt: skip


def state_fact(
    deal: Deal, name: str, *, text: str, actor: Actor, at: datetime, happens_at: datetime | None = None,
    stage: str = "",
) -> None:  # fmt: skip
    """State a fact within a command that has locked the deal and asked the general right already."""
    fact = FACTS[name]
    if fact.kind != "stated":
        raise ProvenElsewhere(fact=name)
    seats = seats_of(deal, actor.person_id)
    # a fact of a role that nobody holds yet is the manager's, who answers for the whole
    allowed = {*fact.by, "manager"}
    if seats.isdisjoint(allowed) and not may(actor, "people.change"):
        raise NotAllowed(right="deal.evidence", role=", ".join(fact.by))
    errors = _lacks_text(text)
    if fact.takes_date and happens_at is None:
        errors["happens_at"] = "required"
    elif happens_at is not None and abs(happens_at - at) > FARTHEST:
        errors["happens_at"] = "too_far"
    if errors:
        raise Invalid(errors=errors)
    role = next((role for role in fact.by if role in seats), "manager" if "manager" in seats else "")
    shown = _Shown(text.strip(), "", stage or deal.stage, happens_at)
    fresh = _keep_evidence(deal, name, shown, actor=actor, at=at)
    _dated(deal, name, happens_at)
    if fresh or fact.takes_date:
        _record(deal, name, shown, role, actor=actor, at=at)


def prove(
    deal: Deal, name: str, *, source: str, actor: Actor, at: datetime, text: str = "", happens_at: datetime | None = None,
    role: str = "", meeting: int | None = None, who: str = "",
) -> None:  # fmt: skip
    """A stated fact holds by an act of its own, which has asked for its right already: nobody need say so once more.

    What held before gives way to it: the event happens again, so that terms open and close by it again.

    :param source: the code of what shows it; ``speech.evidence`` has its words
    :param meeting: the one by which it holds: whoever is told of it finds it there
    :param who: the name of who has shown it, where he is none of ours
    """
    shown = _Shown(text, source, deal.stage, happens_at, meeting, who)
    Evidence.objects.filter(deal=deal, name=name, withdrawn_at=None).update(withdrawn_at=at)
    _keep_evidence(deal, name, shown, actor=actor, at=at)
    _dated(deal, name, happens_at)
    _record(deal, name, shown, role, actor=actor, at=at)


def disprove(deal: Deal, name: str, *, at: datetime) -> None:
    """What was proven by an act holds no more. The journal says so by the act that undid it."""
    Evidence.objects.filter(deal=deal, name=name, withdrawn_at=None).exclude(source="").update(
        withdrawn_at=at
    )


def holds(deal: Deal, name: str) -> bool:
    """Whether a stated fact holds now."""
    return Evidence.objects.filter(deal=deal, name=name, withdrawn_at=None).exists()


@dataclass(frozen=True, slots=True)
class _Shown:
    """What shows a check or a fact: typed words, or where the system knows it from."""

    text: str
    source: str
    stage: str
    happens_at: datetime | None = None
    meeting: int | None = None
    who: str = ""


def _dated(deal: Deal, name: str, happens_at: datetime | None) -> None:
    if happens_at is not None and FACTS[name].takes_date:
        deal.dates = {**deal.dates, name.partition(".")[0]: happens_at.isoformat()}
        Deal.objects.filter(pk=deal.pk).update(dates=deal.dates)


def _record(deal: Deal, name: str, shown: _Shown, role: str, *, actor: Actor, at: datetime) -> None:
    when = shown.happens_at.isoformat() if shown.happens_at else None
    data: dict[str, Json] = {"stage": shown.stage, "when": when}
    if shown.source:
        data["source"] = shown.source
    if shown.meeting is not None:
        data["meeting"] = shown.meeting
    said: dict[str, Json] = {
        key: text for key, text in (("evidence", shown.text), ("who", shown.who)) if text
    }
    record(chain=deal.pk, actor=actor, at=at, act=Act(name, data, said or None, role))


def _lacks_text(text: str) -> dict[str, str]:
    return {"text": "needs_evidence"} if not text.strip() or is_junk(text) else {}


def _keep_evidence(deal: Deal, name: str, shown: _Shown, *, actor: Actor, at: datetime) -> bool:
    """Write evidence down; False if this was known already (then the newer words replace the older)."""
    if actor.person_id is None and not shown.source:
        raise Invalid(errors={"text": "needs_a_person"})
    known = Evidence.objects.filter(deal=deal, name=name, withdrawn_at=None).first()
    if known is not None:
        known.text, known.happens_at = shown.text, shown.happens_at or known.happens_at
        known.save(update_fields=["text", "happens_at"])
        return False
    Evidence.objects.create(
        deal=deal, name=name, stage=shown.stage, text=shown.text, source=shown.source, happens_at=shown.happens_at,
        by_id=actor.person_id, at=at,
    )  # fmt: skip
    return True


@command
def withdraw_evidence(
    *, deal_id: int, stage: str, check: str, reason: str, actor: Actor, at: datetime
) -> None:
    """Take evidence back: the check doesn't hold after all. The journal keeps both."""
    deal, role = deal_to_change(deal_id, actor, "deal.evidence")
    try:
        found = process_version(deal.process_number).stage(stage).check(check)
    except KeyError:
        raise NotFound from None
    if lack := lack_of(reason):
        raise Invalid(errors={"reason": lack})
    name = found.fact or tick_name(stage, check)
    if not Evidence.objects.filter(deal=deal, name=name, withdrawn_at=None).update(withdrawn_at=at):
        raise NotFound
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act("evidence.withdrawn", {"stage": stage, "check": check}, {"reason": reason.strip()}, role),
    )  # fmt: skip
