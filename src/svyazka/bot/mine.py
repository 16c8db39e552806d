"""``/my``: what I owe, and keeping it, handing it over, asking about it, by a press and a word."""

from collections.abc import Sequence
from textwrap import shorten
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.bot.events import Answer
from svyazka.bot.people import Buttons, Partner, number_of
from svyazka.presale.channels.port import Action, Line, Section
from svyazka.presale.channels.talks import TalkState
from svyazka.presale.commitments.commands import AlreadyClosed, hand_over
from svyazka.presale.commitments.queries import CommitmentRow, commitment_row, owed_by
from svyazka.presale.deals.queries import DealRow, rows_by_id
from svyazka.presale.experts.queries import taken_by
from svyazka.presale.journal.values import NotFound
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.presale.questions.commands import ask_question
from svyazka.presale.stages.keeping import keep_commitment, way_to_keep
from svyazka.speech.discretion import discreet
from svyazka.speech.notices import hidden
from svyazka.speech.process_words import say_owed
from svyazka.speech.reader import address
from svyazka.speech.times import day_short, when

SHOWN: Final = 8
A_ROW: Final = 4
"""Buttons with a number that stand side by side."""
NEED: Final = 40
"""Letters of what the client needs that a line of the list takes."""
COLLEAGUES: Final = 12


def tell(partner: Partner) -> None:
    """The list, what is due first on top. A number opens one with its buttons; where there is only one, they are there."""
    rows = [row for row in owed_by(viewer=partner.actor) if not row.on_client]
    shown, going = rows[:SHOWN], taken_by(viewer=partner.actor)[:SHOWN]
    if not rows and not going:
        partner.tell(_("You owe nothing right now"), Line(_("My day"), address("/")))
        return
    deals = rows_by_id({row.deal_id for row in shown} | {one.deal_id for one in going}, viewer=partner.actor)
    lines = [
        Line(
            f"{place}. {_what(row, deals[row.deal_id], partner)} · {_due(row, deals[row.deal_id], partner)}",
            _page(row),
        )
        for place, row in enumerate(shown, 1)
    ]
    if len(rows) > SHOWN:
        lines.append(Line(_("and %(count)d more") % {"count": len(rows) - SHOWN}, address("/")))
    goes = tuple(
        Line(f"{place}. " + _("%(what)s · until %(day)s") % {"what": f"{_short(deals[one.deal_id])} · {one.competence}", "day": day_short(one.until)},
             address(f"/experts/{one.id}/"))
        for place, one in enumerate(going, len(shown) + 1)
    )  # fmt: skip
    codes = [*(f"owe:{row.id}" for row in shown), *(f"see:{one.id}" for one in going)]
    partner.tell(
        _("What I owe"),
        sections=(Section("", tuple(lines)), *([Section(_("You go as the expert"), goes)] if goes else [])),
        buttons=_buttons(shown[0], deals[shown[0].deal_id], partner)
        if len(codes) == len(shown) == 1
        else numbered(codes),
    )


def show(partner: Partner, _text: str) -> Answer:
    """The list again, by a button."""
    tell(partner)
    return Answer()


def show_one(partner: Partner, text: str) -> Answer:
    """One of the list, with what can be done about it."""
    row = _mine(partner, text)
    deal = _deal(row, partner)
    _way, fact = way_to_keep(row, process_version(row.process_number))
    hint = [fact.supply.say(partner.reader.language)] if fact else []
    partner.tell(
        _what(row, deal, partner), Line(_due(row, deal, partner)), *hint, Line(_("Its page"), _page(row)),
        buttons=_buttons(row, deal, partner),
    )  # fmt: skip
    return Answer()


def say_task(row: CommitmentRow, partner: Partner) -> tuple[str, str, str]:
    """On which deal somebody owes what, by when, and the address of its page."""
    deal = _deal(row, partner)
    return _what(row, deal, partner), _due(row, deal, partner), _page(row)


def numbered(codes: Sequence[str]) -> Buttons:
    """A button with its number for each of a list."""
    every = [Action(str(place), code) for place, code in enumerate(codes, 1)]
    return tuple(tuple(every[first : first + A_ROW]) for first in range(0, len(every), A_ROW))


def _due(row: CommitmentRow, deal: DealRow, partner: Partner) -> str:
    if row.stands(deal_on_client=deal.on_client):
        return _("the clock stands, it is the client’s move")
    said = _("overdue since %(when)s") if row.due_at < partner.at else _("due %(when)s")
    return said % {"when": when(row.due_at, partner.at)}


def _buttons(row: CommitmentRow, deal: DealRow, partner: Partner) -> Buttons:
    way, _fact = way_to_keep(row, process_version(row.process_number))
    done = Action(pgettext("button", "Done"), f"done:{row.id}")
    over = Action(pgettext("button", "Hand over"), f"hand:{row.id}")
    ask = Action(pgettext("button", "Ask the client"), f"ask:{row.deal_id}")
    takes_a_page, asks_himself = way in {"deal", "dated"}, deal.manager_id == partner.actor.me
    return ((*(() if takes_a_page else (done,)), over), *(() if asks_himself else ((ask,),)))


def _what(row: CommitmentRow, deal: DealRow, partner: Partner) -> str:
    result = row.result if directory().names_in_messages or not row.result else hidden()
    what = say_owed(row.term, result, process_version(row.process_number), partner.reader.language)
    return f"{_short(deal)}: {what}"


def _named(row: CommitmentRow, partner: Partner) -> str:
    return _what(row, _deal(row, partner), partner)


def _short(deal: DealRow) -> str:
    """The deal by its number and whose it is; where no names go out, by what is needed."""
    if directory().names_in_messages and deal.client_name:
        return f"{deal.number} · {deal.client_name}"
    return f"{deal.number} · {shorten(discreet(deal.title, client=deal.client_name), NEED, placeholder='…')}"


def _deal(row: CommitmentRow, partner: Partner) -> DealRow:
    return rows_by_id([row.deal_id], viewer=partner.actor)[row.deal_id]


def _page(row: CommitmentRow) -> str:
    if row.about:
        return address(f"/experts/{row.about}/")
    return address(f"/deals/{row.deal_number.partition('-')[2]}/")


def _mine(partner: Partner, text: str) -> CommitmentRow:
    """The commitment that a button is about, if it is the partner's and still open.

    :raises NotFound: it is another's
    :raises AlreadyClosed: it is not open any more; an old list may still show it
    """
    row = commitment_row(number_of(text) or 0)
    if row is None or row.performer_id != partner.actor.person_id:
        raise NotFound
    if row.outcome != "open":
        raise AlreadyClosed(outcome=row.outcome, who=directory().name(row.closed_by_id))
    return row


def done(partner: Partner, text: str) -> Answer:
    """Keep it; where it takes evidence, ask for that first."""
    row = _mine(partner, text)
    way, fact = way_to_keep(row, process_version(row.process_number))
    if way == "word":
        outcome = keep_commitment(commitment_id=row.id, actor=partner.actor, at=partner.at)
        _tell_kept(partner, row, outcome)
        return Answer()
    if way in {"deal", "dated"}:
        return Answer(_("This is done on its page: open the link in the list."), alert=True)
    hint = fact.supply.say(partner.reader.language) if fact else ""
    partner.turn_to("done", commitment=row.id, deal=row.deal_id)
    partner.tell(
        _named(row, partner),
        hint,
        _("Write in a line what shows it."),
        buttons=cancelling(),
    )
    return Answer(_("Write in our chat what shows it"))


def kept_with(partner: Partner, talk: TalkState, text: str) -> None:
    """The words that show it."""
    row = _mine(partner, str(talk.data.get("commitment")))
    outcome = keep_commitment(commitment_id=row.id, actor=partner.actor, at=partner.at, note=text)
    partner.talk(None)
    _tell_kept(partner, row, outcome)


def _tell_kept(partner: Partner, row: CommitmentRow, outcome: str) -> None:
    said = _("Kept.") if outcome == "kept" else _("Done, though late. The delay is on record.")
    partner.tell(said, _named(row, partner), buttons=what_i_owe())


def hand(partner: Partner, text: str) -> Answer:
    """Choose who takes it over: colleagues with the role it is owed in come first."""
    row = _mine(partner, text)
    people = directory()
    others = [card for card in people.active() if card.id not in {partner.actor.person_id, row.controller_id}]
    mine = people.people[partner.actor.me].unit_id
    others.sort(key=lambda card: (row.role not in card.roles, card.unit_id != mine, card.full_name))
    rows = [(Action(card.short_name, f"to:{row.id}:{card.id}"),) for card in others[:COLLEAGUES]]
    partner.tell(
        _("Who takes it over?"), _named(row, partner), Line(_("Somebody else: on the deal’s page"), _page(row)),
        buttons=(*rows, *cancelling()),
    )  # fmt: skip
    return Answer()


def hand_to(partner: Partner, text: str) -> Answer:
    """Ask why, before it is handed over."""
    commitment, _sep, person = text.partition(":")
    row = _mine(partner, commitment)
    name = directory().name(number_of(person))
    if not name:
        raise NotFound
    partner.turn_to("hand", commitment=row.id, person=int(person), deal=row.deal_id)
    partner.tell(
        _("To %(name)s: why is it handed over?") % {"name": name},
        _named(row, partner),
        buttons=cancelling(),
    )
    return Answer()


def handed(partner: Partner, talk: TalkState, text: str) -> None:
    """The reason: now it is handed over."""
    row = _mine(partner, str(talk.data.get("commitment")))
    hand_over(
        commitment_id=row.id, to_id=number_of(str(talk.data.get("person"))) or 0, reason=text, actor=partner.actor,
        at=partner.at,
    )  # fmt: skip
    partner.talk(None)
    partner.tell(_("Handed over."), _named(row, partner))


def ask(partner: Partner, text: str) -> Answer:
    """Ask the client, through the manager: first the words."""
    partner.turn_to("ask", deal=number_of(text) or 0)
    partner.tell(
        _("What do you want to ask the client?"),
        _("The deal’s manager puts it to the client."),
        buttons=cancelling(),
    )
    return Answer()


def asked(partner: Partner, talk: TalkState, text: str) -> None:
    """The question: now the manager has it."""
    deal_id = number_of(str(talk.data.get("deal"))) or 0
    ask_question(deal_id=deal_id, text=text, actor=partner.actor, at=partner.at)
    partner.talk(None)
    partner.tell(_("The manager has the question."))


def what_i_owe() -> Buttons:
    """The button that shows the list."""
    return ((Action(pgettext("button", "What I owe"), "my:list"),),)


def cancelling() -> Buttons:
    """The button that ends a talk."""
    return ((Action(pgettext("button", "Cancel"), "talk:cancel"),),)
