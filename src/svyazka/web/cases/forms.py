"""What is told of a finished project."""

import re
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from svyazka.presale.cases.commands import LONGEST, Story, problems
from svyazka.presale.cases.queries import CaseRow
from svyazka.presale.journal.values import Invalid
from svyazka.speech.refusals import field_errors, say_code

_BETWEEN: Final = re.compile(r"[,;\n]")
"""What stands between two industries."""


class CaseForm(forms.Form):
    """A case, in words that a client may read over one's shoulder."""

    title = forms.CharField(
        label=gettext_lazy("What we did"), max_length=160,
        help_text=gettext_lazy("In one line: “Batch accounting and costing at a furniture factory”."),
    )  # fmt: skip
    task = forms.CharField(
        label=gettext_lazy("The client’s task"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("In the client’s words: what was in the way, what had to become possible."),
    )  # fmt: skip
    result = forms.CharField(
        label=gettext_lazy("What came of it"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("In figures if you can: “the month is closed in 3 days instead of 12”."),
    )  # fmt: skip
    industries = forms.CharField(
        label=gettext_lazy("Industries"), required=False, max_length=1000,
        help_text=gettext_lazy(
            "Separated by commas. New clients’ lines of business are compared with these."
        ),
    )  # fmt: skip
    year = forms.IntegerField(
        label=gettext_lazy("Year finished"), required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    client_name = forms.CharField(
        label=gettext_lazy("The client"), required=False, max_length=160,
        help_text=gettext_lazy("For colleagues: who it was."),
    )  # fmt: skip
    may_be_named = forms.BooleanField(
        label=gettext_lazy("The client may be named to others"), required=False,
        help_text=gettext_lazy("Only with their consent. Without it the name stands nowhere but in this form."),
    )  # fmt: skip
    link = forms.CharField(
        label=gettext_lazy("More about it"), required=False, max_length=300,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Address of the slides, the article or the folder."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, at: datetime, **more: Any) -> None:
        super().__init__(data, **more)
        self._at = at

    def clean(self) -> dict[str, Any]:
        """Whatever else the command would refuse is said in the same breath."""
        for field, code in problems(self.story(), at=self._at).items():
            if field not in self.errors:
                self.add_error(field, say_code(code))
        return self.cleaned_data

    def story(self) -> Story:
        """What was typed, as the command takes it; what can't be read is left empty."""
        given = self.cleaned_data
        texts = {name: given.get(name) or "" for name in ("title", "task", "result", "client_name", "link")}
        return Story(
            **texts, may_be_named=given.get("may_be_named", False), year=given.get("year"),
            industries=tuple(_BETWEEN.split(given.get("industries") or "")),
        )  # fmt: skip

    def mend(self, refusal: Invalid) -> None:
        """Put what the command refused beside its fields."""
        for field, sentence in field_errors(refusal).items():
            self.add_error(field, sentence)

    def compare(self, row: CaseRow) -> list[tuple[Any, Any]]:
        """The labels of those fields that were typed otherwise than they stand now, and what stands there."""
        now = typed_of(row)
        return [
            (bound.label, now[bound.name] or "—")
            for bound in self
            if not isinstance(bound.field, forms.BooleanField)
            and _said(bound.value()) != _said(now[bound.name])
        ]


def typed_of(row: CaseRow) -> dict[str, Any]:
    """The form as a case fills it in."""
    return story_typed(row)


def story_typed(row: CaseRow | Story) -> dict[str, Any]:
    """The same for a case that isn't saved yet."""
    return {
        "title": row.title, "task": row.task, "result": row.result, "industries": ", ".join(row.industries),
        "year": row.year, "client_name": row.client_name, "may_be_named": row.may_be_named, "link": row.link,
    }  # fmt: skip


def _said(value: object) -> str:
    return "" if value is None else "\n".join(str(value).split())
