"""Commitments typed in one line, wherever lines are typed: in a chat, in a meeting."""

from datetime import datetime
from typing import Final

from svyazka.engine.one_line import NotUnderstood, Part, understand
from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.journal.values import Actor, Invalid
from svyazka.presale.people.queries import directory

_CODES: Final[dict[tuple[Part, str], str]] = {
    ("performer", "required"): "line_nobody",
    ("performer", "unknown"): "line_unknown",
    ("performer", "several"): "line_several",
    ("performer", "two"): "line_two",
    ("due", "required"): "line_no_due",
    ("due", "unclear"): "line_unclear_due",
    ("due", "vague"): "line_vague_due",
    ("due", "past"): "in_the_past",
    ("result", "effort"): "no_result",
}
"""What a line lacks as a form would say it; the other codes are the same."""


def open_in_line(*, deal_id: int, text: str, actor: Actor, at: datetime) -> int:
    """Open the commitment that a line says: «@ivanov смета по складу к чт 15:00». Returns its id.

    Days and the end of work are those of who typed it.

    :raises Invalid: the line says no performer, no result or no due time, by the part that lacks; and whatever
        :func:`~svyazka.presale.commitments.commands.open_commitment` refuses
    """
    try:
        task = understand(text, people=names(), at=at, calendar=directory().calendar_of(actor.person_id))
    except NotUnderstood as refused:
        raise Invalid(
            errors={part: _CODES.get((part, code), code) for part, code in refused.lacks.items()}
        ) from None
    return open_commitment(
        deal_id=deal_id,
        performer_id=task.performer,
        result=task.result,
        due_at=task.due_at,
        actor=actor,
        at=at,
    )


def names() -> dict[str, list[int]]:
    """Whom each name means in a line: the part of the address before the "@", and the surname."""
    found: dict[str, list[int]] = {}
    for card in directory().active():
        if not card.is_agent:
            surname = card.full_name.split()[0]
            for name in {card.email.partition("@")[0].casefold(), surname.casefold().replace("ё", "е")}:
                found.setdefault(name, []).append(card.id)
    return found
