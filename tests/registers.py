"""Tables that are handed in: a register as it is kept by hand, and the way that it takes."""

from collections.abc import Sequence
from datetime import datetime

from svyazka.presale.imports.drafts import commands
from svyazka.presale.imports.drafts.commands import begin_draft
from svyazka.presale.imports.drafts.queries import columns_of
from svyazka.presale.imports.drafts.working import work_on_drafts
from svyazka.presale.imports.reading.books import read_book
from svyazka.presale.journal.values import Actor
from svyazka.speech.returning import own_headings, voice_of
from tests.company import TUESDAY

HEAD = "№;Дата обращения;Компания;ИНН;Запрос;Менеджер;Этап;Статус"
LINES = (
    "17;07.09.2026;ООО «Ромашка»;5408130693;Учёт партий;Серова М.;Подготовка;в работе",
    "18;08.09.2026;ООО «Лютик»;;=1+1 склада;Сидоров;Подготовка;в работе",
    "19;09.09.2026;Ромашка;;Учёт партий;;;в работе",
    "20;31.02.2026;АО «Мак»;;ЗУП;;;в работе",
)
"""A good row, one whose manager nobody knows, the first one's request again, a day that there isn't."""


def text_of(lines: Sequence[str] = LINES) -> bytes:
    """The register as a file of text."""
    return "\n".join((HEAD, *lines)).encode()


def handed_in(actor: Actor, lines: Sequence[str] = LINES, at: datetime = TUESDAY) -> int:
    """A register that was handed in."""
    book = read_book(text_of(lines), "воронка.csv")
    return begin_draft(book=book, sheet=0, name="воронка.csv", actor=actor, at=at)


def settled(draft: int, actor: Actor, at: datetime = TUESDAY, **fields: str) -> None:
    """Its columns as they are guessed, but for those that are named."""
    seen = columns_of(draft, viewer=actor, own=own_headings())
    columns = {guess.column: fields.get(guess.field, guess.field) for guess in seen.table.guesses}
    commands.settle_columns(
        draft_id=draft, sheet=seen.sheet, header=seen.header, columns=columns, actor=actor, at=at
    )


def work(at: datetime = TUESDAY) -> int:
    """The worker does what is asked for."""
    return work_on_drafts(at, voice_of)


def looked_at(actor: Actor, lines: Sequence[str] = LINES, at: datetime = TUESDAY) -> int:
    """A register of which it is known what its rows would become."""
    draft = handed_in(actor, lines, at)
    settled(draft, actor, at)
    assert work(at) == 1
    return draft
