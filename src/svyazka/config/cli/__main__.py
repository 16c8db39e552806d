"""``python -m svyazka.config.cli``: the same as ``svyazka``."""

from svyazka.config.cli import main

main()
