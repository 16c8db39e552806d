"""SQLite as we need it: a version without the WAL-reset bug, and search that folds Cyrillic case.

Importing this module puts ``pysqlite3``, which carries its own SQLite, in place of Python's ``sqlite3``.
It has to happen before Django first looks for the driver, so the settings import it on their first line.
"""

import re
import sys
from functools import lru_cache
from typing import Any, Final

import pysqlite3
import pysqlite3.dbapi2

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

# What Django's plain defaults get wrong: without IMMEDIATE concurrent writers are refused as "locked",
# and without FULL a power cut loses acknowledged commits.
OPTIONS: Final[dict[str, Any]] = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL;"
        "PRAGMA synchronous=FULL;"
        "PRAGMA temp_store=MEMORY;"
        "PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=67108864;"
        "PRAGMA cache_size=-20000;"
    ),
}


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Whether two connections and a checkpoint can damage a WAL database under this SQLite.

    Source: https://sqlite.org/wal.html#walresetbug; cured in 3.51.3, and in 3.44.6 and 3.50.7 of their lines.
    """
    if version[:2] == (3, 44):
        return version < (3, 44, 6)
    if version[:2] == (3, 50):
        return version < (3, 50, 7)
    return (3, 7, 0) <= version < (3, 51, 3)


@lru_cache(maxsize=256)
def _like_pattern(pattern: str, escape: str | None) -> re.Pattern[str]:
    parts: list[str] = []
    literally = False
    for char in pattern.casefold():
        if literally:
            parts.append(re.escape(char))
            literally = False
        elif char == escape:
            literally = True
        else:
            parts.append({"%": ".*", "_": "."}.get(char) or re.escape(char))
    return re.compile("".join(parts), re.DOTALL)


def _like(pattern: object, value: object, escape: str | None = None) -> bool | None:
    if pattern is None or value is None:
        return None
    return _like_pattern(str(pattern), escape).fullmatch(str(value).casefold()) is not None


def fold_case_in_russian_too(connection: Any, **_: object) -> None:
    """Make ``icontains`` and its kin find «ТЕСТ» by «тест»: SQLite's own LIKE folds ASCII letters only."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("like", 2, _like, deterministic=True)
        connection.connection.create_function("like", 3, _like, deterministic=True)
