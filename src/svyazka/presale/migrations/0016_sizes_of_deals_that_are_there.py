"""Deals that are there already get the size of their client from their intake form."""

from collections import defaultdict

from django.db import migrations

from svyazka.engine.headcount import size_of

AT_ONCE = 500


def measure(apps, schema_editor):
    """Read each form once, write once for each size and some hundred deals."""
    deals = apps.get_model("presale", "Deal").objects
    found = defaultdict(list)
    for pk, intake in deals.values_list("pk", "intake").iterator(chunk_size=AT_ONCE):
        if size := size_of(str((intake.get("answers") or {}).get("headcount") or "")):
            found[size].append(pk)
    for size, keys in found.items():
        for start in range(0, len(keys), AT_ONCE):
            deals.filter(pk__in=keys[start : start + AT_ONCE]).update(size=size)


class Migration(migrations.Migration):
    dependencies = [("presale", "0015_size_of_a_deals_client")]
    operations = [migrations.RunPython(measure, migrations.RunPython.noop)]
