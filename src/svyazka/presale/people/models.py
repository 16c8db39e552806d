"""Tables of people and of the workspace they work in."""

from datetime import time
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q


class Workspace(models.Model):
    """The one row that says who we are.

    ``revision`` is a new random number after every change to people or settings; it never repeats, so that a value
    read inside a transaction that was rolled back later is never taken for the current one. ``names_in_messages`` lets
    letters and messengers name clients and say what people typed; they leave the house, so that the default is no.
    """

    name = models.CharField(max_length=120, default="Svyazka")
    language = models.CharField(max_length=2, default="ru")
    time_zone = models.CharField(max_length=40, default="Europe/Moscow")
    work_start = models.TimeField(default=time(9))
    work_end = models.TimeField(default=time(18))
    lunch_start = models.TimeField(null=True, default=time(13))
    lunch_end = models.TimeField(null=True, default=time(14))
    revision = models.PositiveBigIntegerField(default=1)
    names_in_messages = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="workspace_is_one")]


class Unit(models.Model):
    """A sales or implementation unit with its own hours. Its head is a person with the duty ``head`` in it."""

    SALES, DELIVERY = "sales", "delivery"

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=[(SALES, SALES), (DELIVERY, DELIVERY)])
    time_zone = models.CharField(max_length=40, default="Europe/Moscow")
    work_start = models.TimeField(default=time(9))
    work_end = models.TimeField(default=time(18))
    lunch_start = models.TimeField(null=True, default=time(13))
    lunch_end = models.TimeField(null=True, default=time(14))


class PersonManager(BaseUserManager["Person"]):
    """Finds people by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=(username or "").strip())


class Person(AbstractBaseUser):
    """One of ours, or a partner agent. Signs in by e-mail."""

    email = models.EmailField(unique=True)
    surname = models.CharField(max_length=60)
    given_name = models.CharField(max_length=60)
    patronymic = models.CharField(max_length=60, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    is_active = models.BooleanField(default=True)
    is_agent = models.BooleanField(default=False)
    is_administrator = models.BooleanField(default=False)
    is_process_owner = models.BooleanField(default=False)
    is_head = models.BooleanField(default=False)
    dispatcher_slot = models.PositiveSmallIntegerField(null=True, blank=True, unique=True)
    roles = models.JSONField(default=list)
    presale_hours = models.PositiveSmallIntegerField(default=8)
    language = models.CharField(max_length=2, default="ru")
    time_zone = models.CharField(max_length=40, default="Europe/Moscow")
    theme = models.CharField(max_length=5, default="auto")

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["surname", "given_name"]

    class Meta:
        constraints = [
            # one or two people answer for the single window: the database knows no third slot
            models.CheckConstraint(
                condition=Q(dispatcher_slot__isnull=True) | Q(dispatcher_slot__in=[1, 2]),
                name="dispatchers_two_at_most",
            ),
            models.CheckConstraint(
                condition=Q(is_agent=False)
                | Q(
                    is_administrator=False,
                    is_process_owner=False,
                    is_head=False,
                    dispatcher_slot__isnull=True,
                ),
                name="agents_have_no_duties",
            ),
            models.CheckConstraint(
                condition=Q(is_head=False) | Q(unit__isnull=False), name="heads_have_a_unit"
            ),
        ]

    @property
    def full_name(self) -> str:
        """Surname, given name, patronymic."""
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)

    @property
    def short_name(self) -> str:
        """Given name and surname, as colleagues say it."""
        return f"{self.given_name} {self.surname}".strip()

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.short_name

    # Django's and allauth's rights machinery is not used; these say so plainly.
    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class Competence(models.Model):
    """A subject that experts are good at, e.g. a product or a line of business."""

    name = models.CharField(max_length=80, unique=True)


class Skill(models.Model):
    """How well a person masters a competence: 1 knows, 2 does alone, 3 teaches others."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="skills")
    competence = models.ForeignKey(Competence, on_delete=models.CASCADE)
    level = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "competence"], name="skill_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="skill_level_1_to_3"),
        ]


class Absence(models.Model):
    """Days on which a person is away, both ends included, and who answers instead."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    since = models.DateField()
    until = models.DateField()
    stand_in = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=models.F("since")), name="absence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(person=models.F("stand_in")), name="absence_stand_in_is_another"
            ),
        ]


class Assignment(models.Model):
    """A project that a person works on: what it would cost to pull him off. It ends with its last day, if there is one."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="assignments")
    project = models.CharField(max_length=120)
    hours_a_week = models.PositiveSmallIntegerField()
    milestone = models.CharField(max_length=120, blank=True)
    milestone_on = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "project"], name="assignment_once"),
            models.CheckConstraint(
                condition=Q(hours_a_week__gte=1, hours_a_week__lte=80), name="assignment_takes_hours"
            ),
        ]


class DayOverride(models.Model):
    """A day that the production calendar has wrong, or that we keep differently."""

    day = models.DateField(unique=True)
    kind = models.CharField(max_length=5, choices=[("off", "off"), ("work", "work"), ("short", "short")])
    note = models.CharField(max_length=120, blank=True)


class Token(models.Model):
    """A bearer token of the API. Only its SHA-256 is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
