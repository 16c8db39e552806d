"""Three tables: deals, what happened to them, what is owed."""

from typing import ClassVar

from django.db import models


class Deal(models.Model):
    """A request on its way."""

    objects: ClassVar[models.Manager["Deal"]] = models.Manager()

    title = models.CharField(max_length=160)
    company = models.CharField(max_length=200)
    email = models.CharField(max_length=254)
    phone = models.CharField(max_length=40)
    owner_id = models.IntegerField()
    stage = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    received_at = models.DateTimeField()
    stage_since = models.DateTimeField()

    class Meta:
        app_label = "limit"
        indexes = [
            models.Index(fields=["owner_id", "stage", "-id"], name="limit_owner"),
            models.Index(fields=["stage", "-id"], name="limit_stage"),
        ]


class Event(models.Model):
    """Something that happened to a deal."""

    objects: ClassVar[models.Manager["Event"]] = models.Manager()

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE)
    at = models.DateTimeField()
    who = models.IntegerField()
    act = models.CharField(max_length=40)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "limit"


class Debt(models.Model):
    """Something that somebody owes on a deal."""

    objects: ClassVar[models.Manager["Debt"]] = models.Manager()

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE)
    result = models.CharField(max_length=200)
    due = models.DateTimeField()
    done = models.BooleanField(default=False)

    class Meta:
        app_label = "limit"
