"""The command line: ``svyazka COMMAND``. One module per group of commands, gathered in ``commands``."""

import os
import sys
from importlib import import_module


def main() -> None:
    """Read the settings, then run the command; what goes wrong is told in words, not by a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svyazka.config.settings")
    # Before anything of Django's is known: the settings name what may be imported at all.
    from svyazka.config.environment import SettingsError

    try:
        import django

        django.setup()
    except SettingsError as error:
        print("Svyazka can't start with these settings:", file=sys.stderr)
        for problem in error.problems:
            print(f"  - {problem}", file=sys.stderr)
        sys.exit(2)
    failures = import_module("svyazka.config.cli.failures")
    with failures.told():
        import_module("svyazka.config.cli.commands").app()
