"""Two people at one intake form: what the second one saw, what others have changed since, where the two collide.

The form is judged box by box against the journal: a box that its author left as he saw it gives way to what others
wrote meanwhile; a box that both changed to different things is refused, and nothing is saved until somebody has chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from svyazka.presale.deals.intake import Answers, Unknown
from svyazka.presale.deals.models import Deal
from svyazka.presale.journal.queries import EntryRow, timeline
from svyazka.presale.journal.values import Conflict, Json
from svyazka.presale.people.queries import directory

_ENTRIES = 2000
"""More acts than any deal has; what lies further back counts as not seen."""
_YES = frozenset({"true", "on", "1", "yes"})


@dataclass(frozen=True, slots=True)
class Collision:
    """A box that two people changed at once. ``key`` is the box, or ``unknown.FIELD`` for who finds it out by when.

    :param theirs: what stands there now; None for nothing, or for what the form's author may not see
    :param by_id: who wrote it; None for a stranger or the system, or where the author may not know
    """

    key: str
    theirs: Json
    by_id: int | None
    at: datetime


class ChangedMeanwhile(Conflict):
    """Others changed the same boxes since the form was read; ``params`` say who and which. Nothing was saved.

    :ivar touched: the boxes that the form's author changed himself; the others may show what stands there now
    """

    code = "changed_meanwhile"

    def __init__(self, collisions: tuple[Collision, ...], touched: frozenset[str]) -> None:
        self.collisions, self.touched = collisions, touched
        people = directory()
        names = dict.fromkeys(people.name(one.by_id) for one in collisions if one.by_id is not None)
        super().__init__(who=", ".join(names), fields=[one.key for one in collisions])


def own_changes(
    deal: Deal,
    seen: int,
    answers: Mapping[str, Json],
    said: Answers,
    marks: Mapping[str, Unknown],
    *,
    unread: frozenset[str] = frozenset(),
    named: bool = True,
) -> tuple[dict[str, Json], dict[str, Unknown]]:
    """Of a whole form, what its author changed himself: boxes and "not known yet" marks.

    :param seen: the deal's revision that he had before him
    :param said: the answers, cleaned
    :param unread: boxes whose content he may not see: they collide whatever he wrote, so that no guess is answered
    :param named: whether he may know who else wrote
    :raises ChangedMeanwhile: others changed some of it too, to something else
    """
    if seen >= deal.revision:
        return dict(answers), dict(marks)
    base = _seen_then(deal.pk, seen)
    now: Answers = deal.intake.get("answers", {})
    now_marks: Mapping[str, Json] = deal.intake.get("unknown", {})
    own = {key for key in answers if key in unread or not _same(said.get(key), base.answers.get(key))}
    fresh = {key: as_kept(mark) for key, mark in marks.items()}
    own_marks = {key for key, mark in fresh.items() if mark != base.marks.get(key)}
    found = [
        Collision(
            key,
            None if key in unread else now.get(key),
            base.later[key].actor_id if named else None,
            base.later[key].at,
        )
        for key in sorted(own & base.later.keys())
        if key in unread or not _same(said.get(key), now.get(key))
    ]
    for key in sorted(own_marks):
        entry = base.later.get(f"unknown.{key}")
        if entry is not None and now_marks.get(key) not in (None, fresh[key]):
            found.append(Collision(f"unknown.{key}", now_marks.get(key), entry.actor_id, entry.at))
    if found:
        touched = frozenset(own | {f"unknown.{key}" for key in own_marks})
        raise ChangedMeanwhile(tuple(found), touched)
    return {key: answers[key] for key in own}, {key: marks[key] for key in own_marks}


def as_kept(mark: Unknown) -> dict[str, Json]:
    """A "not known yet" as the deal keeps it."""
    return {"person": mark.person_id, "by": mark.by.isoformat()}


@dataclass(frozen=True, slots=True)
class _Base:
    """The form as somebody saw it, and by box the latest act that changed it since."""

    answers: Answers
    marks: dict[str, Json]
    later: dict[str, EntryRow]


def _seen_then(deal_id: int, seen: int) -> _Base:
    base, is_later = _Base({}, {}, {}), False
    for entry in reversed(timeline(chain=deal_id, with_details=True, limit=_ENTRIES)):
        revision = entry.data.get("revision", -1)  # entries of older releases have none: they were seen
        is_later = is_later or (isinstance(revision, int) and revision >= seen)
        if entry.act in {"deal.received", "deal.imported", "intake.changed"}:
            _read_answers(base, entry, is_later=is_later)
        elif entry.act == "intake.unknown":
            field = str(entry.data["field"])
            if is_later:
                base.later[f"unknown.{field}"] = entry
            else:
                base.marks[field] = {"person": entry.data["person"], "by": entry.data["by"]}
    return base


def _read_answers(base: _Base, entry: EntryRow, *, is_later: bool) -> None:
    answers = (entry.detail or {}).get("answers")  # None where it was erased: then nobody knows what was seen
    for key in _texts(entry.data.get("fields")):
        value = answers.get(key) if isinstance(answers, dict) else None
        if is_later:
            base.later[key] = entry
        elif value is None:
            base.answers.pop(key, None)
        else:
            base.answers[key] = value
    for field in _texts(entry.data.get("found")):
        if not is_later:
            base.marks.pop(field, None)


def _texts(value: Json) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _same(one: Json, other: Json) -> bool:
    """Whether two answers say the same, however their boxes send them: ticks as words, lines with either ending."""
    if isinstance(one, bool) or isinstance(other, bool):
        return _is_yes(one) == _is_yes(other)
    return _plain(one) == _plain(other)


def _is_yes(value: Json) -> bool:
    return value is True or str(value) in _YES


def _plain(value: Json) -> Json:
    return (value.replace("\r\n", "\n").strip() if isinstance(value, str) else value) or None
