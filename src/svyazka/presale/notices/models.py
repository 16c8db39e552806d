"""Tables of notices and of what people wish to hear."""

from datetime import time

from django.db import models

from svyazka.presale.people.models import Person


class Notice(models.Model):
    """Tell this person that. ``kind`` and ``data`` make the sentence in his language when it is read; ``why`` says by a
    code why it came to him.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    deal_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    why = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], condition=models.Q(read_at=None), name="notice_unread"),
        ]


class Wishes(models.Model):
    """What somebody who has changed the defaults wishes to hear outside, how, and when not.

    :ivar choices: by group of kinds and by channel: ``now``, ``digest`` or ``never``; what isn't there is the default
    :ivar quiet_from: None with ``quiet_until`` for no quiet hours
    :ivar digest_at: None for no digest
    :ivar weekly: whether the week in figures comes to him; None for what his duties say
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    choices = models.JSONField(default=dict)
    quiet_from = models.TimeField(null=True, default=time(21))
    quiet_until = models.TimeField(null=True, default=time(8))
    digest_at = models.TimeField(null=True, default=time(9))
    weekly = models.BooleanField(null=True)
