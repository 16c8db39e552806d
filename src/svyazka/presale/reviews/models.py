"""Tables of reviews and of what they propose."""

from django.db import models
from django.db.models import Q

from svyazka.presale.cases.models import Case
from svyazka.presale.deals.models import Deal
from svyazka.presale.people.models import Person
from svyazka.presale.reviews.values import FIGURES, KINDS, STATES, VERDICTS


class Review(models.Model):
    """What was said of a closed deal, question by question.

    :ivar owner: who does what is to change, by the end of ``by_day``; ``reminded_at`` is when he was told that the day has come
    :ivar case: what is told of the deal in the library
    """

    deal = models.OneToOneField(Deal, on_delete=models.CASCADE, related_name="review")
    goal = models.TextField()
    helped = models.TextField()
    time_went = models.TextField()
    keep = models.TextField()
    change = models.TextField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by_day = models.DateField()
    reminded_at = models.DateTimeField(null=True)
    case = models.OneToOneField(Case, on_delete=models.SET_NULL, null=True, related_name="+")
    reviewed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["by_day"], condition=Q(reminded_at=None), name="review_to_remind"),
        ]


class Proposal(models.Model):
    """A change of the process that somebody proposes, with the day on which it is judged and by which figure.

    :ivar about: key of the stage or term, ``STAGE.CHECK`` of a check; empty for a new one
    :ivar figure_of: key of the stage or term that the figure is of; empty for conversion
    :ivar version: of the process that took it in, at ``taken_at``
    :ivar words: said when it was rejected or judged
    :ivar before: the figure as it was when it was taken in, ``{"value", "cases"}``; ``after``: on the day it was judged
    """

    kind = models.CharField(max_length=10)
    about = models.CharField(max_length=90, blank=True)
    text = models.TextField()
    why = models.TextField()
    figure = models.CharField(max_length=20)
    figure_of = models.CharField(max_length=40, blank=True)
    judge_on = models.DateField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="open")
    version = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=10, blank=True)
    words = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="proposal_state_known"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="proposal_kind_known"),
            models.CheckConstraint(condition=Q(figure__in=FIGURES), name="proposal_figure_known"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(why=""), name="proposal_says_what_and_why"),
            models.CheckConstraint(
                condition=~Q(state__in=["taken", "judged"])
                | Q(version__isnull=False, taken_at__isnull=False),
                name="proposal_taken_has_a_version",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "judged"]) | (~Q(words="") & Q(decided_at__isnull=False)),
                name="proposal_decided_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="judged", verdict__in=VERDICTS) | (~Q(state="judged") & Q(verdict="")),
                name="proposal_judged_has_a_verdict",
            ),
        ]
        indexes = [
            models.Index(
                fields=["judge_on"],
                condition=Q(state__in=["open", "taken"], reminded_at=None),
                name="proposal_to_judge",
            ),
        ]


class Ground(models.Model):
    """A deal that a proposal comes from."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="grounds")
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "deal"], name="ground_once")]
