"""What is typed about a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from svyazka.presale.journal.values import Invalid
from svyazka.presale.people.commands import Profile, TooManyDispatchers
from svyazka.presale.people.queries import Directory, NameParts, PersonCard, SkillRow, directory
from svyazka.presale.people.rights import DUTIES, ROLES
from svyazka.speech.experts import LEVELS
from svyazka.speech.refusals import field_errors, say
from svyazka.web.people.words import role_names
from svyazka.web.ui.zones import zone_choices

NEW_SKILLS = 3
LANGUAGES = (("ru", "Русский"), ("en", "English"))


@dataclass(frozen=True, slots=True)
class SkillBox:
    """A line of the competences: a name, and a level or nothing. ``known`` names are not typed."""

    name: str
    level: str
    known: bool
    error: str = ""


class PersonForm(forms.Form):
    """A person's profile. Competences come as pairs of equal lists, ``skill_name`` and ``skill_level``."""

    surname = forms.CharField(label=gettext_lazy("Surname"), max_length=60)
    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=60)
    patronymic = forms.CharField(label=gettext_lazy("Patronymic"), max_length=60, required=False)
    email = forms.CharField(
        label=gettext_lazy("E-mail"), max_length=254, help_text=gettext_lazy("Used to sign in."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    duties = forms.MultipleChoiceField(
        label=gettext_lazy("Duties"), required=False, widget=forms.CheckboxSelectMultiple
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles on deals"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("On a deal this person can be given only these roles."),
    )  # fmt: skip
    presale_hours = forms.IntegerField(
        label=gettext_lazy("Presale hours a week"), min_value=0, max_value=60, initial=8,
        help_text=gettext_lazy("How much of the week this person has for meetings and estimates."),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language of the pages"), choices=LANGUAGES)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    is_agent = forms.BooleanField(
        label=gettext_lazy("A partner agent"), required=False,
        help_text=gettext_lazy("Someone from outside the company: hands in requests and sees only what becomes of their own."),
    )  # fmt: skip

    def __init__(
        self,
        data: Any = None,
        *,
        at: datetime,
        skills: Iterable[SkillRow] = (),
        known: Iterable[str] = (),
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        people, names = directory(), role_names()
        zone = str(self.initial.get("time_zone", ""))
        self._choose("unit", [("", "—"), *((str(unit.id), unit.name) for unit in people.units.values())])
        self._choose("duties", [(code, names[code]) for code in DUTIES])
        self._choose("roles", [(code, names[code]) for code in ROLES])
        self._choose("time_zone", zone_choices(get_language() or "", at=at, besides=zone))
        levels = {skill.competence: str(skill.level) for skill in skills}
        self._skills = [SkillBox(name, levels.get(name, ""), known=True) for name in known]
        self._skills += [SkillBox("", "", known=False)] * NEW_SKILLS
        if self.is_bound:
            self._skills = self._typed_skills(set(known))

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _typed_skills(self, known: set[str]) -> list[SkillBox]:
        names, levels = (_list(self.data, key) for key in ("skill_name", "skill_level"))
        return [
            _checked(name.strip(), level, known=name.strip() in known)
            for name, level in zip_longest(names[:200], levels[:200], fillvalue="")
        ]

    @property
    def skills(self) -> list[SkillBox]:
        """The lines of the competences."""
        return self._skills

    def clean(self) -> dict[str, Any]:
        """A competence without a name, or without a level, is neither."""
        if any(box.error for box in self._skills):
            self.add_error(None, _("Competences: each new one needs a name and a level."))
        return self.cleaned_data

    def profile(self, *, is_active: bool) -> Profile:
        """What was typed."""
        given = self.cleaned_data
        return Profile(
            email=given["email"], surname=given["surname"], given_name=given["given_name"],
            patronymic=given["patronymic"], unit_id=int(given["unit"]) if given["unit"] else None,
            duties=frozenset(given["duties"]), roles=tuple(given["roles"]),
            is_agent=given["is_agent"], is_active=is_active, presale_hours=given["presale_hours"],
            language=given["language"], time_zone=given["time_zone"],
            skills=tuple((box.name, int(box.level)) for box in self._skills if box.name and box.level),
        )  # fmt: skip

    def mend(self, refusal: Invalid) -> None:
        """Say beside the fields what the command refused."""
        if isinstance(refusal, TooManyDispatchers):
            self.add_error("duties", f"{say(refusal)} {_who_dispatches(directory())}")
        elif not refusal.errors:
            self.add_error("duties", say(refusal))
        for field, sentence in field_errors(refusal).items():
            self.add_error(field if field in self.fields else None, sentence)


class NewPersonForm(PersonForm):
    """A person to add, with a first password or without."""

    password = forms.CharField(
        label=gettext_lazy("First password"), required=False, strip=False, max_length=128,
        help_text=gettext_lazy("Leave it empty, and we will make one up and show it once."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )  # fmt: skip


class ChangedPersonForm(PersonForm):
    """A person we know, who may have left."""

    is_active = forms.BooleanField(
        label=gettext_lazy("Works with us"), required=False, initial=True,
        help_text=gettext_lazy("Someone who has left can’t sign in and has no duties; what was done stays."),
    )  # fmt: skip


class ProjectForm(forms.Form):
    """A project that somebody is busy with."""

    project = forms.CharField(label=gettext_lazy("Project"), max_length=120)
    hours_a_week = forms.IntegerField(label=gettext_lazy("Hours a week"), min_value=1, max_value=80)
    milestone = forms.CharField(
        label=gettext_lazy("Next milestone"), required=False, max_length=120,
        help_text=gettext_lazy("What has to be ready: start-up, acceptance, report"),
    )  # fmt: skip
    milestone_on = forms.DateField(
        label=gettext_lazy("Its date"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    until = forms.DateField(
        label=gettext_lazy("Last day on the project"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


class AbsenceForm(forms.Form):
    """Days away and who answers instead."""

    since = forms.DateField(
        label=gettext_lazy("First day away"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("Last day away"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    stand_in = forms.ChoiceField(
        label=gettext_lazy("Who stands in"), required=False,
        help_text=gettext_lazy("New commitments of these days go to this person."),
    )  # fmt: skip

    def __init__(self, person_id: int, data: Any = None) -> None:
        super().__init__(data)
        others = [card for card in directory().active() if card.id != person_id]
        field = self.fields["stand_in"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", pgettext("stand-in", "nobody")),
            *((str(card.id), card.full_name) for card in others),
        ]

    @property
    def stand_in_id(self) -> int | None:
        """Whoever was chosen."""
        return int(self.cleaned_data["stand_in"]) if self.cleaned_data["stand_in"] else None


def known_person(card: PersonCard, name: NameParts) -> dict[str, Any]:
    """What the form shows of a person before anything is typed."""
    return {
        "surname": name.surname,
        "given_name": name.given_name,
        "patronymic": name.patronymic,
        "email": card.email,
        "unit": str(card.unit_id or ""),
        "duties": sorted(card.duties),
        "roles": sorted(card.roles),
        "presale_hours": card.presale_hours,
        "language": card.language,
        "time_zone": card.time_zone,
        "is_agent": card.is_agent,
        "is_active": card.is_active,
    }


def _checked(name: str, level: str, *, known: bool) -> SkillBox:
    level = level if level in {str(code) for code in LEVELS} else ""
    error = ""
    if len(name) > 80:
        error = _("Make it shorter: 80 characters at most.")
    elif name and not level and not known:
        error = _("Choose a level, or clear the name.")
    elif level and not name:
        error = _("Name the competence.")
    return SkillBox(name, level, known=known, error=error)


def _list(data: Mapping[str, Any], key: str) -> list[str]:
    found = data.getlist(key) if hasattr(data, "getlist") else data.get(key, [])
    return [str(value).replace("\x00", "") for value in found]


def _who_dispatches(people: Directory) -> str:
    names = ", ".join(card.short_name for card in people.people.values() if "dispatcher" in card.duties)
    return _("At the moment: %(names)s. Take the duty from one of them first.") % {"names": names}
