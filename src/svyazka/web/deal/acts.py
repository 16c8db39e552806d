"""Every act on the deal page: read the form, call one command, say what is done now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from svyazka.presale.commitments import commands as commitments
from svyazka.presale.commitments.lines import open_in_line
from svyazka.presale.deals import commands as deals
from svyazka.presale.deals import seats
from svyazka.presale.deals.queries import deal_id_of
from svyazka.presale.documents.commands import remove_document
from svyazka.presale.documents.queries import document_row
from svyazka.presale.journal.values import Actor, Invalid, NotFound
from svyazka.presale.questions import commands as questions
from svyazka.presale.stages import commands as stages
from svyazka.presale.stages.evidence import supply_evidence, withdraw_evidence
from svyazka.presale.stages.keeping import keep_commitment
from svyazka.web.deal.typed import Typed


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for: on which deal, with what in the form, who, when."""

    deal: int
    typed: Typed
    actor: Actor
    at: datetime


Act = Callable[[Asked], str]
"""Returns what to tell the one who acted."""


def advance(asked: Asked) -> str:
    """Finish the stage that was seen, with a reason over the gate."""
    stages.complete_stage(
        deal_id=asked.deal,
        stage=asked.typed.text("key"),
        reason=asked.typed.text("reason"),
        actor=asked.actor,
        at=asked.at,
    )
    return _("The stage is finished.")


def evidence(asked: Asked) -> str:
    """Say that a check of the stage holds, and what shows it."""
    happens_at = asked.typed.moment("happens_at", required=False)
    asked.typed.check()
    stage, _dot, check = asked.typed.text("key").partition(".")
    supply_evidence(
        deal_id=asked.deal, stage=stage, check=check, text=asked.typed.text("text"), happens_at=happens_at, actor=asked.actor, at=asked.at
    )  # fmt: skip
    return _("Recorded.")


def withdraw(asked: Asked) -> str:
    """Take evidence back."""
    stage, _dot, check = asked.typed.text("key").partition(".")
    withdraw_evidence(
        deal_id=asked.deal,
        stage=stage,
        check=check,
        reason=asked.typed.text("reason"),
        actor=asked.actor,
        at=asked.at,
    )
    return _("The mark is removed.")


def contacted(asked: Asked) -> str:
    """The client has an answer."""
    deals.say_contacted(deal_id=asked.deal, how=asked.typed.text("how"), actor=asked.actor, at=asked.at)
    return _("Recorded: the client has been answered.")


def chased(asked: Asked) -> str:
    """The client had to ask “when?”."""
    fresh = deals.say_chased(
        deal_id=asked.deal, words=asked.typed.text("words"), actor=asked.actor, at=asked.at
    )
    if not fresh:
        return _("That was recorded a moment ago already: it counts once.")
    return _("Recorded. The manager owes the client an answer within two working hours.")


def no_duplicate(asked: Asked) -> str:
    """The similar ones were looked at: this request is new."""
    deals.confirm_no_duplicate(deal_id=asked.deal, actor=asked.actor, at=asked.at)
    return _("Confirmed: the request is new.")


def accept(asked: Asked) -> str:
    """Decide that the request is ours, and whose."""
    deals.accept_request(
        deal_id=asked.deal,
        manager_id=asked.typed.number("manager"),
        unit_id=asked.typed.number("unit"),
        actor=asked.actor,
        at=asked.at,
    )
    return _("The request is accepted.")


def close(asked: Asked) -> str:
    """Close the request as declined, duplicate or spam."""
    original = None
    if asked.typed.text("status") == "duplicate":
        try:
            original = deal_id_of(asked.typed.text("duplicate_of"), viewer=asked.actor)
        except NotFound:
            raise Invalid(errors={"duplicate_of": "needs_original"}) from None
    deals.close_request(
        deal_id=asked.deal, status=asked.typed.text("status"), reason=asked.typed.text("reason"), duplicate_of=original,
        actor=asked.actor, at=asked.at,
    )  # fmt: skip
    return _("The request is closed.")


def appoint(asked: Asked) -> str:
    """Give a role to a person: ``ROLE:PERSON``."""
    role, _colon, person = asked.typed.text("role").partition(":")
    if not person.isascii() or not person.isdigit():
        raise Invalid(errors={"role": "unknown_choice"})
    seats.appoint(deal_id=asked.deal, person_id=int(person[:9]), role=role, actor=asked.actor, at=asked.at)
    return _("Appointed.")


def release(asked: Asked) -> str:
    """End a person's role: ``ROLE:PERSON``."""
    role, _colon, person = asked.typed.text("key").partition(":")
    if not person.isascii() or not person.isdigit():
        raise NotFound
    seats.release(deal_id=asked.deal, person_id=int(person[:9]), role=role, actor=asked.actor, at=asked.at)
    return _("The role is removed.")


def call_fixer(asked: Asked) -> str:
    """Call the fixer out of the shadow."""
    seats.call_fixer(
        deal_id=asked.deal, what_for=asked.typed.text("what_for"), actor=asked.actor, at=asked.at
    )
    return _("The fixer is called.")


def owe(asked: Asked) -> str:
    """One person owes one result by one time."""
    asked.typed.want("result", "performer", "due")
    due = asked.typed.moment("due")
    asked.typed.check()
    assert due is not None  # check() has refused that
    commitments.open_commitment(
        deal_id=asked.deal, performer_id=asked.typed.number("performer") or 0, result=asked.typed.text("result"), due_at=due,
        controller_id=asked.typed.number("controller"), to_client=asked.typed.flag("to_client"), actor=asked.actor, at=asked.at,
    )  # fmt: skip
    return _("Recorded.")


def in_line(asked: Asked) -> str:
    """The same in one line, as it is said in a talk."""
    asked.typed.want("line")
    asked.typed.check()
    open_in_line(deal_id=asked.deal, text=asked.typed.text("line"), actor=asked.actor, at=asked.at)
    return _("Recorded.")


def keep(asked: Asked) -> str:
    """The result is there."""
    happens_at = asked.typed.moment("happens_at", required=False)
    asked.typed.check()
    outcome = keep_commitment(
        commitment_id=asked.typed.number("key") or 0, note=asked.typed.text("text"), happens_at=happens_at, actor=asked.actor, at=asked.at
    )  # fmt: skip
    return _("Kept.") if outcome == "kept" else _("Done, though late. The delay is on record.")


def waive(asked: Asked) -> str:
    """The result isn't needed any more."""
    commitments.waive(
        commitment_id=asked.typed.number("key") or 0,
        reason=asked.typed.text("reason"),
        actor=asked.actor,
        at=asked.at,
    )
    return _("The commitment is waived.")


def give_up(asked: Asked) -> str:
    """The result won't come."""
    commitments.give_up(
        commitment_id=asked.typed.number("key") or 0,
        reason=asked.typed.text("reason"),
        actor=asked.actor,
        at=asked.at,
    )
    return _("Recorded: it won’t be done.")


def hand_over(asked: Asked) -> str:
    """Another performer takes it on."""
    commitments.hand_over(
        commitment_id=asked.typed.number("key") or 0, to_id=asked.typed.number("to") or 0, reason=asked.typed.text("reason"),
        actor=asked.actor, at=asked.at,
    )  # fmt: skip
    return _("Handed over.")


def ask(asked: Asked) -> str:
    """Put a question to the client, through the manager."""
    questions.ask_question(deal_id=asked.deal, text=asked.typed.text("text"), actor=asked.actor, at=asked.at)
    return _("The manager has the question.")


def relay(asked: Asked) -> str:
    """The client has been asked."""
    questions.relay_question(question_id=asked.typed.number("key") or 0, actor=asked.actor, at=asked.at)
    return _("Recorded: it is the client’s turn now.")


def answer(asked: Asked) -> str:
    """What the client answered."""
    questions.answer_question(
        question_id=asked.typed.number("key") or 0,
        answer=asked.typed.text("answer"),
        actor=asked.actor,
        at=asked.at,
    )
    return _("The answer is recorded, and whoever asked is notified.")


def remove_file(asked: Asked) -> str:
    """Take a file out of this deal's folder."""
    document_id = asked.typed.number("key") or 0
    if document_row(document_id, viewer=asked.actor).deal_id != asked.deal:
        raise NotFound
    remove_document(
        document_id=document_id, reason=asked.typed.text("reason"), actor=asked.actor, at=asked.at
    )
    return _("The file is removed.")


def win(asked: Asked) -> str:
    """The contract is signed."""
    asked.typed.want("contract_number")
    day, amount = asked.typed.day("contract_date"), asked.typed.money("contract_sum")
    asked.typed.check()
    assert day is not None  # check() has refused that
    stages.win(
        deal_id=asked.deal, contract_number=asked.typed.text("contract_number"), contract_sum=amount, contract_date=day,
        reason=asked.typed.text("reason"), actor=asked.actor, at=asked.at,
    )  # fmt: skip
    return _("Won! The contract is recorded.")


def lose(asked: Asked) -> str:
    """The deal is lost."""
    stages.lose(
        deal_id=asked.deal, reason=asked.typed.text("reason"), evidence=asked.typed.text("evidence"),
        client_words=asked.typed.text("client_words"), actor=asked.actor, at=asked.at,
    )  # fmt: skip
    return _("The deal is closed as lost.")


def reopen(asked: Asked) -> str:
    """Open it again."""
    stages.reopen(deal_id=asked.deal, reason=asked.typed.text("reason"), actor=asked.actor, at=asked.at)
    return _("The deal is reopened.")


def follow(asked: Asked) -> str:
    """Follow the current version of the process."""
    number = stages.follow_version(deal_id=asked.deal, number=None, actor=asked.actor, at=asked.at)
    return _("The deal follows version %(number)s of the process.") % {"number": number}


ACTS: Final[Mapping[str, Act]] = {
    "advance": advance,
    "evidence": evidence,
    "withdraw": withdraw,
    "contacted": contacted,
    "chased": chased,
    "no_duplicate": no_duplicate,
    "accept": accept,
    "close": close,
    "appoint": appoint,
    "release": release,
    "call_fixer": call_fixer,
    "owe": owe,
    "in_line": in_line,
    "keep": keep,
    "waive": waive,
    "give_up": give_up,
    "hand_over": hand_over,
    "ask": ask,
    "relay": relay,
    "answer": answer,
    "remove_file": remove_file,
    "win": win,
    "lose": lose,
    "reopen": reopen,
    "follow": follow,
}
"""Acts by name: the last part of the address that they are posted to."""
