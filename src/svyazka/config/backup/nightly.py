"""Backups that nobody has to ask for: the night's, of which the newest few are kept, and one before each upgrade."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from svyazka.config.backup import make_backup
from svyazka.presale.people.queries import directory

_HOUR = 3
"""Local hour from which the night's backup may be made: after the night's anchor."""


def backup_tonight(at: datetime) -> int:
    """Make today's backup unless it is made or none is wanted, and drop the oldest. Returns 1 if it was made now."""
    keep: int = settings.ENVIRONMENT.backups
    here = at.astimezone(ZoneInfo(directory().calendar.zone))
    path = folder() / f"{here.date().isoformat()}.tar.gz"
    if keep == 0 or here.hour < _HOUR or path.exists():
        return 0
    make_backup(path, at=at)
    for old in sorted(folder().glob("????-??-??.tar.gz"))[:-keep]:
        old.unlink()
    return 1


def backup_before_migrating(at: datetime) -> Path:
    """Keep the data as it was before this version's migrations change it. These backups are never dropped."""
    path = folder() / f"before-migrating-{at:%Y%m%dT%H%M%S}.tar.gz"
    make_backup(path, at=at)
    return path


def folder() -> Path:
    """Where nightly backups lie: copy them to another machine."""
    path: Path = settings.ENVIRONMENT.data / "backups"
    return path
