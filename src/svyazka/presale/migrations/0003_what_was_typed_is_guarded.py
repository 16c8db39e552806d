"""Triggers that refuse replacing an entry and touching what was typed beside it, but by a recorded erasure."""

from typing import Any

from django.db import migrations

from svyazka.presale.journal.guard import LOOSEN, TIGHTEN


def install(apps: Any, schema_editor: Any) -> None:
    for statement in TIGHTEN[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    for statement in LOOSEN[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("presale", "0002_journal_is_append_only")]
    operations = [migrations.RunPython(install, remove)]
