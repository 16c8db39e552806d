"""Closed deals by the commands themselves, in which the first answer was in time or late and which were won or lost."""

from datetime import datetime, timedelta
from decimal import Decimal

from svyazka.presale.deals.commands import close_request, receive_request, say_contacted
from svyazka.presale.stages.commands import complete_stage, lose, win
from tests.company import WHOLE_REQUEST, Company

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LARGE, MIDDLE, SMALL = "900 человек", "240 человек", "40 человек"


def closed_life(
    us: Company, at: datetime, *, in_time: bool, end: str = "lost", source: str = "сайт", headcount: str = MIDDLE, over: bool = False
) -> int:  # fmt: skip
    """A request of a working morning and its end a day later.

    :param in_time: whether the client had his first answer within two hours
    :param end: ``won``, ``lost``, ``declined``, ``duplicate`` or ``spam``
    :param over: the first stage was left over its gate before the end
    """
    deal = receive_request(
        answers={**WHOLE_REQUEST, "headcount": headcount},
        actor=us.programmer,
        at=at,
        source=source,
        sure=True,
    ).deal_id
    answered = at + (HOUR if in_time else 4 * HOUR)
    say_contacted(deal_id=deal, how="позвонила", actor=us.dispatcher, at=answered)
    if over:
        complete_stage(
            deal_id=deal, stage="request", reason="Клиент торопит, договорились по телефону", actor=us.dispatcher,
            at=answered,
        )  # fmt: skip
    over_by = at + DAY
    match end:
        case "won":
            win(
                deal_id=deal, contract_number="Д-7", contract_sum=Decimal(900_000), contract_date=over_by.date(),
                reason="Подписали сразу, условия в письме", actor=us.dispatcher, at=over_by,
            )  # fmt: skip
        case "lost":
            lose(
                deal_id=deal, reason="client_side.frozen", evidence="письмо клиента", actor=us.dispatcher, at=over_by
            )  # fmt: skip
        case _:
            original = deal - 1 if end == "duplicate" else None
            close_request(
                deal_id=deal, status=end, reason="так решили на приёмке", actor=us.dispatcher, at=over_by,
                duplicate_of=original,
            )  # fmt: skip
    return deal
