"""Checks of a stage, and for each missing one the call that supplies it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from svyazka.api.problems import Check, Supply
from svyazka.api.rows import PREFIX
from svyazka.api.words import said, tongue
from svyazka.engine import process as engine
from svyazka.engine.facts import FACTS, Fact
from svyazka.presale.stages.queries import DealPage


@dataclass(frozen=True, slots=True)
class Call:
    """A route below the deal, and what to send to it."""

    method: str
    below: str
    body: Mapping[str, Any]


WHO: Final = "…"
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "company": ("company", "inn"),
    "contact": ("contact_name", "phone", "email"),
}
"""Boxes without which a field of this kind has no answer; of phone and e-mail one will do."""

CALLS: Final[Mapping[str, Call]] = {
    "intake.complete": Call("PATCH", "intake", {}),
    "intake.answered": Call("PATCH", "intake", {}),
    "duplicates.checked": Call("POST", "no-duplicate", {}),
    "manager.appointed": Call("POST", "accept", {"manager": WHO}),
    "expert.appointed": Call("POST", "seats", {"person": WHO, "role": "expert"}),
    "estimator.appointed": Call("POST", "seats", {"person": WHO, "role": "estimator"}),
    "author.recorded": Call("POST", "seats", {"person": WHO, "role": "lead_generator"}),
    "client.contacted": Call("POST", "contacted", {"how": WHO}),
    "decision.taken": Call("POST", "accept", {}),
    "next_step.promised": Call(
        "POST", "commitments", {"performer": WHO, "result": WHO, "due": WHO, "to_client": True}
    ),
    "questions.answered": Call("GET", "questions", {}),
    "contract.signed": Call(
        "POST", "win", {"contract_number": WHO, "contract_sum": WHO, "contract_date": WHO}
    ),
}
"""By which call each computed fact comes about."""


def check_out(check: engine.Check, stage: str, page: DealPage) -> Check:
    """A check of a deal's stage, with how to supply it."""
    fact = FACTS.get(check.fact or "")
    call = _call(check, fact, stage)
    return Check(
        stage=stage,
        key=check.key,
        text=check.text.say(tongue()),
        why=said(check.why),
        strength=check.strength,
        supply=Supply(
            words=(fact.supply if fact else check.text).say(tongue()),
            by=[check.tick] if check.tick else list(fact.by) if fact else [],
            method=call.method,
            path=f"{PREFIX}/deals/{page.card.row.path}/{call.below}",
            body=dict(call.body) if call.below != "intake" else dict.fromkeys(_empty_boxes(page), WHO),
        ),
    )


def _empty_boxes(page: DealPage) -> Iterator[str]:
    """Boxes of the form that lack an answer and that nobody has promised to find out."""
    for key in page.missing_fields:
        if key not in page.card.unknown:
            yield from _NEEDED.get(page.process.field(key).kind, (key,))


def _call(check: engine.Check, fact: Fact | None, stage: str) -> Call:
    if fact is not None and fact.kind == "computed":
        return CALLS[fact.name]
    body = {"stage": stage, "check": check.key, "text": WHO}
    if fact is not None and fact.takes_date:
        body["happens_at"] = WHO
    return Call("POST", "evidence", body)
