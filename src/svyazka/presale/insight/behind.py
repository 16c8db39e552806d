"""The rows behind a figure of a scorecard: the very cases that it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from svyazka.presale.commitments.queries import CommitmentRow, commitments_by_id
from svyazka.presale.deals.queries import DealRow, rows_by_id
from svyazka.presale.insight.case_figures import Figure, term_of
from svyazka.presale.insight.cases import PROMISES, Case
from svyazka.presale.insight.scorecards import card_span, cases_of, figure_of, measured
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.queries import PersonCard
from svyazka.presale.process.queries import current_process

A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Behind:
    """One page of a figure's cases, newest first, with the deals and the commitments that they are about.

    :ivar figure: as the card has it; None where only some of its cases are asked for
    :ivar cases: of a page; all of them where no page was asked for
    """

    person: PersonCard
    is_own: bool
    until: datetime
    figure: Figure | None
    good: int
    total: int
    cases: tuple[Case, ...]
    deals: Mapping[int, DealRow]
    commitments: Mapping[int, CommitmentRow]
    page: int
    has_more: bool


def cases_behind(
    *,
    viewer: Actor,
    person_id: int,
    role: str,
    key: str,
    at: datetime,
    term: str | None = None,
    page: int | None = 1,
) -> Behind:
    """What a figure counts.

    :param term: of the promises, only those of this term; empty for what was agreed in words
    :param page: from 1; None for all cases
    :raises NotFound: the role has no such figure, nothing was owed by such a term; as :func:`~.scorecards.scorecard`
    """
    person, span = card_span(viewer=viewer, person_id=person_id, at=at)
    process = current_process()[1]
    if key not in measured(role, process) or (term is not None and key != PROMISES):
        raise NotFound
    every = cases_of(span, process)
    cases = [
        case
        for case in every
        if (case.role, case.key) == (role, key) and (term is None or term_of(case.term) == term)
    ]
    if term is not None and not cases:
        raise NotFound
    cases.sort(key=lambda case: (case.at, case.deal_id, case.commitment_id or 0), reverse=True)
    shown = cases if page is None else cases[(page - 1) * A_PAGE : page * A_PAGE]
    return Behind(
        person=person, is_own=viewer.me == person_id, until=span.until,
        figure=figure_of(role, key, every, span=span, at=at) if term is None else None, good=sum(case.good for case in cases),
        total=len(cases), cases=tuple(shown), deals=rows_by_id({case.deal_id for case in shown}, viewer=viewer),
        commitments=commitments_by_id([case.commitment_id for case in shown if case.commitment_id is not None]),
        page=page or 1, has_more=page is not None and len(cases) > page * A_PAGE,
    )  # fmt: skip
