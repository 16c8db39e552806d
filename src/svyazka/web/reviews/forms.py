"""The five questions."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from svyazka.presale.people.queries import directory
from svyazka.presale.reviews.commands import Answers
from svyazka.presale.reviews.queries import ReviewRow
from svyazka.presale.reviews.values import LONGEST, QUESTIONS


def _question(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))


class ReviewForm(forms.Form):
    """What was said of a deal; ``seen`` is what the writer read before."""

    goal = _question(pgettext_lazy("review", "What was the goal?"))
    helped = _question(pgettext_lazy("review", "What helped most?"))
    time_went = _question(pgettext_lazy("review", "Where did the time go?"))
    keep = _question(pgettext_lazy("review", "One thing to keep"))
    change = _question(pgettext_lazy("review", "One thing to change"))
    owner = forms.TypedChoiceField(
        label=gettext_lazy("Who sees to the change"), coerce=int, empty_value=None, required=True
    )
    by_day = forms.DateField(
        label=gettext_lazy("By when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, row: ReviewRow | None, begun: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=_typed(row) if row else begun)
        people = [(str(card.id), card.full_name) for card in directory().active()]
        self.fields["owner"].choices = [("", "—"), *people]  # type: ignore[attr-defined]

    def answers(self) -> Answers:
        """What was typed, as the command takes it."""
        given = self.cleaned_data
        said = {name: given.get(name) or "" for name in QUESTIONS}
        return Answers(**said, owner=given.get("owner"), by_day=given.get("by_day"))

    def seen_at(self) -> datetime | None:
        """When what the writer read was changed last; None if he read nothing."""
        try:
            return datetime.fromisoformat(self.data.get("seen", ""))
        except ValueError:
            return None


def _typed(row: ReviewRow) -> dict[str, Any]:
    typed: dict[str, Any] = {name: getattr(row, name) for name in QUESTIONS}
    return {**typed, "owner": row.owner_id, "by_day": row.by_day, "seen": row.changed_at.isoformat()}
