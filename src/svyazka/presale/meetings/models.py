"""Tables of meetings."""

from django.db import models
from django.db.models import Q

from svyazka.engine.process import ROOM_ROLES
from svyazka.presale.deals.models import Deal
from svyazka.presale.meetings.values import (
    ANSWERS,
    CANCELLED,
    CLIENT,
    CLOSED,
    HUDDLE,
    JOTS,
    KINDS,
    PLANNED,
    PURPOSES,
    READY,
    RUNNING,
    STATES,
    VERDICTS,
)
from svyazka.presale.people.models import Person


class Meeting(models.Model):
    """A meeting from its plan to its tasks.

    What the client sees of the plan (his goal, agenda, people, time and place) has a ``version``; he agrees with one. What is
    seen in the room has a ``revision``, which every change makes greater.

    :ivar deal: none for a meeting of ours about several deals
    :ivar agenda: key of the process's agenda that it was begun from
    :ivar before: of a huddle, the meeting that it is held for
    :ivar asked_version: which version the client was sent, 0 for none
    :ivar corrected: what he would like otherwise and we haven't taken in yet
    :ivar by_itself: nobody ended it: the clock did
    :ivar lacked: codes of what it lacked when it began
    :ivar went_clean: whether it went without a breach; known when it is closed
    """

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, null=True, related_name="meetings")
    kind = models.CharField(max_length=10)
    agenda = models.CharField(max_length=40)
    before = models.OneToOneField("self", on_delete=models.CASCADE, null=True, related_name="huddle")
    title = models.CharField(max_length=160, blank=True)
    our_goal = models.TextField(blank=True)
    client_goal = models.TextField(blank=True)
    place = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField(null=True)
    minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default=PLANNED)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    by_itself = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=1)
    asked_version = models.PositiveIntegerField(default=0)
    agreed_version = models.PositiveIntegerField(default=0)
    agreed_at = models.DateTimeField(null=True)
    corrected = models.JSONField(default=dict)
    lacked = models.JSONField(default=list)
    verdict = models.CharField(max_length=10, blank=True)
    verdict_words = models.TextField(blank=True)
    controller = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    went_clean = models.BooleanField(null=True)
    planned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="meeting_kind_known"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="meeting_state_known"),
            models.CheckConstraint(condition=~Q(kind=CLIENT) | Q(deal__isnull=False), name="meeting_of_a_client_has_a_deal"),
            models.CheckConstraint(
                condition=Q(kind=HUDDLE, before__isnull=False) | (~Q(kind=HUDDLE) & Q(before=None)),
                name="huddle_is_before_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[PLANNED, CANCELLED]) | Q(began_at__isnull=False), name="meeting_under_way_began"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[PLANNED, RUNNING, CANCELLED]) | Q(ended_at__isnull=False),
                name="meeting_over_ended",
            ),
            # whoever closes a meeting says who sees to its tasks
            models.CheckConstraint(
                condition=~Q(state=CLOSED) | Q(kind=HUDDLE) | Q(controller__isnull=False),
                name="meeting_closed_has_a_controller",
            ),
            models.CheckConstraint(condition=Q(verdict="") | Q(verdict__in=VERDICTS), name="meeting_verdict_known"),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=600), name="meeting_has_a_length"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["state", "starts_at"], name="meeting_ahead"),
            models.Index(fields=["deal", "-id"], name="meeting_of_a_deal"),
        ]


class Going(models.Model):
    """Somebody of ours who goes, and which of the room roles that are nobody's point he was given."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="ours")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    room = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="going_once")]
        indexes = [models.Index(fields=["person", "meeting"], name="going_person")]


class Guest(models.Model):
    """Somebody of the client's who comes. ``reply`` is his calendar's answer to the invitation."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="guests")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    duty = models.CharField(max_length=120, blank=True)
    decides = models.BooleanField(default=False)
    email = models.CharField(max_length=254, blank=True)
    reply = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "position"], name="guest_place_once")]


class Point(models.Model):
    """A point of the agenda: how long, what about, in which room role it is led and by whom."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="points")
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    role = models.CharField(max_length=12)
    leader = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="point_place_once"),
            models.CheckConstraint(condition=Q(role__in=ROOM_ROLES), name="point_role_known"),
        ]


class Criterion(models.Model):
    """By what we will know that the meeting went well; judged afterwards."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    met = models.BooleanField(null=True)
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "position"], name="criterion_place_once")]


class Turn(models.Model):
    """A stretch of the meeting that one point had."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="turns")
    point = models.ForeignKey(Point, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting"], condition=Q(until=None), name="one_point_at_a_time"),
        ]


class Jot(models.Model):
    """Something written down in the room. Whoever writes it names it himself, so that a repeat after a lost answer is none.

    :ivar key: the writer's own name of it
    :ivar settled: what became of a question or a decision: a commitment, or in which other way it is done with
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="jots")
    point = models.ForeignKey(Point, on_delete=models.SET_NULL, null=True, related_name="+")
    key = models.UUIDField()
    kind = models.CharField(max_length=10)
    text = models.TextField()
    asker = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    commitment_id = models.BigIntegerField(null=True)
    settled = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "key"], name="jot_once"),
            models.CheckConstraint(condition=Q(kind__in=JOTS), name="jot_kind_known"),
            models.CheckConstraint(condition=~Q(text=""), name="jot_says_something"),
        ]
        indexes = [models.Index(fields=["meeting", "at"], name="jots_of_a_meeting")]


class Task(models.Model):
    """A commitment that a meeting was closed with."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="tasks")
    commitment_id = models.BigIntegerField(unique=True)


class Letter(models.Model):
    """A version of the letter that sums a meeting up. Points are ``{"key", "part", "text"}``; what is sent is never changed.

    :ivar corrections: what the client would say otherwise, by key of the point; ``more`` is what he adds
    :ivar ready: whether he is ready for the next step, in his own words beside it
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="letters")
    version = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=200)
    why = models.TextField(blank=True)
    points = models.JSONField(default=list)
    language = models.CharField(max_length=2)
    drafted_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=10, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=120, blank=True)
    corrections = models.JSONField(default=dict)
    more = models.TextField(blank=True)
    ready = models.CharField(max_length=10, blank=True)
    ready_words = models.TextField(blank=True)
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    call_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "version"], name="letter_version_once"),
            models.UniqueConstraint(fields=["meeting"], condition=Q(sent_at=None), name="letter_one_draft"),
            models.CheckConstraint(
                condition=Q(answer="") | Q(answer__in=ANSWERS), name="letter_answer_known"
            ),
            models.CheckConstraint(condition=Q(ready="") | Q(ready__in=READY), name="letter_ready_known"),
            models.CheckConstraint(
                condition=Q(answer="") | Q(sent_at__isnull=False), name="letter_answered_was_sent"
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_at"], condition=Q(answer="", taken_back_at=None, reminded_at=None), name="letter_to_remind"
            ),
            models.Index(fields=["call_at"], condition=Q(answer="", taken_back_at=None, called_at=None), name="letter_to_call"),
        ]  # fmt: skip


class Door(models.Model):
    """A signed address for one person of the client's: to one version of the plan, or of the letter.

    The address is never kept: it is signed anew whenever it has to be written. ``used_at`` is when he answered by it.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="doors")
    purpose = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(purpose__in=PURPOSES), name="door_purpose_known")]


class Reading(models.Model):
    """Somebody has read the dossier of a deal: up to which act of its journal."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["deal", "person", "-seq"], name="reading_latest")]


class SmallThing(models.Model):
    """A small thing that helps in the room: his mood, what he fears, what he cares for.

    Shown to those who go only, never exported, never in the journal, and deleted some time after the meeting.
    """

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="small_thing_says_something")]


class Feed(models.Model):
    """A person's calendar address. It works while ``serial`` is the one it was signed with."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    serial = models.PositiveIntegerField(default=1)
