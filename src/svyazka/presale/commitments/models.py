"""Table of commitments."""

from django.db import models
from django.db.models import Q

from svyazka.presale.deals.models import Deal
from svyazka.presale.people.models import Person

OUTCOMES = ("open", "kept", "late", "broken", "waived", "cancelled")


class Commitment(models.Model):
    """One person owes one result by one time.

    ``on_client`` marks what the client owes us; the performer then sees to it that the client does it.
    ``about`` is the id of what on the deal it concerns where there may be several: an expert request; 0 for the deal itself.
    ``after`` is the commitment whose keeping opened this one: along it the fair clock finds who was late before.
    """

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="commitments")
    performer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    term = models.CharField(max_length=40, blank=True)
    about = models.PositiveBigIntegerField(db_default=0, default=0)
    result = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=10)
    allowed = models.CharField(max_length=8, blank=True)
    due_at = models.DateTimeField()
    hard_due_at = models.DateTimeField(null=True)
    controller = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    on_client = models.BooleanField(default=False)
    to_client = models.BooleanField(default=False)
    pauses = models.BooleanField(default=False)
    after = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=10, default="open")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    warned_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="commitment_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome="open", closed_at__isnull=True)
                | (~Q(outcome="open") & Q(closed_at__isnull=False)),
                name="commitment_closed_has_time",
            ),
            models.CheckConstraint(condition=~(Q(term="") & Q(result="")), name="commitment_has_a_result"),
            models.CheckConstraint(
                condition=Q(controller=None) | ~Q(controller=models.F("performer")),
                name="controller_is_not_the_doer",
            ),
            models.CheckConstraint(condition=~Q(outcome="waived") | ~Q(note=""), name="waiver_has_a_reason"),
            models.UniqueConstraint(
                fields=["deal", "term", "about"],
                condition=Q(outcome="open") & ~Q(term=""),
                name="term_open_once_about_each",
            ),
        ]
        indexes = [
            models.Index(fields=["performer", "due_at"], condition=Q(outcome="open"), name="commitment_owed"),
            models.Index(fields=["due_at"], condition=Q(outcome="open"), name="commitment_due"),
        ]

    @property
    def concerned(self) -> dict[str, int]:
        """What on the deal it is about, as the data of its acts says it; nothing where that is the deal itself."""
        return {"about": self.about} if self.about else {}
