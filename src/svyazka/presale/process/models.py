"""Table of published processes."""

from django.db import models


class ProcessVersion(models.Model):
    """One published version of the written process; its text is never changed afterwards."""

    number = models.PositiveIntegerField(unique=True)
    text = models.TextField()
    note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField()
    published_by_id = models.BigIntegerField(null=True)
