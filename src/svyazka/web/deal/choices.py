"""What the deal page's selects offer."""

from collections.abc import Container, Iterable
from datetime import datetime
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from svyazka.engine.process import Process
from svyazka.presale.experts.candidates import without_hours
from svyazka.presale.people.queries import Directory, PersonCard
from svyazka.presale.people.rights import ROLES
from svyazka.speech.process_words import say_role

Choices = list[tuple[str, str]]


class Offered:
    """People, units and reasons to choose from, each list made when a form first asks.

    Whoever is away today, and an expert who has no presale hours left this week, is offered last and with these words.
    """

    def __init__(
        self, process: Process, people: Directory, language: str, may: Container[str], at: datetime
    ) -> None:
        self._process, self._people, self._language, self._may, self._at = process, people, language, may, at

    @cached_property
    def colleagues(self) -> Choices:
        """Everybody at work here."""
        return self._named(self._people.active())

    def others(self, *person_ids: int | None) -> Choices:
        """Everybody but these: whoever has it already, whoever checks it."""
        left_out = set(map(str, person_ids))
        return [choice for choice in self.colleagues if choice[0] not in left_out]

    def holders_of(self, role: str) -> Choices:
        """Who may take a role, as ``ROLE:PERSON``."""
        everybody = self._people.active(role=None if role == "lead_generator" else role)
        named = self._named(everybody, self._spent if role == "expert" else frozenset())
        return [(f"{role}:{person}", name) for person, name in named]

    @cached_property
    def managers(self) -> Choices:
        """Who may lead the deal."""
        return self._named(self._people.active(role="manager"))

    @cached_property
    def units(self) -> Choices:
        """Units that deliver."""
        return [(str(unit.id), unit.name) for unit in self._people.units.values() if unit.kind == "delivery"]

    @cached_property
    def roles(self) -> list[tuple[str, Choices]]:
        """Every role that the viewer may give, with those who may take it."""
        given = [
            role
            for role in ROLES
            if role != "lead_generator" and (role != "fixer" or "deal.call_fixer" in self._may)
        ]
        return [(say_role(role, self._process, self._language), self.holders_of(role)) for role in given]

    @cached_property
    def lost_reasons(self) -> list[tuple[str, Choices]]:
        """Why deals are lost, in two levels."""
        return [
            (
                group.text.say(self._language),
                [(f"{group.key}.{one.key}", one.text.say(self._language)) for one in group.reasons],
            )
            for group in self._process.reasons
        ]

    @cached_property
    def _spent(self) -> frozenset[int]:
        return without_hours(at=self._at)

    def _named(self, cards: Iterable[PersonCard], spent: frozenset[int] = frozenset()) -> Choices:
        free, others, today = [], [], timezone.localdate(self._at)
        for card in cards:
            if self._people.is_off(card.id, today):
                others.append((str(card.id), _("%(name)s — away") % {"name": card.full_name}))
            elif card.id in spent:
                name = _("%(name)s — no presale hours left this week") % {"name": card.full_name}
                others.append((str(card.id), name))
            else:
                free.append((str(card.id), card.full_name))
        return [*free, *others]
