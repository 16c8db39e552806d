"""How large a deal's client is, kept beside what the intake form says, so that the database can group by it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("presale", "0014_status_runs")]
    operations = [
        migrations.AddField(
            model_name="deal",
            name="size",
            field=models.CharField(blank=True, db_default="", default="", max_length=6),
        ),
    ]
