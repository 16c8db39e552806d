"""An import may change deals that are here already: how many it did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("presale", "0021_deals_from_tables")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="changed",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
