"""The deals behind a number of the figures page, with what each of them brings to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import F, IntegerField, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from svyazka.presale.deals.models import DECLINED, LOST, OPEN, WON
from svyazka.presale.deals.queries import DealRow, rows_by_id
from svyazka.presale.insight.figures import require_people
from svyazka.presale.insight.models import Track
from svyazka.presale.insight.slices import Slice
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.rights import require
from svyazka.presale.process.queries import process_version
from svyazka.presale.stages.models import Visit

A_PAGE: Final = 50
_AT_ONCE: Final = 500
_Row = tuple[int, int | None, int | None]
"""Deal, what it brings, what that is a part of."""

_SIMPLE: Final[Mapping[str, Q]] = {
    "received": Q(), "decided": Q(status__in=[WON, LOST]), WON: Q(status=WON), LOST: Q(status=LOST), DECLINED: Q(status=DECLINED), OPEN: Q(status=OPEN),
}  # fmt: skip
_COUNTED: Final[Mapping[str, tuple[Q, str | Combinable]]] = {
    "response": (Q(response__isnull=False), "response"),
    "estimates": (Q(estimates__gt=0), "estimates"),
    "meetings": (Q(meetings__gt=0), "meetings"),
    "promises": (Q(kept__gt=0) | Q(late__gt=0) | Q(broken__gt=0), F("late") + F("broken")),
    "chased": (Q(chased__gt=0), "chased"),
    "meetings_won": (Q(status=WON, meetings__gt=0), "meetings"),
    "minutes_won": (Q(status=WON, meetings__gt=0), "minutes"),
    "effort": (Q(effort__gt=0), "effort"),
}  # fmt: skip
"""Which deals bring something to a number, and the column that says how much; the most first."""
_OF: Final[Mapping[str, Combinable]] = {
    "promises": F("kept") + F("late") + F("broken"), "estimates": F("estimates_kept"), "meetings": F("confirmed"),
}  # fmt: skip
"""What stands beside that where it is a part of something, or something is a part of it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A deal and what it brings: a number of its own where the figure is made of such, with what it is a part of beside it."""

    deal: DealRow
    amount: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of deals; ``more`` says that there is another."""

    rows: tuple[Counted, ...]
    more: bool


def behind(*, viewer: Actor, of: Slice, which: str, page: int = 1) -> Behind:
    """The deals of a slice that a number counts: newest first, or those that bring most to it first. A constant number of queries.

    :param which: ``received``, ``won``, ``lost``, ``declined``, ``open``, ``decided`` (won or lost); with a stage's key after a point ``entered``, ``passed``,
        ``lost``, ``declined``, ``here``, ``stay``; ``why.REASON``, ``why_in.STAGE.REASON``; and the numbers of one deal, as in ``response``
    :param page: from 1
    :raises NotFound: there is no such number, or it is somebody's whose figures aren't the viewer's to see
    """
    found = _asked(viewer, of, which)
    start = (page - 1) * A_PAGE
    rows = list(found[start : start + A_PAGE + 1])
    return Behind(tuple(_counted(rows[:A_PAGE], viewer)), len(rows) > A_PAGE)


def all_behind(*, viewer: Actor, of: Slice, which: str) -> Iterator[Counted]:
    """The same deals, all of them, read some at a time. Raises as :func:`behind`, at the first one."""
    rows = list(_asked(viewer, of, which))
    for start in range(0, len(rows), _AT_ONCE):
        yield from _counted(rows[start : start + _AT_ONCE], viewer)


def _asked(viewer: Actor, of: Slice, which: str) -> QuerySet[Track, _Row]:
    require(viewer, "overview.see")
    require_people(viewer, of)
    return _found(of.tracks(), which)


def _counted(rows: Sequence[_Row], viewer: Actor) -> Iterator[Counted]:
    deals = rows_by_id({row[0] for row in rows}, viewer=viewer)
    return (Counted(deals[pk], amount, whole) for pk, amount, whole in rows if pk in deals)


def _found(tracks: QuerySet[Track], which: str) -> QuerySet[Track, _Row]:
    if which in _SIMPLE:
        return _plain(tracks.filter(_SIMPLE[which]))
    if which in _COUNTED:
        sieve, said = _COUNTED[which]
        column = F(said) if isinstance(said, str) else said
        whole = _OF.get(which, column)
        ordered = tracks.filter(sieve).annotate(brings=column).order_by("-brings", "-pk")
        return ordered.values_list("pk", "brings", whole)
    kind, _, key = which.partition(".")
    if kind == "why" and key:
        return _plain(tracks.filter(reason=key, status__in=[LOST, DECLINED]))
    if kind == "why_in" and "." in key:
        stage, _point, reason = key.partition(".")
        ended = _in_stage(tracks, stage, LOST) | _in_stage(tracks, stage, DECLINED)
        return _plain(tracks.filter(ended, reason=reason))
    if kind == "stay" and key:
        stays = Visit.objects.filter(stage=key, minutes__isnull=False, deal_id__in=tracks.values("pk"))
        return stays.order_by("-minutes", "-deal_id").values_list("deal_id", "minutes", "minutes")  # type: ignore[return-value]  # rows of three numbers, as from tracks
    if kind in _IN_STAGE and key:
        return _plain(tracks.filter(_in_stage(tracks, key, kind)))
    raise NotFound


def _plain(tracks: QuerySet[Track]) -> QuerySet[Track, _Row]:
    nothing = Value(None, output_field=IntegerField())
    return tracks.order_by("-pk").values_list("pk", nothing, nothing)


_IN_STAGE: Final[Mapping[str, Callable[[int], Q]]] = {
    "entered": lambda place: Q(reached__gte=place),
    "passed": lambda place: Q(reached__gt=place) | Q(reached=place, status=WON),
    LOST: lambda place: Q(reached=place, status=LOST),
    DECLINED: lambda place: Q(reached=place, status=DECLINED),
    "here": lambda place: Q(reached=place, status=OPEN),
}
_ON_WAY: Final[Mapping[str, Callable[[Q], Q]]] = {
    "entered": lambda _last: Q(),
    "passed": lambda last: ~last | Q(status=WON),
    LOST: lambda last: last & Q(status=LOST),
    DECLINED: lambda last: last & Q(status=DECLINED),
    "here": lambda last: last & Q(status=OPEN),
}
"""The same of deals that were moved from version to version, by whether the stage is the last on their way."""


def _in_stage(tracks: QuerySet[Track], key: str, kind: str) -> Q:
    """The condition in every process that has the stage: it may stand at another place there. None has it: no deal."""
    named = f" {key} "
    wanted = Q(way__contains=named) & _ON_WAY[kind](Q(way__endswith=named))
    for number in tracks.order_by().values_list("process", flat=True).distinct():
        for place, stage in enumerate(process_version(number).stages):
            if stage.key == key:
                wanted |= Q(_IN_STAGE[kind](place), process=number, way="")
    return wanted
