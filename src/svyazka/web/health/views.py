"""``/healthz`` says that the process answers, ``/readyz`` that it can do its work. Neither tells versions or names."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from svyazka.presale.channels.outbox import stands_still
from svyazka.presale.channels.queries import channels_on

log = structlog.get_logger("svyazka.health")

BEAT_AGE: Final = timedelta(seconds=90)
"""A worker that has been silent for longer counts as gone."""
QUEUE_AGE: Final = timedelta(minutes=15)
"""A message that could have gone out for longer says that the queue stands still."""
SPACE_LEFT: Final = 200 * 1024 * 1024
"""Bytes free in the data folder below which writes are about to fail."""


@login_not_required
@never_cache
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@login_not_required
@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """200 if everything that work needs is there, else 503 with the codes of what is not."""
    problems = list(_problems(timezone.now()))
    if problems:
        log.warning("not ready", problems=problems)
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


def _problems(at: datetime) -> Iterator[str]:
    """Codes: ``database``, ``migrations``, ``worker``, ``queue``, ``disk``."""
    checks: tuple[tuple[str, Callable[[datetime], bool]], ...] = (
        ("database", _takes_writes),
        ("migrations", _migrated),
        ("worker", _worker_lives),
        ("queue", _queue_moves),
    )
    for code, holds in checks:
        try:
            if not holds(at):
                yield code
        except DatabaseError:
            yield code
            break  # nothing that is asked of a database which doesn't answer tells more
    if shutil.disk_usage(settings.ENVIRONMENT.data).free < SPACE_LEFT:
        yield "disk"


def _takes_writes(at: datetime) -> bool:
    """Whether the database lets itself be written. No row is: anybody may ask, as often as he likes."""
    del at
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET name = name WHERE 1 = 0")
    return True


def _migrated(at: datetime) -> bool:
    del at
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _worker_lives(at: datetime) -> bool:
    word = cache.get(settings.WORKER_BEAT)
    return isinstance(word, str) and at - datetime.fromisoformat(word) < BEAT_AGE


def _queue_moves(at: datetime) -> bool:
    return not any(stands_still(channel=channel, at=at - QUEUE_AGE) for channel in channels_on())
