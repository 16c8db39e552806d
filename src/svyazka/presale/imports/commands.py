"""Writes of imports: a whole table in one transaction, and the whole of it taken back."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Count, Q

from svyazka.presale.clients.models import Client, ClientKey, Contact
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.commands import dispatcher_for
from svyazka.presale.deals.models import WITHDRAWN, Deal
from svyazka.presale.imports.arrivals import Arrival
from svyazka.presale.imports.clients import write_clients
from svyazka.presale.imports.models import Brought, Import
from svyazka.presale.imports.writing import Occasion, write_deals
from svyazka.presale.insight import tallies
from svyazka.presale.insight.counting import count
from svyazka.presale.insight.models import Track
from svyazka.presale.insight.tracks import measure_stays, month_of
from svyazka.presale.journal.chunks import chunks
from svyazka.presale.journal.commands import WORKSPACE, Act, append_many, lock_journal, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, Json, NotFound
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import require
from svyazka.presale.process.queries import current_process
from svyazka.presale.stages.models import Visit


class WorkedOn(Conflict):
    """Something has happened since to deals of the import; ``params["deals"]`` says to how many."""

    code = "import_worked_on"


@command
def bring_in(
    *,
    arrivals: Sequence[Arrival],
    name: str,
    actor: Actor,
    at: datetime,
    changed: Sequence[int] = (),
    told: Callable[[int, int], None] | None = None,
) -> int:
    """Make deals of the rows of a table: all or none. Returns the import's id.

    They are marked as brought in: what they say of before is somebody's word, and no clock runs over it.

    :param arrivals: rows that were found good, in their order
    :param name: the file's
    :param changed: ids of deals of ours that the same table has changed already
    :param told: is told now and then how many of how many are written; they are there once all are
    :raises Invalid: there are none, of either
    :raises NobodyAtTheWindow: nobody could answer for a request
    """
    require(actor, "import.make")
    if not arrivals and not changed:
        raise Invalid("nothing_to_import")
    lock_journal()
    people = directory()
    number, process = current_process()
    made = Import.objects.create(name=name[:200], at=at, by_id=actor.person_id, deals=len(arrivals), changed=len(changed))  # fmt: skip
    if arrivals:
        ground = Occasion(made.pk, number, process, people, dispatcher_for(people, at), at)
        write_deals(arrivals, write_clients(arrivals, at=at), ground, actor=actor, told=told)
        tallies.add(count(Track.objects.filter(deal__brought__whole=made)))
    said: dict[str, Json] = {"import": made.pk, "deals": len(arrivals), "changed": [*changed]}
    record(chain=WORKSPACE, act=Act("import.made", said, {"name": name}), actor=actor, at=at)
    return made.pk


@command
def take_back(*, import_id: int, actor: Actor, at: datetime, worked_on: bool = False) -> int:
    """Take a whole import back: its deals are counted and listed no more. The journal keeps that they were here. Returns how many.

    Clients who came with it alone, and their people, are known no more. What the table has changed of deals that were here before stays:
    the journal has what each said.

    :param worked_on: also deals to which something has happened since
    :raises NotFound: no such import
    :raises Conflict: ``import_taken_back``, it is already; ``import_only_changed``, it has brought no deal
    :raises WorkedOn: see there
    """
    require(actor, "import.make")
    lock_journal()
    made = Import.objects.filter(pk=import_id).first()
    if made is None:
        raise NotFound
    if made.withdrawn_at is not None:
        raise Conflict("import_taken_back")
    if not made.deals:
        raise Conflict("import_only_changed")
    deals = Deal.objects.filter(brought__whole=made).exclude(status=WITHDRAWN)
    touched = deals.filter(revision__gt=1).count()
    if touched and not worked_on:
        raise WorkedOn(deals=touched)
    ids = list(deals.order_by("pk").values_list("pk", flat=True))
    _withdraw(made, ids, actor, at)
    _forget_clients(made)
    made.withdrawn_at, made.withdrawn_by_id = at, actor.person_id
    made.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record(
        chain=WORKSPACE, act=Act("import.taken_back", {"import": made.pk, "deals": len(ids)}), actor=actor, at=at
    )  # fmt: skip
    return len(ids)


def _withdraw(made: Import, ids: Sequence[int], actor: Actor, at: datetime) -> None:
    counted = Track.objects.filter(deal__brought__whole=made).exclude(status=WITHDRAWN)
    tallies.add({key: -n for key, n in count(counted).items()})
    entry = 0
    for some in chunks(ids):
        entry = append_many(_taken_back(made, some), actor=actor, at=at)
    owed = Commitment.objects.filter(deal__brought__whole=made, outcome="open")
    owed.update(outcome="cancelled", closed_at=at, closed_by=actor.person_id)
    Visit.objects.filter(deal__brought__whole=made, left_at=None).update(left_at=at, left_by=actor.person_id)
    # deals that moved on since have stays whose length is known
    moved = Deal.objects.filter(brought__whole=made, revision__gt=1).values_list("pk", flat=True)
    for some in chunks(list(moved)):
        measure_stays(some, directory().calendar)
    month = month_of(at, directory().calendar.zone)
    Track.objects.filter(pk__in=counted.values("pk")).update(
        status=WITHDRAWN, ended=month, kopecks=0, reason="", entry=entry
    )
    Deal.objects.filter(brought__whole=made).exclude(status=WITHDRAWN).update(
        status=WITHDRAWN, closed_at=at, reason="", contract_number="", contract_date=None, contract_sum=None,
        open_commitments=0, next_due=None, holder=None, on_client=False, blocker="", external_id=None,
    )  # fmt: skip


def _taken_back(made: Import, deals: Sequence[int]) -> dict[int, list[Act]]:
    """What the journal says of these deals: what was owed on each is cancelled, then the deal itself goes."""
    chains: dict[int, list[Act]] = {pk: [] for pk in deals}
    owed = Commitment.objects.filter(deal__in=deals, outcome="open").order_by("pk")
    for pk, deal, term, performer in owed.values_list("pk", "deal_id", "term", "performer_id"):
        said: dict[str, Json] = {
            "id": pk, "term": term, "performer": performer, "outcome": "cancelled", "minutes_late": 0,
        }  # fmt: skip
        chains[deal].append(Act("commitment.cancelled", said))
    for acts in chains.values():
        acts.append(Act("deal.withdrawn", {"import": made.pk}))
    return chains


def _forget_clients(made: Import) -> None:
    """Clients of this import's deals who have no other deal are recognised no more, and their people go."""
    came = Brought.objects.filter(whole=made).values("deal__client")
    real = Count("deals", filter=~Q(deals__status=WITHDRAWN))
    alone = Client.objects.filter(pk__in=came).annotate(others=real).filter(others=0)
    ids = list(alone.values_list("pk", flat=True))
    for some in chunks(ids):
        ClientKey.objects.filter(client__in=some).delete()
        Contact.objects.filter(client__in=some).delete()
        Client.objects.filter(pk__in=some).update(inn="")
