"""The form that asks for an expert."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from svyazka.engine.worktime import Duration
from svyazka.presale.experts.asking import Ask
from svyazka.presale.journal.values import Invalid
from svyazka.presale.people.queries import competences, directory
from svyazka.speech.experts import KINDS, LEVELS
from svyazka.speech.refusals import field_errors

WITHIN: Final = Duration(5, "d")
"""Working days that the form proposes."""
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AskForm(forms.Form):
    """What a deal needs of an expert, in the words of those who will read it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is needed"), choices=list(KINDS.items()), initial="expert",
        widget=forms.RadioSelect,
    )  # fmt: skip
    competence = forms.ChoiceField(label=gettext_lazy("Competence"))
    level = forms.TypedChoiceField(
        label=gettext_lazy("At which level"), choices=list(LEVELS.items()), coerce=int, initial=2,
        help_text=gettext_lazy("The hardest tasks need somebody who teaches others; most don’t."),
    )  # fmt: skip
    industries = forms.CharField(
        label=gettext_lazy("The client’s industry"), required=False, max_length=400,
        help_text=gettext_lazy("From the client’s card. Whoever knows it gets more points."),
    )  # fmt: skip
    goal = forms.CharField(
        label=gettext_lazy("What will be there for the client afterwards"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Not “show the system”, but what the client should see, believe or decide."),
    )  # fmt: skip
    to_decide = forms.CharField(
        label=gettext_lazy("What the expert has to decide"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Not needed for a triage."),
    )  # fmt: skip
    since = forms.DateField(label=pgettext_lazy("expert", "Wanted from"), widget=_DAY)
    until = forms.DateField(label=pgettext_lazy("expert", "Wanted until"), widget=_DAY)
    hours = forms.DecimalField(
        label=gettext_lazy("Hours of presale work"), min_value=0, max_value=100, decimal_places=2, initial=4,
        help_text=gettext_lazy("Reading, the meeting, the follow-up. A triage always takes a quarter of an hour."),
        widget=forms.NumberInput(attrs={"step": "0.25"}),
    )  # fmt: skip
    project = forms.CharField(
        label=gettext_lazy("Which live project of ours it touches"), required=False, max_length=160,
        help_text=gettext_lazy("Leave empty if none."),
    )  # fmt: skip
    wanted = forms.TypedChoiceField(
        label=gettext_lazy("Somebody in particular"), required=False, coerce=int, empty_value=None
    )
    wanted_why = forms.CharField(
        label=gettext_lazy("Who asked for exactly this person, and why"), required=False, max_length=300,
        help_text=gettext_lazy("Only if you name somebody."),
    )  # fmt: skip

    def __init__(self, lines: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("competence", [(name, name) for name in competences()])
        experts = [(card.id, card.full_name) for card in directory().active(role="expert")]
        self._choose("wanted", [("", pgettext_lazy("expert", "whoever fits")), *experts])
        self.initial.setdefault("industries", ", ".join(lines))
        work, now = directory().calendar, timezone.now()
        self.initial.setdefault("since", timezone.localdate(work.next_moment(now)))
        self.initial.setdefault("until", timezone.localdate(work.due(now, WITHIN)))

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def ask(self) -> Ask:
        """The request as the command takes it."""
        given = self.cleaned_data
        since, until = given["since"], given["until"]
        assert isinstance(since, date)
        return Ask(
            kind=given["kind"], competence=given["competence"], level=given["level"], since=since, until=until,
            minutes=round(given["hours"] * 60), goal=given["goal"], to_decide=given["to_decide"],
            project=given["project"], wanted_id=given["wanted"], wanted_why=given["wanted_why"],
            industries=tuple(name.strip() for name in given["industries"].split(",") if name.strip()),
        )  # fmt: skip

    def mend(self, refusal: Invalid) -> None:
        """Put what the command refused beside its fields."""
        for field, sentence in field_errors(refusal).items():
            self.add_error({"minutes": "hours"}.get(field, field), sentence)
