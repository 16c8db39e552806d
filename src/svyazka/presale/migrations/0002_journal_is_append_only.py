"""Triggers that refuse any change of a journal entry."""

from typing import Any

from django.db import migrations

from svyazka.presale.journal.guard import INSTALL, REMOVE


def install(apps: Any, schema_editor: Any) -> None:
    for statement in INSTALL[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    for statement in REMOVE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("presale", "0001_the_foundation")]
    operations = [migrations.RunPython(install, remove)]
