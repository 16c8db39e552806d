"""Tables of figures: one row a deal with all that is counted of it, and the counters that are kept of all of them."""

from typing import Final

from django.db import models
from django.db.models import Q

from svyazka.presale.deals.models import STATUSES, Deal
from svyazka.presale.people.models import Person, Unit

DIMENSIONS: Final = ("all", "times", "source", "unit", "manager", "author", "line")


class Track(models.Model):
    """What is counted of a deal, kept in the transaction of every act of it. It follows from other rows and can be made anew.

    :ivar month: when the request came in, in the workspace's zone: the year and the month, as 202611
    :ivar reached: place of the stage that it stands or ended in, from 0, in its process
    :ivar way: of a deal that was moved from one version of the process to another, the stages as it entered them
        (:mod:`svyazka.presale.insight.pasts`); empty for all others, whose process says it
    :ivar ended: month in which it was closed, as ``month``
    :ivar reason: why it was lost (``GROUP.REASON``) or declined
    :ivar kopecks: the contract's sum
    :ivar response: working minutes until the client had his first answer, rounded (:func:`svyazka.engine.figures.coarse`)
    :ivar kept: commitments of ours kept in time; ``late`` ones after it, ``broken`` ones never
    :ivar estimates: estimates handed in; ``estimates_kept`` those of them in time
    :ivar meetings: meetings with the client that were held; ``confirmed`` those whose letter he has confirmed
    :ivar minutes: how long these were together, by the clock
    :ivar effort: minutes that people of ours spent in meetings for it, huddles too: two people for an hour are 120
    :ivar chased: how often the client had to ask us when
    :ivar imported: 1 for a deal that was brought in from a table: nobody knows when its client had his first answer
    :ivar entry: the act that changed it last: later than any that a copy knows, if the copy doesn't know it
    """

    deal = models.OneToOneField(Deal, on_delete=models.CASCADE, primary_key=True, related_name="track")
    month = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    process = models.PositiveIntegerField()
    status = models.CharField(max_length=10)
    reached = models.PositiveSmallIntegerField()
    way = models.TextField(blank=True, default="", db_default="")
    ended = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    manager = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    kopecks = models.BigIntegerField(default=0)
    response = models.PositiveIntegerField(null=True)
    kept = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    broken = models.PositiveIntegerField(default=0)
    estimates = models.PositiveIntegerField(default=0)
    estimates_kept = models.PositiveIntegerField(default=0)
    meetings = models.PositiveIntegerField(default=0)
    confirmed = models.PositiveIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0)
    effort = models.PositiveIntegerField(default=0)
    chased = models.PositiveIntegerField(default=0)
    imported = models.PositiveSmallIntegerField(db_default=0, default=0)
    entry = models.BigIntegerField(default=0, db_index=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(status__in=STATUSES), name="track_status_known")]
        indexes = [
            models.Index(fields=["month"], name="track_month"),
            models.Index(fields=["received_at"], name="track_received"),
        ]


class TrackLine(models.Model):
    """A line of business of a deal's client, in small letters."""

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="lines")
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["track", "name"], name="track_line_once")]
        indexes = [models.Index(fields=["name", "track"], name="track_line_name")]


class Tally(models.Model):
    """A counter over tracks: of the deals received in a month that have a value of a dimension, so many of this measure.

    :ivar value: empty for ``all`` and for ``times``, the histograms of all deals; an id, a source, a line of business; ``0`` for nobody and no unit
    :ivar measure: what is counted, e.g. ``won`` or ``stay.meeting``
    :ivar bucket: of a histogram the value, else 0
    """

    dimension = models.CharField(max_length=10)
    measure = models.CharField(max_length=140)
    month = models.PositiveIntegerField()
    value = models.CharField(max_length=120)
    bucket = models.PositiveIntegerField(default=0)
    n = models.BigIntegerField()

    class Meta:
        constraints = [
            # in the order in which pages add them up over the months
            models.UniqueConstraint(
                fields=["dimension", "measure", "bucket", "value", "month"], name="tally_once"
            ),
            models.CheckConstraint(condition=Q(dimension__in=DIMENSIONS), name="tally_dimension_known"),
        ]
