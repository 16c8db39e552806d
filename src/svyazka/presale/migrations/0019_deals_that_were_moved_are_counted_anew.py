"""Deals that were moved to another version of the process lose their tracks: the first start counts them anew, by their journal."""

from django.db import migrations

AT_ONCE = 500


def forget(apps, schema_editor):
    """A track follows from other rows; the counters are made anew once it is there again."""
    moved = apps.get_model("presale", "Entry").objects.filter(act="deal.process_changed")
    deals = sorted(set(moved.values_list("chain", flat=True)))
    tracks = apps.get_model("presale", "Track").objects
    for start in range(0, len(deals), AT_ONCE):
        tracks.filter(pk__in=deals[start : start + AT_ONCE]).delete()


class Migration(migrations.Migration):
    dependencies = [("presale", "0018_ways_of_deals_that_were_moved")]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
