"""The dossier is read and signed; small things are noted and fade."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max, Q, QuerySet

from svyazka.engine.wording import lack_of
from svyazka.presale.deals.models import OPEN, Deal
from svyazka.presale.deals.writing import deal_to_change, seats_of
from svyazka.presale.journal.commands import Act, record
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Invalid, NotAllowed, NotFound
from svyazka.presale.meetings.models import Meeting, Reading, SmallThing
from svyazka.presale.meetings.values import AHEAD, CLIENT, HELD
from svyazka.presale.meetings.writing import still_going
from svyazka.presale.people.rights import may
from svyazka.presale.stages.evidence import disprove, holds, prove

SMALL_THING: Final = "small_thing.noted"
TELLING: Final = (
    "intake.changed", "document.filed", "document.removed", "question.answered", "question.asked", "client.contacted",
    "client.chased", "plan.corrected", "triage.said", "expert.more_given", SMALL_THING,
)  # fmt: skip
"""Acts after which the dossier says something new: whoever has read it before reads it again."""
NEW_PLAN: Final = "plan.changed"
"""The same, where something of a client meeting is another: its ``changed`` names what."""
BRIEFED: Final = "briefing.read"
FADES: Final = timedelta(days=14)
"""So long after the meeting the small things are gone."""


def telling(deal_ids: Iterable[int], since: int) -> QuerySet[Entry]:
    """Acts after this place in these deals' journals of which a dossier tells."""
    # before it was named what changed, what was typed were the goals
    changed = Q(act=NEW_PLAN, data__kind=CLIENT) & (Q(data__has_key="changed") | ~Q(detail_hash=""))
    tells = Q(act__in=TELLING) | changed
    return Entry.objects.filter(tells, chain__in=list(deal_ids), seq__gt=since).order_by("seq")


@dataclass(frozen=True, slots=True)
class Readers:
    """Who has read a dossier: as it is ``now``, and as it was ``before`` something was told that is new to him."""

    now: frozenset[int] = frozenset()
    before: frozenset[int] = frozenset()


NOBODY: Final = Readers()


def readers_of(deal_ids: Iterable[int]) -> Mapping[int, Readers]:
    """Who has read each deal's dossier; what somebody has written himself he knows. Three queries."""
    read: dict[int, dict[int, int]] = {}
    readings = Reading.objects.filter(deal_id__in=set(deal_ids)).order_by("seq")
    for deal, person, seq in readings.values_list("deal_id", "person_id", "seq"):
        read.setdefault(deal, {})[person] = seq
    if not read:
        return {}
    first = min(seq for readers in read.values() for seq in readers.values())
    told = list(telling(read, first).values_list("chain", "seq", "actor_id", "act"))
    going = _going(read)
    found = {}
    for deal, readers in read.items():
        behind = frozenset(
            person
            for person, upto in readers.items()
            if any(
                chain == deal and seq > upto and is_news(person, actor, act, going.get(deal, frozenset()))
                for chain, seq, actor, act in told
            )
        )
        found[deal] = Readers(now=frozenset(readers) - behind, before=behind)
    return found


def is_news(person: int, actor: int | None, act: str, going: Container[int]) -> bool:
    """Whether an act tells somebody something: what he did himself he knows, and small things are for those who go."""
    return actor != person and (act != SMALL_THING or person in going)


def _going(deal_ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
    """Who goes to the client meetings of these deals that are ahead or have just been. One query."""
    found: dict[int, set[int]] = {}
    ahead = still_going().filter(
        meeting__deal_id__in=list(deal_ids), meeting__deal__status=OPEN, meeting__kind=CLIENT,
        meeting__state__in=[*AHEAD, HELD],
    )  # fmt: skip
    for deal, person in ahead.values_list("meeting__deal_id", "person_id"):
        found.setdefault(deal or 0, set()).add(person)
    return {deal: frozenset(people) for deal, people in found.items()}


def just_outdated(deal_id: int, entry_id: int) -> tuple[int, ...]:
    """Who had read the dossier as it was until this act, another's, told something new. Three queries; one if nobody has read it."""
    read = dict(Reading.objects.filter(deal_id=deal_id).order_by("seq").values_list("person_id", "seq"))
    if not read:
        return ()
    told = list(telling([deal_id], min(read.values())).values_list("pk", "seq", "actor_id", "act"))
    if entry_id not in {pk for pk, *_ in told}:
        return ()
    going = _going([deal_id]).get(deal_id, frozenset())
    return tuple(
        person
        for person, upto in read.items()
        if [pk for pk, seq, actor, act in told if seq > upto and is_news(person, actor, act, going)]
        == [entry_id]
    )


def goes_there(deal_id: int, person_id: int | None) -> bool:
    """Whether somebody goes to a meeting of the deal that is still ahead or has just been: he reads the small things."""
    if person_id is None:
        return False
    return person_id in _going([deal_id]).get(deal_id, ())


@command
def sign_dossier(*, deal_id: int, seen: int, actor: Actor, at: datetime) -> None:
    """Somebody says that he has read it: everything up to the act that was on the screen.

    :param seen: place in the journal of the latest act that the page told of
    :raises NotAllowed: he may not read it
    """
    deal, role = deal_to_change(deal_id, actor, "question.ask")
    seats = seats_of(deal, actor.person_id)
    if not may_sign(deal_id, actor, seats) or actor.person_id is None:
        raise NotAllowed(right="dossier.read")
    if not 1 <= seen <= (Entry.objects.filter(chain=deal_id).aggregate(last=Max("seq"))["last"] or 0):
        raise Invalid(errors={"seen": "unknown_choice"})
    known = Reading.objects.filter(deal_id=deal_id, person_id=actor.person_id).order_by("-seq").first()
    if known is None or known.seq < seen:
        Reading.objects.create(deal_id=deal_id, person_id=actor.person_id, seq=seen, at=at)
        again = known is not None
        record(
            chain=deal_id, act=Act("dossier.signed", {"person": actor.me, "seen": seen, "again": again}, role=role),
            actor=actor, at=at,
        )  # fmt: skip
    knows = actor.person_id in readers_of([deal_id]).get(deal_id, NOBODY).now
    if "expert" in seats and knows and not holds(deal, BRIEFED):
        prove(deal, BRIEFED, source="dossier", actor=actor, at=at, role="expert")


def another_expert(deal: Deal, person_id: int, *, at: datetime) -> None:
    """An expert has come to the deal: that he has read the dossier nobody has shown yet."""
    if person_id not in readers_of([deal.pk]).get(deal.pk, NOBODY).now:
        disprove(deal, BRIEFED, at=at)


def may_sign(deal_id: int, actor: Actor, seats: Iterable[str]) -> bool:
    """Whether somebody's signature belongs under a dossier: a fixer in the shadow reads it, and nobody learns that he is there."""
    held = frozenset(seats)
    return may_read(deal_id, actor, held) and (held != {"shadow"} or goes_there(deal_id, actor.person_id))


def may_read(deal_id: int, actor: Actor, seats: Iterable[str]) -> bool:
    """Whether somebody may read a deal's dossier: who sees its small print, and whoever goes to the room."""
    return may(actor, "deal.see_private", frozenset(seats)) or (
        may(actor, "deal.see") and goes_there(deal_id, actor.person_id)
    )


@command
def note_small_thing(*, deal_id: int, text: str, actor: Actor, at: datetime) -> int:
    """Write down a small thing about the client's people. The journal learns that, not what. Returns its id.

    :raises Invalid: nothing said, or more than a few lines
    """
    deal, role = deal_to_change(deal_id, actor, "question.ask")
    if not may_sign(deal_id, actor, seats_of(deal, actor.person_id)):
        raise NotAllowed(right="dossier.read")
    if lack := lack_of(text):
        raise Invalid(errors={"text": lack})
    if len(text) > 500:
        raise Invalid(errors={"text": "too_long"})
    noted = SmallThing.objects.create(deal=deal, text=text.replace("\x00", "").strip(), by_id=actor.me, at=at)
    record(chain=deal_id, act=Act(SMALL_THING, {"id": noted.pk}, role=role), actor=actor, at=at)
    return noted.pk


@command
def forget_small_thing(*, deal_id: int, small_thing_id: int, actor: Actor, at: datetime) -> None:
    """Delete a small thing: one's own, or any for the deal's manager and administrators."""
    del at
    deal, _ = deal_to_change(deal_id, actor, "question.ask", may_be_closed=True)
    found = SmallThing.objects.filter(pk=small_thing_id, deal_id=deal_id).first()
    own = found is not None and found.by_id == actor.person_id
    sees_to_it = "manager" in seats_of(deal, actor.person_id) or "administrator" in actor.duties
    if found is None or not (own or sees_to_it):
        raise NotFound
    found.delete()


@command
def fade(*, at: datetime) -> int:
    """Delete the small things of deals whose latest meeting is over long enough, or whose deal is closed as long. Returns how many."""
    over = Meeting.objects.filter(kind=CLIENT, ended_at__lt=at - FADES).values("deal_id")
    young = Meeting.objects.filter(kind=CLIENT, state__in=[*AHEAD, HELD]).values("deal_id")
    old = SmallThing.objects.filter(at__lt=at - FADES)
    faded = old.filter(deal_id__in=over).exclude(deal_id__in=young)
    closed = old.filter(deal__closed_at__lt=at - FADES)
    return (faded | closed).delete()[0]
