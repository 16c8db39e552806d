"""Table of questions to the client."""

from django.db import models

from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import Deal
from svyazka.presale.people.models import Person


class Question(models.Model):
    """A specialist's question to the client: the manager relays it, the client answers."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="questions")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    text = models.TextField()
    relay = models.OneToOneField(Commitment, on_delete=models.PROTECT, related_name="+")
    reply = models.OneToOneField(Commitment, on_delete=models.PROTECT, null=True, related_name="+")
    relayed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
