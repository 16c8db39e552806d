"""Whether the week in figures comes to somebody, where he has said so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("presale", "0010_what_clients_have_proven_can_go_back")]

    operations = [
        migrations.AddField(
            model_name="wishes",
            name="weekly",
            field=models.BooleanField(null=True),
        ),
    ]
