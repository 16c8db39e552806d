"""What the deal page's templates draw: the core's values, each in the viewer's words and with what he may do about it."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from svyazka.engine.clock import Holder, Late
from svyazka.engine.facts import FACTS
from svyazka.engine.process import Check
from svyazka.engine.standing import Owed
from svyazka.presale.channels.heard import Pace, pace_of
from svyazka.presale.channels.queries import PlaceRow, messengers_on, places_for
from svyazka.presale.channels.values import DEAL
from svyazka.presale.commitments.lines import Nameable, example_of, nameable
from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.deals.intake import PRIVATE, parts
from svyazka.presale.journal.queries import EntryRow
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import Directory
from svyazka.presale.questions.queries import question_of
from svyazka.presale.stages.keeping import way_to_keep
from svyazka.presale.stages.queries import CheckRow, DealPage
from svyazka.speech.acts import say_act, say_channel, say_client, say_detail
from svyazka.speech.meetings import say_evidence
from svyazka.speech.process_words import say_owed, say_reason, say_role
from svyazka.speech.proving import PROVED_AT, Where, where_proved
from svyazka.speech.refusals import STATUSES
from svyazka.speech.signs import say_signs
from svyazka.speech.sizes import say_size
from svyazka.web.deal.answers import say_answer
from svyazka.web.deal.choices import Offered
from svyazka.web.deal.lines import KEPT_BY, RIGHT_OF, SUPPLIED_BY, AnswerLine, CheckLine, OwedLine, Told
from svyazka.web.deal.meetings import Meetings
from svyazka.web.deal.record import Record
from svyazka.web.ui.pictures import Holding, Knot, KnotState


class Panels:
    """The panels of one deal for one viewer. Each is worked out when a template first asks."""

    def __init__(self, page: DealPage, people: Directory, viewer: Actor, at: datetime) -> None:
        self.page, self.people, self.viewer, self.at = page, people, viewer, at
        self.language = get_language() or "en"
        self.offered = Offered(page.process, people, self.language, page.may, at)
        self.asked = {one.id: one.text for one in page.questions if one.text}
        self.results = {one.id: one.result for one in page.commitments if one.result}
        self.record = Record(page, people, self.language, at)

    # where it stands

    @cached_property
    def is_open(self) -> bool:
        """Whether the deal is under way."""
        return self.page.card.row.status == "open"

    @cached_property
    def knots(self) -> list[Knot]:
        """The rope of the stages."""
        row, position = self.page.card.row, self.page.standing.position
        here: KnotState = "open" if self.is_open else "topped" if row.status == "won" else "cut"
        knots = []
        for index, stage in enumerate(self.page.process.stages):
            frayed = stage.key in row.frayed
            left: KnotState = "frayed" if frayed else "tied"
            state = here if index == position else left if index < position else "ahead"
            notes = [_("checks missing")] if frayed and index <= position else []
            if state == "cut":
                notes.append(_("the deal ended here"))
            knots.append(Knot(stage.name.say(self.language), state, ", ".join(notes)))
        return knots

    @cached_property
    def rope_label(self) -> str:
        """The rope in words."""
        said = _("Stage %(position)s of %(count)s: %(stage)s") % {
            "position": self.page.standing.position + 1,
            "count": len(self.page.process.stages),
            "stage": self.say(self.page.standing.stage.name),
        }
        if self.is_open:
            return said
        return _("%(stage)s. The deal ended here: %(status)s") % {
            "stage": said,
            "status": self.status(self.page.card.row.status),
        }

    @cached_property
    def accountable(self) -> str:
        """Who answers for the stage: the name, where somebody has the role, and the role."""
        role = self.page.standing.stage.accountable
        people = [seat.person_id for seat in self.page.seats if seat.role == role and not seat.until]
        if role == "dispatcher":
            people = [self.page.card.row.dispatcher_id or 0]
        return ", ".join(filter(None, [*map(self.name, people), self.role(role)]))

    def say(self, text: object) -> str:
        """Words of the process in the viewer's language."""
        return text.say(self.language)  # type: ignore[attr-defined,no-any-return]

    def role(self, role: str | None) -> str:
        """A role's name in small letters."""
        return say_role(role or "", self.page.process, self.language)

    def name(self, person_id: int | None) -> str:
        """A person's short name."""
        return self.people.name(person_id)

    @cached_property
    def nameable(self) -> tuple[Nameable, ...]:
        """Whom a typed line may name, those who work on the deal first."""
        return nameable(seat.person_id for seat in self.page.seats if not seat.until)

    @property
    def example(self) -> str:
        """Whom the example of a line names."""
        return example_of(self.nameable)

    def size(self, size: int) -> str:
        """How large a file is."""
        return say_size(size)

    def channel(self, channel: str) -> str:
        """By which way a file came; empty for the usual one."""
        return "" if channel in {"web", "demo"} else say_channel(channel)

    def holder(self, holder: Holder) -> tuple[str, str]:
        """Who has the ball, and in which role."""
        if holder.kind == "client":
            return _("The client"), ""
        if holder.kind == "queue":
            return _("Nobody"), ""
        return self.name(holder.person_id), self.role(holder.role)

    # where it is talked about

    @cached_property
    def chats(self) -> tuple[PlaceRow, ...]:
        """The deal's own chats. No query: places are known, and where there is no messenger nothing is asked."""
        return places_for(DEAL, deal_id=self.page.card.row.id) if messengers_on() else ()

    @property
    def may_bind(self) -> bool:
        """Whether the viewer may do something about the deal's chat."""
        return "deal.chat" in self.page.may and bool(messengers_on()) and (self.is_open or bool(self.chats))

    @cached_property
    def pace(self) -> tuple[Pace, ...]:
        """Who answers how fast in the deal's chat. No query where it has none."""
        return pace_of(self.page.card.row.id) if self.chats else ()

    @cached_property
    def meetings(self) -> Meetings:
        """Meetings of the deal."""
        return Meetings(self.page, self.language)

    @cached_property
    def meetings_come_first(self) -> bool:
        """Whether a meeting is what the deal needs next: one isn't closed yet, or the stage lacks what a meeting proves."""
        lacking = (row.check.fact for row in self.page.checks if not row.holds)
        return self.is_open and (self.meetings.is_one_open or any(fact in PROVED_AT for fact in lacking))

    def _where(self, fact: str | None) -> Where | None:
        if fact is None or fact not in PROVED_AT or not self.is_open:
            return None
        return where_proved(fact, self.page.card.row.path, self.page.standing.stage, self.meetings.that_count)

    # the gate

    @cached_property
    def missing(self) -> list[CheckLine]:
        """Checks that don't hold yet, what stops the deal first."""
        order = {"stop": 0, "warn": 1, "observe": 2}
        lines = [self._check(row) for row in self.page.checks if not row.holds]
        return sorted(lines, key=lambda line: order[line.strength]) if self.is_open else []

    @cached_property
    def stops(self) -> list[CheckLine]:
        """Missing checks that hold the deal on its stage."""
        return [line for line in self.missing if line.strength == "stop"]

    @cached_property
    def required(self) -> tuple[int, int]:
        """How many of the checks without which the stage can't be finished hold, and how many there are."""
        total = sum(row.check.strength == "stop" for row in self.page.checks)
        return total - len(self.stops), total

    @cached_property
    def win_needs_reason(self) -> bool:
        """Whether a contract would be signed now past checks of this stage or past whole stages."""
        return bool(self.stops) or self.page.process.stage_after(self.page.standing.stage.key) is not None

    @cached_property
    def done(self) -> list[CheckLine]:
        """Checks that hold, with what shows it."""
        return [self._check(row) for row in self.page.checks if row.holds]

    def _check(self, row: CheckRow) -> CheckLine:
        check, shown = row.check, row.evidence
        fact = FACTS.get(check.fact or "")
        stated = fact is None or fact.kind == "stated"
        act = "evidence" if stated else SUPPLIED_BY[check.fact or ""]
        roles = (check.tick or "",) if fact is None else fact.by
        may = RIGHT_OF[act] in self.page.may and (not stated or self._may_state(check, roles))
        appointed = (check.fact or "").partition(".")[0]
        return CheckLine(
            key=check.key, text=self.say(check.text), why=self.say(check.why) if check.why else "",
            strength=check.strength, holds=row.holds,
            evidence=say_evidence(shown.source, shown.text) if shown else "",
            by=(self.name(shown.by_id) or _("The client")) if shown else "", at=shown.at if shown else None,
            happens_at=shown.happens_at if shown else None, supply=self.say(fact.supply) if fact else "",
            how=act if may and self.is_open else "", role="lead_generator" if appointed == "author" else appointed,
            who=", ".join(self.role(role) for role in roles if role), takes_date=bool(fact and fact.takes_date),
            may_withdraw=bool(shown) and "deal.evidence" in self.page.may and self.is_open,
            where=self._where(check.fact) if may and not row.holds else None,
        )  # fmt: skip

    def _may_state(self, check: Check, roles: Iterable[str]) -> bool:
        allowed = {*roles, "manager"} if check.fact else {*roles}
        return not allowed.isdisjoint(self.page.card.viewer_seats) or "people.change" in self.page.may

    # who owes what

    @cached_property
    def owed(self) -> list[OwedLine]:
        """Open commitments by due time."""
        left = {one.promise.id: one for one in self.page.standing.owed}
        return [self._owed(row, left.get(row.id)) for row in self.page.commitments if row.outcome == "open"]

    @cached_property
    def first(self) -> OwedLine | None:
        """What the one who has the ball does next: the client's debt if there is one, else what is due first."""
        return next((line for line in self.owed if line.row.on_client), self.owed[0] if self.owed else None)

    @cached_property
    def settled(self) -> list[OwedLine]:
        """Closed commitments, the last one first."""
        return [self._owed(row, None) for row in self.page.commitments if row.outcome != "open"]

    @cached_property
    def promised(self) -> OwedLine | None:
        """The next step that the client was promised."""
        step = self.page.standing.next_step
        return next((line for line in self.owed if step and line.row.id == step.promise.id), None)

    def _owed(self, row: CommitmentRow, now: Owed | None) -> OwedLine:
        own = {"performer": row.performer_id, "controller": row.controller_id}
        seats = {name for name, person in own.items() if person == self.viewer.person_id}
        term = next((one for one in self.page.process.terms if one.key == row.term), None)
        fact = FACTS.get(term.closes) if term else None
        may = self.page.may
        may_keep = "commitment.keep" in may or bool(seats)
        may_waive = "commitment.waive" in may or "controller" in seats
        return OwedLine(
            row=row, what=self._what(row),
            who=self.name(row.performer_id), role=self.role(row.role), controller=self.name(row.controller_id),
            closed_by=self.name(row.closed_by_id) if row.closed_by_id != row.performer_id else "",
            minutes=now.minutes_left if now else None, state=_state(row, now),
            mine=row.performer_id == self.viewer.person_id, takes_date=bool(fact and fact.takes_date),
            needs_proof=bool(term and (term.closes == "client.contacted" or (fact and fact.kind == "stated"))),
            event=self._event(row, term.closes if term else ""),
            where=self._where(term.closes) if term and may_keep and row.outcome == "open" else None,
            by_word=way_to_keep(row, self.page.process)[0] != "deal",
            may_keep=may_keep, may_waive=may_waive,
            may_change=may_waive or bool(seats) or "commitment.hand_over" in may,
        )  # fmt: skip

    def _event(self, row: CommitmentRow, closes: str) -> str:
        if row.opened_by in {"intake", "question"}:
            return "intake" if row.opened_by == "intake" else "questions"
        return KEPT_BY[closes][0] if closes in KEPT_BY else ""

    # the request

    @cached_property
    def answers(self) -> list[AnswerLine]:
        """The intake form's fields with what is known."""
        card = self.page.card
        lines = []
        for field in self.page.process.fields:
            hidden = not card.sees_private and not PRIVATE.isdisjoint(parts(field))
            mark = card.unknown.get(field.key, {})
            lines.append(
                AnswerLine(
                    label=self.say(field.label),
                    value="" if hidden else say_answer(field, card.answers),
                    required=field.required,
                    missing=field.key in self.page.missing_fields,
                    hidden=hidden,
                    finder=self.name(_id(mark.get("person"))),
                    by=date.fromisoformat(str(mark["by"])) if mark else None,
                )
            )
        return lines

    def status(self, status: str) -> str:
        """A deal's status in words."""
        return str(STATUSES[status])

    def signs(self, by: Iterable[str]) -> str:
        """What two clients have in common."""
        return say_signs(by)

    @property
    def lost_reason(self) -> str:
        """Both levels of the reason why the deal was lost."""
        return say_reason(self.page.card.reason, self.page.process, self.language)

    # time

    @cached_property
    def life(self) -> list[Holding]:
        """Who had the ball when."""
        return [
            Holding(one.holder.kind, self._holder_name(one.holder), self.role(one.holder.role), one.minutes)
            for one in self.page.life
        ]

    def _holder_name(self, holder: Holder) -> str:
        return self.name(holder.person_id) if holder.kind == "person" else ""

    def late_holder(self, late: Late) -> str:
        """Whose lateness it was: the role first, then the name."""
        return (
            ", ".join(filter(None, (self.role(late.role), self.name(late.person_id))))
            if late.person_id
            else pgettext("deal", "the client")
        )

    @cached_property
    def what(self) -> dict[int, str]:
        """What each commitment is about, by id."""
        return {row.id: self._what(row) for row in self.page.commitments}

    def _what(self, row: CommitmentRow) -> str:
        question = self.asked.get(question_of(row.term) or 0, "")
        return say_owed(row.term, row.result, self.page.process, self.language, question)

    @cached_property
    def timeline(self) -> list[tuple[date, list[Told]]]:
        """Acts by day, the newest first."""
        days: dict[date, list[Told]] = {}
        for entry in self.page.timeline:
            days.setdefault(timezone.localtime(entry.at).date(), []).append(self._told(entry))
        return list(days.items())

    def _told(self, entry: EntryRow) -> Told:
        by_rule = entry.act == "commitment.opened" and entry.data.get("by") != "person"
        if by_rule:
            who, role = _("by the rules of the process"), ""
        elif entry.channel == "client":
            who, role = say_client(entry.detail)
        else:
            who, role = self.name(entry.actor_id) or _("the system"), self.role(entry.role)
        return Told(
            sentence=say_act(
                entry.act, entry.data, people=self.people, process=self.page.process, language=self.language,
                results=self.results,
            ),
            quote="" if entry.act == "commitment.opened" else say_detail(entry.detail), who=who, role=role,
            channel=self.channel(entry.channel), at=entry.at, tone=_tone(entry),
        )  # fmt: skip


def _id(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _state(row: CommitmentRow, now: Owed | None) -> str:
    if now is None:
        return row.outcome
    if row.on_client:
        return "client"
    if now.is_paused:
        return "paused"
    return "broken" if now.is_overdue else "soon" if now.is_soon else "open"


def _tone(entry: EntryRow) -> str:
    """How an act looks on the timeline: a stage's knot, a slip, something good, or nothing special."""
    if entry.act.startswith("stage."):
        return "frayed" if entry.data.get("over") else "knot"
    slips = {"commitment.broken", "commitment.overdue", "commitment.escalated", "client.chased", "deal.lost"}
    if entry.act in slips or entry.data.get("outcome") == "late":
        return "slip"
    return "knot" if entry.act in {"deal.received", "deal.imported", "deal.won", "deal.reopened"} else ""
