"""``/lead``: a request handed in by three answers, resumable, with whatever was sent along."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.bot.events import FileRef, Said
from svyazka.bot.files import fetch_later
from svyazka.bot.people import LEAD, LeadUnderWay, Partner
from svyazka.engine.identity import EMAIL_IN_TEXT, normal_email, normal_phone, valid_inn
from svyazka.presale.channels.port import Action, Line, Section
from svyazka.presale.channels.talks import TalkState, talk_at
from svyazka.presale.deals.commands import Received, receive_request
from svyazka.presale.deals.intake import LONGEST
from svyazka.presale.deals.queries import brought, own_leads, rows_by_id
from svyazka.presale.journal.values import Conflict, Invalid
from svyazka.presale.process.queries import current_process
from svyazka.speech.notices import say_need
from svyazka.speech.process_words import say_box, say_missing
from svyazka.speech.reader import address
from svyazka.speech.standings import say_fate

STEPS: Final = ("request", "company", "contact")
SHOWN: Final = 10
MOST_FILES: Final = 20
MOST_AN_HOUR: Final = 20
"""Requests of one person: far more than anybody hears of, far fewer than a script would make."""
_NOTHING: Final = frozenset({"-", "–", "—", "?"})
"""What people type for “don’t know” besides the words of the button."""
_PHONE: Final = re.compile(r"\+?\d[\d\s()-]{8,}\d")
_INN: Final = re.compile(r"(?<!\d)(\d{12}|\d{10})(?!\d)")


class TooManyLeads(Conflict):
    """The person has handed in more requests within an hour than he can have heard of."""

    code = "too_many_leads"


@dataclass(frozen=True, slots=True)
class Lead:
    """What was said so far. ``began`` makes the request's own name, so that one talk hands one request in.

    :param mends: whether one answer is being said anew and the others are there already
    """

    began: str
    step: str = "request"
    answers: Mapping[str, str] = field(default_factory=dict)
    files: tuple[FileRef, ...] = ()
    mends: bool = False

    @classmethod
    def of(cls, talk: TalkState) -> "Lead":
        """The lead of a talk that was kept."""
        kept: Any = talk.data
        files = tuple(FileRef(**one) for one in kept["files"])
        return cls(kept["began"], kept["step"], kept["answers"], files, kept.get("mends", False))

    def said(self, answers: Mapping[str, str], files: tuple[FileRef, ...] = ()) -> "Lead":
        """With what was said now.

        :raises Invalid: more than the form takes, which would cut it off without a word, or too many files
        """
        if any(len(text) > LONGEST for text in answers.values()):
            raise Invalid("lead_too_long")
        if len(self.files) + len(files) > MOST_FILES:
            raise Invalid("lead_too_many_files", most=MOST_FILES)
        return replace(self, answers={**self.answers, **answers}, files=(*self.files, *files))

    def code(self, verb: str, step: str = "") -> str:
        """What a button of this request carries: an older request's button, or an older question's, does nothing to it."""
        return f"lead:{verb}:{step}:{self.began}"

    def at(self, step: str) -> "Lead":
        """At another question."""
        return replace(self, step=step)

    def answered(self, answers: Mapping[str, str], files: tuple[FileRef, ...] = ()) -> "Lead":
        """With the answer to the question that waits, in place of an earlier one, and at the next question.

        :raises Invalid: see :meth:`said`
        """
        others = {key: text for key, text in self.answers.items() if key not in _BOXES[self.step]}
        place = STEPS.index(self.step) + 1
        last = self.mends or place == len(STEPS)
        return replace(self, answers=others).said(answers, files).at("send" if last else STEPS[place])


def begin(partner: Partner, words: str) -> None:
    """Ask the first question, or the second where the need was said with the command; go on where a request was left.

    :raises TooManyLeads: see there. Better now than after three answers
    :raises LeadUnderWay: another need is said while a request is being handed in
    """
    _refuse_flood(partner)
    left = talk_at(partner.place.id, at=partner.at)
    if left is not None and left.state == LEAD:
        if words:
            raise LeadUnderWay
        _ask(partner, Lead.of(left))
        return
    lead = Lead(str(partner.at.timestamp()))
    _ask(partner, lead.said({"request": words}).at("company") if words else lead)


def take(partner: Partner, talk: TalkState, said: Said) -> None:
    """An answer to the question that waits; files go along.

    :raises Invalid: the message is too much for one request; nothing of it is taken, what came before stays
    """
    lead, text = Lead.of(talk).said({}, said.files), said.text.strip()
    if lead.step not in STEPS:  # everything is answered: what still comes belongs to the need
        more = "\n".join(filter(None, (lead.answers.get("request", ""), text)))
        _ask(partner, lead.said({"request": more} if more else {}))
    elif lead.step != "request" and text.casefold().rstrip(".") in {*_NOTHING, _dont_know().casefold()}:
        _ask(partner, lead.answered({}))
    elif text or said.contact_phone:
        _ask(partner, lead.answered(_READ[lead.step](said, text)))
    elif lead.step == "request" and said.files:  # a photo or a voice message says it
        need = lead.answers.get("request") or _("See the attached files")
        _ask(partner, lead.answered({"request": need}))
    else:
        _ask(partner, lead)


def press(partner: Partner, talk: TalkState, verb: str) -> bool:
    """A button of this talk. False where it belongs to a question of before: nothing is skipped or sent by it.

    :raises TooManyLeads: see :func:`send`
    """
    lead = Lead.of(talk)
    is_summed_up = lead.step == "send" or lead.mends
    verb, step, began = (*verb.split(":"), "", "")[:3]
    if began not in {"", lead.began}:
        return False
    if verb == "skip" and lead.step in STEPS[1:] and step in {"", lead.step}:
        _ask(partner, lead.answered({}))  # what is missing is said at the window
    elif verb == "mend" and is_summed_up and step in STEPS:
        _ask(partner, replace(lead, step=step, mends=True))
    elif verb == "keep" and is_summed_up:
        _ask(partner, lead.at("send"))
    elif verb == "send" and is_summed_up:
        send(partner, lead)
    else:
        return False
    return True


def send(partner: Partner, lead: Lead) -> None:
    """Hand it in. The same talk sent twice is the same request.

    :raises TooManyLeads: see there. The talk stays, and can be handed in later
    """
    _refuse_flood(partner)
    received = receive_request(
        answers=dict(lead.answers), actor=partner.actor, at=partner.at, source=partner.place.channel,
        external_id=f"{partner.place.id}:{lead.began}",
    )  # fmt: skip
    for one in lead.files:
        fetch_later(one, partner=partner, deal_id=received.deal_id)
    partner.talk(None)
    _tell_received(partner, received, lead)


def _refuse_flood(partner: Partner) -> None:
    since = partner.at - timedelta(hours=1)
    if brought(viewer=partner.actor, source=partner.place.channel, since=since) >= MOST_AN_HOUR:
        raise TooManyLeads


def _tell_received(partner: Partner, received: Received, lead: Lead) -> None:
    path = received.number.partition("-")[2]
    lines = [Line(_("You stay its author up to the contract and hear what becomes of it."))]
    if received.missing:
        _number, process = current_process()
        named = "company" in lead.answers
        missing = say_missing(received.missing, process, partner.reader.language, named=named)
        lines.append(Line(_("Still missing: %(fields)s") % {"fields": "; ".join(missing)}))
    if lead.files:
        lines.append(Line(_("The files go to its folder.")))
    if not partner.actor.is_agent:
        lines.append(Line(_("Add what you know"), address(f"/deals/{path}/intake/")))
    partner.tell(_("Request %(number)s is at the window") % {"number": received.number}, *lines)


def _ask(partner: Partner, lead: Lead) -> None:
    """Keep what was said, and ask what comes next."""
    partner.talk(LEAD, **asdict(lead))
    if lead.step == "send":
        _summary(partner, lead)
        return
    skip = () if lead.step == "request" else (Action(_dont_know(), lead.code("skip", lead.step)),)
    leave = Action(pgettext("button", "Leave as it is"), lead.code("keep")) if lead.mends else _cancel()
    title, hint = _QUESTIONS[lead.step]()
    lines = [Line(hint)]
    if lead.step == "request" and not lead.mends:
        lines.append(Line(_("Or fill in the whole form"), address("/window/new/")))
    partner.tell(title, *lines, buttons=((*skip, leave),))


def _summary(partner: Partner, lead: Lead) -> None:
    _number, process = current_process()
    language = partner.reader.language
    said = [(key, lead.answers[key]) for step in STEPS for key in _BOXES[step] if key in lead.answers]
    lines = [Line(f"{say_box(key, process, language)}: {value}") for key, value in said]
    if lead.files:
        lines.append(Line(_("Files: %(num)s") % {"num": len(lead.files)}))
    asked_again = (
        Action(pgettext("say anew", "The need"), lead.code("mend", "request")),
        Action(pgettext("say anew", "The company"), lead.code("mend", "company")),
        Action(pgettext("say anew", "The contact"), lead.code("mend", "contact")),
    )
    buttons = (asked_again, (Action(pgettext("button", "Hand it in"), lead.code("send")), _cancel()))
    partner.tell(
        _("Is it right?"), *lines,
        _("To say something anew, press its button. What you write now is added to the need."), buttons=buttons,
    )  # fmt: skip


def _cancel() -> Action:
    return Action(pgettext("button", "Cancel"), "talk:cancel")


def _dont_know() -> str:
    return pgettext("button", "Don’t know")


def _request(_said: Said, text: str) -> dict[str, str]:
    return {"request": text}


def _company(_said: Said, text: str) -> dict[str, str]:
    found = next((one for one in _INN.findall(text) if valid_inn(one)), None)
    name = text.replace(found, "") if found else text
    name = re.sub(r"\bИНН\b:?", "", name).strip(" ,;:—-")
    return {"company": name} | ({"inn": found} if found else {})


def _contact(said: Said, text: str) -> dict[str, str]:
    """A name, a phone and an address out of one line, or a shared contact."""
    mail = next((one for one in EMAIL_IN_TEXT.findall(text) if normal_email(one)), "")
    phone = said.contact_phone or next((one for one in _PHONE.findall(text) if normal_phone(one)), "")
    rest = text.replace(mail, "").replace(phone, "") if mail or phone else text
    name = said.contact_name or " ".join(rest.replace(",", " ").replace(";", " ").split())
    found = {"contact_name": name, "phone": phone, "email": mail}
    return {key: value for key, value in found.items() if value}


_BOXES: Final[Mapping[str, tuple[str, ...]]] = {
    "request": ("request",), "company": ("company", "inn"), "contact": ("contact_name", "phone", "email"),
}  # fmt: skip
"""By question, the boxes of the form that its answer fills, in their order."""
_READ: Final[Mapping[str, Callable[[Said, str], dict[str, str]]]] = {
    "request": _request, "company": _company, "contact": _contact,
}  # fmt: skip
_QUESTIONS: Final[Mapping[str, Callable[[], tuple[str, str]]]] = {
    "request": lambda: (
        _("What does the client need?"),
        _("In the client’s own words. A photo, a file or a voice message will do as well."),
    ),
    "company": lambda: (_("Which company is it?"), _("The name, and the INN if you know it.")),
    "contact": lambda: (
        _("Whom to talk to there?"),
        _("Name, phone, e-mail in one line, or share the contact."),
    ),
}


def tell_leads(partner: Partner) -> None:
    """``/leads``: what has become of the requests that one brought."""
    rows = own_leads(viewer=partner.actor, limit=SHOWN)
    if not rows:
        partner.tell(
            _("You haven’t handed in a request yet"),
            _("/lead – hand a request in: three questions, less than a minute"),
        )
        return
    shown = rows_by_id([row.id for row in rows], viewer=partner.actor)
    lines = [
        Line(
            f"{say_need(shown[row.id])} · {say_fate(row)}",
            "" if partner.actor.is_agent else address(f"/deals/{shown[row.id].path}/"),
        )
        for row in rows
        if row.id in shown
    ]
    partner.tell(_("My leads"), sections=(Section("", tuple(lines)),))
