"""``/my``: what I owe, and keeping it, handing it over, asking about it, by a press and a word."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.bot.events import Answer
from svyazka.bot.people import Partner, number_of
from svyazka.presale.channels.port import Action, Line, Section
from svyazka.presale.channels.talks import TalkState
from svyazka.presale.commitments.commands import hand_over
from svyazka.presale.commitments.queries import CommitmentRow, commitment_row, owed_by
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.experts.queries import taken_by
from svyazka.presale.journal.values import NotFound
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.presale.questions.commands import ask_question
from svyazka.presale.stages.keeping import keep_commitment, way_to_keep
from svyazka.speech.notices import hidden
from svyazka.speech.process_words import say_owed
from svyazka.speech.reader import address
from svyazka.speech.times import day_short, when

SHOWN: Final = 8
COLLEAGUES: Final = 12


def tell(partner: Partner) -> None:
    """The list, what is due first on top, a row of buttons for each."""
    rows = [row for row in owed_by(viewer=partner.actor) if not row.on_client]
    going = taken_by(viewer=partner.actor)[:SHOWN]
    if not rows and not going:
        partner.tell(_("You owe nothing right now"), Line(_("My day"), address("/")))
        return
    deals = rows_by_id(
        {row.deal_id for row in rows[:SHOWN]} | {one.deal_id for one in going}, viewer=partner.actor
    )
    lines, buttons = [], []
    for place, row in enumerate(rows[:SHOWN], 1):
        stands = row.stands(deal_on_client=deals[row.deal_id].on_client)
        due = _("the clock stands, it is the client’s move") if stands else _due(row, partner)
        lines.append(Line(f"{place}. {_what(row, partner)} · {due}", _page(row)))
        buttons.append(_buttons(place, row))
    if len(rows) > SHOWN:
        lines.append(Line(_("and %(count)d more") % {"count": len(rows) - SHOWN}, address("/")))
    goes = tuple(
        Line(_("%(what)s · until %(day)s") % {"what": f"{deals[one.deal_id].number} · {one.competence}", "day": day_short(one.until)},
             address(f"/experts/{one.id}/"))
        for one in going
    )  # fmt: skip
    partner.tell(
        _("What I owe"),
        sections=(Section("", tuple(lines)), *([Section(_("You go as the expert"), goes)] if goes else [])),
        buttons=tuple(buttons),
    )


def show(partner: Partner, _text: str) -> Answer:
    """The list again, by a button."""
    tell(partner)
    return Answer()


def _due(row: CommitmentRow, partner: Partner) -> str:
    said = _("overdue since %(when)s") if row.due_at < partner.at else _("due %(when)s")
    return said % {"when": when(row.due_at, partner.at)}


def _buttons(place: int, row: CommitmentRow) -> tuple[Action, ...]:
    way, _fact = way_to_keep(row, process_version(row.process_number))
    over = Action(pgettext("button", "Hand over %(num)d") % {"num": place}, f"hand:{row.id}")
    ask = Action(pgettext("button", "Ask %(num)d") % {"num": place}, f"ask:{row.deal_id}")
    if way in {"deal", "dated"}:  # it takes a page
        return over, ask
    return Action(pgettext("button", "Done %(num)d") % {"num": place}, f"done:{row.id}"), over, ask


def _what(row: CommitmentRow, partner: Partner) -> str:
    result = row.result if directory().names_in_messages or not row.result else hidden()
    what = say_owed(row.term, result, process_version(row.process_number), partner.reader.language)
    return f"{row.deal_number} · {what}"


def _page(row: CommitmentRow) -> str:
    if row.about:
        return address(f"/experts/{row.about}/")
    return address(f"/deals/{row.deal_number.partition('-')[2]}/")


def _mine(partner: Partner, text: str) -> CommitmentRow:
    """The open commitment that a button is about, if it is the partner's.

    :raises NotFound: it is not
    """
    row = commitment_row(number_of(text) or 0)
    if row is None or row.performer_id != partner.actor.person_id:
        raise NotFound
    return row


def done(partner: Partner, text: str) -> Answer:
    """Keep it; where it takes evidence, ask for that first."""
    row = _mine(partner, text)
    way, fact = way_to_keep(row, process_version(row.process_number))
    if way == "word":
        return Answer(_kept(keep_commitment(commitment_id=row.id, actor=partner.actor, at=partner.at)))
    if way in {"deal", "dated"}:
        return Answer(_("This is done on its page: open the link in the list."), alert=True)
    hint = fact.supply.say(partner.reader.language) if fact else ""
    partner.talk("done", commitment=row.id)
    partner.tell(_what(row, partner), hint, _("Write in a line what shows it."), buttons=cancelling())
    return Answer(_("Write in our chat what shows it"))


def kept_with(partner: Partner, talk: TalkState, text: str) -> None:
    """The words that show it."""
    row = _mine(partner, str(talk.data.get("commitment")))
    outcome = keep_commitment(commitment_id=row.id, actor=partner.actor, at=partner.at, note=text)
    partner.talk(None)
    partner.tell(_kept(outcome), _what(row, partner))


def _kept(outcome: str) -> str:
    return _("Kept.") if outcome == "kept" else _("Done, though late. The delay is on record.")


def hand(partner: Partner, text: str) -> Answer:
    """Choose who takes it over: colleagues with the role it is owed in come first."""
    row = _mine(partner, text)
    people = directory()
    others = [card for card in people.active() if card.id != partner.actor.person_id]
    mine = people.people[partner.actor.me].unit_id
    others.sort(key=lambda card: (row.role not in card.roles, card.unit_id != mine, card.full_name))
    rows = [(Action(card.short_name, f"to:{row.id}:{card.id}"),) for card in others[:COLLEAGUES]]
    partner.tell(
        _("Who takes it over?"), _what(row, partner), Line(_("Somebody else: on the deal’s page"), _page(row)),
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
    partner.talk("hand", commitment=row.id, person=int(person))
    partner.tell(
        _("To %(name)s: why is it handed over?") % {"name": name}, _what(row, partner), buttons=cancelling()
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
    partner.tell(_("Handed over."), _what(row, partner))


def ask(partner: Partner, text: str) -> Answer:
    """Ask the client, through the manager: first the words."""
    partner.talk("ask", deal=number_of(text) or 0)
    partner.tell(
        _("What do you want to ask the client?"),
        _("The deal’s manager puts it to the client."),
        buttons=cancelling(),
    )
    return Answer()


def asked(partner: Partner, talk: TalkState, text: str) -> None:
    """The question: now the manager has it."""
    ask_question(
        deal_id=number_of(str(talk.data.get("deal"))) or 0, text=text, actor=partner.actor, at=partner.at
    )
    partner.talk(None)
    partner.tell(_("The manager has the question."))


def cancelling() -> tuple[tuple[Action, ...], ...]:
    """The button that ends a talk."""
    return ((Action(pgettext("button", "Cancel"), "talk:cancel"),),)
