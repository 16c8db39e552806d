"""Tables of what was brought in from spreadsheets."""

from django.db import models
from django.db.models import Q

from svyazka.presale.deals.models import Deal
from svyazka.presale.people.models import Person


class Import(models.Model):
    """A table whose rows became deals or changed some, in one transaction.

    :ivar name: the file's, as it was handed in
    :ivar deals: how many it brought; ``changed`` how many were here already and got other values
    """

    name = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    deals = models.PositiveIntegerField()
    changed = models.PositiveIntegerField(db_default=0, default=0)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_by=None) | Q(withdrawn_at__isnull=False),
                name="import_withdrawn_has_time",
            ),
        ]


class Brought(models.Model):
    """A deal that came with an import, and its row there, counted from 1 as the spreadsheet does."""

    deal = models.OneToOneField(Deal, on_delete=models.CASCADE, primary_key=True, related_name="brought")
    whole = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="brought")
    row = models.PositiveIntegerField()
