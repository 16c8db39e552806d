"""``/task NUMBER LINE``: a commitment agreed on in a talk, before anybody forgets it."""

from django.utils.translation import gettext as _

from svyazka.bot.mine import say_task, what_i_owe
from svyazka.bot.people import Partner
from svyazka.bot.standing import meant
from svyazka.presale.channels.port import Line
from svyazka.presale.commitments.lines import open_in_line
from svyazka.presale.commitments.queries import commitment_row
from svyazka.presale.people.queries import directory


def agree(partner: Partner, words: str) -> None:
    """Open what the line says, and say it back: a slip is seen at once.

    :raises NotFound: there is no such deal, or the partner may not know of it
    :raises Invalid: see :func:`svyazka.presale.commitments.lines.open_in_line`
    """
    number, line = (*words.split(maxsplit=1), "", "")[:2]
    if not line:
        partner.tell(
            _("Who owes what by when, on which deal?"),
            _("In one line: /task 42 @ivanov estimate for the warehouse by Thu 15:00"),
        )
        return
    made = open_in_line(deal_id=meant(partner, number), text=line, actor=partner.actor, at=partner.at)
    row = commitment_row(made)
    assert row is not None  # it has just been written, in the same transaction
    what, due, page = say_task(row, partner)
    partner.tell(
        _("Recorded: it is on %(name)s") % {"name": directory().name(row.performer_id)}, Line(what, page), due,
        buttons=what_i_owe() if row.performer_id == partner.actor.me else (),
    )  # fmt: skip
