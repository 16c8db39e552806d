"""Whose tasks are whose to change while a meeting isn't closed."""

from collections.abc import Collection

from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import Seat
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.rights import may


def changeable(tasks: Collection[Commitment], *, actor: Actor, parts: Collection[str]) -> frozenset[int]:
    """Which of a meeting's tasks somebody may type anew or drop: those that he typed himself, all for whoever planned the meeting,
    and those that he might waive on their deal. Two queries, whatever the number.

    :param parts: what he is to the meeting
    """
    if not tasks or actor.person_id is None:
        return frozenset()
    ids, deals = [one.pk for one in tasks], {one.deal_id for one in tasks}
    opened = Entry.objects.filter(
        chain__in=deals, act="commitment.opened", actor_id=actor.person_id, data__id__in=ids
    )
    own = set(opened.values_list("data__id", flat=True))
    leads = set(
        Seat.objects.filter(
            deal__in=deals, person=actor.person_id, role="manager", until=None, in_shadow=False
        ).values_list("deal_id", flat=True)
    )

    def is_his(task: Commitment) -> bool:
        seats = {
            *(["manager"] if task.deal_id in leads else []),
            *(["controller"] if task.controller_id == actor.person_id else []),
        }
        return task.pk in own or may(actor, "commitment.waive", seats)

    return frozenset(task.pk for task in tasks if "planner" in parts or is_his(task))
