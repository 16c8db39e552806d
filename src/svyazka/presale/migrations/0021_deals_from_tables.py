"""Deals that were brought in from a table are known as such, and an import as a whole.

The way back needs no deal to be ``withdrawn``: the constraint of before knows no such status.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STATUSES = ("open", "won", "lost", "declined", "duplicate", "spam", "withdrawn")


class Migration(migrations.Migration):
    dependencies = [("presale", "0020_live_tables")]
    operations = [
        migrations.AddField(
            model_name="deal", name="imported_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="track",
            name="imported",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.RemoveConstraint(model_name="deal", name="deal_status_known"),
        migrations.AddConstraint(
            model_name="deal",
            constraint=models.CheckConstraint(
                condition=models.Q(status__in=STATUSES), name="deal_status_known"
            ),
        ),
        migrations.RemoveConstraint(model_name="track", name="track_status_known"),
        migrations.AddConstraint(
            model_name="track",
            constraint=models.CheckConstraint(
                condition=models.Q(status__in=STATUSES), name="track_status_known"
            ),
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("deals", models.PositiveIntegerField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(withdrawn_by=None)
                        | models.Q(withdrawn_at__isnull=False),
                        name="import_withdrawn_has_time",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Brought",
            fields=[
                (
                    "deal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="brought",
                        serialize=False,
                        to="presale.deal",
                    ),
                ),
                (
                    "whole",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brought",
                        to="presale.import",
                    ),
                ),
                ("row", models.PositiveIntegerField()),
            ],
        ),
    ]
