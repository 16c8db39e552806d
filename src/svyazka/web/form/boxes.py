"""The intake form, made of the fields that the current process asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from svyazka.engine.process import Field, Process
from svyazka.presale.deals.intake import LONGEST, Unknown, clean, missing, parts
from svyazka.presale.journal.values import Json
from svyazka.speech.process_words import say_box

Words = str | Promise

AT_ONCE: Final = ("company", "request", "contact", "source")
"""What is asked at once; the other fields lie in a disclosure."""
LONGEST_OF: Final[Mapping[str, int]] = {
    "company": 200, "inn": 30, "contact_name": 120, "contact_duty": 120, "phone": 60, "email": 254, "channel": 40,
    "source": 60,
}  # fmt: skip
_ALSO: Final = frozenset({"contact_duty", "decides", "channel"})
"""Boxes of the contact that can wait until the disclosure is opened."""
_INPUTS: Final[Mapping[str, Mapping[str, str]]] = {
    "inn": {"inputmode": "numeric", "autocomplete": "off"},
    "phone": {"type": "tel", "inputmode": "tel", "autocomplete": "off"},
    "email": {"type": "email", "inputmode": "email", "autocomplete": "off"},
    "source": {"list": "sources", "autocomplete": "off"},
}
FURTHEST: Final = timedelta(days=366)
"""Clocks count working minutes day by day: a day in the year 9999 would keep every page of the finder's busy."""
FOR_STRANGERS: Final[Mapping[str, tuple[Words, Words]]] = {
    "request": (pgettext_lazy("stranger", "What do you need?"), pgettext_lazy("stranger", "In your own words")),
    "company": (pgettext_lazy("stranger", "Your company"), ""),
    "inn": (pgettext_lazy("stranger", "INN"), ""),
    "contact_name": (pgettext_lazy("stranger", "What is your name?"), ""),
    "phone": (pgettext_lazy("stranger", "Phone"), pgettext_lazy("stranger", "A phone number or an e-mail is enough")),
    "email": (pgettext_lazy("stranger", "E-mail"), ""),
    "contact_duty": (pgettext_lazy("stranger", "Your job title"), ""),
    "channel": (pgettext_lazy("stranger", "How to get in touch"), pgettext_lazy("stranger", "A call, an e-mail, a messenger")),
    "context": (pgettext_lazy("stranger", "Why now?"), pgettext_lazy("stranger", "What happened, and by when you need it")),
    "lines": (pgettext_lazy("stranger", "Lines of business"), pgettext_lazy("stranger", "Such as wholesale, retail, manufacturing")),
    "size": (pgettext_lazy("stranger", "Size of the company"), pgettext_lazy("stranger", "Revenue roughly, legal entities and sites")),
    "headcount": (pgettext_lazy("stranger", "How many people?"), pgettext_lazy("stranger", "In total, and how many will use the system")),
    "systems": (pgettext_lazy("stranger", "Which systems do you use today?"), pgettext_lazy("stranger", "For 1C, the configuration")),
    "budget": (pgettext_lazy("stranger", "Budget and procurement"), pgettext_lazy("stranger", "A rough amount; directly or by tender")),
}  # fmt: skip
"""The same questions put to the client himself."""


@dataclass(frozen=True, slots=True)
class Question:
    """A field of the process on the page: the boxes it is typed in, and who finds it out by when."""

    key: str
    label: str
    hint: str
    required: bool
    boxes: tuple[forms.BoundField, ...]
    finder: forms.BoundField | None
    by: forms.BoundField | None


class RequestForm(forms.Form):
    """Every box of the process's fields. None is required here: an incomplete request is taken too.

    :param finders: (id, name) of those who may find out what is not known yet; empty where nobody is asked
    :param stranger: the client himself fills it in
    """

    def __init__(
        self,
        process: Process,
        language: str,
        data: Mapping[str, Any] | None = None,
        *,
        finders: Iterable[tuple[int, str]] = (),
        fields: Iterable[Field] | None = None,
        stranger: bool = False,
    ) -> None:
        super().__init__(data)
        self.process, self.language, self.stranger = process, language, stranger
        self.asked = tuple(process.fields if fields is None else fields)
        choices = [("", _("I do")), *((str(pk), name) for pk, name in finders)]
        for field in self.asked:
            for key in parts(field):
                self.fields[key] = self._box(field, key)
            if field.required and field.kind != "source" and len(choices) > 1:
                self._honest_empty(field, choices)

    def _box(self, field: Field, key: str) -> forms.Field:
        label, hint = self._said(field, key)
        common: dict[str, Any] = {"required": False, "label": label, "help_text": hint}
        if key == "decides":
            return forms.BooleanField(**common)
        if field.kind == "choice":
            offered = [(choice.key, choice.text.say(self.language)) for choice in field.choices]
            return forms.ChoiceField(choices=[("", "—"), *offered], **common)
        longest = LONGEST_OF.get(key, LONGEST)
        attrs = dict(_INPUTS.get(key, {}))
        widget: forms.Widget = forms.Textarea({"rows": 3}) if field.kind == "long" else forms.TextInput(attrs)
        if "type" in attrs:
            widget = forms.TextInput({name: value for name, value in attrs.items() if name != "type"})
            widget.input_type = attrs["type"]
        if field.kind == "number":
            widget.attrs["inputmode"] = "numeric"
        return forms.CharField(max_length=longest, widget=widget, **common)

    def _said(self, field: Field, key: str) -> tuple[str, str]:
        if self.stranger and key in FOR_STRANGERS:
            label, hint = FOR_STRANGERS[key]
            return str(label), str(hint)
        if len(parts(field)) > 1:
            name = say_box(key, self.process, self.language)
            return name, ""
        return field.label.say(self.language), field.hint.say(self.language)

    def _honest_empty(self, field: Field, choices: list[tuple[str, str]]) -> None:
        self.fields[f"{field.key}__finder"] = forms.ChoiceField(
            choices=choices, required=False, label=_("Who finds out")
        )
        self.fields[f"{field.key}__by"] = forms.DateField(
            required=False, label=_("By when"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            validators=[MaxValueValidator(lambda: timezone.localdate() + FURTHEST)],
        )  # fmt: skip

    def questions(self, *, at_once: bool) -> tuple[Question, ...]:
        """The questions asked at once, or those in the disclosure."""
        return tuple(
            self._question(field)
            for field in sorted(self.asked, key=lambda one: one.key not in AT_ONCE)
            if (field.key in AT_ONCE) == at_once
        )

    def _question(self, field: Field) -> Question:
        boxes = tuple(self[key] for key in parts(field) if key not in _ALSO)
        honest = f"{field.key}__by" in self.fields
        return Question(
            key=field.key, label=field.label.say(self.language), hint=field.hint.say(self.language),
            required=field.required, boxes=boxes,
            finder=self[f"{field.key}__finder"] if honest else None,
            by=self[f"{field.key}__by"] if honest else None,
        )  # fmt: skip

    def also(self) -> tuple[forms.BoundField, ...]:
        """Boxes of the contact that stand in the disclosure."""
        return tuple(self[key] for field in self.asked for key in parts(field) if key in _ALSO)

    def rest_is_used(self) -> bool:
        """Whether anything in the disclosure was typed or is wrong: then it is open."""
        names = [box.name for question in self.questions(at_once=False) for box in question.boxes]
        names += [box.name for box in self.also()]
        names += [
            name for name in self.fields if name.endswith(("__by", "__finder")) and not self._at_once(name)
        ]
        return any(self.data.get(name) or name in self.errors for name in names) if self.is_bound else False

    def _at_once(self, name: str) -> bool:
        return name.partition("__")[0] in AT_ONCE

    def answers(self) -> dict[str, Json]:
        """What was typed, by box; of a valid form only."""
        boxes = [key for field in self.asked for key in parts(field)]
        return {
            key: self.cleaned_data[key]
            for key in boxes
            if self.cleaned_data.get(key) not in (None, "", False)
        }

    def lacking(self) -> tuple[str, ...]:
        """Keys of required fields without an answer, from what was typed so far."""
        typed = {key: self.data.get(key) for field in self.process.fields for key in parts(field)}
        return tuple(field.key for field in missing(self.process, clean(self.process, typed)))

    def unknown(self, me: int) -> dict[str, Unknown]:
        """Who finds out by when, for the fields left empty. ``me`` where nobody is chosen."""
        found: dict[str, Unknown] = {}
        for key in self.lacking():
            day: date | None = self.cleaned_data.get(f"{key}__by")
            if day is not None:
                found[key] = Unknown(int(self.cleaned_data[f"{key}__finder"] or me), day)
        return found

    def clean(self) -> dict[str, Any]:
        """A finder needs a day."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in [name for name in self.fields if name.endswith("__finder")]:
            key = name.removesuffix("__finder")
            if cleaned.get(name) and not cleaned.get(f"{key}__by") and f"{key}__by" not in self.errors:
                self.add_error(f"{key}__by", _("Choose the day."))
        return cleaned

    def mend(self, errors: Mapping[str, str]) -> None:
        """Put a command's problems beside the boxes they are about.

        :param errors: sentences by box; those about "who finds out by when" come by ``FIELD__by``
        """
        for key, sentence in errors.items():
            self.add_error(key if key in self.fields else None, sentence)
