"""A process in words: working times, events, how much a role's word weighs, how strong a check is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from svyazka.engine.facts import FACTS
from svyazka.engine.process import Check, Due, Process, Text
from svyazka.engine.worktime import Duration
from svyazka.speech.process_words import ROOM, say_role
from svyazka.speech.times import number

_Table = Mapping[str, str | Promise]

LEVELS: Final[_Table] = {
    "accountable": pgettext_lazy("influence", "accountable"),
    "decisive": pgettext_lazy("influence", "decides"),
    "doing": pgettext_lazy("influence", "does"),
    "consulted": pgettext_lazy("influence", "advises"),
    "informed": pgettext_lazy("influence", "is kept informed"),
}
STRENGTHS: Final[_Table] = {
    "stop": pgettext_lazy("check", "stops"),
    "warn": pgettext_lazy("check", "warns"),
    "observe": pgettext_lazy("check", "is noted"),
}
KINDS: Final[_Table] = {
    "text": pgettext_lazy("kind of field", "a line"),
    "long": pgettext_lazy("kind of field", "free text"),
    "number": pgettext_lazy("kind of field", "a figure"),
    "choice": pgettext_lazy("kind of field", "one of a list"),
    "lines": pgettext_lazy("kind of field", "a list of words"),
    "company": pgettext_lazy("kind of field", "a company and its INN"),
    "contact": pgettext_lazy("kind of field", "a person and how to reach them"),
    "source": pgettext_lazy("kind of field", "a source"),
}
_EVENTS: Final[_Table] = {
    "deal.received": pgettext_lazy("event", "the request comes in"),
    "deal.accepted": pgettext_lazy("event", "the request is accepted"),
    "client.chased": pgettext_lazy("event", "the client has to ask “when?”"),
    "question.asked": pgettext_lazy("event", "a question to the client is asked"),
    "expert.requested": pgettext_lazy("event", "an expert is asked for"),
    "expert.claimed": pgettext_lazy("event", "an expert takes the request"),
    "expert.more_asked": pgettext_lazy("event", "the experts ask for more"),
    "expert.more_given": pgettext_lazy("event", "what the experts lacked is added"),
    "triage.requested": pgettext_lazy("event", "a short triage is asked for"),
    "triage.claimed": pgettext_lazy("event", "an expert takes the triage"),
    "triage.said": pgettext_lazy("event", "the triage is done"),
    "meeting.ended": pgettext_lazy("event", "the meeting is over"),
    "meeting.closed": pgettext_lazy("event", "the meeting is closed"),
    "plan.corrected": pgettext_lazy("event", "the client would like the plan of the meeting otherwise"),
    "letter.corrected": pgettext_lazy("event", "the client has corrected the follow-up letter"),
    "letter.unanswered": pgettext_lazy("event", "the client hasn’t answered the follow-up letter"),
    "deal.won": pgettext_lazy("event", "the contract is signed"),
    "deal.lost": pgettext_lazy("event", "the deal is lost"),
    "deal.closed": pgettext_lazy("event", "the request is closed"),
}


def say_span(span: Duration) -> str:
    """«2 рабочих часа»."""
    match span.unit:
        case "m":
            said = ngettext("%(n)d minute", "%(n)d minutes", span.amount)
        case "h":
            said = ngettext("%(n)d working hour", "%(n)d working hours", span.amount)
        case _:
            said = ngettext("%(n)d working day", "%(n)d working days", span.amount)
    return said % {"n": span.amount}


def say_minutes(minutes: int) -> str:
    """«5 мин»."""
    return _("%(n)s min") % {"n": minutes}


def say_due(due: Due) -> str:
    """«2 рабочих часа», «за 4 рабочих часа до встречи»."""
    span = say_span(due.amount)
    match due.before:
        case None:
            return span
        case "meeting":
            return _("%(span)s before the meeting") % {"span": span}
    return _("%(span)s before the client’s decision") % {"span": span}


@dataclass(frozen=True, slots=True)
class Words:
    """What a template asks of one process in the reader's language."""

    process: Process
    language: str

    def say(self, text: Text | None) -> str:
        """The text in the reader's language; empty for none."""
        return text.say(self.language) if text else ""

    def role(self, role: str) -> str:
        """A role in small letters."""
        return say_role(role, self.process, self.language)

    def event(self, event: str) -> str:
        """What has to happen, as half a sentence."""
        head, _dot, key = event.partition(".")
        if head == "stage":
            found = next((stage for stage in self.process.stages if stage.key == key), None)
            return _("stage “%(stage)s” begins") % {"stage": self.say(found.name) if found else key}
        if event in _EVENTS:
            return str(_EVENTS[event])
        if event not in FACTS:
            return event
        said = self.say(FACTS[event].text)
        return said[:1].lower() + said[1:]

    def proof(self, check: Check) -> str:
        """Whose word a check rests on."""
        if check.tick:
            return _("ticked by: %(role)s") % {"role": self.role(check.tick)}
        fact = FACTS.get(check.fact or "")
        if fact is None or not fact.by:
            return pgettext("check", "checked automatically")
        return _("recorded by: %(roles)s") % {"roles": ", ".join(self.role(role) for role in fact.by)}

    def room(self, role: str) -> str:
        """In which room role a point is led; empty for the moderator, who leads whatever nobody else does."""
        return "" if role == "moderator" else str(ROOM[role])

    def meetings(self) -> tuple[str, ...]:
        """What is asked of client meetings, a sentence each."""
        rules = self.process.meetings
        leads = _(
            "Who builds doesn’t present the company; the manager doesn’t speak of how it will be built."
        )
        huddle = ngettext(
            "After %(num)d meeting without a breach a team may do without the huddle; after a breach it needs one again.",
            "After %(num)d meetings in a row without a breach a team may do without the huddle; after a breach it needs one again.",
            rules.huddle_until,
        )
        silence = _(
            "A client who doesn’t answer the follow-up letter is reminded after %(remind)s and called after %(call)s."
        ) % {"remind": say_span(rules.remind), "call": say_span(rules.call)}
        return (
            *([leads] if rules.misfit != "observe" else []),
            huddle % {"num": rules.huddle_until},
            silence,
        )

    def value(self, value: float | Duration) -> str:
        """The figure of a goal."""
        return say_span(value) if isinstance(value, Duration) else number(value)

    span = staticmethod(say_span)
    due = staticmethod(say_due)

    @staticmethod
    def level(code: str) -> str:
        """A degree of influence."""
        return str(LEVELS[code])

    @staticmethod
    def strength(code: str) -> str:
        """How strong a check is."""
        return str(STRENGTHS[code])

    @staticmethod
    def kind(code: str) -> str:
        """What a field takes."""
        return str(KINDS[code])
