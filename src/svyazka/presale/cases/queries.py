"""Reads about cases: the library, sieved, and what of it is comparable with a client."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from svyazka.engine.industries import industries_fit, plain_industry
from svyazka.presale.cases.models import Case
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.rights import require


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A finished project of ours. ``client_name`` is for us: clients are told :attr:`said_client`."""

    id: int
    title: str
    client_name: str
    may_be_named: bool
    industries: tuple[str, ...]
    task: str
    result: str
    year: int | None
    link: str
    kept_by_id: int
    changed_at: datetime

    @property
    def said_client(self) -> str:
        """The client's name where others may hear it, else nothing."""
        return self.client_name if self.may_be_named else ""


@dataclass(frozen=True, slots=True)
class Comparable:
    """A case that is comparable with a client, and by which of the client's lines of business, as he calls them."""

    case: CaseRow
    by: tuple[str, ...]


def cases(*, viewer: Actor, industry: str = "", text: str = "") -> tuple[CaseRow, ...]:
    """The library, the newest projects first; partner agents find nothing in it. One query.

    :param industry: only those of this line of business, however it is spelled
    :param text: only those with each of these words, ё and е alike
    """
    if viewer.is_agent:
        return ()
    require(viewer, "case.see")
    wanted, words = plain_industry(industry), _folded(text).split()
    return tuple(
        row
        for row in _all()
        if (not wanted or wanted in map(plain_industry, row.industries))
        and all(word in _haystack(row) for word in words)
    )


def case_row(*, case_id: int, viewer: Actor) -> CaseRow:
    """One case.

    :raises NotFound: there is no such case, it is retired, or the viewer is a partner agent
    """
    if viewer.is_agent:
        raise NotFound
    require(viewer, "case.see")
    row = next(iter(_all(case_id)), None)
    if row is None:
        raise NotFound
    return row


def industries_told(*, viewer: Actor) -> Mapping[str, int]:
    """Lines of business with the number of their cases, most of them first. One query."""
    counted = Counter(name for row in cases(viewer=viewer) for name in row.industries)
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def comparable(*, lines: Iterable[str], viewer: Actor, limit: int = 5) -> tuple[Comparable, ...]:
    """Cases of clients with the same lines of business or ones like them, best first. One query.

    The more lines fit by equal words the better, then the more fit at all, then the newer the project.

    :param lines: the client's lines of business
    """
    wanted: dict[str, str] = {}
    for name in lines:
        if plain := plain_industry(name):
            wanted.setdefault(plain, name)
    if not wanted:
        return ()
    found = []
    for row in cases(viewer=viewer):
        fits = {
            name: max((industries_fit(name, one) for one in row.industries), default=0)
            for name in wanted.values()
        }
        if by := tuple(name for name, fit in fits.items() if fit):
            equal = sum(fit == 2 for fit in fits.values())
            found.append((equal, len(by), Comparable(row, by)))
    found.sort(key=lambda one: one[:2], reverse=True)  # keeps the library's order among equals
    return tuple(one for *_, one in found[:limit])


def _all(case_id: int | None = None) -> list[CaseRow]:
    kept = Case.objects.filter(retired_at=None).order_by(F("year").desc(nulls_last=True), "-pk")
    if case_id is not None:
        kept = kept.filter(pk=case_id)
    return [
        CaseRow(
            one.pk, one.title, one.client_name, one.may_be_named, tuple(map(str, one.industries)), one.task, one.result,
            one.year, one.link, one.kept_by_id, one.changed_at,
        )
        for one in kept
    ]  # fmt: skip


def _haystack(row: CaseRow) -> str:
    return _folded(
        f"{row.title} {row.client_name} {row.task} {row.result} {row.year or ''} {' '.join(row.industries)}"
    )


def _folded(text: str) -> str:
    return text.casefold().replace("ё", "е")
