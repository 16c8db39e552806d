"""The letter that sums a meeting up: drafted, sent, confirmed or corrected by the client, and what follows his silence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from svyazka.engine.wording import lack_of
from svyazka.presale.channels.values import SUMMED_UP
from svyazka.presale.commitments.terms import end_opened_by
from svyazka.presale.deals.models import OPEN
from svyazka.presale.journal.commands import lock_journal
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, Json, NotFound, line
from svyazka.presale.meetings.asking import THE_CLIENT, AlreadyAnswered
from svyazka.presale.meetings.doors import DoorShut, door_to_use, make_doors, revoke
from svyazka.presale.meetings.models import Door, Guest, Letter, Meeting
from svyazka.presale.meetings.plans import process_of
from svyazka.presale.meetings.post import write_to_clients
from svyazka.presale.meetings.values import CLIENT, CLOSED, HELD, LETTER, PARTS, READY
from svyazka.presale.meetings.writing import Here, deal_of, meeting_to_change
from svyazka.presale.people.queries import directory

MOST_POINTS: Final = 16
LONGEST: Final = 2400
"""Letters of a whole letter: one screen."""
LONGEST_POINT: Final = 500
_OVER: Final = (HELD, CLOSED)


@dataclass(frozen=True, slots=True)
class LetterPoint:
    """A point of a letter. Its ``key`` stays the same from version to version."""

    key: str
    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A letter as it is typed."""

    subject: str
    why: str
    points: tuple[LetterPoint, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client answers beside "all correct" or his corrections: whether he is ready for the next step, and why not."""

    ready: str = ""
    words: str = ""


@command
def write_letter(*, meeting_id: int, text: Text, seen: int, actor: Actor, at: datetime) -> int:
    """Keep a draft: the first version, or the next one after a version that was sent. Returns the version.

    :param seen: the newest version that was on the screen, 0 for none
    :raises Conflict: ``changed_meanwhile``: there is a newer one
    :raises Invalid: a point that says nothing, an unknown part, more than one screen
    """
    here = meeting_to_change(meeting_id, actor, "letter.send", _OVER)
    if here.meeting.kind != CLIENT:
        raise NotFound
    last = _last(here.meeting)
    if (last.version if last else 0) != seen:
        raise Conflict("changed_meanwhile")
    errors = _errors(text)
    if errors:
        raise Invalid(errors=errors)
    points: list[Json] = [
        {"key": one.key[:20], "part": one.part, "text": _plain(one.text)} for one in text.points
    ]
    kept = {
        "subject": line(text.subject, 200), "why": _plain(text.why), "points": points, "language": text.language,
        "drafted_at": at,
    }  # fmt: skip
    if last is not None and last.sent_at is None:
        Letter.objects.filter(pk=last.pk).update(**kept)
        version = last.version
    else:
        version = (last.version if last else 0) + 1
        Letter.objects.create(meeting=here.meeting, version=version, **kept)
    here.write()
    return version


def _last(meeting: Meeting) -> Letter | None:
    return Letter.objects.filter(meeting=meeting).order_by("-version").first()


def _plain(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _errors(text: Text) -> dict[str, str]:
    errors = {
        f"points.{place}": "too_long"
        for place, one in enumerate(text.points)
        if len(one.text) > LONGEST_POINT
    }
    errors |= {
        f"points.{place}": "unknown_choice" for place, one in enumerate(text.points) if one.part not in PARTS or not one.key
    }  # fmt: skip
    errors |= {
        f"points.{place}": lack for place, one in enumerate(text.points) if (lack := lack_of(one.text))
    }
    if lack := lack_of(text.subject):
        errors["subject"] = lack
    if text.language not in {"ru", "en"}:
        errors["language"] = "unknown_choice"
    if not text.points:
        errors["points"] = "required"
    elif len({one.key for one in text.points}) < len(text.points):
        errors["points"] = "unknown_choice"
    elif (
        len(text.points) > MOST_POINTS or len(text.why) + sum(len(one.text) for one in text.points) > LONGEST
    ):
        errors["points"] = "more_than_a_screen"
    return errors


@command
def send_letter(*, meeting_id: int, version: int, guests: Iterable[int], actor: Actor, at: datetime) -> int:
    """Send the draft to these of the client's people, each with an address of his own. Returns how many letters go out.

    Who has no e-mail gets an address all the same, for who passes it on. From now on silence has its clock.

    :param version: the draft that was on the screen
    :raises Invalid: nobody chosen; no next step in the letter
    """
    here = meeting_to_change(meeting_id, actor, "letter.send", _OVER)
    meeting, letter = here.meeting, _last(here.meeting)
    if letter is None or letter.sent_at is not None or letter.version != version:
        raise Conflict("changed_meanwhile")
    chosen = list(Guest.objects.filter(meeting=meeting, position__in=list(guests)).order_by("position"))
    errors = {} if chosen else {"guests": "required"}
    if not any(one["part"] == "next" for one in letter.points):
        errors["points"] = "no_next_step"
    if errors:
        raise Invalid(errors=errors)
    rules, calendar = process_of(meeting).meetings, directory().calendar_of(here.its_deal.manager_id)
    Letter.objects.filter(pk=letter.pk).update(
        sent_at=at, sent_by_id=actor.person_id, remind_at=calendar.due(at, rules.remind), call_at=calendar.due(at, rules.call)
    )  # fmt: skip
    doors = make_doors(meeting, LETTER, version, chosen, at=at)
    letters = write_to_clients(doors, SUMMED_UP, at=at)
    here.write()
    here.disprove("letter.confirmed", "client.ready", at=at)
    here.prove("letter.sent", source="letter", at=at, role="manager")
    return letters


@command
def take_back_letter(*, meeting_id: int, version: int, actor: Actor, at: datetime) -> None:
    """Shut the letter's addresses: it went to the wrong people, or says what it shouldn't. The answer that came stays."""
    here = meeting_to_change(meeting_id, actor, "letter.send", _OVER, may_be_closed=True)
    letter = _sent(here.meeting, version)
    if letter.answer:
        raise AlreadyAnswered(who=letter.answered_by)
    Letter.objects.filter(pk=letter.pk).update(taken_back_at=at)
    revoke(Door.objects.filter(meeting=here.meeting, purpose=LETTER, version=version), at=at)
    here.write()
    here.disprove("letter.sent", at=at)
    here.note("letter.taken_back", at, {"version": version})


def _sent(meeting: Meeting, version: int) -> Letter:
    """The letter that the client has, under the version that was on the screen.

    :raises NotFound: it isn't the latest that was sent, or was taken back
    """
    letter = Letter.objects.filter(meeting=meeting, sent_at__isnull=False).order_by("-version").first()
    if letter is None or letter.version != version or letter.taken_back_at is not None:
        raise NotFound
    return letter


@command
def confirm_letter(
    *, token: str, answer: Answer, at: datetime, corrections: Mapping[str, str] | None = None, more: str = ""
) -> None:
    """The client says that all is correct.

    :param corrections: the boxes beside the button, as for :func:`correct_letter`: whoever typed into them is asked what he means
    :raises NotFound: no door of ours
    :raises DoorShut: it leads nowhere any more
    :raises AlreadyAnswered: this version has its answer; ``params["who"]`` gave it
    :raises Invalid: an unknown answer whether he is ready; he has put something otherwise beside
    """
    here, letter, door = _letter_behind(token, at)
    if any(_said_otherwise(letter, corrections or {}, more)):
        raise Invalid(errors={"points": "corrected_and_confirmed"})
    _answered(here, letter, "confirmed", answer, who=door.name, at=at, door=door)
    _confirmed(here, answer, at, source="client_page", who=door.name)


@command
def say_ready(*, token: str, answer: Answer, at: datetime) -> None:
    """Whoever has confirmed the letter says afterwards whether he is ready for the next step. Who isn't yet may say later that he is.

    Where it was confirmed by phone, any of those who have it may.

    :raises AlreadyAnswered: he is ready, or the letter isn't confirmed by him
    :raises Invalid: no answer, or an unknown one

    Raises besides what :func:`confirm_letter` raises.
    """
    lock_journal()
    here, letter, door = _behind(token, at)
    if (
        letter.answer != "confirmed"
        or letter.ready == "yes"
        or not may_say_ready(letter.answered_by, door.used_at)
    ):
        raise AlreadyAnswered(who=door.name if door.used_at else "")
    if answer.ready not in READY:
        raise Invalid(errors={"ready": "unknown_choice" if answer.ready else "required"})
    words = _plain(answer.words)[:LONGEST_POINT]
    if (letter.ready, letter.ready_words) == (answer.ready, words):  # pressed twice
        return
    Letter.objects.filter(pk=letter.pk).update(ready=answer.ready, ready_words=words)
    # whose answer it was before, it is no more
    Door.objects.filter(meeting=door.meeting, purpose=LETTER, version=door.version).update(used_at=None)
    Door.objects.filter(pk=door.pk).update(used_at=door.used_at or at)
    here.write()
    _readiness(here, answer, at, source="client_page", who=door.name)


def may_say_ready(answered_by: str, used_at: datetime | None) -> bool:
    """Whether the bearer of a door may still say that he is ready: he has confirmed the letter, or it was done by phone."""
    return used_at is not None or not answered_by


@command
def correct_letter(
    *, token: str, corrections: Mapping[str, str], more: str, answer: Answer, at: datetime
) -> None:
    """The client says point by point what he would put otherwise, and what is missing.

    :param corrections: by the point's key; what is the same as it was is no correction
    :raises Invalid: nothing is corrected

    Raises besides what :func:`confirm_letter` raises.
    """
    here, letter, door = _letter_behind(token, at)
    said, added = _said_otherwise(letter, corrections, more)
    if not said and not added:
        raise Invalid(errors={"points": "nothing_corrected"})
    Letter.objects.filter(pk=letter.pk).update(corrections=said, more=added)
    _answered(here, letter, "corrected", answer, who=door.name, at=at, door=door)
    # the ball is ours again: the client owes nothing, and nobody has confirmed anything
    end_opened_by(
        here.its_deal, "letter.sent", process_of(here.meeting), outcome="cancelled", actor=THE_CLIENT, at=at
    )
    _no_call(here, at)
    here.disprove("letter.sent", "letter.confirmed", at=at)
    typed: dict[str, Json] = {"corrections": dict(said), "more": added}
    data: dict[str, Json] = {"version": letter.version, "points": len(said) + bool(added)}
    here.note("letter.corrected", at, data, {**typed, "who": door.name})
    _readiness(here, answer, at, source="client_page", who=door.name)


def _said_otherwise(letter: Letter, corrections: Mapping[str, str], more: str) -> tuple[dict[str, str], str]:
    """What differs from the letter's points, by key, and what is added."""
    texts = {str(one["key"]): str(one["text"]) for one in letter.points}
    said = {
        key: _plain(text)[:LONGEST_POINT]
        for key, text in corrections.items()
        if key in texts and _plain(text) != texts[key]
    }
    return said, _plain(more)[:LONGEST_POINT]


@command
def say_answered(*, meeting_id: int, version: int, how: str, ready: str, actor: Actor, at: datetime) -> None:
    """The client has confirmed the letter otherwise: by phone, by mail. What shows it is written down."""
    here = meeting_to_change(meeting_id, actor, "letter.send", _OVER)
    letter = _sent(here.meeting, version)
    if letter.answer:
        raise AlreadyAnswered(who=letter.answered_by)
    if lack := lack_of(how):
        raise Invalid(errors={"how": "needs_evidence" if lack == "required" else lack})
    answer = Answer(ready)
    _answered(here, letter, "confirmed", answer, who="", at=at, door=None)
    _confirmed(here, answer, at, source="told", text=line(how, 300))


def _letter_behind(token: str, at: datetime) -> tuple[Here, Letter, Door]:
    lock_journal()
    here, letter, door = _behind(token, at)
    if letter.answer:  # who of his colleagues it was stays between them and us
        raise AlreadyAnswered(who=door.name if door.used_at else "")
    return here, letter, door


def _behind(token: str, at: datetime) -> tuple[Here, Letter, Door]:
    opened, door = door_to_use(token, at=at)
    letter = Letter.objects.filter(meeting_id=opened.meeting_id, version=opened.version).first()
    if opened.purpose != LETTER or letter is None:
        raise NotFound
    here = Here(door.meeting, deal_of(door.meeting), THE_CLIENT)
    if here.its_deal.status != OPEN:
        raise DoorShut(why="revoked")
    return here, letter, door


def _answered(
    here: Here, letter: Letter, said: str, answer: Answer, *, who: str, at: datetime, door: Door | None
) -> None:
    if answer.ready and answer.ready not in READY:
        raise Invalid(errors={"ready": "unknown_choice"})
    Letter.objects.filter(pk=letter.pk).update(
        answer=said, answered_at=at, answered_by=who, ready=answer.ready, ready_words=_plain(answer.words)[:LONGEST_POINT]
    )  # fmt: skip
    if door is not None:
        Door.objects.filter(pk=door.pk).update(used_at=at)
    here.write()


def _confirmed(
    here: Here, answer: Answer, at: datetime, *, source: str, text: str = "", who: str = ""
) -> None:
    _no_call(here, at)
    if not here.is_latest:
        # it says nothing of the meeting that is prepared now, but what the client owed is there
        here.note("letter.confirmed", at, {"source": source}, {"who": who} if who else None)
    here.prove("letter.confirmed", source=source, at=at, text=text, who=who)
    _readiness(here, answer, at, source=source, who=who)


def _readiness(here: Here, answer: Answer, at: datetime, *, source: str, who: str = "") -> None:
    if not answer.ready:
        return
    words = _plain(answer.words)[:LONGEST_POINT]
    if answer.ready == "yes":
        here.prove("client.ready", source=source, at=at, text=words, who=who)
    else:
        said: dict[str, Json] = {key: text for key, text in (("words", words), ("who", who)) if text}
        here.disprove("client.ready", at=at)
        here.note("client.not_ready", at, None, said or None)


def _no_call(here: Here, at: datetime) -> None:
    """Nobody has to call a client who has answered."""
    process = process_of(here.meeting)
    end_opened_by(here.its_deal, "letter.unanswered", process, outcome="cancelled", actor=here.actor, at=at)


def next_version(
    points: Sequence[Mapping[str, str]], corrections: Mapping[str, str], more: str
) -> tuple[LetterPoint, ...]:
    """The points of a letter with the client's corrections taken in, in his words; an emptied point is left out."""
    taken = [
        LetterPoint(one["key"], one["part"], corrections.get(one["key"], one["text"]))
        for one in points
        if corrections.get(one["key"], one["text"])
    ]
    if more:
        keys = {one.key for one in taken}
        fresh = next(f"more{n}" for n in range(1, MOST_POINTS + 2) if f"more{n}" not in keys)
        place = next((n for n, one in enumerate(taken) if one.part == "next"), len(taken))
        taken.insert(place, LetterPoint(fresh, "agreed", more))
    return tuple(taken)
