"""What is proposed, and what is said of it later."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from svyazka.presale.people.queries import directory
from svyazka.presale.reviews.proposals import Draft
from svyazka.presale.reviews.values import KEPT, LONGEST, TAKEN_BACK
from svyazka.web.proposals.words import Words, parted


class ProposalForm(forms.Form):
    """A proposal; ``review`` is the number of the deal that it comes from."""

    about = forms.ChoiceField(label=gettext_lazy("What of the process it is about"))
    text = forms.CharField(
        label=gettext_lazy("What to change"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("As a rule that anybody could follow: who does what by when."),
    )  # fmt: skip
    why = forms.CharField(
        label=pgettext_lazy("proposal", "Why"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What happened without it, and what will be better."),
    )  # fmt: skip
    figure = forms.ChoiceField(
        label=gettext_lazy("By which figure it is judged"),
        help_text=gettext_lazy("The same figure is taken of the 90 days before and of the time after."),
    )
    judge_on = forms.DateField(
        label=gettext_lazy("The day to judge it"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    owner = forms.TypedChoiceField(
        label=gettext_lazy("Who judges it"), coerce=int, empty_value=None,
        help_text=gettext_lazy("Told now, and again on that day. Not the one who sees to the change."),
    )  # fmt: skip
    review = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, words: Words, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        people = [(str(card.id), card.full_name) for card in directory().active()]
        for name, choices in (
            ("about", words.subjects()), ("figure", words.measures()), ("owner", [("", "—"), *people])
        ):  # fmt: skip
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def draft(self, deals: tuple[int, ...]) -> Draft:
        """What was typed, as the command takes it."""
        given = self.cleaned_data
        kind, about = parted(given["about"])
        figure, figure_of = parted(given["figure"])
        return Draft(
            kind=kind, about=about, text=given["text"], why=given["why"], figure=figure, figure_of=figure_of,
            judge_on=given["judge_on"], owner=given["owner"], deals=deals,
        )  # fmt: skip


class CorrectedForm(forms.Form):
    """A proposal in other words."""

    text = forms.CharField(
        label=gettext_lazy("What to change"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    why = forms.CharField(
        label=pgettext_lazy("proposal", "Why"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


class WordsForm(forms.Form):
    """Why a proposal isn't taken."""

    words = forms.CharField(
        label=gettext_lazy("Why not"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )


class VerdictForm(forms.Form):
    """Whether a change stays."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Does it stay?"), widget=forms.RadioSelect,
        choices=[
            (KEPT, pgettext_lazy("verdict", "It stays")),
            (TAKEN_BACK, pgettext_lazy("verdict", "The next version takes it back")),
        ],
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("In words"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What changed besides; whether the figure can have come by chance."),
    )  # fmt: skip


class BackForm(forms.Form):
    """Another deal that has taught the same."""

    number = forms.CharField(
        label=gettext_lazy("Number of a closed deal"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
