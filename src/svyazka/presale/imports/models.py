"""Tables of what was brought in from spreadsheets, and of what was handed in to be."""

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


class Draft(models.Model):
    """A table that was handed in and isn't brought in yet: what was read of it, and what was settled so far. It is forgotten after a week.

    :ivar kind: of the file; with the other ``reading.values.Book`` says of it
    :ivar sheets: name, whether it is hidden, number of rows, and of columns, of each
    :ivar header: the row with the heads of the columns, counted from 1 as a spreadsheet does; 0 for none
    :ivar columns: by place, the field that it holds; None until that is settled
    :ivar meanings: by field and by what cells say, what that means: a person's id, a key, None for nothing
    :ivar chosen: by row, what was decided of it: ``true`` to bring it in although the request is here, or by field whose value stays
    :ivar work: what the worker is asked for, ``look`` or ``make``; ``tries`` how often it has begun
    :ivar found: what each row would become, packed (``drafts.findings``); None where that isn't known
    :ivar failure: why the last work came to nothing
    """

    name = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)
    encoding = models.CharField(max_length=20, blank=True)
    warnings = models.JSONField(default=list)
    sheets = models.JSONField(default=list)
    sheet = models.PositiveSmallIntegerField(default=0)
    header = models.PositiveIntegerField(default=0)
    columns = models.JSONField(null=True)
    meanings = models.JSONField(default=dict)
    chosen = models.JSONField(default=dict)
    work = models.CharField(max_length=8, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    found = models.BinaryField(null=True)
    failure = models.CharField(max_length=40, blank=True)
    made = models.ForeignKey(Import, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["id"], condition=~Q(work=""), name="draft_to_work_on")]


class DraftRows(models.Model):
    """Rows of a sheet of a draft, some hundreds together, packed."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="rows")
    sheet = models.PositiveSmallIntegerField()
    place = models.PositiveIntegerField()
    packed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "sheet", "place"], name="draft_rows_once")]


class Shape(models.Model):
    """What was settled for tables of one shape (``engine.importing.headers.shape_of``), so that the next one needs no settling.

    :ivar columns: by a column's key (``header_keys``) its field, empty where it is left out
    :ivar meanings: as in :class:`Draft`
    """

    shape = models.CharField(max_length=32, unique=True)
    columns = models.JSONField(default=dict)
    meanings = models.JSONField(default=dict)
    at = models.DateTimeField()
