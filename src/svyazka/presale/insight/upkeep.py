"""Keeping the figures in the transaction of every act of a deal, and counting deals anew."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from svyazka.engine.figures import coarse
from svyazka.engine.process import Process
from svyazka.presale.deals.models import Deal
from svyazka.presale.insight import tallies
from svyazka.presale.insight.contributions import (
    Key,
    Scope,
    Stay,
    contributed_by_stays,
    contributions,
    scope_of,
)
from svyazka.presale.insight.models import Track, TrackLine
from svyazka.presale.insight.pasts import MOVED, way_to
from svyazka.presale.insight.tracks import (
    Counted,
    ended_stays,
    follow_deal,
    follow_meetings,
    follow_promises,
    lines_of,
    measured_stays,
    meetings_of,
    promises_of,
    stays_of,
    tracks_of,
)
from svyazka.presale.journal.commands import Happening, lock_journal
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.prepared import Prepared, insert, insert_all, update
from svyazka.presale.journal.queries import chains_since, latest_entry_id
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version

_BATCH: Final = 500
_ENDS: Final = frozenset({"deal.won", "deal.lost", "deal.closed"})

_TRACK = Prepared(lambda deal: Track.objects.filter(pk=deal))
_LINES = Prepared(lambda deal: TrackLine.objects.filter(track_id=deal).values_list("name", flat=True))
_COLUMNS: Final = tuple(
    field.attname
    for field in Track._meta.concrete_fields
    if not field.primary_key and field.attname != "entry"
)
"""What is counted: all but which act it was."""


def keep_figures(
    deal: Deal,
    process: Process,
    happening: Happening,
    *,
    promises_moved: bool,
    stay: tuple[str, int] | None = None,
) -> None:
    """Count anew what an act may have changed. The last of the reactions: the deal's rows are as the act leaves them.

    A deal that isn't counted yet, of a release before, stays so until :func:`count_missing`.

    :param promises_moved: False where no commitment was closed for certain
    :param stay: stage and minutes of the stay that the act has ended, if that is known
    """
    if happening.act == "deal.received":
        _begin(deal, process, happening.entry_id)
        return
    track = _TRACK.first(deal=deal.pk)
    if track is None:
        return
    before = {name: getattr(track, name) for name in _COLUMNS}
    lines = lines_of(deal)
    # only this act changes what the form says; until then the form in hand says what was counted
    counted = tuple(_LINES(deal=deal.pk)) if happening.act == "intake.changed" else lines
    scope = scope_of(track, counted)
    old = contributions(track, scope, process_version(track.process))
    _follow(track, deal, process, happening, promises_moved=promises_moved)
    if set(counted) != set(lines):
        _set_lines(deal.pk, lines)
    fresh = scope_of(track, lines)
    changes = tallies.difference(old, contributions(track, fresh, process))
    tallies.add(tallies.together(changes, _stays_moved(deal.pk, happening, scope, fresh, stay)))
    changed = {name: value for name in _COLUMNS if (value := getattr(track, name)) != before[name]}
    if changed or set(counted) != set(lines):
        update(Track, deal.pk, {**changed, "entry": happening.entry_id})


def _begin(deal: Deal, process: Process, entry: int) -> None:
    track = Track(deal=deal, entry=entry)
    follow_deal(track, deal, process, directory().calendar)
    insert(track)
    lines = lines_of(deal)
    _set_lines(deal.pk, lines, is_new=True)
    tallies.add(contributions(track, scope_of(track, lines), process))


def _set_lines(deal: int, lines: Sequence[str], *, is_new: bool = False) -> None:
    if not is_new:
        TrackLine.objects.filter(track_id=deal).delete()
    insert_all([TrackLine(track_id=deal, name=name) for name in lines])


def _follow(
    track: Track, deal: Deal, process: Process, happening: Happening, *, promises_moved: bool
) -> None:
    act = happening.act
    if act == MOVED and not track.way:
        track.way = way_to(track.process, track.reached)
    follow_deal(track, deal, process, directory().calendar)
    if promises_moved:
        follow_promises(track, promises_of(deal, was_moved=bool(track.way)))
    if "meeting" in happening.data or act.startswith(("meeting.", "letter.")) or act in _ENDS:
        follow_meetings(track, meetings_of([deal.pk]).get(deal.pk, ()))


def _stays_moved(
    deal: int, happening: Happening, scope: Scope, fresh: Scope, stay: tuple[str, int] | None
) -> Mapping[Key, int]:
    """What a stay that has just ended adds; where the deal counts elsewhere from now on, its stays go with it."""
    act = happening.act
    ended: tuple[Stay, ...] = ()
    if stay is not None:
        ended = (Stay(stay[0], coarse(stay[1])),)
    elif act in _ENDS or act.startswith("stage."):
        ended = ended_stays(deal, happening.at)
    if fresh == scope:
        return contributed_by_stays(fresh, ended)
    stays = stays_of(deal)
    before = list(stays)
    for one in ended:
        before.remove(one)
    return tallies.difference(contributed_by_stays(scope, before), contributed_by_stays(fresh, stays))


@dataclass(frozen=True, slots=True)
class Wrong:
    """A deal that isn't counted as it should be: by what is wrong, what is kept and what should be.

    :ivar number: as people say it
    """

    number: str
    differs: Mapping[str, tuple[object, object]]


@command
def recount(*, deals: Sequence[int]) -> int:
    """Make the tracks of these deals anew from their rows, and the counters follow. Returns how many were not as they should be."""
    lock_journal()
    wrong = [(was, one) for was, one in _compared(deals) if _differs(was, one)]
    changes: Counter[Key] = Counter()
    for was, one in wrong:
        if was is not None:
            changes.subtract(_whole(was))
        changes.update(_whole(one))
    _write([one for _was, one in wrong], {was.track.pk for was, _one in wrong if was is not None})
    tallies.add(changes)
    return len(wrong)


@command
def wrong_among(*, deals: Sequence[int]) -> tuple[Wrong, ...]:
    """Which of these deals aren't counted as they should be, and in what. Changes nothing."""
    lock_journal()
    with transaction.atomic():
        found = [
            Wrong(one.track.deal.number, differs)
            for was, one in _compared(deals)
            if (differs := _differs(was, one))
        ]
        transaction.set_rollback(True)  # stays are measured by the way
    return tuple(found)


def _compared(deals: Sequence[int]) -> list[tuple[Counted | None, Counted]]:
    """Each deal as it is counted, None where it isn't yet, and as it should be."""
    rows = list(Deal.objects.filter(pk__in=deals).order_by("pk"))
    known = {track.pk: track for track in Track.objects.filter(pk__in=deals)}
    counted: dict[int, list[str]] = {}
    for track_id, name in TrackLine.objects.filter(track__in=deals).values_list("track_id", "name"):
        counted.setdefault(track_id, []).append(name)
    stays = measured_stays(deals)

    def kept(pk: int) -> Counted | None:
        if pk not in known:
            return None
        return Counted(known[pk], tuple(counted.get(pk, ())), stays.get(pk, ()))

    return [(kept(one.track.pk), one) for one in tracks_of(rows)]


def _differs(was: Counted | None, one: Counted) -> Mapping[str, tuple[object, object]]:
    if was is None:
        return {"track": (None, "counted")}
    pairs: dict[str, tuple[object, object]] = {
        name: (getattr(was.track, name), getattr(one.track, name)) for name in _COLUMNS
    }
    pairs |= {
        "lines": (sorted({*was.lines}), sorted({*one.lines})),
        "stays": (sorted(was.stays), sorted(one.stays)),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _write(counted: Sequence[Counted], known: Container[int]) -> None:
    latest = latest_entry_id()
    for one in counted:
        one.track.entry = latest
    Track.objects.bulk_create([one.track for one in counted if one.track.pk not in known])
    Track.objects.bulk_update([one.track for one in counted if one.track.pk in known], [*_COLUMNS, "entry"])
    TrackLine.objects.filter(track__in=[one.track.pk for one in counted]).delete()
    TrackLine.objects.bulk_create(
        [TrackLine(track_id=one.track.pk, name=name) for one in counted for name in one.lines]
    )


def _whole(counted: Counted) -> Mapping[Key, int]:
    scope = scope_of(counted.track, counted.lines)
    process = process_version(counted.track.process)
    return contributions(counted.track, scope, process) + contributed_by_stays(scope, counted.stays)


def count_missing(*, limit: int = _BATCH) -> int:
    """Count deals that aren't counted yet: those of a release that kept no figures. Returns how many were."""
    missing = Deal.objects.filter(track=None).order_by("pk").values_list("pk", flat=True)[:limit]
    found = list(missing)
    return recount(deals=found) if found else 0


def recount_changed(*, since: datetime) -> int:
    """Look whether deals with acts since a moment are counted as they should be, and mend what isn't. Returns how many weren't."""
    found = sorted(chains_since(since=since))
    return sum(recount(deals=found[start : start + _BATCH]) for start in range(0, len(found), _BATCH))


def recount_all() -> tuple[int, int]:
    """Count every deal anew, some at a time. Returns how many there are, and how many were not as they should be."""
    seen = wrong = 0
    for deals in _batches():
        wrong += recount(deals=deals)
        seen += len(deals)
    return seen, wrong


def wrong_of_all() -> Iterator[Wrong]:
    """Every deal that isn't counted as it should be. Changes nothing."""
    for deals in _batches():
        yield from wrong_among(deals=deals)


def _batches() -> Iterator[list[int]]:
    """All deals, some at a time."""
    last = 0
    while found := list(
        Deal.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]
    ):
        yield found
        last = found[-1]
