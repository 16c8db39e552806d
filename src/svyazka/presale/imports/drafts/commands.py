"""Writes of drafts. None is an act for the journal: nothing of the company has changed before the table is brought in."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from svyazka.engine.importing.fields import FIELDS, OURS
from svyazka.engine.importing.headers import header_keys, shape_of
from svyazka.engine.importing.merging import Side
from svyazka.engine.importing.values import text_of
from svyazka.presale.imports.deciding import NAMED, known_here, means_something
from svyazka.presale.imports.drafts.choices import Choices
from svyazka.presale.imports.drafts.findings import CHOSEN, unpack
from svyazka.presale.imports.drafts.keeping import keep_rows, rows_of
from svyazka.presale.imports.models import Draft, Shape
from svyazka.presale.imports.reading.values import Book
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, NotFound
from svyazka.presale.people.rights import require

LOOK, MAKE = "look", "make"
"""What the worker is asked for."""
KEPT: Final = timedelta(days=7)
"""How long a table that was handed in is kept."""
MOST: Final = 5
"""Tables that one person has at a time; a new one takes the oldest one's place."""
_LONGEST: Final = 200


@command
def begin_draft(*, book: Book, sheet: int, name: str, actor: Actor, at: datetime) -> int:
    """Keep a table that was handed in. Returns the draft's id.

    :param sheet: the place of the sheet that is likely meant
    :param name: the file's
    :raises Conflict: ``drafts_at_work``, the worker has as many to do
    """
    require(actor, "import.make")
    mine = Draft.objects.filter(by=actor.me).order_by("-pk").values_list("pk", flat=True)
    Draft.objects.filter(pk__in=[*mine[MOST - 1 :]], work="").delete()
    if mine.count() >= MOST:
        raise Conflict("drafts_at_work")
    sheets = [[one.name, one.is_hidden, len(one.rows), one.rows.width] for one in book.sheets]
    draft = Draft.objects.create(
        name=name[:_LONGEST], at=at, by_id=actor.me, kind=book.kind, encoding=book.encoding,
        warnings=[*book.warnings], sheets=sheets, sheet=sheet,
    )  # fmt: skip
    keep_rows(draft, book.sheets)
    return draft.pk


@command
def settle_columns(
    *, draft_id: int, sheet: int, header: int, columns: Mapping[int, str], actor: Actor, at: datetime
) -> None:
    """Say which column is which field, and have the rows looked at. What is said is remembered for tables of this shape.

    :param header: the row with the heads, counted from 1; 0 for none
    :param columns: by place, the field, empty for a column that is left out
    :raises Invalid: ``errors`` by place: ``field_twice``, ``unknown_choice``; or as a whole ``no_requests``, no column says who asks for what
    """
    draft = _mine(draft_id, actor)
    if sheet >= len(draft.sheets) or draft.sheets[sheet][1] or not 0 <= header <= draft.sheets[sheet][2]:
        raise NotFound
    named = {place: field for place, field in columns.items() if field}
    errors = {str(place): "unknown_choice" for place, field in named.items() if field not in FIELDS}
    seen: set[str] = set()
    for place, field in named.items():
        if field in seen:
            errors[str(place)] = "field_twice"
        seen.add(field)
    if errors:
        raise Invalid(errors=errors)
    if not seen & {*NAMED, *OURS}:
        raise Invalid("no_requests")
    draft.sheet, draft.header, draft.columns = (
        sheet,
        header,
        {str(place): one for place, one in named.items()},
    )
    shape = _shape(draft, at)
    keys = kept_keys(heads_of(draft, draft.sheet, draft.header))
    shape.columns = {keys[place]: field for place, field in columns.items() if place < len(keys)}
    shape.save()
    draft.meanings = shape.meanings if draft.header else {}
    _ask(draft, LOOK)


@command
def settle_words(
    *, draft_id: int, meanings: Mapping[str, Mapping[str, str]], actor: Actor, at: datetime
) -> None:
    """Say what words of the table mean, and have it looked at anew. Remembered, too.

    :param meanings: by field and by what cells say: a person's id, a key, ``-`` for nothing; empty where nobody has said it
    :raises Invalid: ``unknown_choice``, there is no such person, stage, outcome, or reason
    """
    draft = _mine(draft_id, actor)
    if draft.columns is None:
        raise Conflict("not_looked_at")
    told: dict[str, dict[str, str | int | None]] = {
        field: {**words} for field, words in draft.meanings.items()
    }
    for field, words in meanings.items():
        for said, meant in words.items():
            told.setdefault(field, {}).pop(said, None)
            if meant:
                told[field][said] = _meant(field, meant)
    draft.meanings = told
    if draft.header:  # all tables without heads look alike
        shape = _shape(draft, at)
        shape.meanings = told
        shape.save()
    _ask(draft, LOOK)


@command
def choose(
    *, draft_id: int, rows: Mapping[int, bool], cells: Mapping[int, Mapping[str, Side]], actor: Actor
) -> None:
    """Decide what only people can.

    :param rows: of requests that are here already, or stand in the table twice, whether they come in all the same
    :param cells: of cells that have changed in both places, by row and field, whose value stays
    """
    draft = _mine(draft_id, actor)
    found = {one.row: one for one in unpack(draft.found).rows} if draft.found is not None else {}
    chosen = dict(draft.chosen)
    for row, comes in rows.items():
        chosen.pop(str(row), None)
        if comes and row in found and found[row].becomes in {"ours", "twice"}:
            chosen[str(row)] = True
    for row, sides in cells.items():
        open_ = {
            field: side for field, side in sides.items() if row in found and field in found[row].conflicts
        }
        if open_:
            chosen[str(row)] = {**chosen.get(str(row), {}), **open_}
    draft.chosen = chosen
    draft.save(update_fields=["chosen"])


@command
def ask_to_bring_in(*, draft_id: int, actor: Actor) -> None:
    """Have the rows brought in that can be.

    :raises Conflict: ``not_looked_at``, nobody has seen yet what would become of them
    :raises Invalid: ``nothing_to_import``
    """
    draft = _mine(draft_id, actor)
    if draft.found is None:
        raise Conflict("not_looked_at")
    chosen = Choices.of(draft)
    if not any(chosen.brings(one) for one in unpack(draft.found).rows):
        raise Invalid("nothing_to_import")
    _ask(draft, MAKE)


@command
def drop_draft(*, draft_id: int, actor: Actor) -> None:
    """Forget a table that was handed in; what was brought in of it stays."""
    _mine(draft_id, actor, made=True).delete()


def forget_drafts(*, at: datetime) -> int:
    """Forget what was handed in long ago. Returns how many tables that were."""
    return Draft.objects.filter(at__lt=at - KEPT).delete()[1].get("presale.Draft", 0)


def forget_shapes(*, at: datetime) -> int:
    """Forget what was settled for tables of which none has come for a year. Returns for how many shapes."""
    return Shape.objects.filter(at__lt=at - timedelta(days=365)).delete()[0]


def remembered(heads: Sequence[str]) -> Mapping[str, str] | None:
    """By a column's key, what was settled for tables whose columns have these heads."""
    shape = Shape.objects.filter(shape=shape_of(heads)).first()
    if shape is None:
        return None
    return {
        key: shape.columns[kept]
        for key, kept in zip(header_keys(heads), kept_keys(heads), strict=True)
        if kept in shape.columns
    }


def kept_keys(heads: Sequence[str]) -> tuple[str, ...]:
    """What columns are remembered by: of their heads only a digest is kept, for a client may stand where a head should."""
    return tuple(sha256(key.encode()).hexdigest()[:16] for key in header_keys(heads))


def heads_of(draft: Draft, sheet: int, header: int) -> tuple[str, ...]:
    """The heads of a sheet's columns, empty where there are none."""
    width: int = draft.sheets[sheet][3]
    return tuple(map(text_of, rows_of(draft, sheet)[header - 1].cells)) if header else ("",) * width


def _mine(draft_id: int, actor: Actor, *, made: bool = False) -> Draft:
    """The actor's own, on which nobody is at work."""
    require(actor, "import.make")
    draft = Draft.objects.select_for_update().filter(pk=draft_id, by=actor.me).first()
    if draft is None:
        raise NotFound
    if draft.work:
        raise Conflict("draft_at_work")
    if draft.made_id is not None and not made:
        raise Conflict("draft_made")
    return draft


def _ask(draft: Draft, work: str) -> None:
    draft.work, draft.tries, draft.failure = work, 0, ""
    if work == LOOK:
        draft.found, draft.chosen = None, {}
    draft.save()


def _shape(draft: Draft, at: datetime) -> Shape:
    """What is remembered for tables like this; as yet maybe nothing."""
    heads = heads_of(draft, draft.sheet, draft.header)
    found = Shape.objects.filter(shape=shape_of(heads)).first() or Shape(shape=shape_of(heads))
    found.at = at
    return found


def _meant(field: str, meant: str) -> str | int | None:
    """The value that was chosen for a word.

    :raises Invalid: it is none of the list
    """
    if meant == "-":
        return None
    if field not in CHOSEN:
        raise NotFound
    value = int(meant) if FIELDS[field] == "person" and meant.isdecimal() and len(meant) < 19 else meant
    if means_something(field, value, known_here()):
        return value
    raise Invalid("unknown_choice")
