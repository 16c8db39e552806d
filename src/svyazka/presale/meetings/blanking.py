"""What was typed about a meeting goes from its rows: part of erasing it from the journal (:mod:`svyazka.presale.erasing`).

Most of it stands in no act: the acts say only that the plan was changed or the meeting was closed. So an act takes with it whatever
its kind may have written about the meeting, whoever wrote it and when: rather more than was asked for than less.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Model, Q, QuerySet

from svyazka.presale.channels.commands import forget_clients
from svyazka.presale.deals.models import Deal
from svyazka.presale.journal.models import Detail, Entry
from svyazka.presale.journal.values import GONE
from svyazka.presale.meetings.doors import revoke
from svyazka.presale.meetings.models import Criterion, Door, Guest, Jot, Letter, Meeting, Point, SmallThing
from svyazka.presale.meetings.reading import SMALL_THING
from svyazka.presale.meetings.runs.commands import REVIEWED
from svyazka.presale.meetings.runs.models import Stop
from svyazka.presale.meetings.values import HUDDLE, LETTER

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
_OF_MEETINGS: Final = _PLAN | _PEOPLE | _ROOM | _VERDICT | _LETTER
WRITTEN_BESIDE: Final = _OF_MEETINGS | {SMALL_THING}
"""Acts with which something may have been typed that stands in other rows only."""


def goals_taken_in(chain: int, entries: Iterable[int]) -> set[int]:
    """Ids of the acts in which a goal of these stands once more: the client's own words, taken into the plan.

    Of such an act the goal goes alone: what else the plan says isn't asked about.
    """
    typed = Detail.objects.filter(entry__chain=chain, entry__act__in=("plan.corrected", "plan.changed"))
    goals = {
        pk: {(data["meeting"], body[goal]) for goal in ("goal", "client_goal") if body.get(goal)}
        for pk, data, body in typed.values_list("entry_id", "entry__data", "body")
    }
    gone = {goal for pk in entries for goal in goals.get(pk, ())}
    return {pk for pk, stand in goals.items() if stand & gone}


def blank_meetings(deal: Deal | None, entry: Entry, *, at: datetime) -> None:
    """Blank what was typed with this act about a meeting of the deal; shut the addresses of people who go.

    :param deal: none for a meeting about several deals
    """
    if entry.act in {SMALL_THING, REVIEWED}:
        (_forget if entry.act == SMALL_THING else _blank_lines)(deal, entry)
    if entry.act not in _OF_MEETINGS:
        return
    for meeting in _meetings_of(deal, entry):
        blank = _Blank(meeting, entry, at)
        if entry.act in _PLAN | _ROOM:  # whatever was planned was talked about
            blank.plan()
        if entry.act in _PEOPLE:
            blank.answer()
        if entry.act in _PLAN | _ROOM | _PEOPLE:
            blank.people()
        if entry.act in _ROOM:
            blank.room()
            blank.letters_without_acts()
        if entry.act in _VERDICT:
            blank.verdict()
        if entry.act in _LETTER:
            blank.letters()
        Meeting.objects.filter(pk=meeting.pk).update(revision=F("revision") + 1)


def _forget(deal: Deal | None, entry: Entry) -> None:
    """A small thing goes with its row."""
    SmallThing.objects.filter(deal=deal, pk=entry.data.get("id")).delete()


def _blank_lines(deal: Deal | None, entry: Entry) -> None:
    """What was answered about the deal in a status run: all its lines, whoever typed them."""
    for stop in Stop.objects.filter(deal=deal, run_id=entry.data.get("meeting")):
        stop.said = dict.fromkeys(stop.said, GONE)
        stop.version += 1
        stop.save(update_fields=["said", "version"])
        Meeting.objects.filter(pk=stop.run_id).update(revision=F("revision") + 1)


def _meetings_of(deal: Deal | None, entry: Entry) -> QuerySet[Meeting]:
    """The meeting that the act names; of a fact that it proved, those on which something was done in the same moment."""
    if (
        entry.act == "huddle.held"
    ):  # it names the meeting that is still to come: what was said was said in the huddle
        return Meeting.objects.filter(deal=deal, kind=HUDDLE, closed_at=entry.at)
    named = [entry.data]
    if not isinstance(entry.data.get("meeting"), int):
        named = list(Entry.objects.filter(chain=entry.chain, at=entry.at).values_list("data", flat=True))
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

    def __init__(self, meeting: Meeting, entry: Entry, at: datetime) -> None:
        self._meeting, self._entry, self._at = meeting, entry, at

    def _put(self, rows: QuerySet[Any], *columns: str) -> None:
        """Blank these columns where something stands."""
        for column in columns:
            rows.exclude(**{column: ""}).update(**{column: GONE})

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
        doors.update(name=GONE, email="")
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
        self._write_over(self._rows(Letter))
        self._shut(self._rows(Door).filter(purpose=LETTER))

    def letters_without_acts(self) -> None:
        """A draft that was never sent has no act of its own; nor has what was sent when the next meeting was being prepared."""
        acts = Entry.objects.filter(chain=self._entry.chain, act__in=_LETTER, data__meeting=self._meeting.pk)
        if acts.exists():
            self._write_over(self._rows(Letter).filter(sent_at=None))
        else:
            self.letters()

    def _write_over(self, letters: QuerySet[Letter]) -> None:
        self._put(letters, "subject", "why", "answered_by", "more", "ready_words")
        for letter in letters:
            letter.points = [{**one, "text": GONE} for one in letter.points]
            letter.corrections = {}
            letter.save(update_fields=["points", "corrections"])
