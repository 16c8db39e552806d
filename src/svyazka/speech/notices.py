"""A notice as text: what happened, on which deal, why it came to this reader."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from svyazka.engine.matching import Proposal
from svyazka.presale.channels.port import Action, Content, Line, Section
from svyazka.presale.channels.queries import places_for
from svyazka.presale.channels.values import DEAL
from svyazka.presale.commitments.queries import results_of
from svyazka.presale.deals.queries import DealRow, rows_by_id
from svyazka.presale.experts.queries import (
    RequestRow,
    is_about_taking,
    may_answer,
    request_page,
    request_row,
    sendable,
)
from svyazka.presale.insight.postmortem import TOLD_OF
from svyazka.presale.journal.values import Actor
from svyazka.presale.notices.queries import NoticeRow
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_number, process_version
from svyazka.speech.acts import say_act
from svyazka.speech.discretion import discreet
from svyazka.speech.expert_facts import facts_of, who_fits
from svyazka.speech.experts import answers_for
from svyazka.speech.reader import Reader, address

WHY: Final[Mapping[str, str | Promise]] = {
    "manager": pgettext_lazy("why", "you are this deal’s manager"),
    "expert": pgettext_lazy("why", "you are the expert on this deal"),
    "estimator": pgettext_lazy("why", "you are the estimator on this deal"),
    "fixer": pgettext_lazy("why", "you are called as the fixer on this deal"),
    "dispatcher": pgettext_lazy("why", "you answer for the single window"),
    "author": pgettext_lazy("why", "you brought this request"),
    "owes": pgettext_lazy("why", "from now on you owe something here"),
    "performer": pgettext_lazy("why", "you owe this"),
    "giver": pgettext_lazy("why", "you owed this before"),
    "controller": pgettext_lazy("why", "you see to it that this is done"),
    "head": pgettext_lazy("why", "you lead the unit that works on this deal"),
    "administrator": pgettext_lazy("why", "you are an administrator"),
    "asked": pgettext_lazy("why", "you asked this question"),
    "asked_expert": pgettext_lazy("why", "you asked for the expert"),
    "lacked": pgettext_lazy("why", "you said what was lacking"),
    "wanted": pgettext_lazy("why", "you were asked for by name"),
    "proposed": pgettext_lazy("why", "by the rules you fit this request"),
    "delivery_head": pgettext_lazy("why", "nobody has taken it, and you lead a unit that could"),
    "sales_head": pgettext_lazy("why", "nobody has taken it, and you lead sales"),
    "appointed": pgettext_lazy("why", "you have got a role on this deal"),
    "read_again": pgettext_lazy("why", "you have read the dossier, and there is something new in it"),
    "address": pgettext_lazy("why", "it is your address"),
    "took_part": pgettext_lazy("why", "you took part"),
    "changes": pgettext_lazy("why", "the review named you for what is to change"),
    "judges": pgettext_lazy("why", "you judge this change of the process"),
    "proposed_it": pgettext_lazy("why", "you proposed this change of the process"),
}
"""Why somebody is told, by the codes of ``telling.TOLD``."""


def say_why(code: str) -> str:
    """«Почему вам: вы менеджер этой сделки»; empty for a notice of before there were reasons."""
    reason = WHY.get(code)
    return _("Why you: %(reason)s") % {"reason": reason} if reason else ""


def say_notice(row: NoticeRow, deal: DealRow | None, reader: Reader) -> str:
    """What happened, in one sentence. What people typed is said only where the workspace lets names out."""
    people = directory()
    process = process_version(deal.process_number if deal else current_number())
    told, typed = row.data, {}
    pk = row.data.get("id")
    if people.names_in_messages:
        typed = results_of([pk]) if isinstance(pk, int) else {}
    elif isinstance(pk, int) and not row.data.get("term"):
        told = {**row.data, "result": hidden()}
    return say_act(row.kind, told, people=people, process=process, language=reader.language, results=typed)


def hidden() -> str:
    """What stands for words that people typed where the workspace lets no names out."""
    return _("what it is about stands on the deal’s page")


def say_need(deal: DealRow) -> str:
    """The deal by its number and what the client needs; with his name only where the workspace lets names out."""
    if directory().names_in_messages:
        return " · ".join(filter(None, (deal.number, deal.client_name, deal.title)))
    return f"{deal.number} · {discreet(deal.title, client=deal.client_name)}"


ASKED: Final = frozenset(
    {"expert.requested", "triage.requested", "expert.handed_back", "triage.handed_back", "expert.more_given"}
)
"""Acts after which somebody is looked for, or may say now whether it is his."""
LATE: Final = frozenset({"commitment.overdue", "commitment.escalated", "commitment.handed_over"})
"""Acts of a commitment that somebody else may have to keep; some are about an expert request."""
OWED: Final = frozenset({"performer", "owes"})
"""Reasons to hear of an act: one owes something by it."""


MINUTES: Final = "run.ended"
"""The act by which the minutes of a status run are there."""


BROUGHT_IN: Final = "import.made"
"""The act by which a table's deals are there."""


def request_in(row: NoticeRow) -> int | None:
    """The expert request on whose page the reader can answer a notice, if it is about one."""
    about = row.data.get("about")
    is_about_one = row.kind in LATE or row.kind.startswith(("expert.", "triage."))
    return about if isinstance(about, int) and about and is_about_one else None


def notice_content(row: NoticeRow, reader: Reader, at: datetime) -> Content | None:
    """A notice as a message; None if there is nothing to say any more: he has read it, or may not know of the deal."""
    viewer = reader.viewer()
    if row.is_read or viewer is None or row.person_id != viewer.person_id:
        return None
    deal = None
    if row.deal_id is not None:
        deal = rows_by_id([row.deal_id], viewer=viewer).get(row.deal_id)
        if deal is None:
            return None
    sentence = say_notice(row, deal, reader)
    title = f"{deal.number}: {sentence}" if deal else sentence
    wanted = _open_request(row, deal, viewer, at)
    link = address(page_of(row, deal))
    where = [Line(say_need(deal) if deal else _page_named(row), link)]
    if deal is not None and not viewer.is_agent:
        where += [
            Line(_("The deal’s chat"), one.link) for one in places_for(DEAL, deal_id=deal.id) if one.link
        ]
    if deal is not None and tells_how_it_went(row, deal) and not viewer.is_agent:
        where.append(Line(_("How the deal went"), address(f"/deals/{deal.path}/postmortem/")))
    sections = [Section("", tuple(where))]
    if wanted is not None:
        request, proposals = wanted
        sections.append(Section("", (*facts_of(request, reader.language), *who_fits(proposals))))
    return Content(
        title=title, sections=tuple(sections), why=say_why(row.why), foot=reader.foot(),
        actions=_answers(row, viewer, wanted[0].id if wanted else None), language=reader.language,
    )  # fmt: skip


def _page_named(row: NoticeRow) -> str:
    """What the page is called to which a notice without a deal leads."""
    if row.kind.startswith("proposal."):
        return _("The proposal")
    if row.kind == BROUGHT_IN:
        return _("Your open deals")
    return _("The minutes") if row.kind == MINUTES else _("Your notices")


_OF_LETTERS: Final = frozenset(
    {
        "letter.sent",
        "letter.confirmed",
        "letter.corrected",
        "letter.unanswered",
        "client.ready",
        "client.not_ready",
    }
)
"""Acts about which more stands beside the letter than on the meeting's page."""


def page_of(row: NoticeRow, deal: DealRow | None) -> str:
    """Where the reader finds what a notice tells of, and does something about it."""
    asked, meeting = request_in(row), row.data.get("meeting")
    if deal is None:
        return _page_of_none(row)
    if row.kind.startswith("review."):
        return f"/reviews/{deal.path}/"
    if asked:
        return f"/experts/{asked}/"
    if row.why == "read_again":
        return f"/deals/{deal.path}/dossier/"
    if isinstance(meeting, int):
        return f"/meetings/{meeting}/letter/" if row.kind in _OF_LETTERS else f"/meetings/{meeting}/"
    return f"/deals/{deal.path}/"


def _page_of_none(row: NoticeRow) -> str:
    """The same of a notice that tells of no deal."""
    proposal = row.data.get("proposal")
    if isinstance(proposal, int):
        return f"/process/proposals/{proposal}/"
    if row.kind == BROUGHT_IN:
        return f"/board/list/?person={row.person_id}"
    return f"/run/{row.data.get('meeting')}/" if row.kind == MINUTES else "/notices/"


def tells_how_it_went(row: NoticeRow, deal: DealRow) -> bool:
    """Whether a notice says that a deal is over, and its post-mortem is written: it still is over, and has one."""
    return row.kind in _OVER and deal.status in TOLD_OF


_OVER: Final = frozenset({"deal.won", "deal.lost", "deal.closed"})
"""Acts that end a deal."""


def request_to_answer(row: NoticeRow, deal: DealRow) -> int | None:
    """The request that a notice asks its reader to answer; None where it tells of something else about one."""
    asks = row.kind in ASKED or is_about_taking(str(row.data.get("term")), deal.process_number)
    return request_in(row) if asks else None


def _open_request(
    row: NoticeRow, deal: DealRow | None, viewer: Actor, at: datetime
) -> tuple[RequestRow, tuple[Proposal, ...]] | None:
    """The request that the reader can still answer; to who may send somebody, with whom the rules propose."""
    asked = request_to_answer(row, deal) if deal is not None and may_answer(viewer) else None
    if asked is None:
        return None
    if sendable(viewer=viewer):
        page = request_page(request_id=asked, viewer=viewer, at=at)
        found, proposals = page.row, page.proposals
    else:
        found, proposals = request_row(request_id=asked, viewer=viewer), ()
    return (found, proposals) if found.state == "open" else None


def _answers(row: NoticeRow, viewer: Actor, open_request: int | None) -> tuple[tuple[Action, ...], ...]:
    """What can be done about it at once, where the channel has buttons. A press asks again whether it still can."""
    if open_request is not None:
        return answers_for(open_request, viewer)
    if row.why in OWED and not viewer.is_agent:
        return ((Action(pgettext("button", "What I owe"), "my:list"),),)
    return ()
