"""Reads of the written process."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial

from svyazka.engine.lint import load_process
from svyazka.engine.process import Process
from svyazka.presale.journal.moment import once
from svyazka.presale.journal.values import NotFound
from svyazka.presale.process.models import ProcessVersion


class NoProcess(NotFound):
    """No process has been published yet: ``svyazka process publish`` or the process page does it."""

    code = "no_process"


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A published version without its text."""

    number: int
    note: str
    published_at: datetime
    published_by_id: int | None


def current_number() -> int:
    """The number of the version that new requests follow."""
    number = once("process", _last_number)
    if number is None:
        raise NoProcess
    return number


def _last_number() -> int | None:
    return ProcessVersion.objects.order_by("-number").values_list("number", flat=True).first()


def process_version(number: int) -> Process:
    """The process of a version.

    :raises NotFound: there is no such version
    """
    return _parsed(process_text(number))


@lru_cache(maxsize=64)
def _parsed(text: str) -> Process:
    return load_process(text)


def process_text(number: int) -> str:
    """The YAML text of a version.

    :raises NotFound: there is no such version
    """
    text = once(("process", number), partial(_text, number))
    if text is None:
        raise NotFound
    return text


def _text(number: int) -> str | None:
    published = ProcessVersion.objects.filter(number=number).values_list("published_at", flat=True).first()
    return None if published is None else _published_text(number, published)


@lru_cache(maxsize=64)
def _published_text(number: int, published_at: datetime) -> str:
    # the time is a part of the key so that another database's version of the same number is never taken for this one
    return ProcessVersion.objects.values_list("text", flat=True).get(number=number, published_at=published_at)


def current_process() -> tuple[int, Process]:
    """Number and content of the version that new requests follow."""
    number = current_number()
    return number, process_version(number)


def versions() -> tuple[VersionRow, ...]:
    """All versions, newest first."""
    return tuple(
        VersionRow(row.number, row.note, row.published_at, row.published_by_id)
        for row in ProcessVersion.objects.order_by("-number").defer("text")
    )
