"""Tables of deals."""

from django.db import models
from django.db.models import Q

from svyazka.presale.clients.models import Client
from svyazka.presale.people.models import Person, Unit

OPEN, WON, LOST, DECLINED, DUPLICATE, SPAM = "open", "won", "lost", "declined", "duplicate", "spam"
WITHDRAWN = "withdrawn"
"""Brought in from a table, and taken back with it."""
STATUSES = (OPEN, WON, LOST, DECLINED, DUPLICATE, SPAM, WITHDRAWN)
UNREAL = (DUPLICATE, SPAM, WITHDRAWN)
"""What counts in no figure."""
ENDED = (WON, LOST, DECLINED)
"""Closed deals that count."""


class Deal(models.Model):
    """One request's way from the first word to the contract.

    ``lacking`` lists the required intake fields without an answer, ``documents`` counts what lies in the folder,
    ``size`` is the band of the client by the headcount that the intake form says, empty for unknown. ``imported_at`` is when a
    deal was brought in from a table: what it says of before is somebody's word, and no clock runs over it. Columns from
    ``revision`` on are kept by the reactions, so that lists and the board read one row a deal.
    """

    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="deals")
    process_number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, default=OPEN)
    stage = models.CharField(max_length=40)
    stage_since = models.DateTimeField()
    received_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)
    duplicates_checked_at = models.DateTimeField(null=True)
    contacted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=120, null=True)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    dispatcher = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    intake = models.JSONField(default=dict)
    lacking = models.JSONField(default=list)
    size = models.CharField(max_length=6, blank=True, db_default="", default="")
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=80, blank=True)
    evidence = models.TextField(blank=True)
    client_words = models.TextField(blank=True)
    contract_number = models.CharField(max_length=60, blank=True)
    contract_date = models.DateField(null=True)
    contract_sum = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    dates = models.JSONField(default=dict)
    chased = models.PositiveSmallIntegerField(default=0)
    experts_asked = models.PositiveSmallIntegerField(db_default=0, default=0)
    documents = models.PositiveIntegerField(db_default=0, default=0)

    revision = models.PositiveIntegerField(default=0)
    stage_due = models.DateTimeField(null=True)
    manager = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    open_commitments = models.PositiveSmallIntegerField(default=0)
    next_due = models.DateTimeField(null=True)
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    on_client = models.BooleanField(default=False)
    blocker = models.CharField(max_length=60, blank=True)
    frayed = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="deal_number_once"),
            models.UniqueConstraint(fields=["external_id", "source"], name="deal_reference_once"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="deal_status_known"),
            # an open deal never stands still: somebody owes something
            models.CheckConstraint(
                condition=~Q(status=OPEN) | Q(open_commitments__gte=1), name="deal_never_stands_still"
            ),
            models.CheckConstraint(
                condition=~Q(status=WON)
                | (Q(contract_sum__isnull=False) & Q(contract_date__isnull=False) & ~Q(contract_number="")),
                name="deal_won_with_contract",
            ),
            models.CheckConstraint(condition=~Q(status=LOST) | ~Q(reason=""), name="deal_lost_with_reason"),
            models.CheckConstraint(
                condition=Q(status=OPEN, closed_at__isnull=True)
                | (~Q(status=OPEN) & Q(closed_at__isnull=False)),
                name="deal_closed_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "stage", "next_due"], name="deal_board"),
            models.Index(fields=["status", "stage", "-id"], name="deal_list"),
            models.Index(fields=["status", "manager", "stage", "next_due"], name="deal_board_manager"),
        ]

    @property
    def number(self) -> str:
        """The number as people say it, e.g. ``С-2026-0042`` (with the Cyrillic letter)."""
        return f"С-{self.year}-{self.serial:04d}"


class Seat(models.Model):
    """A person in a role on a deal, from - to. A fixer's seat stays in the shadow until he is called."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    in_shadow = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "role", "person"], condition=Q(until=None), name="seat_once"
            ),
            models.UniqueConstraint(
                fields=["deal", "role"],
                condition=Q(until=None, role__in=["manager", "lead_generator", "estimator"]),
                name="seat_of_one",
            ),
            models.CheckConstraint(
                condition=Q(in_shadow=False) | Q(role="fixer"), name="shadow_is_the_fixers"
            ),
        ]
        indexes = [models.Index(fields=["person", "deal"], condition=Q(until=None), name="seat_person_deal")]


class IntakeLink(models.Model):
    """A public form's address: for anybody, or for one partner agent, who is then the author."""

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    agent = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class DealFeed(models.Model):
    """A live table: the address at which a spreadsheet reads one view of open deals, as far as its maker sees them.

    :ivar digest: of the secret; the secret itself isn't kept
    :ivar view: the sieves, see :class:`~svyazka.presale.deals.feeds.View`
    :ivar used_at: when it was last read, kept once an hour at most
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="deal_feeds")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    view = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
