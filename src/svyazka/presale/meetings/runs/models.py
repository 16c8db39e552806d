"""Tables of status runs."""

from django.db import models
from django.db.models import Q

from svyazka.presale.deals.models import Deal
from svyazka.presale.meetings.models import Meeting
from svyazka.presale.meetings.runs.values import OUTCOMES, SCOPES


class Run(models.Model):
    """A status meeting that goes through deals one by one. It is under way as long as its meeting is.

    :ivar goal: clients an hour that the process wanted when it began
    :ivar place: position of the deal on the screen; none once all have had their turn
    :ivar turned_at: since when the clock of that deal runs; none while it stands
    :ivar decided: how many deals were talked through, and ``seconds`` in how long; written when it ends
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, primary_key=True, related_name="run")
    scope = models.CharField(max_length=10)
    goal = models.FloatField()
    place = models.PositiveIntegerField(null=True)
    turned_at = models.DateTimeField(null=True)
    decided = models.PositiveSmallIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=SCOPES), name="run_scope_known"),
            models.CheckConstraint(condition=Q(goal__gt=0), name="run_has_a_goal"),
        ]


class Stop(models.Model):
    """A deal's turn in a run.

    :ivar since: from when on it is told what changed
    :ivar seconds: how long it was on the screen
    :ivar facts: how the deal stood when it was left: codes, ids and times
    :ivar said: what was typed, by line; ``step`` is a next step that is no commitment yet
    :ivar version: grows with what was typed, so that nobody writes over another's words unseen
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="stops")
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, blank=True)
    since = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict)
    said = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="stop_place_once"),
            models.UniqueConstraint(fields=["run", "deal"], name="deal_once_in_a_run"),
            models.CheckConstraint(condition=Q(outcome="") | Q(outcome__in=OUTCOMES), name="stop_outcome_known"),
            models.CheckConstraint(
                condition=~Q(outcome="decided") | Q(left_at__isnull=False), name="stop_decided_was_left"
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["deal", "-left_at"], name="stops_of_a_deal")]
