"""Places where we are heard, the outbox of messages, and everybody's wishes."""

import datetime
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('presale', '0004_no_row_is_replaced_by_rowid'),
    ]

    operations = [
        migrations.CreateModel(
            name='Way',
            fields=[
                ('channel', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('free_at', models.DateTimeField(null=True)),
                ('resting_until', models.DateTimeField(null=True)),
                ('because', models.CharField(blank=True, max_length=300)),
                ('sent_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Wishes',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('choices', models.JSONField(default=dict)),
                ('quiet_from', models.TimeField(default=datetime.time(21, 0), null=True)),
                ('quiet_until', models.TimeField(default=datetime.time(8, 0), null=True)),
                ('digest_at', models.TimeField(default=datetime.time(9, 0), null=True)),
            ],
        ),
        migrations.AddField(
            model_name='notice',
            name='why',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='workspace',
            name='names_in_messages',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=20)),
                ('chat', models.CharField(max_length=254)),
                ('thread', models.CharField(blank=True, max_length=40)),
                ('role', models.CharField(max_length=10)),
                ('deal_id', models.BigIntegerField(null=True)),
                ('title', models.CharField(blank=True, max_length=128)),
                ('bound_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(null=True)),
                ('gone_because', models.CharField(blank=True, max_length=300)),
                ('free_at', models.DateTimeField(null=True)),
                ('bound_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='presale.unit')),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('subject', models.CharField(blank=True, max_length=60)),
                ('data', models.JSONField(default=dict)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('status', models.CharField(default='waiting', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('worker', models.CharField(blank=True, max_length=80)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('receipt', models.CharField(blank=True, max_length=120)),
                ('repeats', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('dedup', models.CharField(max_length=80, null=True, unique=True)),
                ('notice', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='presale.notice')),
                ('place', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='presale.place')),
            ],
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.UniqueConstraint(fields=('channel', 'chat', 'thread'), name='place_once'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ('person', 'experts', 'deals', 'deal'))), name='place_role_known'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', False), ('role', 'person')), models.Q(models.Q(('role', 'person'), _negated=True), ('person', None)), _connector='OR'), name='place_of_a_person_has_one'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deal_id__isnull', False), ('role', 'deal')), models.Q(models.Q(('role', 'deal'), _negated=True), ('deal_id', None)), _connector='OR'), name='place_of_a_deal_has_one'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('status', 'waiting')), fields=['place', 'id'], name='message_in_turn'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('status', 'waiting')), fields=['next_at'], name='message_due'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('status', 'dead')), fields=['-id'], name='message_dead'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('repeats__gt', 0)), fields=['-id'], name='message_repeated'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('kind', 'digest')), fields=['place', '-id'], name='message_digests'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('worker', ''), _negated=True), fields=['worker'], name='message_taken'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ('waiting', 'sent', 'dead', 'dropped'))), name='message_status_known'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'card')), fields=('place', 'subject'), name='card_once_a_place'),
        ),
    ]
