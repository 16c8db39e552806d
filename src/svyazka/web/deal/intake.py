"""The intake form of a deal: the process's fields, their boxes, and the honest empty beside each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.engine.process import Field
from svyazka.presale.deals.intake import PRIVATE, Unknown, parts
from svyazka.presale.deals.meanwhile import ChangedMeanwhile, Collision
from svyazka.presale.journal.values import Invalid, Json, Refusal
from svyazka.presale.people.queries import Directory
from svyazka.presale.stages.queries import DealPage
from svyazka.speech.process_words import as_text, say_field
from svyazka.speech.refusals import field_errors, say
from svyazka.speech.times import day_short
from svyazka.web.deal.typed import Typed

"""Boxes whose content not everybody sees. Who doesn't may still fill them in; what he leaves blank stays as it is."""

_TYPES: Final = {"phone": "tel", "email": "email"}


@dataclass(frozen=True, slots=True)
class Box:
    """One box to type into. ``theirs`` says who wrote what here while this form was being filled in."""

    key: str
    label: str
    value: str
    error: str | None
    kind: str
    choices: tuple[tuple[str, str], ...]
    theirs: str


@dataclass(frozen=True, slots=True)
class Question:
    """One field of the form with its boxes; ``finder`` and ``by`` say who finds it out by when."""

    key: str
    label: str
    hint: str
    required: bool
    answered: bool
    boxes: tuple[Box, ...]
    finder: str
    by: str
    finder_error: str | None
    by_error: str | None
    finder_theirs: str


class IntakeForm:
    """The form with what the deal says, or with what was typed."""

    def __init__(self, page: DealPage, people: Directory, language: str, typed: Typed | None) -> None:
        self._page, self._people, self._language, self._typed = page, people, language, typed
        self.errors: dict[str, str] = {}
        self.sentence = ""
        self.status = 200
        self.seen = page.card.row.revision if typed is None else typed.number("revision")
        """The deal's revision that the form was filled in from."""
        self._collisions: dict[str, Collision] = {}
        self._touched: frozenset[str] | None = None

    def answers(self) -> dict[str, Json]:
        """What was typed, box by box."""
        assert self._typed is not None  # only a posted form has answers
        said: dict[str, Json] = {}
        for field in self._page.process.fields:
            for key in parts(field):
                value = self._typed.text(key)
                if value or self._page.card.sees_private or key not in PRIVATE:
                    said[key] = value
        return said

    def unknown(self) -> dict[str, Unknown]:
        """Fields that somebody finds out.

        :raises Invalid: a person without a day, or a day without a person
        """
        assert self._typed is not None  # as above
        marks: dict[str, Unknown] = {}
        errors: dict[str, str] = {}
        for field in self._page.process.fields:
            person, text = self._typed.number(f"finder.{field.key}"), self._typed.text(f"by.{field.key}")
            if person is None and not text:
                continue
            day = self._typed.day(f"by.{field.key}")
            if person is None:
                errors[f"finder.{field.key}"] = "required"
            if day is None:
                errors[f"by.{field.key}"] = "bad_date"
            if person is not None and day is not None and self._is_news(field.key, person, day):
                marks[field.key] = Unknown(person, day)
        if errors:
            raise Invalid(errors=errors)
        return marks

    def _is_news(self, key: str, person: int, day: date) -> bool:
        """A mark that stands already is not made again: its commitment runs."""
        return self._page.card.unknown.get(key) != {"person": person, "by": day.isoformat()}

    def refuse(self, refusal: Refusal) -> None:
        """Take in what is to be mended."""
        self.sentence, self.status = say(refusal), 422
        if isinstance(refusal, ChangedMeanwhile):
            self._compare(refusal)
        if not isinstance(refusal, Invalid):
            return
        named = {field.key for field in self._page.process.fields if len(parts(field)) > 1}
        for name, sentence in field_errors(refusal).items():
            self.errors[
                f"finder.{name}" if name in named or self._is_about_finder(name, refusal) else name
            ] = sentence

    def _compare(self, refusal: ChangedMeanwhile) -> None:
        """Show what others wrote beside what was typed. Saved once more, the form has seen it."""
        self._collisions = {one.key: one for one in refusal.collisions}
        self.status = 409
        self._touched, self.seen = refusal.touched, self._page.card.row.revision

    def _is_about_finder(self, name: str, refusal: Invalid) -> bool:
        """``required`` and ``in_the_past`` of a field speak of who finds it out by when, not of its value."""
        assert self._typed is not None  # only a posted form is refused
        asked = self._typed.text(f"finder.{name}") or self._typed.text(f"by.{name}")
        return bool(asked) and refusal.errors[name] in {"required", "in_the_past"}

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What to mend, with the ids of the boxes."""
        wrong = [(f"id_{name}", f"{self._label(name)}: {sentence}") for name, sentence in self.errors.items()]
        theirs = [
            (f"id_{key.replace('unknown.', 'finder.')}", f"{self._label(key)}: {self._theirs(key)}")
            for key in self._collisions
        ]
        return wrong + theirs

    @property
    def people(self) -> list[tuple[str, str]]:
        """Who may find something out."""
        return [(str(card.id), card.full_name) for card in self._people.active()]

    def __iter__(self) -> Iterator[Question]:
        return (self._question(field) for field in self._page.process.fields)

    def _question(self, field: Field) -> Question:
        card, typed = self._page.card, self._typed
        mark, own = card.unknown.get(field.key, {}), self._is_own(f"unknown.{field.key}")
        return Question(
            key=field.key,
            label=field.label.say(self._language),
            hint=field.hint.say(self._language),
            required=field.required,
            answered=field.key not in self._page.missing_fields,
            boxes=tuple(self._box(field, key) for key in parts(field)),
            finder=typed.text(f"finder.{field.key}") if typed and own else str(mark.get("person", "")),
            by=typed.text(f"by.{field.key}") if typed and own else str(mark.get("by", "")),
            finder_theirs=self._theirs(f"unknown.{field.key}"),
            finder_error=self.errors.get(f"finder.{field.key}"),
            by_error=self.errors.get(f"by.{field.key}"),
        )

    def _box(self, field: Field, key: str) -> Box:
        kept = as_text(self._page.card.answers.get(key))
        value = self._typed.text(key) if self._typed and self._is_own(key) else kept
        kind = "long" if field.kind == "long" else "choice" if field.choices else _TYPES.get(key, "text")
        return Box(
            key=key,
            label=self._label(key),
            value=value,
            error=self.errors.get(key),
            kind="flag" if key == "decides" else kind,
            choices=tuple((choice.key, choice.text.say(self._language)) for choice in field.choices),
            theirs=self._theirs(key),
        )

    def _is_own(self, key: str) -> bool:
        """Whether the form shows what was typed here: all of it, but for boxes that only others changed meanwhile."""
        return self._touched is None or key in self._touched

    def _theirs(self, key: str) -> str:
        """Who wrote what here meanwhile; empty where nobody did."""
        found = self._collisions.get(key)
        if found is None:
            return ""
        who = self._people.name(found.by_id) or _("somebody from outside")
        if key in PRIVATE and not self._page.card.sees_private:
            return _("%(who)s changed this in the meantime") % {"who": who}
        return _("%(who)s wrote in the meantime: %(text)s") % {"who": who, "text": self._said(key, found)}

    def _said(self, key: str, found: Collision) -> str:
        if isinstance(found.theirs, dict):
            finder = found.theirs.get("person")
            return _("%(name)s finds out by %(day)s") % {
                "name": self._people.name(finder if isinstance(finder, int) else None),
                "day": day_short(date.fromisoformat(str(found.theirs.get("by")))),
            }
        if key == "decides":
            return _("yes") if found.theirs else _("no")
        text = as_text(found.theirs)
        choices = next((field.choices for field in self._page.process.fields if field.key == key), ())
        text = next((choice.text.say(self._language) for choice in choices if choice.key == text), text)
        return _("“%(text)s”") % {"text": text} if text else pgettext("answer", "nothing")

    def _label(self, name: str) -> str:
        if name == "company":
            return pgettext("box", "Company")
        return say_field(name.partition(".")[2] or name, self._page.process, self._language)
