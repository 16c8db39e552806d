"""A request that was closed at the window has left its stage when it was closed: until now the stay went on for ever."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def end_stays(apps, schema_editor):
    Visit, Deal = apps.get_model("presale", "Visit"), apps.get_model("presale", "Deal")
    closed = Deal.objects.filter(pk=OuterRef("deal_id")).values("closed_at")
    Visit.objects.filter(left_at=None, deal__closed_at__isnull=False).update(left_at=Subquery(closed))


class Migration(migrations.Migration):

    dependencies = [
        ("presale", "0011_figures_are_kept"),
    ]

    operations = [
        # going back leaves them ended: the release before reads such stays as it reads those of lost deals
        migrations.RunPython(end_stays, migrations.RunPython.noop),
    ]
