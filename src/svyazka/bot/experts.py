"""The expert board in chat: its list, the buttons of its cards, and the words that some of them ask for."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.bot.events import Answer
from svyazka.bot.mine import cancelling, numbered, what_i_owe
from svyazka.bot.people import Buttons, Partner, number_of
from svyazka.presale.channels.port import Action, Line
from svyazka.presale.channels.talks import TalkState
from svyazka.presale.experts.claiming import ask_for_more, claim, hand_back, refuse, say_triage
from svyazka.presale.experts.queries import (
    RequestRow,
    expert_board,
    may_answer,
    request_page,
    request_row,
    sendable,
)
from svyazka.presale.journal.values import Actor, Invalid, NotAllowed, NotFound
from svyazka.presale.people.queries import directory
from svyazka.speech.cards import expert_card
from svyazka.speech.expert_facts import facts_of
from svyazka.speech.experts import answers_for, say_barriers, say_level
from svyazka.speech.notices import say_need
from svyazka.speech.reader import address
from svyazka.speech.times import day_short

OFFERED: Final = 8
_HELD: Final = frozenset({"back", "say"})
"""What only somebody who has taken the request is asked about, or his head."""


def tell(partner: Partner) -> None:
    """What nobody has taken, oldest first; a number opens one with its buttons."""
    rows = expert_board(viewer=partner.actor, at=partner.at).open
    if not rows:
        partner.tell(_("Nobody is waiting for an expert"), Line(_("The expert board"), address("/experts/")))
        return
    lines = [
        Line(
            f"{place}. {row.deal.number} · {row.competence}, {say_level(row.level)} · {day_short(row.since)} – {day_short(row.until)}",
            _page(row),
        )
        for place, row in enumerate(rows[:OFFERED], 1)
    ]
    if len(rows) > OFFERED:
        lines.append(Line(_("and %(count)d more") % {"count": len(rows) - OFFERED}, address("/experts/")))
    partner.tell(
        _("Who takes it first, has it"), *lines, buttons=numbered([f"see:{row.id}" for row in rows[:OFFERED]])
    )


def show(partner: Partner, text: str) -> Answer:
    """One request as its card shows it, with what this reader can do about it."""
    page = request_page(request_id=_id(text), viewer=partner.actor, at=partner.at)
    card = expert_card(page.row, page.proposals, partner.reader)
    held = page.row.claim
    buttons: Buttons = ()
    if page.row.state == "open":
        buttons = answers_for(page.row.id, partner.actor)
    elif page.row.state == "claimed" and held is not None and held.person_id == partner.actor.me:
        buttons = _held(page.row)
    partner.tell(card.title, sections=card.sections, buttons=buttons)
    return Answer()


def take(partner: Partner, text: str) -> Answer:
    """“I take it.”"""
    held = claim(request_id=_id(text), actor=partner.actor, at=partner.at)
    row = request_row(request_id=held.request_id, viewer=partner.actor)
    if held.fresh:
        asked_by = directory().name(row.asked_by_id)
        partner.tell(
            _("You have taken it: %(competence)s") % {"competence": row.competence},
            Line(say_need(row.deal), _page(row)),
            *facts_of(row, partner.reader.language),
            Line(_("Asked for by: %(name)s") % {"name": asked_by}),
            Line(_next_step(row)),
            buttons=(*_held(row), *what_i_owe()),
        )
    return Answer(_("It is yours: %(number)s") % {"number": row.deal.number})


def _next_step(row: RequestRow) -> str:
    if row.kind == "triage":
        return _("Next: look at it for a quarter of an hour and say what it has shown.")
    return _("Next: read what is known on the deal’s page and agree the date with the manager.")


def _held(row: RequestRow) -> Buttons:
    """What can be done with a request by who has taken it."""
    back = Action(pgettext("button", "Hand back"), f"back:{row.id}")
    say = Action(pgettext("button", "Say what it has shown"), f"say:{row.id}")
    return ((say,), (back,)) if row.kind == "triage" else ((back,),)


def offer(partner: Partner, text: str) -> Answer:
    """“My person”: whom to send, by the rules, in the head's own chat."""
    page = request_page(request_id=_id(text), viewer=partner.actor, at=partner.at)
    mine = set(sendable(viewer=partner.actor))
    if not mine:
        raise NotAllowed(right="expert.assign")
    if page.row.state != "open":
        return Answer(_("It has been taken already."), alert=True)
    fitting = [one for one in page.proposals if one.person_id in mine][:OFFERED]
    rows = []
    for one in fitting:
        name = directory().name(one.person_id)
        label = f"{name} · {one.points}" if one.is_proposed else _("%(name)s (not proposed)") % {"name": name}
        rows.append((Action(label, f"go:{page.row.id}:{one.person_id}"),))
    partner.tell(
        _("Who goes: %(competence)s?") % {"competence": page.row.competence},
        Line(page.row.deal.number, _page(page.row)), buttons=(*rows, *cancelling()),
    )  # fmt: skip
    return Answer(_("Choose in our chat"))


def send(partner: Partner, text: str) -> Answer:
    """Send somebody; over something that speaks against him the reason is asked first."""
    request, _sep, person = text.partition(":")
    goes = number_of(person) or 0
    try:
        claim(request_id=_id(request), person_id=goes, actor=partner.actor, at=partner.at)
    except Invalid as refusal:
        over = refusal.params.get("over")
        if not isinstance(over, list):
            raise
        row = request_row(request_id=_id(request), viewer=partner.actor)
        partner.turn_to("why", request=row.id, person=goes, deal=row.deal.id)
        partner.tell(
            _("%(name)s isn’t proposed: %(what)s") % {
                "name": directory().name(goes), "what": say_barriers([str(one) for one in over])
            },
            _("Why all the same? It stays on record."), buttons=cancelling(),
        )  # fmt: skip
        return Answer(_("Write in our chat why"))
    return Answer(_("%(name)s goes. The deal’s manager is told.") % {"name": directory().name(goes)})


def sent_over(partner: Partner, talk: TalkState, text: str) -> None:
    """The reason why somebody goes all the same."""
    request, person = _request_of(talk), number_of(str(talk.data.get("person"))) or 0
    claim(request_id=request, person_id=person, why=text, actor=partner.actor, at=partner.at)
    said = _("%(name)s goes. The deal’s manager is told.") % {"name": directory().name(person)}
    _answered(partner, said)


def ask_reason(partner: Partner, text: str) -> Answer:
    """“Not ours, because…”: the because is written in one's own chat."""
    return _ask(partner, text, "no", _("Why isn’t it ours?"))


def ask_lack(partner: Partner, text: str) -> Answer:
    """“Need more”: what, is written in one's own chat."""
    return _ask(partner, text, "more", _("What is lacking to decide?"))


def ask_why_back(partner: Partner, text: str) -> Answer:
    """Back to the board: the reason is written in one's own chat."""
    return _ask(partner, text, "back", _("Why is it handed back?"))


def ask_verdict(partner: Partner, text: str) -> Answer:
    """What a look has shown: it is written in one's own chat."""
    return _ask(partner, text, "say", _("What has the look shown? Is it ours, and what is the next step?"))


def _ask(partner: Partner, text: str, state: str, question: str) -> Answer:
    row = request_row(request_id=_id(text), viewer=partner.actor)
    if not _may(row, state, partner.actor):
        return Answer(_("This button doesn’t work any more."), alert=True)
    partner.turn_to(state, request=row.id, deal=row.deal.id)
    partner.tell(question, Line(f"{row.deal.number} · {row.competence}", _page(row)), buttons=cancelling())
    return Answer(_("Write it in our chat"))


def _may(row: RequestRow, state: str, actor: Actor) -> bool:
    """Whether it is worth asking: the command asks again."""
    if state not in _HELD:
        return row.state in {"open", "claimed"} and may_answer(actor)
    held = row.claim
    if row.state != "claimed" or held is None or (state == "say" and row.kind != "triage"):
        return False
    return held.person_id == actor.me or (state == "back" and held.person_id in sendable(viewer=actor))


def refused(partner: Partner, talk: TalkState, text: str) -> None:
    """The because."""
    request = _request_of(talk)
    refuse(request_id=request, because=text, actor=partner.actor, at=partner.at)
    _answered(partner, _("Recorded. The request is passed on."))


def lacked(partner: Partner, talk: TalkState, text: str) -> None:
    """What is lacking."""
    request = _request_of(talk)
    ask_for_more(request_id=request, what=text, actor=partner.actor, at=partner.at)
    _answered(partner, _("The manager is asked to add it."))


def said_verdict(partner: Partner, talk: TalkState, text: str) -> None:
    """The verdict: the triage is done."""
    request = _request_of(talk)
    say_triage(request_id=request, verdict=text, actor=partner.actor, at=partner.at)
    _answered(partner, _("Recorded. Whoever asked is told."))


def handed_back(partner: Partner, talk: TalkState, text: str) -> None:
    """The reason: now it is on the board again."""
    request = _request_of(talk)
    hand_back(request_id=request, reason=text, actor=partner.actor, at=partner.at)
    _answered(partner, _("Handed back. The request is on the board again."))


def _answered(partner: Partner, said: str) -> None:
    partner.talk(None)
    partner.tell(said)


def _request_of(talk: TalkState) -> int:
    return _id(str(talk.data.get("request")))


def _id(text: str) -> int:
    found = number_of(text)
    if found is None:
        raise NotFound
    return found


def _page(row: RequestRow) -> str:
    return address(f"/experts/{row.id}/")
