"""Tables of expert requests."""

from django.db import models
from django.db.models import F, Q

from svyazka.presale.deals.models import Deal
from svyazka.presale.people.models import Competence, Person

OPEN, CLAIMED, DONE, WITHDRAWN = "open", "claimed", "done", "withdrawn"
STATES = (OPEN, CLAIMED, DONE, WITHDRAWN)
KINDS = ("expert", "triage")
"""Full engagement on the deal, or a quarter of an hour's look at the request."""


class ExpertRequest(models.Model):
    """A deal needs a competence: what for, when, and what has to be decided.

    ``head`` is who was asked to take it: he owes it until somebody has. ``said`` is a triage's verdict.
    """

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="expert_requests")
    kind = models.CharField(max_length=10)
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    industries = models.JSONField(default=list)
    since = models.DateField()
    until = models.DateField()
    minutes = models.PositiveIntegerField()
    goal = models.TextField()
    to_decide = models.TextField(blank=True)
    project = models.CharField(max_length=160, blank=True)
    wanted = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    wanted_why = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    head = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, default=OPEN)
    closed_at = models.DateTimeField(null=True)
    said = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="expert_request_state_known"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="expert_request_kind_known"),
            models.CheckConstraint(condition=~Q(goal=""), name="expert_request_has_a_goal"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=3), name="expert_request_level_1_to_3"
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="expert_request_dates_in_order"),
            models.CheckConstraint(
                condition=Q(wanted=None) | ~Q(wanted_why=""), name="expert_wanted_by_name_has_a_why"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[OPEN, CLAIMED], closed_at=None)
                | Q(state__in=[DONE, WITHDRAWN], closed_at__isnull=False),
                name="expert_request_closed_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="expert_request_board"),
        ]


class Claim(models.Model):
    """Somebody goes: ``person`` takes the request, ``by`` said so. ``over`` lists what spoke against him, ``why`` why all the same."""

    request = models.ForeignKey(ExpertRequest, on_delete=models.CASCADE, related_name="claims")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    over = models.JSONField(default=list)
    why = models.TextField(blank=True)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    back_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            # the first claim wins, and the database knows it
            models.UniqueConstraint(fields=["request"], condition=Q(until=None), name="claim_is_one"),
            models.CheckConstraint(
                condition=Q(until=None) | ~Q(back_why=""), name="handing_back_has_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["person", "at"], name="claim_person")]


class Reply(models.Model):
    """Somebody asked says "not ours, because" or "need more"; what is lacking is answered beside it."""

    request = models.ForeignKey(ExpertRequest, on_delete=models.CASCADE, related_name="replies")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=[("not_ours", "not_ours"), ("need_more", "need_more")])
    text = models.TextField()
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="reply_says_why")]
