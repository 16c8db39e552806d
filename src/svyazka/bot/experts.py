"""The expert board in chat: the buttons of its cards, and the words that some of them ask for."""

from django.utils.translation import gettext as _

from svyazka.bot.events import Answer
from svyazka.bot.mine import cancelling
from svyazka.bot.people import Partner, number_of
from svyazka.presale.channels.port import Action, Line
from svyazka.presale.channels.talks import TalkState
from svyazka.presale.experts.claiming import ask_for_more, claim, refuse
from svyazka.presale.experts.queries import RequestRow, request_page, request_row, sendable
from svyazka.presale.journal.values import Invalid, NotAllowed, NotFound
from svyazka.presale.people.queries import directory
from svyazka.speech.experts import say_barriers
from svyazka.speech.reader import address

OFFERED = 8


def take(partner: Partner, text: str) -> Answer:
    """“I take it.”"""
    held = claim(request_id=_id(text), actor=partner.actor, at=partner.at)
    row = request_row(request_id=held.request_id, viewer=partner.actor)
    if held.fresh:
        partner.tell(
            _("You have taken it: %(competence)s") % {"competence": row.competence},
            Line(
                f"{row.deal.number} · {row.goal}" if directory().names_in_messages else row.deal.number,
                _page(row),
            ),
        )
    return Answer(_("It is yours: %(number)s") % {"number": row.deal.number})


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
        partner.talk("why", request=_id(request), person=goes)
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
    person = number_of(str(talk.data.get("person"))) or 0
    claim(
        request_id=_id(str(talk.data.get("request"))),
        person_id=person,
        why=text,
        actor=partner.actor,
        at=partner.at,
    )
    partner.talk(None)
    partner.tell(_("%(name)s goes. The deal’s manager is told.") % {"name": directory().name(person)})


def ask_reason(partner: Partner, text: str) -> Answer:
    """“Not ours, because…”: the because is written in one's own chat."""
    return _ask(partner, text, "no", _("Why isn’t it ours?"))


def ask_lack(partner: Partner, text: str) -> Answer:
    """“Need more”: what, is written in one's own chat."""
    return _ask(partner, text, "more", _("What is lacking to decide?"))


def _ask(partner: Partner, text: str, state: str, question: str) -> Answer:
    row = request_row(request_id=_id(text), viewer=partner.actor)
    partner.talk(state, request=row.id)
    partner.tell(question, Line(f"{row.deal.number} · {row.competence}", _page(row)), buttons=cancelling())
    return Answer(_("Write it in our chat"))


def refused(partner: Partner, talk: TalkState, text: str) -> None:
    """The because."""
    refuse(request_id=_id(str(talk.data.get("request"))), because=text, actor=partner.actor, at=partner.at)
    partner.talk(None)
    partner.tell(_("Recorded. The request is passed on."))


def lacked(partner: Partner, talk: TalkState, text: str) -> None:
    """What is lacking."""
    ask_for_more(request_id=_id(str(talk.data.get("request"))), what=text, actor=partner.actor, at=partner.at)
    partner.talk(None)
    partner.tell(_("The manager is asked to add it."))


def _id(text: str) -> int:
    found = number_of(text)
    if found is None:
        raise NotFound
    return found


def _page(row: RequestRow) -> str:
    return address(f"/experts/{row.id}/")
