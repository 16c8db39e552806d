"""Table of notices."""

from django.db import models

from svyazka.presale.people.models import Person


class Notice(models.Model):
    """Tell this person that. ``kind`` and ``data`` make the sentence in his language when it is read."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    deal_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], condition=models.Q(read_at=None), name="notice_unread"),
        ]
