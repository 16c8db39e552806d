"""A sheet for a meeting, to be filled by hand: the plan on one side; decisions, tasks, the next step and signatures on the other."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from svyazka.engine.process import ROOM_ROLES, Process
from svyazka.presale.meetings.planning import KIND_OF
from svyazka.presale.meetings.queries import MeetingPage
from svyazka.presale.meetings.rows import GuestRow, MeetingRow
from svyazka.presale.meetings.values import CLIENT
from svyazka.presale.people.queries import directory
from svyazka.speech.meetings import say_title
from svyazka.speech.papers.setting import set_paper
from svyazka.speech.process_told import Words, say_minutes
from svyazka.speech.process_words import ROOM, capital
from svyazka.speech.times import moment

_GUESTS: Final = 5
_CRITERIA: Final = 3
_POINTS: Final = 5
"""Rows that there are at least, empty where nobody or nothing is written down yet."""
_OUR_ROOM: Final = ("moderator", "minutes")
"""Room roles of a meeting without the client."""


def meeting_sheet(page: MeetingPage, *, language: str) -> bytes:
    """The sheet of a meeting as PDF, A4: what is planned stands there, the rest is room to write.

    :param page: as its reader may see it, with its small print
    """
    row = page.row
    with override(language):
        title = say_title(row.title, row.agenda, row.process, language)
        plan = {
            "facts": _facts(row, page.place),
            "goals": _goals(page.our_goal, page.client_goal, with_client=row.kind == CLIENT),
            "points": _points(
                (str(one.minutes), one.text, _leader(one.leader_id, one.role)) for one in page.points
            ),
            "room": _room(_by_role(row), with_client=row.kind == CLIENT),
            "guests": _guests(page.guests),
            "criteria": _filled([one.text for one in page.criteria], _CRITERIA, ""),
            "of": "".join(f" · {one}" for one in _whose(row) if one),
        }
        return _set(title, plan, language, with_client=row.kind == CLIENT)


def blank_sheet(process: Process, agenda: str, *, language: str) -> bytes:
    """The empty sheet of one of the process's agendas as PDF, A4.

    :raises KeyError: the process has no such agenda
    """
    found, with_client = process.agenda(agenda), KIND_OF.get(agenda, CLIENT) == CLIENT
    with override(language):
        words = Words(process, language)
        plan = {
            "facts": _facts_of("", "", "", "", say_minutes(found.minutes), with_client=with_client),
            "goals": _goals("", "", with_client=with_client),
            "points": _points(
                (str(one.minutes), words.say(one.text), capital(words.room(one.role))) for one in found.items
            ),
            "room": _room({}, with_client=with_client),
            "guests": _guests(()),
            "criteria": [""] * _CRITERIA,
            "of": "",
        }
        return _set(words.say(found.name), plan, language, with_client=with_client)


def _set(title: str, plan: Mapping[str, Any], language: str, *, with_client: bool) -> bytes:
    values = {"title": title, "company": directory().workspace_name, "language": language}
    signers = (
        [pgettext("signature", "From us"), pgettext("signature", "From the client")]
        if with_client
        else [capital(str(ROOM[role])) for role in _OUR_ROOM]
    )
    more = {"with_client": with_client, "signers": signers, "words": _words(with_client=with_client)}
    return set_paper("meeting", {**values, **plan, **more})


def _words(*, with_client: bool) -> dict[str, str]:
    return {
        "room": _("Who does what in the room"),
        "guests": _("From the client"),
        "decides": _("decides"),
        "agenda": _("Agenda"),
        "minutes": pgettext("column", "Min"),
        "point": pgettext("point", "About what"),
        "leader": _("Who leads it"),
        "notes": _("Notes"),
        "criteria": _("How we will know it went well"),
        "met": pgettext("criterion", "yes"),
        "unmet": pgettext("criterion", "no"),
        "decisions": _("Decisions"),
        "parked": _("Parking lot: questions put off"),
        "question": pgettext("column", "Question"),
        "answers": _("Who finds out"),
        "by_when": pgettext("column", "By when"),
        "tasks": _("Tasks"),
        "result": _("Result"),
        "performer": pgettext("column", "Who does it"),
        "due": pgettext("column", "By when"),
        "controller": pgettext("column", "Who sees to it"),
        "next": _("The next step"),
        "date": _("Date"),
        "signatures": _("Signatures"),
        "name_and_signature": _("name, signature, date"),
        "side_plan": _("This side stays with us: our goal is on it.") if with_client else "",
        "side_after": _("This side is filled in together and signed by both.") if with_client else "",
    }


def _facts(row: MeetingRow, place: str) -> list[dict[str, str]]:
    client, number = _whose(row)
    when = moment(row.starts_at) if row.starts_at else ""
    minutes = say_minutes(row.minutes)
    return _facts_of(client, number, when, place, minutes, with_client=row.kind == CLIENT)


def _facts_of(
    client: str, number: str, when: str, place: str, minutes: str, *, with_client: bool
) -> list[dict[str, str]]:
    said = [(_("Day and time"), when), (pgettext("meeting", "Place"), place), (_("Planned for"), minutes)]
    if with_client or number:
        said = [(_("Client"), client), (_("Request"), number), *said]
    return [{"label": label, "text": text} for label, text in said]


def _whose(row: MeetingRow) -> tuple[str, str]:
    return (row.deal.client_name, row.deal.number) if row.deal else ("", "")


def _goals(ours: str, theirs: str, *, with_client: bool) -> list[dict[str, str]]:
    if not with_client:
        return [{"label": _("The goal"), "text": ours}]
    return [{"label": _("The client’s goal"), "text": theirs}, {"label": _("Our goal"), "text": ours}]


def _points(said: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    return _filled(
        [{"minutes": minutes, "text": text, "leader": leader} for minutes, text, leader in said],
        _POINTS, {"minutes": "", "text": "", "leader": ""},
    )  # fmt: skip


def _leader(person_id: int | None, role: str) -> str:
    """Who leads a point; where nobody is named, in which room role it is led."""
    if person_id:
        return directory().name(person_id)
    return "" if role == "moderator" else capital(str(ROOM[role]))


def _by_role(row: MeetingRow) -> dict[str, str]:
    """Names by room role; under an empty one those who have none."""
    people, names = directory(), dict[str, list[str]]()
    for one in row.ours:
        for role in one.room or ("",):
            names.setdefault(role, []).append(people.name(one.person_id))
    return {role: ", ".join(found) for role, found in names.items()}


def _room(names: Mapping[str, str], *, with_client: bool) -> list[dict[str, str]]:
    roles = [role for role in ROOM_ROLES if with_client or role in _OUR_ROOM or role in names]
    found = [{"label": capital(str(ROOM[role])), "text": names.get(role, "")} for role in roles]
    if names.get("") or not with_client:
        found.append({"label": pgettext("meeting", "Also there"), "text": names.get("", "")})
    return found


def _guests(guests: Iterable[GuestRow]) -> list[dict[str, Any]]:
    return _filled(
        [{"name": one.name, "duty": one.duty, "decides": one.decides} for one in guests],
        _GUESTS, {"name": "", "duty": "", "decides": False},
    )  # fmt: skip


def _filled(rows: list[Any], least: int, empty: Any) -> list[Any]:
    return [*rows, *[empty] * max(0, least - len(rows))]
