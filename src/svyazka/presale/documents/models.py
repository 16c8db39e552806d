"""Table of documents. Their bytes lie in the storage, named by their digest (``storage.place_of``)."""

from django.db import models
from django.db.models import Q

from svyazka.presale.deals.models import Deal
from svyazka.presale.people.models import Person

LONGEST_NAME = 160
"""Letters of a name as shown."""
LONGEST_SOURCE = 200


class Document(models.Model):
    """A file in a deal's folder.

    ``media_type`` is what its content looked like, for people to read; ``source`` is the channel's own name of it, so
    that a file told twice is filed once. One that was removed stays as a row; its bytes go once nobody names them.
    """

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=LONGEST_NAME)
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    channel = models.CharField(max_length=10)
    source = models.CharField(max_length=LONGEST_SOURCE, blank=True)
    removed_at = models.DateTimeField(null=True)
    removed_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "source"], condition=~Q(source=""), name="document_told_once"
            ),
            models.UniqueConstraint(
                fields=["deal", "sha256"], condition=Q(removed_at=None), name="document_once_in_a_folder"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="document_has_a_name"),
            models.CheckConstraint(condition=Q(size__gte=1), name="document_is_not_empty"),
            models.CheckConstraint(condition=~Q(sha256=""), name="document_has_content"),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_because="")
                | (Q(removed_at__isnull=False) & ~Q(removed_because="")),
                name="document_removed_with_reason",
            ),
        ]
