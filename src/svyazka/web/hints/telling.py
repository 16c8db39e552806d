"""Hints in words: what is odd, as a question that may have an honest answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from svyazka.engine.facts import FACTS
from svyazka.engine.gaming import Heap
from svyazka.presale.insight.gaming import MEETINGS, Case, Hint, Looked
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process
from svyazka.speech.times import number, percent

Words = str | Promise


@dataclass(frozen=True, slots=True)
class KindWords:
    """What a kind of hint is called, what it asks, how it was found, and whose name stands beside a case."""

    title: Words
    question: Words
    how: Words
    who: Words


_DID = pgettext_lazy("hint", "Who did it")
_LEADS = pgettext_lazy("hint", "Who leads the deal")

WORDS: Final[Mapping[str, KindWords]] = {
    "rush": KindWords(
        gettext_lazy("Finished just before the limit"),
        gettext_lazy(
            "Is the work done by then, or only ticked? Whoever hurries for the limit makes such a heap honestly."
        ),
        gettext_lazy(
            "Counted is what was finished in the last tenth of the working time allowed, beside the tenth before it and the one after the limit. In a smooth flow the middle one is about the mean of its neighbours. Shown from 30 in the three together, if chance would hardly make such a heap. All limits are judged together by Holm’s test: over all of them, a smooth flow makes any heap at all less than once in a hundred times. Work that as a rule takes just about the time allowed makes one, too."
        ),
        _DID,
    ),
    "shortest": KindWords(
        gettext_lazy("Meetings of exactly the shortest length"),
        gettext_lazy(
            "Do they last just as long as they have to, or is their end pressed when the clock allows it?"
        ),
        gettext_lazy(
            "Counted are client meetings within three minutes from the shortest length that the process wants, beside the three minutes before and after. Shown by the same rule as work finished just before the limit."
        ),
        _DID,
    ),
    "ticked": KindWords(
        gettext_lazy("Evidence typed while leaving the stage"),
        gettext_lazy("Is it written down when it is done, or remembered at the gate?"),
        gettext_lazy(
            "Counted is evidence that somebody typed in the minute before the stage was left. Shown when it is half of 20 or more."
        ),
        _DID,
    ),
    "own_door": KindWords(
        gettext_lazy("Clients’ links that went to ourselves"),
        gettext_lazy("Who answered, the client or one of us? A rehearsal would be an honest answer."),
        gettext_lazy(
            "Counted are links answered whose address belongs to our own domain or to one of our people. We keep no network addresses of clients."
        ),
        _LEADS,
    ),
    "at_once": KindWords(
        gettext_lazy("Clients’ answers within a minute"),
        gettext_lazy("Had anybody time to read it? Perhaps the client was on the phone and pressed at once."),
        gettext_lazy("Counted are links answered within a minute of being made. Shown from three."),
        _LEADS,
    ),
    "told": KindWords(
        gettext_lazy("Clients’ answers that we typed ourselves"),
        gettext_lazy("Why don’t clients press it themselves? Perhaps the letter doesn’t reach them."),
        gettext_lazy(
            "Counted are the client’s answers that one of ours wrote down, “by phone”, instead of the client pressing the button. Shown when they are half of 20 or more."
        ),
        _DID,
    ),
    "hop": KindWords(
        gettext_lazy("Stages passed within five minutes"),
        gettext_lazy("Was the work done before and the deal moved on afterwards, or wasn’t it done?"),
        gettext_lazy(
            "Counted are stages left for the next within five minutes, with nothing in the journal in between. Shown from three."
        ),
        _DID,
    ),
}
"""By the kind of hint."""

_DOORS: Final[Mapping[str, Words]] = {
    "plan": gettext_lazy("The plan of a meeting"),
    "letter": gettext_lazy("The follow-up letter"),
}


@dataclass(frozen=True, slots=True)
class ToldHint:
    """A hint with where it leads."""

    place: str
    place_words: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ToldKind:
    """A kind of hint with what it has found among ``total``."""

    kind: str
    words: KindWords
    total: int
    hints: tuple[ToldHint, ...]


@dataclass(frozen=True, slots=True)
class ToldCase:
    """An odd case, its person by name."""

    case: Case
    who: str


def told(looked: Iterable[Looked], language: str) -> tuple[ToldKind, ...]:
    """Each kind in words, those that have found something first."""
    kinds = [
        ToldKind(
            one.kind, WORDS[one.kind], one.total,
            tuple(ToldHint(hint.place, say_place(one.kind, hint.place, language), _sentence(hint)) for hint in one.hints),
        )
        for one in looked
    ]  # fmt: skip
    return tuple(sorted(kinds, key=lambda one: not one.hints))


def told_cases(found: Iterable[Case]) -> tuple[ToldCase, ...]:
    """The cases with the names of the people, as far as the reader may know them."""
    people = directory()
    return tuple(ToldCase(one, people.name(one.person_id) or "—") for one in found)


def say_place(kind: str, place: str, language: str) -> str:
    """The term, stage, fact or link that a hint is about, in the words of the process."""
    process = current_process()[1]
    match kind:
        case "rush":
            return process.term(place).text.say(language)
        case "ticked" | "hop":
            return process.stage(place).name.say(language)
        case "told":
            return FACTS[place].text.say(language)
    return _("Client meetings") if place == MEETINGS else str(_DOORS[place])


def _sentence(hint: Hint) -> str:
    if hint.heap is not None:
        return _crowd(hint.heap)
    cases = ngettext("%(count)s case of %(total)s", "%(count)s cases of %(total)s", hint.count) % {
        "count": number(hint.count), "total": number(hint.total)
    }  # fmt: skip
    return f"{cases}, {percent(hint.count / hint.total)}"


def say_counted(count: int, total: int) -> tuple[int, str]:
    """How many cases are odd, and of how many that were looked at."""
    of = ngettext("of %(total)s case looked at", "of %(total)s cases looked at", total) % {
        "total": number(total)
    }
    return count, f"{of}, {percent(count / total)}" if total else of


def _crowd(heap: Heap) -> str:
    return ngettext(
        "%(at)s at the limit; %(before)s just before and %(after)s just after, so that about %(usual)s would be usual",
        "%(at)s at the limit; %(before)s just before and %(after)s just after, so that about %(usual)s would be usual",
        heap.at,
    ) % {
        "at": number(heap.at), "before": number(heap.before), "after": number(heap.after), "usual": number(heap.usual)
    }  # fmt: skip
