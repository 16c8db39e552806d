"""A rehearsal in words: by gate and by term, which deals, and a sentence for each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from svyazka.engine.process import Check, Stage
from svyazka.engine.rehearsal import Gate, Timed
from svyazka.presale.deals.queries import DealRow
from svyazka.presale.reviews.rehearsal import Rehearsal
from svyazka.speech.times import moment

SHOWN: Final = 12
"""So many deals stand under a line; a list of its own has them all."""
ROOM: Final = 60
"""Deals for which there is room on the page: the more lines, the fewer under each of them."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a line means for one deal."""

    deal: DealRow
    said: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that would have happened, and to which deals. ``look`` is a state of the kit."""

    title: str
    word: str
    look: str
    cases: tuple[Case, ...]

    @property
    def ids(self) -> str:
        """All its deals, as the address of their list spells them."""
        return ".".join(str(one.deal.id) for one in self.cases)


@dataclass(frozen=True, slots=True)
class Section:
    """A stage's gate, or the terms."""

    title: str
    lines: tuple[Line, ...]


def sections_of(found: Rehearsal, language: str, *, anew: bool) -> tuple[Section, ...]:
    """What the rehearsal found, in the order of the process.

    :param anew: what is otherwise than it was then, or else what the old rules have said as well
    """
    teller = _Teller(found, language)
    gates = (
        Section(stage.name.say(language), tuple(teller.gate(stage, anew=anew)))
        for stage in found.process.stages
    )
    more = (
        (Section(_("Terms"), tuple(teller.terms())), Section(_("Stages that are gone"), tuple(teller.gone()))) if anew else ()
    )  # fmt: skip
    return tuple(section for section in (*gates, *more) if section.lines)


def shown_of(sections: Iterable[Section]) -> int:
    """How many deals stand under each line of a page."""
    return shown_under(sum(len(section.lines) for section in sections))


def shown_under(lines: int) -> int:
    """How many deals stand under each of so many lines."""
    return max(1, min(SHOWN, ROOM // max(1, lines)))


def newly_late(found: Rehearsal) -> int:
    """Deals on which something that was in time, or wasn't asked for, would have been late."""
    return sum(any(one.would == "late" != one.was for one in played.terms) for played in found.played)


@dataclass(frozen=True, slots=True)
class _Teller:
    found: Rehearsal
    language: str

    def gate(self, stage: Stage, *, anew: bool) -> Iterator[Line]:
        """What the exit of a stage would have said: who is stopped first, then who is warned, then what can't be known."""
        gates = [
            (played.deal_id, gate)
            for played in self.found.played
            for gate in played.gates
            if gate.stage == stage.key
        ]
        if not anew:
            past = [(deal, self._past(gate)) for deal, gate in gates if gate.skipped]
            yield from self._line(
                _("A contract past the stages that follow"), _("would be stopped"), "broken", past
            )
        for word, look, part in (
            (_("would be stopped"), "broken", _stopped), (_("would be warned"), "warn", _warned),
            (_("not known"), "info", _unknown),
        ):  # fmt: skip
            for check in stage.checks:
                hit = [(deal, self._left(gate)) for deal, gate in gates if check in part(gate, anew=anew)]
                yield from self._line(check.text.say(self.language), word, look, hit)

    def _left(self, gate: Gate) -> str:
        return _("left on %(when)s") % {"when": moment(gate.at)}

    def _past(self, gate: Gate) -> str:
        names = {stage.key: stage.name.say(self.language) for stage in self.found.process.stages}
        return _("won on %(when)s without: %(stages)s") % {
            "when": moment(gate.at), "stages": ", ".join(names[key] for key in gate.skipped),
        }  # fmt: skip

    def terms(self) -> Iterator[Line]:
        """By term: who would be late that wasn't, in time that was late, and of whom nobody can tell."""
        for term in self.found.process.terms:
            timed = [
                (played.deal_id, one)
                for played in self.found.played
                for one in played.terms
                if one.term == term.key
            ]
            name = term.text.say(self.language)
            for word, look, would in (
                (_("would be late"), "broken", "late"), (_("would be in time"), "kept", "kept"),
                (_("not known"), "info", "unknown"),
            ):  # fmt: skip
                hit = [(deal, self._timed(one)) for deal, one in timed if one.would == would != one.was]
                yield from self._line(name, word, look, hit)
            same = [(deal, self._timed(one)) for deal, one in timed if one.would == one.was]
            yield from self._line(name, _("as it was, with another time"), "info", same)

    def _timed(self, one: Timed) -> str:
        due = _("due %(due)s") % {"due": moment(one.due)} if one.due else ""
        if one.due and one.was_due:
            due = _("due %(due)s instead of %(before)s") % {
                "due": moment(one.due), "before": moment(one.was_due),
            }  # fmt: skip
        came = _("ended %(when)s") % {"when": moment(one.closed_at)} if one.closed_at else _("never ended")
        return "; ".join(filter(None, (due, came)))

    def gone(self) -> Iterator[Line]:
        """Stages that the deals went through and the new process doesn't have."""
        keys = dict.fromkeys(key for played in self.found.played for key in played.gone)
        for key in keys:
            hit = [(played.deal_id, "") for played in self.found.played if key in played.gone]
            yield from self._line(key, _("is gone"), "info", hit)

    def _line(self, title: str, word: str, look: str, hit: Iterable[tuple[int, str]]) -> Iterator[Line]:
        """A line if there is anything to say; a deal that is hit twice says so once, by its first time."""
        said: dict[int, str] = {}
        for deal_id, words in hit:
            said.setdefault(deal_id, words)
        deals: Mapping[int, DealRow] = self.found.deals
        cases = tuple(Case(deals[deal_id], words) for deal_id, words in said.items() if deal_id in deals)
        if cases:
            yield Line(title, word, look, cases)


def _stopped(gate: Gate, *, anew: bool) -> tuple[Check, ...]:
    return tuple(check for check in gate.stopped if (check.key not in gate.were_over) is anew)


def _warned(gate: Gate, *, anew: bool) -> tuple[Check, ...]:
    return tuple(check for check in gate.warned if (check.key not in gate.were_warned) is anew)


def _unknown(gate: Gate, *, anew: bool) -> tuple[Check, ...]:
    return gate.unknown if anew else ()
