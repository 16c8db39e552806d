"""What happened, as a sentence: one table from the code of an act to its words, for timelines, notices and the overview.

The sentences are impersonal («Запрос принят»): who did it stands beside them, so that no verb has to agree with him.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from svyazka.engine.facts import FACTS
from svyazka.engine.process import Process
from svyazka.presale.journal.values import Json
from svyazka.presale.people.queries import Directory
from svyazka.speech.experts import say_barriers, say_level
from svyazka.speech.meetings import PLAN, VERDICTS, say_agenda, say_lacks
from svyazka.speech.process_words import say_field, say_owed, say_reason, say_role
from svyazka.speech.runs import LINES, say_measure
from svyazka.speech.sizes import say_size
from svyazka.speech.times import day, when, worktime
from svyazka.speech.ways import say_way

Words = str | Promise

SENTENCES: Final[Mapping[str, Words]] = {
    "deal.received": gettext_lazy("The request came in"),
    "deal.imported": gettext_lazy("Brought in from a table"),
    "deal.withdrawn": gettext_lazy("Taken back with the import that had brought it in"),
    "duplicates.checked": gettext_lazy("Duplicates are checked: the request is new"),
    "deal.accepted": gettext_lazy("The request is accepted"),
    "deal.accepted+unit": gettext_lazy("The request is accepted, the unit is %(unit)s"),
    "deal.unit_changed": gettext_lazy("The unit is %(unit)s now"),
    "deal.closed+declined": gettext_lazy("The request is declined"),
    "deal.closed+duplicate": gettext_lazy("Closed as a duplicate"),
    "deal.closed+spam": gettext_lazy("Closed as spam"),
    "deal.won": gettext_lazy("The deal is won: the contract is signed"),
    "deal.won+over": gettext_lazy("The deal is won with checks missing: the contract is signed"),
    "deal.lost": gettext_lazy("The deal is lost: %(reason)s"),
    "deal.reopened": gettext_lazy("The deal is reopened, stage “%(stage)s”"),
    "deal.set_moving": gettext_lazy("Nobody owed anything here, so a next step was requested"),
    "deal.process_changed": gettext_lazy(
        "The deal follows version %(new)s of the process instead of %(old)s"
    ),
    "intake.unknown": gettext_lazy("“%(field)s” is not known yet: %(person)s finds out by %(by)s"),
    "intake.changed": gettext_lazy("Intake form: %(fields)s"),
    "client.contacted": gettext_lazy("The client has an answer"),
    "client.chased": gettext_lazy("The client had to ask “when?”"),
    "role.appointed": gettext_lazy("Appointed: %(person)s, %(role)s"),
    "role.appointed+instead": gettext_lazy("Appointed: %(person)s, %(role)s, instead of %(instead)s"),
    "seat.left": gettext_lazy("No longer on the deal: %(person)s, %(role)s"),
    "fixer.called": gettext_lazy("The fixer is called: %(person)s"),
    "stage": gettext_lazy("Stage “%(left)s” is finished, “%(stage)s” begins"),
    "stage+over": gettext_lazy(
        "Stage “%(left)s” was left with checks missing (%(over)s), “%(stage)s” begins"
    ),
    "check.ticked": gettext_lazy("Checked: %(check)s"),
    "evidence.withdrawn": gettext_lazy("Taken back: %(check)s"),
    "fact": "%(fact)s",
    "fact+when": "%(fact)s: %(when)s",
    "commitment.opened": gettext_lazy("%(person)s owes: %(what)s, due %(due)s"),
    "commitment.opened+client": gettext_lazy(
        "The client owes us: %(what)s, due %(due)s; %(person)s sees to it"
    ),
    "commitment.opened+promised": gettext_lazy(
        "Promised to the client: %(what)s, due %(due)s; %(person)s does it"
    ),
    "commitment.kept": pgettext_lazy("act", "Kept: %(what)s"),
    "commitment.kept+just_late": gettext_lazy("Kept a little late: %(what)s"),
    "commitment.kept+late": gettext_lazy("Kept late by %(late)s of working time: %(what)s"),
    "commitment.broken": pgettext_lazy("act", "Not kept: %(what)s"),
    "commitment.waived": pgettext_lazy("act", "Waived: %(what)s"),
    "commitment.cancelled": pgettext_lazy("act", "Cancelled: %(what)s"),
    "commitment.handed_over": gettext_lazy("Handed over from %(giver)s to %(taker)s: %(what)s"),
    "commitment.overdue": gettext_lazy("The time is up: %(what)s, %(person)s"),
    "commitment.escalated": gettext_lazy("Overdue beyond the limit: %(what)s, %(person)s"),
    "detail.erased": gettext_lazy("What was typed with earlier acts is erased"),
    "expert.requested": gettext_lazy("An expert is needed: %(competence)s"),
    "triage.requested": gettext_lazy("A short triage is needed: %(competence)s"),
    "expert.claimed": gettext_lazy("The expert request is taken: %(person)s, %(competence)s, %(level)s"),
    "expert.claimed+over": gettext_lazy(
        "The expert request is taken: %(person)s, %(competence)s, %(level)s. What spoke against it: %(against)s"
    ),
    "triage.claimed": gettext_lazy("The triage is taken: %(person)s, %(competence)s, %(level)s"),
    "triage.claimed+over": gettext_lazy(
        "The triage is taken: %(person)s, %(competence)s, %(level)s. What spoke against it: %(against)s"
    ),
    "expert.handed_back": gettext_lazy("The expert request is handed back: %(person)s, %(competence)s"),
    "triage.handed_back": gettext_lazy("The triage is handed back: %(person)s, %(competence)s"),
    "expert.withdrawn": gettext_lazy("No expert is needed any more: %(competence)s"),
    "triage.withdrawn": gettext_lazy("No triage is needed any more: %(competence)s"),
    "triage.said": gettext_lazy("The triage is done: %(person)s"),
    "expert.not_ours": gettext_lazy("“Not ours” on the expert request, %(person)s: %(competence)s"),
    "expert.more_asked": gettext_lazy("More is needed for the expert request, %(person)s: %(competence)s"),
    "expert.more_given": gettext_lazy("What the experts lacked is added"),
    "place.gone": gettext_lazy("Your %(way)s doesn’t take our messages any more, so nothing is sent there"),
    "place.gone+group": gettext_lazy(
        "A group in %(way)s doesn’t take our messages any more: nothing is posted there"
    ),
    "meeting.planned": gettext_lazy("A meeting is being prepared: %(agenda)s"),
    "meeting.planned+internal": gettext_lazy("A meeting of ours is being prepared"),
    "meeting.began": gettext_lazy("The meeting began"),
    "meeting.began+unready": gettext_lazy("The meeting began without being ready: %(lacks)s"),
    "meeting.ended": gettext_lazy("The meeting is over"),
    "meeting.ended+by_itself": gettext_lazy("The meeting is over: nobody ended it, so the clock did"),
    "meeting.closed": gettext_lazy("The meeting is closed; %(controller)s sees to its tasks"),
    "meeting.closed+with_deal": gettext_lazy(
        "The meeting is closed with its deal: nobody owes tasks for it any more"
    ),
    "meeting.cancelled": gettext_lazy("The meeting won’t take place"),
    "meeting.verdict": gettext_lazy("The expert’s verdict: %(verdict)s"),
    "plan.changed": gettext_lazy("The plan of the meeting is changed"),
    "plan.changed+parts": gettext_lazy("The plan of the meeting is changed: %(parts)s"),
    "plan.sent": gettext_lazy("The client is sent the plan of the meeting"),
    "plan.agreed": gettext_lazy("The client agrees with the plan of the meeting"),
    "plan.corrected": gettext_lazy("The client would like the plan of the meeting otherwise"),
    "invitation.answered+accepted": gettext_lazy("The client’s calendar has accepted the invitation"),
    "invitation.answered+declined": gettext_lazy("The client’s calendar has declined the invitation"),
    "invitation.answered+tentative": gettext_lazy("The client’s calendar has answered “perhaps”"),
    "dossier.signed": gettext_lazy("The dossier is read: %(person)s"),
    "dossier.signed+again": gettext_lazy("What was new in the dossier is read: %(person)s"),
    "small_thing.noted": gettext_lazy("A small thing about the client is noted in the dossier"),
    "letter.corrected": gettext_lazy("The client has corrected the follow-up letter"),
    "letter.reminded": gettext_lazy("The client is reminded of the follow-up letter"),
    "letter.unanswered": gettext_lazy("The client hasn’t answered the follow-up letter: time to call"),
    "letter.taken_back": gettext_lazy("The follow-up letter is taken back: its links don’t work any more"),
    "client.not_ready": gettext_lazy("The client isn’t ready for the next step yet"),
    "place.gone+client": gettext_lazy(
        "The client’s address doesn’t take our letters. Call, and pass the link on otherwise"
    ),
    "document.filed": gettext_lazy("A new file is in the folder, %(size)s"),
    "document.removed": gettext_lazy("A file is removed from the folder"),
    "deal.reviewed": gettext_lazy("Written down in a status run"),
    "deal.reviewed+decided": gettext_lazy("Talked through in a status run"),
    "deal.reviewed+skipped": gettext_lazy("Passed by in a status run"),
    "run.began": gettext_lazy("A status run begins"),
    "import.made": gettext_lazy("A table was brought in; open deals whose next step is yours: %(deals)s"),
    "run.ended": gettext_lazy("The status run is over: %(measure)s"),
    "question.asked": gettext_lazy("Question to the client"),
    "question.relayed": gettext_lazy("The question is put to the client"),
    "question.answered": gettext_lazy("The client answered the question"),
    "review.written": gettext_lazy("The deal is reviewed"),
    "review.written+again": gettext_lazy("The review of the deal is put right"),
    "review.told": gettext_lazy("The deal is told in the case library"),
    "review.due": gettext_lazy("The day has come to change what the review of this deal found"),
    "proposal.made": gettext_lazy("A change of the process is proposed; %(owner)s judges it by %(by)s"),
    "proposal.backed": gettext_lazy("Another deal supports a proposal to change the process"),
    "proposal.corrected": gettext_lazy("The words of a proposal to change the process are put right"),
    "proposal.taken": gettext_lazy(
        "Version %(version)s of the process takes a proposal in; %(owner)s judges it by %(by)s"
    ),
    "proposal.rejected": gettext_lazy("A proposal to change the process isn’t taken"),
    "proposal.due": gettext_lazy("The day has come to judge a change of the process"),
    "proposal.due+open": gettext_lazy(
        "The day has come to judge a change of the process, and no version has taken it in"
    ),
    "proposal.judged+kept": gettext_lazy("A change of the process is judged: it stays"),
    "proposal.judged+taken_back": gettext_lazy("A change of the process is judged: it is taken back"),
}

CHANNELS: Final[Mapping[str, Words]] = {
    "web": pgettext_lazy("channel", "in the browser"),
    "api": pgettext_lazy("channel", "by the API"),
    "cli": pgettext_lazy("channel", "from the console"),
    "public": pgettext_lazy("channel", "by the public form"),
    "agent": pgettext_lazy("channel", "by a partner’s form"),
    "demo": pgettext_lazy("channel", "in the demo"),
    "client": pgettext_lazy("channel", "on their own page"),
    "chat": pgettext_lazy("channel", "in a messenger"),
    "system": pgettext_lazy("channel", "automatically"),
}

_SAID: Final = (
    "name",
    "reason",
    "evidence",
    "how",
    "text",
    "answer",
    "what_for",
    "words",
    "note",
    "result",
    "client_words",
)


def say_act(
    act: str,
    data: Mapping[str, Json],
    *,
    people: Directory,
    process: Process,
    language: str,
    results: Mapping[int, str] | None = None,
) -> str:
    """The sentence of a journal entry (``entry.act``) or of a notice (``notice.kind``), in the active language.

    :param language: of the process's own texts, ``ru`` or ``en``
    :param results: words of the commitments that no term names, by id, where they are known
    """
    sentence = SENTENCES.get(_shape(act, data))
    if sentence is None:
        return act
    return str(sentence) % _Told(act, data, people, process, language, results or {})


def say_channel(channel: str) -> str:
    """By which way somebody acted: «в браузере»."""
    return str(CHANNELS.get(channel, channel))


def say_client(detail: Mapping[str, Json] | None) -> tuple[str, str]:
    """Who of the client's did something on his page, and what he is to the deal; the client in general to who may not know names."""
    name = str((detail or {}).get("who") or "")
    return (name, pgettext("role", "client")) if name else (pgettext("role", "the client"), "")


def say_detail(detail: Mapping[str, Json] | None) -> str:
    """What was typed with an act and is worth reading beside its sentence; empty for nothing."""
    if not detail:
        return ""
    lines = (f"{words}: {detail[line]}" for line, words in LINES.items() if detail.get(line))
    return " · ".join([*(str(detail[key]) for key in _SAID if detail.get(key)), *lines])


def _shape(act: str, data: Mapping[str, Json]) -> str:
    """The key of the sentence: the act, and which of its forms the data asks for."""
    if act.startswith("stage."):
        return "stage+over" if data.get("over") else "stage"
    if act in FACTS and FACTS[act].kind == "stated":
        return "fact+when" if data.get("when") else "fact"
    if act.endswith(".appointed"):
        return "role.appointed+instead" if data.get("instead_of") else "role.appointed"
    forms = {
        "place.gone": "client" if data.get("role") == "client" else "" if data.get("person") else "group",
        "deal.accepted": "unit" if data.get("unit") else "",
        "deal.closed": str(data.get("status", "")),
        "deal.won": "over" if data.get("over") or data.get("skipped") else "",
        "commitment.kept": _lateness(data),
        "meeting.planned": "" if data.get("agenda") else "internal",
        "meeting.began": "unready" if data.get("lacks") else "",
        "meeting.ended": "by_itself" if data.get("by_itself") else "",
        "meeting.closed": "with_deal" if data.get("with_deal") else "",
        "plan.changed": "parts" if data.get("changed") else "",
        "invitation.answered": str(data.get("answer", "")),
        "dossier.signed": "again" if data.get("again") else "",
        "deal.reviewed": str(data.get("outcome") or ""),
        "expert.claimed": "over" if data.get("over") else "",
        "triage.claimed": "over" if data.get("over") else "",
        "review.written": "again" if data.get("again") else "",
        "proposal.due": "open" if data.get("state") == "open" else "",
        "proposal.judged": str(data.get("verdict", "")),
        "commitment.opened": "client"
        if data.get("on_client")
        else "promised"
        if data.get("to_client")
        else "",
    }
    form = forms.get(act, "")
    return f"{act}+{form}" if form else act


def _lateness(data: Mapping[str, Json]) -> str:
    if data.get("outcome") != "late":
        return ""
    return "late" if data.get("minutes_late") else "just_late"


@dataclass(frozen=True, slots=True)
class _Told:
    """An act being told. ``%`` asks for the parts by name, so each is worked out only where its sentence has it."""

    act: str
    data: Mapping[str, Json]
    people: Directory
    process: Process
    language: str
    results: Mapping[int, str]

    def __getitem__(self, part: str) -> str:
        return str(getattr(self, part)())

    def person(self) -> str:
        return self._name("performer" if self.act.startswith("commitment.") else "person")

    def deals(self) -> str:
        return str(self._number("deals"))

    def instead(self) -> str:
        return self._name("instead_of")

    def giver(self) -> str:
        return self._name("from")

    def taker(self) -> str:
        return self._name("to")

    def role(self) -> str:
        role = str(self.data.get("role") or self.act.partition(".")[0])
        return say_role(role, self.process, self.language)

    def unit(self) -> str:
        unit = self.people.units.get(self._number("unit"))
        return unit.name if unit else "—"

    def stage(self) -> str:
        entered = self.act.partition(".")[2] if self.act.startswith("stage.") else str(self.data.get("stage"))
        return self._stage(entered)

    def left(self) -> str:
        return self._stage(str(self.data.get("from")))

    def over(self) -> str:
        keys = self.data.get("over")
        left = str(self.data.get("from"))
        return "; ".join(self._check(left, str(key)) for key in keys) if isinstance(keys, list) else "—"

    def check(self) -> str:
        return self._check(str(self.data.get("stage")), str(self.data.get("check")))

    def fact(self) -> str:
        return FACTS[self.act].text.say(self.language)

    def field(self) -> str:
        return say_field(str(self.data.get("field")), self.process, self.language)

    def fields(self) -> str:
        keys = self.data.get("fields")
        return (
            ", ".join(say_field(str(key), self.process, self.language) for key in keys)
            if isinstance(keys, list)
            else "—"
        )

    def reason(self) -> str:
        return say_reason(str(self.data.get("reason", "")), self.process, self.language)

    def what(self) -> str:
        result = str(self.data.get("result") or self.results.get(self._number("id"), ""))
        return say_owed(str(self.data.get("term") or ""), result, self.process, self.language)

    def late(self) -> str:
        return worktime(self._number("minutes_late"))

    def due(self) -> str:
        return _moment(self.data.get("due"))

    def by(self) -> str:
        return _moment(self.data.get("by"))

    def when(self) -> str:
        return _moment(self.data.get("when"))

    def competence(self) -> str:
        return str(self.data.get("competence") or "—")

    def level(self) -> str:
        return say_level(self._number("level"))

    def against(self) -> str:
        codes = self.data.get("over")
        return say_barriers([str(code) for code in codes]) if isinstance(codes, list) else "—"

    def agenda(self) -> str:
        return say_agenda(str(self.data.get("agenda") or ""), self.process, self.language)

    def lacks(self) -> str:
        codes = self.data.get("lacks")
        return say_lacks([str(code) for code in codes]) if isinstance(codes, list) else "—"

    def parts(self) -> str:
        changed = self.data.get("changed")
        return ", ".join(
            str(words) for part, words in PLAN.items() if isinstance(changed, list) and part in changed
        )

    def controller(self) -> str:
        return self._name("controller")

    def verdict(self) -> str:
        return str(VERDICTS.get(str(self.data.get("verdict")), "—"))

    def measure(self) -> str:
        return say_measure(self._number("decided"), self._number("deals"), self._number("seconds"))

    def way(self) -> str:
        return say_way(str(self.data.get("channel")))

    def size(self) -> str:
        return say_size(self._number("size"))

    def owner(self) -> str:
        return self._name("owner")

    def version(self) -> str:
        return str(self.data.get("version"))

    def old(self) -> str:
        return str(self.data.get("from"))

    def new(self) -> str:
        return str(self.data.get("to"))

    def _number(self, key: str) -> int:
        value = self.data.get(key)
        return value if isinstance(value, int) else 0

    def _name(self, key: str) -> str:
        return self.people.name(self._number(key)) or "—"

    def _stage(self, key: str) -> str:
        found = next((stage for stage in self.process.stages if stage.key == key), None)
        return found.name.say(self.language) if found else key

    def _check(self, stage: str, key: str) -> str:
        checks = (check for one in self.process.stages if one.key == stage for check in one.checks)
        found = next((check for check in checks if check.key == key), None)
        return found.text.say(self.language) if found else key


def _moment(value: Json) -> str:
    """A day or a moment of the journal, which keeps both as ISO text."""
    text = str(value)
    try:
        return (
            day(date.fromisoformat(text))
            if len(text) == len("2026-11-24")
            else when(datetime.fromisoformat(text))
        )
    except ValueError:
        return "—"
