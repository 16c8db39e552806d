"""Tables of places and messages."""

from django.db import models
from django.db.models import Q

from svyazka.presale.channels.values import CARD, DEAD, DEAL, DIGEST, PERSON, ROLES, STATUSES, WAITING
from svyazka.presale.people.models import Person, Unit


class Way(models.Model):
    """A channel as the queue knows it: when it may carry the next message, and whether it rests.

    ``free_at`` is the channel's share of its own limit: each message that is taken moves it on. Takers lock this row, so
    that several processes together keep to one limit. ``doors`` are the channel's own addresses that begin something, with
    ``{code}`` in them: ``person`` links a person's chat, ``group`` binds a group's.
    """

    channel = models.CharField(max_length=20, primary_key=True)
    free_at = models.DateTimeField(null=True)
    resting_until = models.DateTimeField(null=True)
    because = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    doors = models.JSONField(default=dict)


class Place(models.Model):
    """Where something can be said: a person's address or chat, a group's chat, a thread of it.

    :ivar chat: the channel's own name of it, as text; of letters the address
    :ivar thread: within the chat, where the channel knows threads
    :ivar role: a ``person``'s own, the ``experts``' board, all ``deals``', or one ``deal``'s
    :ivar link: an address that opens the chat for who is in it
    :ivar gone_at: since when the channel says that nobody is there; nothing is sent until somebody switches it on again
    :ivar free_at: when the next message may go there
    """

    channel = models.CharField(max_length=20)
    chat = models.CharField(max_length=254)
    thread = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=10)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, related_name="+")
    deal_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=128, blank=True)
    link = models.CharField(max_length=200, blank=True)
    bound_at = models.DateTimeField()
    bound_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    gone_at = models.DateTimeField(null=True)
    gone_because = models.CharField(max_length=300, blank=True)
    free_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "chat", "thread"], name="place_once"),
            models.CheckConstraint(condition=Q(role__in=ROLES), name="place_role_known"),
            models.CheckConstraint(
                condition=Q(role=PERSON, person__isnull=False) | (~Q(role=PERSON) & Q(person=None)),
                name="place_of_a_person_has_one",
            ),
            models.CheckConstraint(
                condition=Q(role=DEAL, deal_id__isnull=False) | (~Q(role=DEAL) & Q(deal_id=None)),
                name="place_of_a_deal_has_one",
            ),
        ]


class Message(models.Model):
    """Something to be said at a place: the outbox.

    It is written in the transaction of the act that causes it, so that neither is without the other. Writers hold the
    journal's lock: ids grow in the order of commits, and a place hears things in that order. Words are made at the moment
    of sending, in the reader's language and from what he may know then.

    :ivar kind: ``notice``, ``digest``, ``card``, and whatever else a renderer is known for
    :ivar subject: what a card shows, e.g. ``expert_request:12``
    :ivar revision: grows with each change of a card; one that changed on its way is sent once more
    :ivar attempts: how often it was tried without success
    :ivar next_at: not before
    :ivar worker: who has taken it; its word counts until ``lease_until``, then another may take it
    :ivar receipt: the visible message at the channel, by which it can be edited
    :ivar repeats: how often it was sent again without knowing whether the time before had succeeded
    :ivar dedup: of two with the same key only the first is written
    """

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="messages", db_index=False)
    kind = models.CharField(max_length=10)
    notice = models.ForeignKey(
        "presale.Notice", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    subject = models.CharField(max_length=60, blank=True)
    data = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=8, default=WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    error = models.CharField(max_length=300, blank=True)
    receipt = models.CharField(max_length=120, blank=True)
    repeats = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    dedup = models.CharField(max_length=80, null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="message_status_known"),
            models.UniqueConstraint(
                fields=["place", "subject"], condition=Q(kind=CARD), name="card_once_a_place"
            ),
        ]
        indexes = [
            models.Index(fields=["place", "id"], condition=Q(status=WAITING), name="message_in_turn"),
            models.Index(fields=["next_at"], condition=Q(status=WAITING), name="message_due"),
            models.Index(fields=["-id"], condition=Q(status=DEAD), name="message_dead"),
            models.Index(fields=["-id"], condition=Q(repeats__gt=0), name="message_repeated"),
            models.Index(fields=["place", "-id"], condition=Q(kind=DIGEST), name="message_digests"),
            models.Index(fields=["worker"], condition=~Q(worker=""), name="message_taken"),
        ]


class Incoming(models.Model):
    """What a channel has told us, kept before it is understood, so that nothing is lost and nothing is done twice.

    :ivar source: the channel's own name of it, once a channel
    :ivar raw: as it came; emptied once it is done, for what people write in chats is not ours to keep
    :ivar attempts: counted when it is taken up, so that one that kills its handler is put aside too
    """

    channel = models.CharField(max_length=20)
    source = models.CharField(max_length=160)
    raw = models.JSONField()
    received_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "source"], name="incoming_once")]
        indexes = [
            models.Index(fields=["channel", "id"], condition=Q(done_at=None), name="incoming_in_turn"),
            models.Index(fields=["done_at"], name="incoming_done"),
        ]


class Code(models.Model):
    """A one-time code that proves in a chat who somebody is, or what a group is for. Only its SHA-256 is kept.

    :ivar person: who asked for it; nobody else may use it
    :ivar purpose: role of the place that it makes
    """

    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=10)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, related_name="+")
    deal_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(purpose__in=ROLES), name="code_purpose_known")]


class Heard(models.Model):
    """That somebody wrote in a deal's own chat, and when. What he wrote is never kept."""

    deal_id = models.BigIntegerField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["deal_id", "at"], name="heard_on_a_deal")]


class Talk(models.Model):
    """What a person's chat is about just now: which question waits for an answer, and what he has said so far."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, primary_key=True, related_name="talk")
    state = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
