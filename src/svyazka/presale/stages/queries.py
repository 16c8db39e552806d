"""The deal page's one read: standing, commitments, people, timeline and life bar together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from svyazka.engine.clock import Breach, Save, Slice, breaches, saves, slices
from svyazka.engine.delays import Stay
from svyazka.engine.process import Check, Process
from svyazka.engine.standing import Standing
from svyazka.presale.clients.queries import ClientCard, client_card
from svyazka.presale.commitments.queries import CommitmentRow, commitments_of
from svyazka.presale.deals.models import Deal, Seat
from svyazka.presale.deals.queries import DealCard, is_visible, parse_number, row_of, sees_private
from svyazka.presale.deals.shadow import names_unseen
from svyazka.presale.deals.writing import DEAL, roles_of
from svyazka.presale.documents.queries import DocumentRow, documents_of
from svyazka.presale.experts.queries import InShort, in_short
from svyazka.presale.journal.prepared import Prepared
from svyazka.presale.journal.queries import EntryRow, timeline
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import RIGHTS, may
from svyazka.presale.process.queries import process_version
from svyazka.presale.questions.queries import QuestionRow, questions_of
from svyazka.presale.stages.facts import Proofs, evidence_of
from svyazka.presale.stages.models import Evidence, Visit
from svyazka.presale.stages.standings import standing_of


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A person in a role, since and (for former ones) until when."""

    person_id: int
    role: str
    since: datetime
    until: datetime | None
    in_shadow: bool


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """What shows that a check holds: typed words, or the code of where the system knows it from. None is the client himself."""

    text: str
    source: str
    by_id: int | None
    at: datetime
    happens_at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check of the stage, whether it holds and what shows it."""

    check: Check
    holds: bool
    evidence: EvidenceRow | None


@dataclass(frozen=True, slots=True)
class DealPage:
    """Everything that the deal page and the API's deal show, already cut to what the viewer may see."""

    card: DealCard
    process: Process
    standing: Standing
    checks: tuple[CheckRow, ...]
    client: ClientCard
    seats: tuple[SeatRow, ...]
    commitments: tuple[CommitmentRow, ...]
    questions: tuple[QuestionRow, ...]
    expert_requests: tuple[InShort, ...]
    documents: tuple[DocumentRow, ...]
    missing_fields: tuple[str, ...]
    visits: tuple[Stay, ...]
    life: tuple[Slice, ...]
    breaches: tuple[Breach, ...]
    saves: tuple[Save, ...]
    timeline: tuple[EntryRow, ...]
    may: frozenset[str]


def deal_page(*, number: str, viewer: Actor, at: datetime, entries: int = 100) -> DealPage:
    """A deal in full.

    :raises NotFound: no such deal, or the viewer may not know of it
    """
    parsed = parse_number(number)
    if parsed is None:
        raise NotFound
    return _page(_NUMBERED.first(year=parsed[0], serial=parsed[1]), viewer, at, entries)


def deal_page_by_id(*, deal_id: int, viewer: Actor, at: datetime, entries: int = 100) -> DealPage:
    """The same, by the deal's id."""
    return _page(DEAL.first(pk=deal_id), viewer, at, entries)


_NUMBERED = Prepared(lambda year, serial: Deal.objects.filter(year=year, serial=serial))
_SEATS = Prepared(lambda deal: Seat.objects.filter(deal=deal).order_by("pk"))
_VISITS = Prepared(lambda deal: Visit.objects.filter(deal=deal).order_by("entered_at", "pk"))


def _page(deal: Deal | None, viewer: Actor, at: datetime, entries: int) -> DealPage:
    if deal is None or not is_visible(deal, viewer):
        raise NotFound
    seats = _SEATS(deal=deal.pk)
    own = [
        (one.role, one.in_shadow) for one in seats if one.person_id == viewer.person_id and one.until is None
    ]
    mine = roles_of(deal.dispatcher_id, viewer.person_id, own)
    private = sees_private(viewer, mine)
    questions = questions_of(deal.pk, viewer=viewer, private=private)
    commitments = commitments_of(deal.pk, notes_for=None if private else viewer.me)
    proofs = Proofs(
        seats=tuple((one.person_id, one.role, one.in_shadow) for one in seats if one.until is None),
        evidence=evidence_of(deal.pk),
        open_question=any(one.answered_at is None for one in questions),
    )
    standing = standing_of(deal, proofs, commitments, at=at)
    process = process_version(deal.process_number)
    promises = [one.promise() for one in commitments]
    everyday = directory().calendar
    end = deal.closed_at or at
    shown = _seats(seats, viewer, caller=may(viewer, "deal.call_fixer", mine))
    lit = {(one.person_id, at) for one in shown if one.role == "fixer" for at in (one.since, one.until)}
    client = client_card(deal.client_id, private=private)
    return DealPage(
        card=_card(deal, client.name, mine, private=private),
        process=process,
        standing=standing,
        checks=_checks(standing, {one.name: one for one in proofs.evidence}, private=private),
        client=client,
        seats=shown,
        commitments=commitments,
        questions=questions,
        expert_requests=in_short(deal.pk) if deal.experts_asked and not viewer.is_agent else (),
        documents=documents_of(deal.pk) if deal.documents and may(viewer, "document.read", mine) else (),
        missing_fields=tuple(deal.lacking),
        visits=_visits(deal),
        life=slices(promises, deal.received_at, end, everyday),
        breaches=breaches(promises, end, everyday),
        saves=saves(promises, everyday),
        timeline=timeline(
            chain=deal.pk, with_details=private, limit=entries, is_told=lambda act: not names_unseen(act, lit)
        ),
        may=_rights(viewer, mine),
    )


def _rights(viewer: Actor, seats: frozenset[str]) -> frozenset[str]:
    return frozenset(right for right in RIGHTS if may(viewer, right, seats))


def _card(deal: Deal, client: str, mine: frozenset[str], *, private: bool) -> DealCard:
    answers: Mapping[str, object] = deal.intake.get("answers", {})
    if not private:
        hidden = {"contact_name", "contact_duty", "phone", "email", "channel", "budget", "mood"}
        answers = {key: value for key, value in answers.items() if key not in hidden}
    return DealCard(
        row=row_of(deal, client), client_id=deal.client_id, external_id=deal.external_id or "", answers=answers,
        unknown=deal.intake.get("unknown", {}), duplicates_checked_at=deal.duplicates_checked_at,
        contacted_at=deal.contacted_at, duplicate_of=deal.duplicate_of.number if deal.duplicate_of else None,
        reason=deal.reason, evidence=deal.evidence if private else "", client_words=deal.client_words if private else "",
        contract_number=deal.contract_number if private else "", contract_date=deal.contract_date,
        contract_sum=deal.contract_sum if private else None, dates=deal.dates, sees_private=private, viewer_seats=mine,
    )  # fmt: skip


def _seats(seats: Iterable[Seat], viewer: Actor, *, caller: bool) -> tuple[SeatRow, ...]:
    """Seats, present ones first. A fixer in the shadow shows to himself, and to who may call him."""
    rows = [SeatRow(one.person_id, one.role, one.since, one.until, one.in_shadow) for one in seats]
    seen = [row for row in rows if not row.in_shadow or caller or row.person_id == viewer.person_id]
    return tuple(sorted(seen, key=lambda row: row.until is not None))


def _checks(standing: Standing, evidence: Mapping[str, Evidence], *, private: bool) -> tuple[CheckRow, ...]:
    stage = standing.stage
    proven = {check.key for check in standing.done}
    rows = []
    for check in stage.checks:
        shown = evidence.get(check.fact or f"tick:{stage.key}.{check.key}")
        words = (
            EvidenceRow(shown.text if private else "", shown.source, shown.by_id, shown.at, shown.happens_at)
            if shown
            else None
        )
        rows.append(CheckRow(check, check.key in proven, words))
    return tuple(rows)


def _visits(deal: Deal) -> tuple[Stay, ...]:
    return tuple(
        Stay(one.stage, one.entered_at, one.left_at, one.left_by_id, tuple(one.failed), one.reason)
        for one in _VISITS(deal=deal.pk)
    )
