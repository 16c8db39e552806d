"""Closed deals for tests, what is said of them, and what is proposed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from svyazka.presale.journal.values import Actor
from svyazka.presale.reviews.commands import Answers, save_review
from svyazka.presale.reviews.proposals import Draft, propose
from svyazka.presale.stages.commands import complete_stage, lose, win
from tests.company import TUESDAY, Company, accepted_deal

STAGES = ("request", "preparation", "meeting", "estimate", "defence")
CHRISTMAS = date(2026, 12, 24)


def won(us: Company, /, at: datetime = TUESDAY, *, began: datetime = TUESDAY, **changed: Any) -> int:
    """A deal that was hurried through all stages and won."""
    deal = accepted_deal(us, began, **changed)
    for stage in STAGES:
        complete_stage(deal_id=deal, stage=stage, reason="клиент торопит", actor=us.manager, at=at)
    win(
        deal_id=deal, contract_number="17/26", contract_sum=Decimal(3_900_000), contract_date=at.date(),
        reason="условия согласованы в письме", actor=us.manager, at=at,
    )  # fmt: skip
    return deal


def lost(us: Company, /, at: datetime = TUESDAY, **changed: Any) -> int:
    """A deal that was lost at its first stage."""
    deal = accepted_deal(us, at - timedelta(days=1), **changed)
    lose(deal_id=deal, reason="estimate.above_budget", evidence="письмо клиента", actor=us.manager, at=at)
    return deal


def answers(us: Company, **changed: Any) -> Answers:
    """Five answers, with names in them."""
    said = Answers(
        goal="Показать Лесковой себестоимость партии",
        helped="Климов за день собрал прототип на данных ООО «Северный лес»",
        time_went="Ждали схему складов, звонили на +7 916 123-45-67",
        keep="Прототип на данных клиента до оценки",
        change="Спрашивать схему складов на первой встрече",
        owner=us.expert.me,
        by_day=CHRISTMAS,
    )
    return replace(said, **changed)


def reviewed(us: Company, deal: int, *, actor: Actor | None = None, at: datetime = TUESDAY) -> int:
    """The review of a deal, by its manager."""
    return save_review(deal_id=deal, answers=answers(us), actor=actor or us.manager, at=at)


def draft(us: Company, **changed: Any) -> Draft:
    """A proposal about a term that the process has."""
    said = Draft(
        kind="term", about="letter_sent", text="Письмо-итог — в течение двух часов", why="Клиент помнит встречу",
        figure="term_kept", figure_of="letter_sent", judge_on=CHRISTMAS, owner=us.head.me,
    )  # fmt: skip
    return replace(said, **changed)


def proposed(us: Company, *, actor: Actor | None = None, at: datetime = TUESDAY, **changed: Any) -> int:
    """A proposal that waits."""
    return propose(draft=draft(us, **changed), actor=actor or us.manager, at=at)
