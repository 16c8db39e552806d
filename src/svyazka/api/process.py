"""The written process: stages with checks, terms, intake fields, reasons for a loss."""

from ninja import Query, Router
from pydantic import BaseModel, Field

from svyazka.api.auth import READ, Request
from svyazka.api.inputs import refuse_unknown
from svyazka.api.rows import Keyed
from svyazka.api.words import said, tongue
from svyazka.engine import process as engine
from svyazka.engine.facts import FACTS
from svyazka.presale.deals.intake import parts
from svyazka.presale.people.rights import require
from svyazka.presale.process.queries import current_number, process_version

router = Router(tags=["Process"])


class WrittenCheck(Keyed):
    """A condition of leaving a stage."""

    why: str | None
    strength: str
    fact: str | None = Field(description="What the system proves or a person states")
    tick: str | None = Field(description="The role that ticks it, where no fact shows it")
    supply: str = Field(description="How it is supplied")
    by: list[str] = Field(description="Roles that may supply it; empty for whoever may do the act")


class DutyOut(BaseModel):
    """What a role does at a stage."""

    role: str
    level: str
    text: str


class StageOut(Keyed):
    """A stage."""

    goal: str
    result: str
    accountable: str
    limit: str = Field(description="Working time", examples=["2d"])
    duties: list[DutyOut]
    checks: list[WrittenCheck]


class TermOut(Keyed):
    """A rule that opens a commitment at one event and keeps it at another."""

    opens: str
    closes: str
    owes: str
    due: str = Field(description="Working time", examples=["4h"])
    before: str | None = Field(description="A date that the time counts back from")
    hard: str | None
    on_client: bool
    to_client: bool


class FieldOut(Keyed):
    """A question of the intake form, and the keys under which answers are sent."""

    kind: str
    hint: str
    required: bool
    boxes: list[str]
    choices: list[Keyed]


class ReasonGroupOut(Keyed):
    """Reasons why a deal is lost; sent as `GROUP.REASON`."""

    reasons: list[Keyed]


class ProcessOut(BaseModel):
    """A version of the process."""

    version: int
    is_current: bool
    key: str
    name: str
    roles: list[Keyed]
    stages: list[StageOut]
    terms: list[TermOut]
    fields: list[FieldOut]
    lost_reasons: list[ReasonGroupOut]


class ProcessWanted(BaseModel):
    """Which version; the current one, if none is named."""

    version: int | None = Field(None, ge=1, le=2**31 - 1)


@router.get("/process", auth=READ, response=ProcessOut, operation_id="get_process")
def process(request: Request, wanted: Query[ProcessWanted]) -> ProcessOut:
    """The rules that deals go by, in the language of the request."""
    refuse_unknown(request, ProcessWanted.model_fields)
    require(request.auth.actor, "process.see")
    current = current_number()
    number = wanted.version or current
    written = process_version(number)
    return ProcessOut(
        version=number,
        is_current=number == current,
        key=written.key,
        name=written.name.say(tongue()),
        roles=[Keyed(key=one.role, text=one.name.say(tongue())) for one in written.roles],
        stages=[_stage(one) for one in written.stages],
        terms=[_term(one) for one in written.terms],
        fields=[_field(one) for one in written.fields],
        lost_reasons=[
            ReasonGroupOut(
                key=group.key,
                text=group.text.say(tongue()),
                reasons=[Keyed(key=one.key, text=one.text.say(tongue())) for one in group.reasons],
            )
            for group in written.reasons
        ],
    )


def _stage(stage: engine.Stage) -> StageOut:
    return StageOut(
        key=stage.key,
        text=stage.name.say(tongue()),
        goal=stage.goal.say(tongue()),
        result=stage.result.say(tongue()),
        accountable=stage.accountable,
        limit=str(stage.limit),
        duties=[DutyOut(role=one.role, level=one.level, text=one.text.say(tongue())) for one in stage.duties],
        checks=[_check(one) for one in stage.checks],
    )


def _check(check: engine.Check) -> WrittenCheck:
    fact = FACTS.get(check.fact or "")
    return WrittenCheck(
        key=check.key,
        text=check.text.say(tongue()),
        why=said(check.why),
        strength=check.strength,
        fact=check.fact,
        tick=check.tick,
        supply=(fact.supply if fact else check.text).say(tongue()),
        by=[check.tick] if check.tick else list(fact.by) if fact else [],
    )


def _term(term: engine.Term) -> TermOut:
    return TermOut(
        key=term.key,
        text=term.text.say(tongue()),
        opens=term.opens,
        closes=term.closes,
        owes=term.owes,
        due=str(term.due.amount),
        before=term.due.before,
        hard=str(term.hard) if term.hard else None,
        on_client=term.waits_for_client,
        to_client=term.to_client,
    )


def _field(field: engine.Field) -> FieldOut:
    return FieldOut(
        key=field.key,
        text=field.label.say(tongue()),
        kind=field.kind,
        hint=field.hint.say(tongue()),
        required=field.required,
        boxes=list(parts(field)),
        choices=[Keyed(key=one.key, text=one.text.say(tongue())) for one in field.choices],
    )
