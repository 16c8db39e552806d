"""Keep the data of a release: ``python -m tools.release`` writes ``tests/flows/releases/VERSION.json.xz``.

Run once, when a version is released; from then on ``tests/flows/test_upgrade.py`` brings it to every later version.
The same code writes the same file, but for the salts of passwords.
"""

import json
import lzma
import os
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

DEALS = 20
AT = datetime(2026, 11, 24, 9, 40, tzinfo=UTC)
FOLDER = Path(__file__).parents[1] / "tests" / "flows" / "releases"


def main(migration: str) -> None:
    """Play a small company in an empty place and write down every row of ours.

    :param migration: the last migration that the release had
    """
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"SVYAZKA_DATA": folder, "DJANGO_SETTINGS_MODULE": "svyazka.config.settings"}
        import django

        django.setup()
        from django.core.management import call_command

        from svyazka.demo.play import play

        call_command("migrate", verbosity=0)
        play(language="ru", at=AT, deals=DEALS)
        kept = {"migration": migration, "rows": dict(_rows())}
    FOLDER.mkdir(exist_ok=True)
    target = FOLDER / f"{version('svyazka')}.json.xz"
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"), default=str).encode()
    target.write_bytes(lzma.compress(text, preset=9))
    print(f"{target}: {target.stat().st_size:,} bytes")


def _rows() -> Any:
    """By table: names of the columns, then a list for each row."""
    from django.apps import apps

    for model in apps.get_app_config("presale").get_models(include_auto_created=True):
        columns = [field.attname for field in model._meta.concrete_fields]
        rows = model._default_manager.order_by("pk").values_list(*columns)
        yield model._meta.model_name, [columns, *rows]


if __name__ == "__main__":
    main(*sys.argv[1:2] or ["0001_the_foundation"])
