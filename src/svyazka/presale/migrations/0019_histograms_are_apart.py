"""Histograms of figures get a dimension of their own and coarser steps, so all that is kept of figures is made anew; so are tracks of deals that were moved.

The next start counts every deal again (``count_missing``), as it does after a release that kept no figures.
"""

import django.db.models.deletion
from django.db import migrations, models

DIMENSIONS = ("all", "times", "source", "unit", "manager", "author", "line")


def let_go(apps, schema_editor):
    """Nothing is lost: tracks and counters follow from other rows."""
    for name in ("TrackLine", "Track", "Tally"):
        apps.get_model("presale", name).objects.all()._raw_delete(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("presale", "0018_ways_of_deals_that_were_moved")]
    operations = [
        migrations.RunPython(let_go, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="trackline",
            name="track",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="presale.track"
            ),
        ),
        migrations.RemoveConstraint(model_name="tally", name="tally_dimension_known"),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.CheckConstraint(
                condition=models.Q(dimension__in=DIMENSIONS), name="tally_dimension_known"
            ),
        ),
        migrations.RemoveConstraint(model_name="tally", name="tally_once"),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(
                fields=("dimension", "measure", "bucket", "value", "month"), name="tally_once"
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, let_go),  # the way back
    ]
