"""Acts about a fixer in the shadow: who may not know of him gets neither the act nor a sign that there was one."""

from collections.abc import Container
from datetime import datetime

from django.db.models import Q

from svyazka.presale.deals.models import Deal
from svyazka.presale.journal.commands import Happening
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.queries import EntryRow
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.rights import may

_SEATED, _LEFT = "fixer.appointed", "seat.left"
_OF_A_FIXER = Q(act=_SEATED) | Q(act=_LEFT, data__role="fixer")


def stays_in_shadow(happening: Happening | EntryRow) -> bool:
    """Whether an act has put a fixer into the shadow, or let him go from there."""
    return happening.act == _SEATED or (happening.act == _LEFT and happening.data.get("in_shadow") is True)


def names_unseen(entry: EntryRow, lit: Container[tuple[int, datetime | None]]) -> bool:
    """Whether an act began or ended a fixer's seat that the viewer doesn't see.

    :param lit: of the fixers' seats that he sees, whose each is and when it began, and whose and when it ended. A person
        who was called once may sit in the shadow again: it is the seat that counts
    """
    of_fixer = entry.act == _SEATED or (entry.act == _LEFT and entry.data.get("role") == "fixer")
    person = entry.data.get("person")
    return of_fixer and not (isinstance(person, int) and (person, entry.at) in lit)


def untold_to(viewer: Actor) -> Q:
    """Acts about fixers, of whatever deals, that the viewer may not know of: of others, on deals that he doesn't lead."""
    if may(viewer, "deal.call_fixer"):
        return Q(pk__in=[])
    led = (
        Deal.objects.filter(manager_id=viewer.me).values("pk")
        if may(viewer, "deal.call_fixer", {"manager"})
        else Deal.objects.none().values("pk")
    )
    return _OF_A_FIXER & ~Q(data__person=viewer.me) & ~Q(chain__in=led)


def latest_open_act() -> int:
    """Id of the newest act that everybody may know of, 0 for an empty journal: the cheapest sign of a change.

    An act in the shadow gives no sign, not even to those who may know of it: they see it when they look next.
    """
    # only who left the shadow has the key; compared to true, who has none would be neither hidden nor told of
    hidden = Q(act=_SEATED) | Q(act=_LEFT, data__has_key="in_shadow")
    return Entry.objects.exclude(hidden).order_by("-pk").values_list("pk", flat=True).first() or 0
