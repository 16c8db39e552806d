"""The way of a deal that was moved to another version of the process, as it went it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("presale", "0017_reviews_and_proposals")]
    operations = [
        migrations.AddField(
            model_name="track",
            name="way",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
