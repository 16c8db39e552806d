
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('presale', '0007_folder_of_a_deal'),
    ]

    operations = [
        migrations.CreateModel(
            name='Talk',
            fields=[
                ('place', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='talk', serialize=False, to='presale.place')),
                ('state', models.CharField(max_length=20)),
                ('data', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='place',
            name='link',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='way',
            name='doors',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='way',
            name='heard_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='Incoming',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=20)),
                ('source', models.CharField(max_length=160)),
                ('raw', models.JSONField()),
                ('received_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('done_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['channel', 'id'], name='incoming_in_turn'), models.Index(fields=['done_at'], name='incoming_done')],
                'constraints': [models.UniqueConstraint(fields=('channel', 'source'), name='incoming_once')],
            },
        ),
        migrations.CreateModel(
            name='Code',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('purpose', models.CharField(max_length=10)),
                ('deal_id', models.BigIntegerField(null=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='presale.unit')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ('person', 'experts', 'deals', 'deal'))), name='code_purpose_known')],
            },
        ),
        migrations.CreateModel(
            name='Heard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deal_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['deal_id', 'at'], name='heard_on_a_deal')],
            },
        ),
    ]
