"""A client who doesn't answer the letter: he is reminded, then somebody owes him a call."""

from datetime import datetime
from typing import Final

from svyazka.presale.channels.values import SUMMED_UP
from svyazka.presale.journal.commands import lock_journal
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import SYSTEM
from svyazka.presale.meetings.models import Door, Letter
from svyazka.presale.meetings.plans import process_of
from svyazka.presale.meetings.post import arrived, write_to_clients
from svyazka.presale.meetings.values import LETTER
from svyazka.presale.meetings.writing import Here, deal_of
from svyazka.presale.people.queries import directory
from svyazka.presale.stages.evidence import holds

_SILENT: Final = {"answer": "", "taken_back_at": None, "sent_at__isnull": False}


def to_remind(*, at: datetime) -> tuple[int, ...]:
    """Letters whose client is to be reminded now."""
    silent = Letter.objects.filter(**_SILENT, reminded_at=None, remind_at__lte=at)
    return tuple(silent.order_by("pk").values_list("pk", flat=True)[:100])


def to_call(*, at: datetime) -> tuple[int, ...]:
    """Letters whose client has been silent for so long that somebody calls him."""
    silent = Letter.objects.filter(**_SILENT, called_at=None, call_at__lte=at)
    return tuple(silent.order_by("pk").values_list("pk", flat=True)[:100])


@command
def remind_client(*, letter_id: int, at: datetime) -> bool:
    """Write to the silent client once more, if he has an address. False if that needn't be any more, or not yet.

    His time begins when the letter is at his: after a day without a mail server it doesn't come together with its reminder.
    """
    here, letter = _silent(letter_id, "reminded_at", at)
    if here is None or letter is None:
        return False
    doors = Door.objects.filter(
        meeting=here.meeting, purpose=LETTER, version=letter.version, revoked_at=None, expires_at__gt=at
    )
    arrival = arrived(doors, at=at)
    calendar = directory().calendar_of(here.its_deal.manager_id)
    if arrival is not None and (due := calendar.due(arrival, process_of(here.meeting).meetings.remind)) > at:
        Letter.objects.filter(pk=letter.pk).update(reminded_at=None, remind_at=due)
        return False
    letters = write_to_clients(doors, SUMMED_UP, at=at, again="reminder")
    if letters:
        here.note("letter.reminded", at, {"version": letter.version, "letters": letters})
    return True


@command
def note_silence(*, letter_id: int, at: datetime) -> bool:
    """The client doesn't answer: by the process somebody owes him a call now. False if that needn't be any more."""
    here, letter = _silent(letter_id, "called_at", at)
    if here is None or letter is None:
        return False
    here.note("letter.unanswered", at, {"version": letter.version})
    return True


def _silent(letter_id: int, mark: str, at: datetime) -> tuple[Here | None, Letter | None]:
    lock_journal()
    letter = Letter.objects.select_related("meeting").filter(pk=letter_id, **_SILENT, **{mark: None}).first()
    if letter is None:
        return None, None
    Letter.objects.filter(pk=letter.pk).update(**{mark: at})
    deal = deal_of(letter.meeting)
    newer = Letter.objects.filter(
        meeting=letter.meeting, version__gt=letter.version, sent_at__isnull=False
    ).exists()
    if deal is None or deal.status != "open" or newer or holds(deal, "letter.confirmed"):
        return None, None
    return Here(letter.meeting, deal, SYSTEM), letter
