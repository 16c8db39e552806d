"""Tables of the journal. Triggers in the database refuse any change of an entry."""

from django.db import models


class Entry(models.Model):
    """One act. ``chain`` is the deal's id, or 0 for acts of the whole workspace.

    Personal data never stands here: ids and plain codes in ``data``, the rest in :class:`Detail`, of which
    the entry keeps only a salted hash, so that erasing a person's data does not break the chain.
    """

    chain = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    act = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=20, blank=True)
    channel = models.CharField(max_length=10)
    at = models.DateTimeField(db_index=True)
    data = models.JSONField(default=dict)
    detail_hash = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="entry_chain_seq")]


class Detail(models.Model):
    """The part of an act that may have to be erased one day: what people typed, names, contacts."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="detail")
    salt = models.CharField(max_length=32)
    body = models.JSONField()


class Receipt(models.Model):
    """The answer once given to an idempotency key, kept a day so that a retried write is not done twice."""

    owner = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="receipt_owner_key")]
