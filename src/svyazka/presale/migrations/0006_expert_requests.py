
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('presale', '0005_places_and_messages'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.CharField(max_length=120)),
                ('hours_a_week', models.PositiveSmallIntegerField()),
                ('milestone', models.CharField(blank=True, max_length=120)),
                ('milestone_on', models.DateField(null=True)),
                ('until', models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('over', models.JSONField(default=list)),
                ('why', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('back_why', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='ExpertRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('level', models.PositiveSmallIntegerField()),
                ('industries', models.JSONField(default=list)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('minutes', models.PositiveIntegerField()),
                ('goal', models.TextField()),
                ('to_decide', models.TextField(blank=True)),
                ('project', models.CharField(blank=True, max_length=160)),
                ('wanted_why', models.CharField(blank=True, max_length=300)),
                ('asked_at', models.DateTimeField()),
                ('state', models.CharField(default='open', max_length=10)),
                ('closed_at', models.DateTimeField(null=True)),
                ('said', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('not_ours', 'not_ours'), ('need_more', 'need_more')], max_length=10)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='commitment',
            name='term_open_once',
        ),
        migrations.AddField(
            model_name='commitment',
            name='about',
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='deal',
            name='experts_asked',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'open'), models.Q(('term', ''), _negated=True)), fields=('deal', 'term', 'about'), name='term_open_once_about_each'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='claim',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='claim',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='expertrequest',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='expertrequest',
            name='competence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='presale.competence'),
        ),
        migrations.AddField(
            model_name='expertrequest',
            name='deal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='expert_requests', to='presale.deal'),
        ),
        migrations.AddField(
            model_name='expertrequest',
            name='head',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='expertrequest',
            name='wanted',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='claim',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='presale.expertrequest'),
        ),
        migrations.AddField(
            model_name='reply',
            name='answered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reply',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reply',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='presale.expertrequest'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(fields=('person', 'project'), name='assignment_once'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('hours_a_week__gte', 1), ('hours_a_week__lte', 80)), name='assignment_takes_hours'),
        ),
        migrations.AddIndex(
            model_name='expertrequest',
            index=models.Index(fields=['state', 'id'], name='expert_request_board'),
        ),
        migrations.AddConstraint(
            model_name='expertrequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('open', 'claimed', 'done', 'withdrawn'))), name='expert_request_state_known'),
        ),
        migrations.AddConstraint(
            model_name='expertrequest',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('expert', 'triage'))), name='expert_request_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='expertrequest',
            constraint=models.CheckConstraint(condition=models.Q(('goal', ''), _negated=True), name='expert_request_has_a_goal'),
        ),
        migrations.AddConstraint(
            model_name='expertrequest',
            constraint=models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 3)), name='expert_request_level_1_to_3'),
        ),
        migrations.AddConstraint(
            model_name='expertrequest',
            constraint=models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='expert_request_dates_in_order'),
        ),
        migrations.AddConstraint(
            model_name='expertrequest',
            constraint=models.CheckConstraint(condition=models.Q(('wanted', None), models.Q(('wanted_why', ''), _negated=True), _connector='OR'), name='expert_wanted_by_name_has_a_why'),
        ),
        migrations.AddConstraint(
            model_name='expertrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state__in', ['open', 'claimed'])), models.Q(('closed_at__isnull', False), ('state__in', ['done', 'withdrawn'])), _connector='OR'), name='expert_request_closed_has_time'),
        ),
        migrations.AddIndex(
            model_name='claim',
            index=models.Index(fields=['person', 'at'], name='claim_person'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(condition=models.Q(('until', None)), fields=('request',), name='claim_is_one'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), models.Q(('back_why', ''), _negated=True), _connector='OR'), name='handing_back_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='reply_says_why'),
        ),
    ]
