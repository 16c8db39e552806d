"""Reads of the written process."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from svyazka.engine.lint import load_process
from svyazka.engine.process import Process
from svyazka.presale.journal.values import NotFound
from svyazka.presale.people.queries import settings_revision
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
    revision = settings_revision()
    number = _last_number() if revision is None else _last_number_at(revision)
    if number is None:
        raise NoProcess
    return number


def _last_number() -> int | None:
    return ProcessVersion.objects.order_by("-number").values_list("number", flat=True).first()


@lru_cache(maxsize=8)
def _last_number_at(revision: int) -> int | None:  # noqa: ARG001 (publishing makes a new revision)
    return _last_number()


def process_version(number: int) -> Process:
    """The process of a version. Parsed once per process of ours: a published text never changes.

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
    revision = settings_revision()
    text = _text(number) if revision is None else _text_at(number, revision)
    if text is None:
        raise NotFound
    return text


def _text(number: int) -> str | None:
    return ProcessVersion.objects.filter(number=number).values_list("text", flat=True).first()


@lru_cache(maxsize=64)
def _text_at(number: int, revision: int) -> str | None:  # noqa: ARG001 (as above)
    return _text(number)


def current_process() -> tuple[int, Process]:
    """Number and content of the version that new requests follow."""
    number = current_number()
    return number, process_version(number)


def versions() -> tuple[VersionRow, ...]:
    """All versions, newest first."""
    revision = settings_revision()
    return _versions() if revision is None else _versions_at(revision)


@lru_cache(maxsize=8)
def _versions_at(revision: int) -> tuple[VersionRow, ...]:  # noqa: ARG001 (as above)
    return _versions()


def _versions() -> tuple[VersionRow, ...]:
    return tuple(
        VersionRow(row.number, row.note, row.published_at, row.published_by_id)
        for row in ProcessVersion.objects.order_by("-number").defer("text")
    )
