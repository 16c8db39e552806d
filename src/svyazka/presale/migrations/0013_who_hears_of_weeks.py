"""Whether the week in figures comes to somebody, where he has said so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("presale", "0012_stays_of_closed_deals_ended")]

    operations = [
        migrations.AddField(
            model_name="wishes",
            name="weekly",
            field=models.BooleanField(null=True),
        ),
    ]
