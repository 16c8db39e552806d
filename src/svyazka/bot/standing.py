"""``/deal NUMBER``: where a deal stands, in one message."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.bot.people import Partner
from svyazka.presale.channels.port import Action
from svyazka.presale.deals.queries import deal_id_of, latest_with_serial
from svyazka.presale.stages.queries import deal_page_by_id
from svyazka.speech.notices import say_need
from svyazka.speech.standings import say_standing

STATE: Final = "deal"


def tell(partner: Partner, words: str) -> None:
    """The deal that is meant by a number, in full or only its last digits; files sent after it go to its folder.

    :raises NotFound: there is none, or the partner may not know of it
    """
    if not words:  # as the messenger's menu sends it
        partner.tell(_("Which deal? Write its number as well: /deal 42"))
        return
    deal_id = meant(partner, words)
    page = deal_page_by_id(deal_id=deal_id, viewer=partner.actor, at=partner.at, entries=1)
    if not partner.hands_in():  # else files belong to the request that he is handing in
        partner.talk(STATE, deal=deal_id)
    partner.tell(
        say_need(page.card.row),
        sections=say_standing(page, language=partner.reader.language, at=partner.at),
        buttons=((Action(pgettext("button", "Ask the client"), f"ask:{deal_id}"),),),
    )  # fmt: skip


def meant(partner: Partner, words: str) -> int:
    """The deal that is meant by a number, in full or only its last digits.

    :raises NotFound: there is none, or the partner may not know of it
    """
    if words.isascii() and words.isdigit() and len(words) < 7:
        return latest_with_serial(int(words), viewer=partner.actor)
    return deal_id_of(words, viewer=partner.actor)
