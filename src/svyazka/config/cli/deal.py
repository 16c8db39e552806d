"""The command that prints where a deal stands."""

from collections.abc import Iterable

import typer
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from svyazka.config.cli.journal import Number
from svyazka.config.cli.who import administrator, now
from svyazka.engine.clock import Holder
from svyazka.presale.people.queries import Directory, directory
from svyazka.presale.stages.queries import DealPage, deal_page
from svyazka.speech.process_words import say_owed, say_reason, say_role
from svyazka.speech.refusals import OUTCOMES, STATUSES
from svyazka.speech.times import day, moment, money, worktime

app = typer.Typer()
deals = typer.Typer(no_args_is_help=True, help="Deals.")
app.add_typer(deals, name="deal")

_WIDTH = 48


@deals.callback()
def group() -> None:
    """Deals."""


@deals.command("show")
def show(number: Number) -> None:
    """Print where a deal stands: what is missing, who owes what by when, who held the ball how long."""
    page = deal_page(number=number, viewer=administrator(), at=now())
    people = directory()
    # what is told of a deal is for people who needn't know English
    with translation.override(settings.LANGUAGE_CODE):
        for part in (_head(page, people), _gate(page), _commitments(page, people), _life(page, people)):
            print("\n".join(part))


def _head(page: DealPage, people: Directory) -> Iterable[str]:
    row, card = page.card.row, page.card
    language = settings.LANGUAGE_CODE
    yield f"{row.number}  {row.client_name}"
    yield f"  {row.title}"
    yield f"  {STATUSES.get(row.status, row.status)} · {page.standing.stage.name.say(language)} · {moment(row.received_at)}"
    seats = ", ".join(
        f"{say_role(seat.role, page.process, language)}: {people.name(seat.person_id)}"
        for seat in page.seats
        if seat.until is None
    )
    if seats:
        yield f"  {seats}"
    if card.contract_number:
        known = (
            card.contract_number,
            day(card.contract_date) if card.contract_date else "",
            money(card.contract_sum) if card.contract_sum else "",
        )
        yield f"  {_('Contract')} {', '.join(filter(None, known))}"
    if "." in card.reason:
        yield f"  {say_reason(card.reason, page.process, language)}"


def _gate(page: DealPage) -> Iterable[str]:
    language = settings.LANGUAGE_CODE
    yield ""
    yield _("Checks")
    for row in page.checks:
        mark = "+" if row.holds else "!" if row.check.strength == "stop" else "-"
        yield f"  {mark} {row.check.text.say(language)}"


def _commitments(page: DealPage, people: Directory) -> Iterable[str]:
    language = settings.LANGUAGE_CODE
    yield ""
    yield _("Commitments")
    width = max((len(moment(row.due_at)) for row in page.commitments), default=0)
    for row in page.commitments:
        who = _("the client") if row.on_client else people.name(row.performer_id)
        what = say_owed(row.term, row.result, page.process, language)
        yield f"  {OUTCOMES[row.outcome]!s:<22} {moment(row.due_at):<{width}}  {who}: {what}"


def _life(page: DealPage, people: Directory) -> Iterable[str]:
    """The life bar: as much of it as each held the ball, in working time."""
    yield ""
    yield _("Life bar")
    held: dict[str, int] = {}
    for part in page.life:
        name = _holder(part.holder, people)
        held[name] = held.get(name, 0) + part.minutes
    total = sum(held.values()) or 1
    width = max((len(name) for name in held), default=0)
    for name, minutes in sorted(held.items(), key=lambda pair: -pair[1]):
        bar = "█" * max(1, round(_WIDTH * minutes / total))
        yield f"  {name:<{width}}  {bar} {worktime(minutes)}"


def _holder(holder: Holder, people: Directory) -> str:
    match holder.kind:
        case "client":
            return _("the client")
        case "queue":
            return _("nobody")
    return people.name(holder.person_id)
