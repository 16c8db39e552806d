"""Commitments typed in one line, wherever lines are typed: in a chat, in a meeting, on a deal's page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from svyazka.engine.identity import normal_name
from svyazka.engine.one_line import NotUnderstood, Part, Task, is_name, meant, plain, understand
from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.journal.values import Actor, Invalid
from svyazka.presale.people.queries import PersonCard, directory

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

    :raises Invalid: see :func:`read_line`; and whatever :func:`~svyazka.presale.commitments.commands.open_commitment` refuses
    """
    return open_task(deal_id, read_line(text, actor=actor, at=at), actor=actor, at=at)


def open_task(deal_id: int, task: Task, *, actor: Actor, at: datetime) -> int:
    """Open what a line says on a deal. Returns the commitment's id. Raises what :func:`open_commitment` raises."""
    return open_commitment(
        deal_id=deal_id,
        performer_id=task.performer,
        result=task.result,
        due_at=task.due_at,
        actor=actor,
        at=at,
    )


def read_line(text: str, *, actor: Actor, at: datetime) -> Task:
    """What a line says. Days and the end of work are those of who typed it.

    :raises Invalid: the line says no performer, no result or no due time, by the part that lacks; ``params["who"]`` names those
        who share a name
    """
    people = names()
    try:
        return understand(text, people=people, at=at, calendar=directory().calendar_of(actor.person_id))
    except NotUnderstood as refused:
        errors: dict[str, str] = {
            part: _CODES.get((part, code), code) for part, code in refused.lacks.items()
        }
        called_so = meant(refused.said.get("performer", ""), people)
        who = _told_apart(called_so, people) if errors.get("performer") == "line_several" else ""
        raise Invalid(errors=errors, who=who) from None


def names() -> dict[str, list[int]]:
    """Whom each name means in a line: the part of the address before the "@", the surname, and how that sounds.

    An address tells its owner from everybody who is only called so.
    """
    logins: dict[str, list[int]] = {}
    surnames: dict[str, list[int]] = {}
    sounds: dict[str, list[int]] = {}
    for card in directory().active():
        logins.setdefault(_login(card), []).append(card.id)
        surnames.setdefault(plain(_surname(card)), []).append(card.id)
        sounds.setdefault(normal_name(_surname(card)), []).append(card.id)
    return sounds | surnames | logins


def _login(card: PersonCard) -> str:
    return card.email.partition("@")[0].casefold()


def _surname(card: PersonCard) -> str:
    return card.full_name.split()[0]


@dataclass(frozen=True, slots=True)
class Nameable:
    """Somebody whom a line may name: by ``handle``, which means nobody else; ``keys`` are the beginnings by which he is found."""

    handle: str
    name: str
    keys: str


def nameable(near: Iterable[int] = ()) -> tuple[Nameable, ...]:
    """Whom a line may name, those near at hand first.

    :param near: who works on the deal, or goes to the meeting
    """
    people, first = names(), set(near)
    cards = sorted(directory().active(), key=lambda card: card.id not in first)
    return tuple(
        Nameable(handle, card.short_name, " ".join(dict.fromkeys(_keys(card))))
        for card in cards
        if (handle := handle_of(card.id, people))
    )


def _keys(card: PersonCard) -> Sequence[str]:
    """The login, the surname and the given name, which are shown; nobody is looked for by a patronymic, which isn't."""
    return (_login(card), *plain(card.full_name).split()[:2], normal_name(_surname(card)))


def example_of(people: Sequence[Nameable]) -> str:
    """Whom an example of a line names: somebody who is offered first."""
    return people[0].handle if people else "ivanov"


def handle_of(person_id: int, people: Mapping[str, Sequence[int]]) -> str:
    """How a line names this person and nobody else: the surname if no one shares it, else the address; empty for none.

    :param people: of :func:`names`
    """
    card = directory().people[person_id]
    own = (_surname(card), _login(card))
    return next((one for one in own if is_name(one) and list(meant(one, people)) == [person_id]), "")


def _told_apart(several: Iterable[int], people: Mapping[str, Sequence[int]]) -> str:
    """Those who share a name, each with the one that tells him apart."""
    named = ((handle_of(one, people), directory().name(one)) for one in several)
    return ", ".join(f"@{handle} — {name}" if handle else name for handle, name in named)
