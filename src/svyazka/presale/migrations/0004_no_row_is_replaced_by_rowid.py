"""The trigger on what was typed looks at SQLite's rowid too, which ``INSERT OR REPLACE`` takes for a key."""

from typing import Any

from django.db import migrations

from svyazka.presale.journal.guard import CLOSE_ROWID, OPEN_ROWID


def close(apps: Any, schema_editor: Any) -> None:
    for statement in CLOSE_ROWID[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def reopen(apps: Any, schema_editor: Any) -> None:
    for statement in OPEN_ROWID[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("presale", "0003_what_was_typed_is_guarded")]
    operations = [migrations.RunPython(close, reopen)]
