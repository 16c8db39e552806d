"""What was typed about a meeting goes from its rows: part of erasing it from the journal (:mod:`svyazka.presale.erasing`).

Most of it stands in no act: the acts say only that the plan was changed or the meeting was closed. So an act takes with it whatever
its kind may have written about the meeting, whoever wrote it and when: rather more than was asked for than less.
"""

from datetime import datetime
from typing import Any, Final

from django.db.models import F, Model, Q, QuerySet

from svyazka.presale.channels.commands import forget_clients
from svyazka.presale.deals.models import Deal
from svyazka.presale.journal.models import Detail, Entry
from svyazka.presale.meetings.doors import revoke
from svyazka.presale.meetings.models import Criterion, Door, Guest, Jot, Letter, Meeting, Point, SmallThing
from svyazka.presale.meetings.reading import SMALL_THING
from svyazka.presale.meetings.values import LETTER

_PLAN: Final = frozenset({"meeting.planned", "plan.changed"})
_PEOPLE: Final = frozenset({"plan.sent", "plan.agreed", "plan.corrected", "invitation.answered"})
_ROOM: Final = frozenset(
    {"meeting.began", "meeting.ended", "meeting.closed", "meeting.held", "defence.held", "huddle.held"}
)
_VERDICT: Final = frozenset({"meeting.verdict", "expert.verdict"})
_LETTER: Final = frozenset(
    {
        "letter.sent", "letter.confirmed", "letter.corrected", "letter.taken_back", "letter.reminded", "letter.unanswered",
        "client.ready", "client.not_ready",
    }
)  # fmt: skip
WRITTEN_BESIDE: Final = _PLAN | _PEOPLE | _ROOM | _VERDICT | _LETTER | {SMALL_THING}
"""Acts with which something may have been typed that stands in other rows only."""


def blank_meetings(deal: Deal, entry: Entry, *, at: datetime, words: str) -> None:
    """Put ``words`` where something was typed with this act about a meeting of the deal; shut the addresses of people who go."""
    if entry.act == SMALL_THING:
        SmallThing.objects.filter(deal=deal, pk=entry.data.get("id")).delete()
        return
    if entry.act not in WRITTEN_BESIDE:
        return
    for meeting in _meetings_of(deal, entry):
        blank = _Blank(meeting, entry, at, words)
        if entry.act in _PLAN | _ROOM:  # whatever was planned was talked about
            blank.plan()
        if entry.act in _PEOPLE:
            blank.answer()
        if entry.act in _PLAN | _ROOM | _PEOPLE:
            blank.people()
        if entry.act in _ROOM:
            blank.room()
        if entry.act in _VERDICT:
            blank.verdict()
        if entry.act in _LETTER:
            blank.letters()
        Meeting.objects.filter(pk=meeting.pk).update(revision=F("revision") + 1)


def _meetings_of(deal: Deal, entry: Entry) -> QuerySet[Meeting]:
    """The meeting that the act names; of a fact that it proved, those on which something was done in the same moment."""
    named = [entry.data]
    if not isinstance(entry.data.get("meeting"), int):
        named = list(Entry.objects.filter(chain=deal.pk, at=entry.at).values_list("data", flat=True))
    ids = [one["meeting"] for one in named if isinstance(one.get("meeting"), int)]
    then = (
        Q(pk__in=ids)
        | Q(closed_at=entry.at)
        | Q(letters__sent_at=entry.at)
        | Q(letters__answered_at=entry.at)
    )
    return Meeting.objects.filter(then, deal=deal).distinct()


class _Blank:
    """The rows of one meeting, to be blanked."""

    def __init__(self, meeting: Meeting, entry: Entry, at: datetime, words: str) -> None:
        self._meeting, self._entry, self._at, self._words = meeting, entry, at, words

    def _put(self, rows: QuerySet[Any], *columns: str) -> None:
        """Put the words into these columns where something stands."""
        for column in columns:
            rows.exclude(**{column: ""}).update(**{column: self._words})

    def _rows(self, model: type[Model]) -> QuerySet[Any]:
        return model._default_manager.filter(meeting=self._meeting)

    def plan(self) -> None:
        """Goals, title, place, agenda, criteria."""
        row = Meeting.objects.filter(pk=self._meeting.pk)
        self._put(row, "title", "our_goal", "client_goal", "place")
        row.update(corrected={})
        self._put(self._rows(Point), "text")
        self._put(self._rows(Criterion), "text")

    def answer(self) -> None:
        """What the client would like otherwise, also where his goal was taken into the plan since."""
        row = Meeting.objects.filter(pk=self._meeting.pk)
        said = Detail.objects.filter(entry=self._entry).values_list("body", flat=True).first() or {}
        if said.get("goal"):
            self._put(row.filter(client_goal=said["goal"]), "client_goal")
        row.update(corrected={})

    def people(self) -> None:
        """Who comes of the client's, and what leads them and their letters here."""
        self._put(self._rows(Guest), "name", "duty")
        self._rows(Guest).update(email="", reply="")
        self._shut(self._rows(Door))

    def _shut(self, doors: QuerySet[Door]) -> None:
        revoke(doors, at=self._at)
        ids, addresses = list(doors.values_list("pk", flat=True)), set(doors.values_list("email", flat=True))
        doors.update(name=self._words, email="")
        kept = set(Door.objects.filter(email__in=addresses).values_list("email", flat=True))
        forget_clients([f"door:{pk}" for pk in ids], addresses - kept)

    def room(self) -> None:
        """What was written down in the room, and how it was judged afterwards."""
        self._put(self._rows(Jot), "text", "asker", "settled")
        self._put(self._rows(Criterion), "words")

    def verdict(self) -> None:
        """The expert's sentence."""
        self._put(Meeting.objects.filter(pk=self._meeting.pk), "verdict_words")

    def letters(self) -> None:
        """All versions of the letter with the client's answers: each takes in what stood in the one before."""
        letters = self._rows(Letter)
        self._put(letters, "subject", "why", "answered_by", "more", "ready_words")
        for letter in letters:
            letter.points = [{**one, "text": self._words} for one in letter.points]
            letter.corrections = {}
            letter.save(update_fields=["points", "corrections"])
        self._shut(self._rows(Door).filter(purpose=LETTER))
