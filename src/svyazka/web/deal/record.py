"""What a deal's own record says of how it went: reasons to choose from when it is lost, the largest delay once it is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from svyazka.engine.clock import Promise
from svyazka.engine.delays import Cause, Delay, delays
from svyazka.engine.losing import likely_reasons
from svyazka.engine.postmortem import PostMortem, look_back
from svyazka.presale.insight.postmortem import TOLD_OF
from svyazka.presale.people.queries import Directory
from svyazka.presale.stages.queries import DealPage
from svyazka.speech.causes import Whats, say_cause, say_evidence_of, say_largest
from svyazka.speech.process_words import say_reason
from svyazka.web.deal.typed import Form


@dataclass(frozen=True, slots=True)
class Likely:
    """A reason that the record speaks for, and its evidence."""

    code: str
    reason: str
    evidence: str


NOTHING = Likely("", "", "")
"""No reason is taken from the record."""


class Record:
    """A deal's record, looked at from its end, or from now. Each part is worked out when a template first asks."""

    def __init__(self, page: DealPage, people: Directory, language: str, at: datetime) -> None:
        self._page, self._people, self._language, self._at = page, people, language, at

    @cached_property
    def _promises(self) -> list[Promise]:
        return [one.promise() for one in self._page.commitments]

    @property
    def _end(self) -> datetime:
        return self._page.card.row.closed_at or self._at

    @cached_property
    def _delays(self) -> tuple[Delay, ...]:
        return delays(
            self._page.process,
            self._promises,
            self._page.visits,
            at=self._end,
            calendar=self._people.calendar,
        )

    @cached_property
    def _found(self) -> PostMortem:
        return look_back(
            self._page.process, self._promises, self._page.visits, start=self._page.card.row.received_at, end=self._end,
            calendar=self._people.calendar,
        )  # fmt: skip

    @cached_property
    def _whats(self) -> Whats:
        page = self._page
        asked = {one.id: one.text for one in page.questions if one.text}
        return Whats({one.id: one for one in page.commitments}, asked, page.process, self._language)

    @property
    def is_told(self) -> bool:
        """Whether there is a page of how the deal went."""
        return self._page.card.row.status in TOLD_OF

    @property
    def largest(self) -> str:
        """The largest delay in a sentence or two; empty where nothing was late."""
        if not self._delays:
            return ""
        return say_largest(self._delays[0], self._whats.of(self._delays[0].breach.promise_id))

    def cause(self, promise_id: int) -> str:
        """Why something was late; empty for what wasn't."""
        return say_cause(self._causes[promise_id]) if promise_id in self._causes else ""

    @cached_property
    def _causes(self) -> Mapping[int, Cause]:
        return {one.breach.promise_id: one.cause for one in self._delays}

    @cached_property
    def likely(self) -> list[Likely]:
        """Why the deal may be lost, by its record, the weightiest reason first."""
        page = self._page
        terms = {one.id: one.term for one in page.commitments}
        hints = likely_reasons(page.process, self._found, terms, chased=page.card.row.chased)
        return [
            Likely(
                hint.reason, say_reason(hint.reason, page.process, self._language),
                say_evidence_of(hint, self._found, self._whats),
            )
            for hint in hints
        ]  # fmt: skip

    def chosen(self, code: str) -> Likely:
        """The reason that somebody has taken from the record."""
        return next((one for one in self.likely if one.code == code), NOTHING)

    def take(self, form: Form, code: str) -> str:
        """The page with a reason and its evidence filled in."""
        return f"{form.page}&{urlencode({'because': code})}#{form.place}"

    def take_attrs(self, form: Form, code: str) -> dict[str, str]:
        """With script the form alone changes."""
        return {
            "hx-get": f"{form.part}&{urlencode({'because': code})}", "hx-select": f"[id='{form.place}']",
            "hx-target": f"[id='{form.place}']", "hx-swap": "outerHTML",
        }  # fmt: skip
