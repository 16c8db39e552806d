"""Tables of stages."""

from django.db import models
from django.db.models import Q

from svyazka.presale.deals.models import Deal
from svyazka.presale.people.models import Person


class Visit(models.Model):
    """A deal's stay in a stage. ``failed`` lists the stop checks it was left over, with the reason beside it.

    ``minutes`` is how long it was, in working minutes without those in which the client had the ball.
    """

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="visits")
    stage = models.CharField(max_length=40)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    left_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    failed = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    minutes = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal"], condition=Q(left_at=None), name="deal_is_in_one_stage"),
        ]


class Evidence(models.Model):
    """Word that a check holds, or that a stated fact is so, with what shows it.

    ``source`` is where the system knows it from, if not from what a person typed; ``by`` is None for the client's own answer.
    """

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=90)
    stage = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=20, blank=True, db_default="")
    happens_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "name"], condition=Q(withdrawn_at=None), name="evidence_once"
            ),
            models.CheckConstraint(condition=~Q(text="") | ~Q(source=""), name="evidence_shows_something"),
        ]
