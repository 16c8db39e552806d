"""Writes on deals at the single window: receive, describe, decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F

from svyazka.engine.process import Process, Stage
from svyazka.presale.clients.commands import add_client, learn
from svyazka.presale.clients.queries import ClientMatch, client_with_inn, find_clients
from svyazka.presale.deals import intake
from svyazka.presale.deals.intake import Answers, Unknown
from svyazka.presale.deals.meanwhile import as_kept, own_changes
from svyazka.presale.deals.models import DECLINED, DUPLICATE, OPEN, SPAM, Deal, Seat
from svyazka.presale.deals.queries import sees_private
from svyazka.presale.deals.seats import seat
from svyazka.presale.deals.writing import deal_to_change, seats_of
from svyazka.presale.journal.commands import Act, lock_journal, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.prepared import Prepared, insert
from svyazka.presale.journal.queries import acted_since
from svyazka.presale.journal.values import Actor, Invalid, Json, line
from svyazka.presale.people.queries import Directory, directory, is_away, present
from svyazka.presale.people.rights import may, require
from svyazka.presale.process.queries import current_process, process_version

FARTHEST = timedelta(days=366)
"""Nobody is waited for longer than a year."""
SAME_EVENT = timedelta(minutes=1)
"""Two clicks that are no farther apart tell of one event."""
STRANGERS = frozenset({"public", "agent"})
"""Channels on which people hand in requests who are not ours: nothing of theirs is refused that can be kept."""


class NobodyAtTheWindow(Invalid):
    """There is neither a dispatcher nor an administrator who could answer for a request."""

    code = "nobody_at_the_window"


class PossibleDuplicates(Invalid):
    """We may know this client already. ``matches`` says whom and why; say ``sure`` to open a new deal all the same."""

    code = "possible_duplicates"

    def __init__(self, matches: tuple[ClientMatch, ...]) -> None:
        self.matches = matches
        super().__init__(clients=[match.client_id for match in matches])


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a request that was handed in.

    :param created: False if the same request (source and its reference) was here before: it is the same deal
    :param missing: keys of the intake fields that still lack an answer
    :param problems: boxes whose value is no answer, with the code of why
    """

    deal_id: int
    number: str
    created: bool
    missing: tuple[str, ...]
    problems: Mapping[str, str]


@command
def receive_request(
    *,
    answers: Mapping[str, Json],
    actor: Actor,
    at: datetime,
    source: str = "",
    external_id: str = "",
    unknown: Mapping[str, Unknown] | None = None,
    author_id: int | None = None,
    sure: bool = False,
    client_id: int | None = None,
    consent: bool = False,
) -> Received:
    """Take a request into the single window. It is kept even when incomplete; what is missing is said.

    People of ours in the browser are told of junk answers and of possible duplicates first; from all other
    channels the request is kept as it came, and the dispatcher sees what is to be checked.

    :param source: the system or place it came from; together with ``external_id`` it names the request once
    :param sure: the sender has seen the possible duplicates and it is another request. Of a dispatcher it is the check
        for duplicates itself; what anybody else says the dispatcher still looks at
    :param client_id: it is this client of ours
    :param consent: the sender agreed that we keep the personal data he gave
    :raises Invalid: nothing was said at all, or (in the browser) junk; ``errors`` names each box
    :raises PossibleDuplicates: see there
    :raises NobodyAtTheWindow: see there
    """
    if actor.channel not in STRANGERS:
        require(actor, "request.receive")
    lock_journal()
    source = line(source, 60) or actor.channel
    external_id = _reference(line(external_id, 100), actor)
    number, process = current_process()
    said = intake.clean(process, {**answers, "source": answers.get("source") or source})
    if external_id and (known := _same_reference(source, external_id)):
        wrong = intake.problems(process, known.intake.get("answers", {}))
        return Received(known.pk, known.number, created=False, missing=tuple(known.lacking), problems=wrong)
    wrong = intake.problems(process, said)
    _refuse_nothing(said)
    marks = dict(unknown or {})
    if wrong_marks := _wrong_marks(marks, process, at):
        raise Invalid(errors=wrong_marks)
    if wrong and actor.channel == "web":
        raise Invalid(errors=wrong)
    who = intake.said_identity(said)
    matches = find_clients(who)
    if matches and not sure and client_id is None and actor.channel == "web":
        raise PossibleDuplicates(matches)
    certain = client_id or (None if _is_stranger(actor) else client_with_inn(who.inn))
    author = author_id or actor.person_id
    if certain is None:
        client = add_client(who, intake.lines_in(said), at=at, sure=not _is_stranger(actor))
    else:
        client = certain
        learn(client, who, intake.lines_in(said), correct=False)
    deal = _new_deal(process.stages[0], number, said, marks, author=author, client_id=client, at=at)
    deal.source, deal.external_id = source, external_id or None
    deal.lacking = [field.key for field in intake.missing(process, said, wrong)]
    # the author's word lets the request in; whether it is a second deal is the window's to say
    is_told = sure or client_id is not None
    if not matches or (is_told and may(actor, "request.decide")):
        deal.duplicates_checked_at = at
    insert(deal)
    if author is not None:
        insert(Seat(deal=deal, person_id=author, role="lead_generator", since=at))
    record(
        chain=deal.pk,
        actor=actor,
        at=at,
        act=Act(
            "deal.received",
            {
                "number": deal.number,
                "process": number,
                "stage": deal.stage,
                "author": author,
                "dispatcher": deal.dispatcher_id,
                "duplicates_checked": deal.duplicates_checked_at is not None,
                "fields": [*sorted(said)],
                "consent": consent,
            },
            {"answers": said, "source": source, "external_id": external_id},
        ),
        carried=deal,
    )
    record_unknown(deal, marks, actor, at)
    return Received(deal.pk, deal.number, created=True, missing=tuple(deal.lacking), problems=wrong)


def _is_stranger(actor: Actor) -> bool:
    """Whether the word of whoever speaks is to be looked at first before our own cards change."""
    return actor.channel in STRANGERS or actor.is_agent


def _reference(external_id: str, actor: Actor) -> str:
    """The sender's name for the request. Strangers have name spaces of their own: theirs never stands for ours."""
    if not external_id:
        return ""
    if actor.is_agent:
        return f"agent {actor.me}: {external_id}"
    return f"form: {external_id}" if actor.channel == "public" else external_id


_NAMED = Prepared(lambda source, external_id: Deal.objects.filter(source=source, external_id=external_id))
_SERIALS = Prepared(
    lambda year: Deal.objects.filter(year=year).order_by("-serial").values_list("serial", flat=True)[:1]
)


def _same_reference(source: str, external_id: str) -> Deal | None:
    return _NAMED.first(source=source, external_id=external_id)


def _refuse_nothing(said: Answers) -> None:
    if not {"company", "request", "contact_name", "phone", "email", "inn"} & said.keys():
        raise Invalid(errors={"request": "required"})


def _new_deal(
    stage: Stage,
    process_number: int,
    said: Answers,
    unknown: Mapping[str, Unknown],
    *,
    author: int | None,
    client_id: int,
    at: datetime,
) -> Deal:
    people = directory()
    year = at.astimezone(ZoneInfo(people.calendar.zone)).year
    last = _SERIALS.first(year=year) or 0
    return Deal(
        year=year,
        serial=last + 1,
        title=intake.title(said)[:160] or "—",
        client_id=client_id,
        process_number=process_number,
        stage=stage.key,
        stage_since=at,
        received_at=at,
        author_id=author,
        dispatcher_id=dispatcher_for(people, at),
        intake={"answers": said, "unknown": _marks(unknown)},
        size=intake.size(said),
        open_commitments=1,
        stage_due=people.calendar.due(at, stage.limit),
    )


def record_unknown(deal: Deal, unknown: Mapping[str, Unknown], actor: Actor, at: datetime) -> None:
    """Let a commitment arise for every field that somebody promised to find out."""
    for field, empty in unknown.items():
        record(
            chain=deal.pk, actor=actor, at=at,
            act=Act("intake.unknown", {"field": field, "person": empty.person_id, "by": empty.by.isoformat()}),
        )  # fmt: skip


def dispatcher_for(people: Directory, at: datetime) -> int:
    """The dispatcher (or his stand-in) who has the fewest requests on hand; an administrator where there is none.

    Who is away and has named nobody gets none as long as another is there.
    """
    chosen = people.active(duty="dispatcher") or people.active(duty="administrator")
    if not chosen:
        raise NobodyAtTheWindow
    if len(chosen) == 1:
        return present(chosen[0].id, at=at, people=people)
    answering = sorted({present(card.id, at=at, people=people) for card in chosen})
    there = [one for one in answering if not is_away(one, at=at, people=people)] or answering
    load = dict(
        Deal.objects.filter(status=OPEN, dispatcher_id__in=there, accepted_at=None)
        .values_list("dispatcher_id")
        .annotate(Count("pk"))
    )
    return min(there, key=lambda person: (load.get(person, 0), person))


@command
def describe_request(
    *,
    deal_id: int,
    answers: Mapping[str, Json],
    actor: Actor,
    at: datetime,
    unknown: Mapping[str, Unknown] | None = None,
    seen: int | None = None,
) -> tuple[str, ...]:
    """Fill in or correct intake fields; only the boxes given are changed. Returns what is missing still.

    :param unknown: fields that somebody finds out; an answer takes a field's mark away
    :param seen: the deal's revision that the form was filled in from; what others have changed since stays theirs
    :raises Invalid: junk, or somebody unknown to find it out; ``errors`` names each box
    :raises ChangedMeanwhile: since ``seen`` others changed the same boxes to something else
    """
    deal, role = deal_to_change(deal_id, actor, "request.describe")
    process = process_version(deal.process_number)
    said = intake.clean(process, answers)
    wrong = intake.problems(process, said)
    marks = dict(unknown or {})
    wrong |= _wrong_marks(marks, process, at)
    if wrong:
        raise Invalid(errors=wrong)
    if seen is not None:
        private = sees_private(actor, seats_of(deal, actor.person_id))
        unread = frozenset() if private else intake.PRIVATE
        answers, marks = own_changes(
            deal, seen, answers, said, marks, unread=unread, named=not actor.is_agent
        )
        said = {key: value for key, value in said.items() if key in answers}
    before: Answers = deal.intake.get("answers", {})
    emptied = {key for key in answers if key not in said and key in before and key != "source"}
    merged = {key: value for key, value in {**before, **said}.items() if key not in emptied}
    changed = sorted(emptied | {key for key, value in said.items() if before.get(key) != value})
    old_marks = dict(deal.intake.get("unknown", {}))
    missing = {field.key for field in intake.missing(process, merged)}
    kept_marks = {key: mark for key, mark in old_marks.items() if key in missing and key not in marks}
    fresh_marks = {key: mark for key, mark in marks.items() if key in missing}
    if not changed and not fresh_marks:
        return tuple(sorted(missing))
    deal.intake = {"answers": merged, "unknown": {**kept_marks, **_marks(fresh_marks)}}
    deal.lacking = [field.key for field in process.fields if field.key in missing]
    deal.size = intake.size(merged)
    deal.title = intake.title(merged)[:160] or deal.title
    if not _is_stranger(actor):
        learn(deal.client_id, intake.said_identity(merged), intake.lines_in(merged), correct=True)
    if "source" in changed and deal.external_id is None:
        # together with a reference it names the request once; without one it is what the form says
        deal.source = line(str(said["source"]), 60)
    deal.save(update_fields=["intake", "lacking", "size", "title", "source"])
    found = sorted(set(old_marks) - missing)
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act(
            "intake.changed", {"fields": [*changed], "found": [*found], "revision": deal.revision},
            {"answers": {key: said[key] for key in changed if key in said}}, role,
        ),
    )  # fmt: skip
    record_unknown(deal, fresh_marks, actor, at)
    return tuple(sorted(missing))


def _wrong_marks(marks: Mapping[str, Unknown], process: Process, at: datetime) -> dict[str, str]:
    """Ask of a "not known yet": a field of the form, a person of ours and a day that is still to come."""
    fields = {field.key for field in process.fields}
    finders = {card.id for card in directory().active()} if marks else set()
    wrong = {}
    for key, mark in marks.items():
        if key not in fields:
            wrong[key] = "unknown_field"
        elif mark.person_id not in finders:
            wrong[key] = "required"
        elif mark.by < at.date():
            wrong[key] = "in_the_past"
        elif mark.by > (at + FARTHEST).date():
            wrong[key] = "too_far"
    return wrong


def _marks(marks: Mapping[str, Unknown]) -> dict[str, Json]:
    return {key: as_kept(mark) for key, mark in marks.items()}


@command
def confirm_no_duplicate(
    *, deal_id: int, actor: Actor, at: datetime, same_client_as: int | None = None
) -> None:
    """Say that the similar clients and deals were looked at and this is a request of its own.

    :param same_client_as: a deal of the client whom this request comes from; otherwise he is new to us
    """
    deal, role = deal_to_change(deal_id, actor, "request.decide")
    if deal.duplicates_checked_at is not None:
        return
    other = Deal.objects.filter(pk=same_client_as or 0).values_list("client_id", flat=True).first()
    if same_client_as is not None and other is None:
        raise Invalid(errors={"same_client_as": "unknown_choice"})
    client = other or deal.client_id
    Deal.objects.filter(pk=deal.pk).update(duplicates_checked_at=at, client_id=client)
    answers = deal.intake.get("answers", {})
    learn(client, intake.said_identity(answers), intake.lines_in(answers), correct=False)
    record(chain=deal.pk, act=Act("duplicates.checked", {"client": client}, role=role), actor=actor, at=at)


@command
def accept_request(
    *, deal_id: int, actor: Actor, at: datetime, manager_id: int | None = None, unit_id: int | None = None
) -> None:
    """Decide that the request is ours, and (if named) whose: the manager who leads it and the unit that delivers.

    :raises SeatRefused: the manager's presale roles don't include it
    """
    deal, role = deal_to_change(deal_id, actor, "request.decide")
    if unit_id is not None and unit_id != deal.unit_id:
        if unit_id not in directory().units:
            raise Invalid(errors={"unit": "unknown_choice"})
        Deal.objects.filter(pk=deal.pk).update(unit_id=unit_id)
    if manager_id is not None:
        seat(deal, person_id=manager_id, role="manager", actor=actor, at=at, acting=role)
    if deal.accepted_at is None:
        Deal.objects.filter(pk=deal.pk).update(accepted_at=at)
        record(
            chain=deal.pk,
            act=Act("deal.accepted", {"unit": unit_id or deal.unit_id}, role=role),
            actor=actor,
            at=at,
        )
    elif unit_id is not None and unit_id != deal.unit_id:
        record(
            chain=deal.pk, actor=actor, at=at,
            act=Act("deal.unit_changed", {"unit": unit_id, "instead_of": deal.unit_id}, role=role),
        )  # fmt: skip


@command
def close_request(
    *, deal_id: int, status: str, reason: str, actor: Actor, at: datetime, duplicate_of: int | None = None
) -> None:
    """Close a request as ``declined``, ``duplicate`` or ``spam``. Duplicates and spam don't count in conversion.

    :raises Invalid: another status, no reason, or a duplicate of nothing, of itself or of another duplicate
    """
    deal, role = deal_to_change(deal_id, actor, "request.decide")
    errors = {}
    if status not in {DECLINED, DUPLICATE, SPAM}:
        errors["status"] = "unknown_choice"
    if not reason.strip() and status != DUPLICATE:
        errors["reason"] = "required"
    original = Deal.objects.filter(pk=duplicate_of).first() if duplicate_of else None
    if status == DUPLICATE and (original is None or original.pk == deal.pk or original.status == DUPLICATE):
        errors["duplicate_of"] = "needs_original"
    if errors:
        raise Invalid(errors=errors)
    Deal.objects.filter(pk=deal.pk).update(
        status=status, closed_at=at, reason=status, evidence=reason.strip(),
        duplicate_of=original if status == DUPLICATE else None,
    )  # fmt: skip
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act(
            "deal.closed", {"status": status, "duplicate_of": original.pk if original else None},
            {"reason": reason.strip()}, role,
        ),
    )  # fmt: skip


@command
def say_contacted(*, deal_id: int, how: str, actor: Actor, at: datetime) -> None:
    """Record that the client has had an answer: by which way and what was agreed. The first one is the response time."""
    deal, role = deal_to_change(deal_id, actor, "deal.contact")
    if not how.strip():
        raise Invalid(errors={"how": "required"})
    if deal.contacted_at is None:
        Deal.objects.filter(pk=deal.pk).update(contacted_at=at)
    record(chain=deal.pk, act=Act("client.contacted", {}, {"how": how.strip()}, role), actor=actor, at=at)


@command
def say_chased(*, deal_id: int, actor: Actor, at: datetime, words: str = "") -> bool:
    """The client had to ask us "when?": counted against our keeping him informed.

    It takes one click, so a second one of the same person within a minute, with nothing new to tell, is a slip of the
    hand: nothing is counted, and the answer is False.
    """
    deal, role = deal_to_change(deal_id, actor, "deal.chased")
    if not words.strip() and acted_since(
        chain=deal.pk, act="client.chased", actor_id=actor.person_id, since=at - SAME_EVENT
    ):
        return False
    Deal.objects.filter(pk=deal.pk).update(chased=F("chased") + 1)
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act("client.chased", {}, {"words": words.strip()} if words.strip() else None, role),
    )  # fmt: skip
    return True
