"""The table of cases."""

from django.db import models
from django.db.models import Q

from svyazka.presale.people.models import Person


class Case(models.Model):
    """A project of ours that may be told to a client.

    :ivar industries: lines of business it is comparable by, in small letters
    :ivar may_be_named: whether the client's name may be said aloud
    :ivar link: where more about it lies
    """

    title = models.CharField(max_length=160)
    client_name = models.CharField(max_length=160, blank=True)
    may_be_named = models.BooleanField(default=False)
    industries = models.JSONField(default=list)
    task = models.TextField()
    result = models.TextField()
    year = models.PositiveSmallIntegerField(null=True)
    link = models.CharField(max_length=300, blank=True)
    kept_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(task="") & ~Q(result=""), name="case_is_told"),
        ]
