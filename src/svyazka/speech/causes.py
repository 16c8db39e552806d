"""Why something was late, and what speaks for a reason, as a colleague would say it: the cause, then the role, then the name."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from svyazka.engine.delays import Cause, Delay
from svyazka.engine.losing import Hint
from svyazka.engine.postmortem import PostMortem
from svyazka.engine.process import Process
from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.questions.queries import question_of
from svyazka.speech.process_words import say_owed
from svyazka.speech.times import day, worktime

CAUSES: Final[Mapping[Cause, str | Promise]] = {
    "client": pgettext_lazy("cause", "The client gave his part later than agreed"),
    "input": pgettext_lazy("cause", "The step before came late"),
    "taking": pgettext_lazy("cause", "It took too long until somebody took it on"),
    "calendar": pgettext_lazy("cause", "No time was found to meet"),
    "never": pgettext_lazy("cause", "It was never done"),
    "own": pgettext_lazy("cause", "It took longer than planned"),
}
"""Why something was late."""

SHOWN: Final = 3
"""So many things that speak for a reason are named."""


def say_cause(cause: Cause) -> str:
    """«Предыдущий шаг сделали поздно»."""
    return str(CAUSES[cause])


def say_late(minutes: int) -> str:
    """By how much something was late; what was late outside of working hours only was so by next to nothing."""
    return _("late by %(time)s") % {"time": worktime(minutes)} if minutes else _("a little late")


def say_how_late(delay: Delay, *, brief: bool = False) -> str:
    """The same of a delay; of what was never done, for how long it had been due.

    :param brief: the cause stands beside it, and needn't be said twice
    """
    late = delay.breach.minutes_late
    if not delay.never_done:
        return say_late(late)
    if brief and late and delay.cause == "never":
        return _("overdue by %(time)s") % {"time": worktime(late)}
    if not late:
        return pgettext("delay", "not done")
    return _("not done, overdue by %(time)s") % {"time": worktime(late)}


def say_largest(delay: Delay, what: str) -> str:
    """«Самая большая задержка: подготовить оценку, позже срока на 3 ч. Предыдущий шаг сделали поздно.»"""
    said = {"what": what, "late": say_how_late(delay, brief=True), "cause": say_cause(delay.cause)}
    return _("The largest delay: “%(what)s”, %(late)s. %(cause)s.") % said


class Whats:
    """What a deal's commitments are about, in the reader's words.

    :param questions: words of the client's questions by id, as far as the reader may know them
    """

    def __init__(
        self, rows: Mapping[int, CommitmentRow], questions: Mapping[int, str], process: Process, language: str
    ) -> None:
        self.rows, self._questions, self._process, self._language = rows, questions, process, language

    def of(self, commitment: int) -> str:
        """«Подготовить оценку»; empty for one that isn't the deal's."""
        row = self.rows.get(commitment)
        if row is None:
            return ""
        question = self._questions.get(question_of(row.term) or 0, "")
        return say_owed(row.term, row.result, self._process, self._language, question)


def say_evidence_of(hint: Hint, found: PostMortem, whats: Whats) -> str:
    """What in the deal's record speaks for a reason, in sentences that can stand as its evidence."""
    late = {delay.breach.promise_id: delay for delay in found.delays}
    said = []
    if hint.chased:
        said.append(_chased(hint.chased))
    for one in hint.promises[:SHOWN]:
        row, what = whats.rows[one], whats.of(one)
        if one in late:
            words = {"what": what, "late": say_how_late(late[one]), "day": day(row.due_at)}
            said.append(_("%(what)s: %(late)s (due %(day)s)") % words)
        else:
            words = {"what": what, "day": day(row.opened_at)}
            said.append(_("No answer from the client since %(day)s: %(what)s") % words)
    return ". ".join(said)


def _chased(times: int) -> str:
    said = ngettext(
        "the client had to ask “when?” once", "the client had to ask “when?” %(num)s times", times
    )
    said = said % {"num": times}
    return said[:1].upper() + said[1:]
