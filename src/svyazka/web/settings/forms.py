"""How pages look to me, and what a token of mine may do."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from svyazka.presale.journal.values import Actor
from svyazka.web.ui.zones import zone_choices

LANGUAGES = (("ru", "Русский"), ("en", "English"))
THEMES = (
    ("auto", gettext_lazy("Same as the device")),
    ("light", pgettext_lazy("theme", "Light")),
    ("dark", pgettext_lazy("theme", "Dark")),
)
SCOPES = (
    ("requests:write", gettext_lazy("hand in requests")),
    ("deals:read", gettext_lazy("read deals, people and the process")),
    ("deals:write", gettext_lazy("do on deals whatever I’m allowed to")),
    ("admin", gettext_lazy("administer: people, the process, form links")),
)
LIVES = (
    ("30", gettext_lazy("30 days")),
    ("90", gettext_lazy("90 days")),
    ("365", gettext_lazy("a year")),
)


class PreferencesForm(forms.Form):
    """Language, time zone and theme."""

    language = forms.ChoiceField(label=gettext_lazy("Language of the pages"), choices=LANGUAGES)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("Due times are shown in it.")
    )
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), choices=THEMES)

    def __init__(self, data: Any = None, *, at: datetime, **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)
        zone = str(self.initial.get("time_zone", ""))
        field.choices = zone_choices(get_language() or "", at=at, besides=zone)


class TokenForm(forms.Form):
    """A new token. Its scopes narrow what the person may do, they never widen it."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=80,
        help_text=gettext_lazy("For example: the site’s form."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Never more than you may yourself."),
    )  # fmt: skip
    life = forms.ChoiceField(label=gettext_lazy("Valid for"), choices=LIVES, initial="90")

    def __init__(self, data: Any = None, *, actor: Actor) -> None:
        super().__init__(data)
        field = self.fields["scopes"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, words) for code, words in SCOPES if _useful(code, actor)]

    @property
    def time_to_live(self) -> timedelta:
        """How long it works."""
        return timedelta(days=int(self.cleaned_data["life"]))


def _useful(scope: str, actor: Actor) -> bool:
    if actor.is_agent:
        return scope == "requests:write"
    return scope != "admin" or bool(actor.duties)
