"""Django's entry to the domain."""

from django.apps import AppConfig


class PresaleConfig(AppConfig):
    """The one domain app."""

    name = "svyazka.presale"
    label = "presale"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the journal what follows what."""
        from svyazka.presale import reactions
        from svyazka.presale.journal.commands import react_with

        react_with(reactions.react)
