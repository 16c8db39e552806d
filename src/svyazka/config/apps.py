"""What must be in place before the first query: checks at start, and a SQLite that reads Russian."""

from django.apps import AppConfig
from django.core.checks import register
from django.db.backends.signals import connection_created

from svyazka.config.checks import check_openness, check_proxy, check_sqlite
from svyazka.config.sqlite import fold_case_in_russian_too


class Config(AppConfig):
    """Has no tables."""

    name = "svyazka.config"
    label = "svyazka_config"

    def ready(self) -> None:
        """Hang the checks and the SQLite function where Django looks for them."""
        register(check_sqlite)
        register(check_proxy)
        register(check_openness)
        connection_created.connect(fold_case_in_russian_too, dispatch_uid="svyazka.config.sqlite")
