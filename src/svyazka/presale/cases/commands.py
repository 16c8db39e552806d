"""All writes about cases: what a project was about and what came of it is told once, put right, and put away."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from svyazka.engine.industries import plain_industry
from svyazka.engine.wording import lack_of
from svyazka.presale.cases.models import Case
from svyazka.presale.journal.commands import WORKSPACE, Act, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, NotFound, line, storable
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import require

EARLIEST: Final = 1990
"""The year of the oldest project worth telling."""
LONGEST: Final = 4000
"""Letters of what was asked for, and of what came of it."""
MOST_INDUSTRIES: Final = 12
LONGEST_INDUSTRY: Final = 80
_LONGEST: Final = {"title": 160, "client_name": 160, "link": 300}
"""Letters of what is told in one line: as many as the table holds."""
_ADDRESS: Final = re.compile(r"https?://[^\s/?#@\\<>\"']+(?:[/?#][^\s\\<>\"]*)?", re.IGNORECASE)
"""An address of the web: a host without a name and password before it, inside our own network as well."""


@dataclass(frozen=True, slots=True)
class Story:
    """What is told of a finished project of ours.

    :param title: what it was, in a line
    :param task: what the client had to get done, in the client's words
    :param result: what can be seen now and couldn't before, measured if possible
    :param client_name: for us; others hear it only where ``may_be_named``
    :param may_be_named: whether the client has agreed to be named
    :param industries: the client's lines of business; other clients' are compared with them
    :param year: in which it was finished
    :param link: where more about it lies, ``http`` or ``https``
    """

    title: str
    task: str
    result: str
    client_name: str = ""
    may_be_named: bool = False
    industries: tuple[str, ...] = ()
    year: int | None = None
    link: str = ""


@command
def save_case(
    *, case_id: int | None, story: Story, actor: Actor, at: datetime, seen: datetime | None = None
) -> int:
    """Tell a project, or put right what is told of the one with ``case_id``. Returns its id.

    :param seen: ``changed_at`` of what the author read before he wrote; None overwrites whatever is there
    :raises Invalid: per field what to mend
    :raises Conflict: ``changed_meanwhile``: somebody has changed it since ``seen``
    :raises NotFound: there is no such case, or it is retired
    """
    require(actor, "case.keep")
    case = Case() if case_id is None else _kept(case_id)
    if seen is not None and case_id is not None and case.changed_at != seen:
        raise Conflict("changed_meanwhile", who=directory().name(case.kept_by_id))
    told = _plain(story)
    errors = _wrong(told, at)
    if actor.person_id is None:
        errors["title"] = "needs_a_person"
    if errors:
        raise Invalid(errors=errors)
    case.title, case.client_name, case.may_be_named = told.title, told.client_name, told.may_be_named
    case.industries, case.task, case.result = [*told.industries], told.task, told.result
    case.year, case.link = told.year, told.link
    case.kept_by_id, case.changed_at = actor.me, at
    case.save()
    record(chain=WORKSPACE, act=Act("case.saved", {"case": case.pk}), actor=actor, at=at)
    return case.pk


@command
def retire_case(*, case_id: int, actor: Actor, at: datetime) -> None:
    """Put a case away: it is neither listed nor proposed any more.

    :raises NotFound: there is no such case, or it is retired already
    """
    require(actor, "case.keep")
    case = _kept(case_id)
    case.retired_at = at
    case.save(update_fields=["retired_at"])
    record(chain=WORKSPACE, act=Act("case.retired", {"case": case_id}), actor=actor, at=at)


def blank_case(*, case_id: int, words: str, at: datetime) -> None:
    """Put ``words`` in the place of all that is told of a case, and put it away: part of erasing, which has asked permission."""
    Case.objects.filter(pk=case_id, retired_at=None).update(retired_at=at)
    Case.objects.filter(pk=case_id).update(
        title=words, client_name="", may_be_named=False, industries=[], task=words, result=words, year=None, link="",
        changed_at=at,
    )  # fmt: skip


def problems(story: Story, *, at: datetime) -> dict[str, str]:
    """What :func:`save_case` would refuse in this story, by field; a form says all of it at once."""
    return _wrong(_plain(story), at)


def _kept(case_id: int) -> Case:
    case = Case.objects.select_for_update().filter(pk=case_id, retired_at=None).first()
    if case is None:
        raise NotFound
    return case


def _plain(story: Story) -> Story:
    """The story as it is kept: single lines with their blanks joined, texts without blanks around, nothing cut off."""
    return Story(
        title=_line(story.title), client_name=_line(story.client_name), may_be_named=story.may_be_named,
        industries=_industries(story.industries), task=_text(story.task), result=_text(story.result),
        year=story.year, link=_line(story.link),
    )  # fmt: skip


def _text(typed: str) -> str:
    return str(storable(typed)).replace("\r\n", "\n").strip()


def _line(typed: str) -> str:
    said = _text(typed)
    return line(said, len(said))


def _industries(typed: Iterable[str]) -> tuple[str, ...]:
    """In small letters, each once, those without a word left out."""
    said: dict[str, str] = {}
    for one in typed:
        if known := plain_industry(one):
            said.setdefault(known, _line(one).lower())
    return tuple(said.values())


def _wrong(told: Story, at: datetime) -> dict[str, str]:
    errors = {name: lack for name in ("title", "task", "result") if (lack := lack_of(getattr(told, name)))}
    errors |= {name: "does_not_fit" for name, most in _LONGEST.items() if len(getattr(told, name)) > most}
    errors |= {name: "too_long" for name in ("task", "result") if len(getattr(told, name)) > LONGEST}
    if len(told.industries) > MOST_INDUSTRIES:
        errors["industries"] = "too_many_industries"
    elif any(len(name) > LONGEST_INDUSTRY for name in told.industries):
        errors["industries"] = "does_not_fit"
    this_year = at.astimezone(ZoneInfo(directory().calendar.zone)).year
    if told.year is not None and not EARLIEST <= told.year <= this_year:
        errors["year"] = "bad_year"
    if told.link and not is_address(told.link):
        errors["link"] = "bad_link"
    return errors


def is_address(link: str) -> bool:
    """Whether this is an address that a browser may be led to: of the web, and all of it to be seen."""
    return link.isprintable() and _ADDRESS.fullmatch(link) is not None
