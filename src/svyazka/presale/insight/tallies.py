"""The counters: added to in the transaction of an act, and made anew from the tracks."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from django.db import connection

from svyazka.presale.deals.models import UNREAL
from svyazka.presale.insight.contributions import Key
from svyazka.presale.insight.counting import count
from svyazka.presale.insight.models import Tally, Track
from svyazka.presale.journal.commands import lock_journal
from svyazka.presale.journal.moment import command

_ROWS: Final = 150
"""Counters of one statement: six places each, and SQLite takes 999 of them in its older builds."""


def add(changes: Mapping[Key, int]) -> None:
    """Add to the counters; those that aren't there yet begin with nothing."""
    rows = sorted((key, count) for key, count in changes.items() if count)
    for start in range(0, len(rows), _ROWS):
        _add(rows[start : start + _ROWS])


def _add(rows: list[tuple[Key, int]]) -> None:
    table = connection.ops.quote_name(Tally._meta.db_table)
    places = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(rows))
    sql = (
        f"INSERT INTO {table} (dimension, measure, month, value, bucket, n) VALUES {places}"  # noqa: S608 (our own names)
        f" ON CONFLICT (dimension, measure, month, value, bucket) DO UPDATE SET n = {table}.n + excluded.n"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [part for key, count in rows for part in (*key, count)])


def difference(before: Mapping[Key, int], after: Mapping[Key, int]) -> Mapping[Key, int]:
    """What has to be added to come from one to the other."""
    changes = Counter(after)
    changes.subtract(before)
    return changes


def together(*changes: Mapping[Key, int]) -> Mapping[Key, int]:
    """All these changes as one."""
    whole: Counter[Key] = Counter()
    for one in changes:
        whole.update(one)
    return whole


def standing() -> Mapping[Key, int]:
    """All counters that aren't zero. For comparing and for tests: pages read sums of a few."""
    rows = Tally.objects.exclude(n=0).values_list("dimension", "measure", "month", "value", "bucket", "n")
    return {
        (dimension, measure, month, value, bucket): n for dimension, measure, month, value, bucket, n in rows
    }


@command
def rebuild() -> int:
    """Make all counters anew from the tracks. Returns how many were wrong: there should be none."""
    lock_journal()
    wrong = wrong_counters()
    add({key: right - kept for key, (kept, right) in wrong.items()})
    return len(wrong)


@command
def wrong_counters() -> Mapping[Key, tuple[int, int]]:
    """The counters that aren't what the tracks come to, each with what it is and what it should be. Changes nothing."""
    lock_journal()
    right, kept = count(Track.objects.exclude(status__in=UNREAL)), standing()
    places = sorted(right.keys() | kept.keys())
    pairs = {key: (kept.get(key, 0), right.get(key, 0)) for key in places}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
