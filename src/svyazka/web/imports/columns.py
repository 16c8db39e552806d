"""Which column is which field: guessed, shown with what stands in the cells, settled by a human, remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from svyazka.engine.importing.fields import OURS
from svyazka.presale.imports.drafts.commands import settle_columns
from svyazka.presale.imports.drafts.queries import Columns, columns_of
from svyazka.presale.journal.values import Actor, Invalid
from svyazka.speech.imports import FIELDS, WARNINGS, say_cell
from svyazka.speech.refusals import field_errors, say
from svyazka.speech.returning import own_headings
from svyazka.web.imports.meanwhile import back_to_the_table
from svyazka.web.jinja import render
from svyazka.web.ui.guard import guarded, see_other

_LONGEST = 80
"""Letters of a sample that are shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A column as the form shows it. ``is_ours``: its marks are made by our export, and it isn't asked about."""

    place: int
    head: str
    samples: tuple[str, ...]
    field: str
    is_remembered: bool
    is_ours: bool
    error: str


@require_http_methods(["GET", "HEAD", "POST"])
@back_to_the_table
@guarded("import.make")
def page(request: HttpRequest, actor: Actor, draft_id: int) -> HttpResponse:
    """The form; ``sheet`` and ``header`` in the address choose what it is about."""
    sheet, header = _number(request.GET.get("sheet", "")), _number(request.GET.get("header", ""))
    seen = columns_of(draft_id, viewer=actor, own=own_headings(), sheet=sheet, header=header)
    typed, errors, sentence = None, dict[str, str](), ""
    if request.method == "POST":
        typed = {place: request.POST.get(f"column-{place}", "") for place in range(len(seen.table.headers))}
        try:
            settle_columns(
                draft_id=draft_id, sheet=seen.sheet, header=seen.header, columns=typed, actor=actor, at=timezone.now()
            )  # fmt: skip
        except Invalid as refusal:
            errors = {place: str(words) for place, words in field_errors(refusal).items()}
            sentence = "" if errors else say(refusal)
        else:
            return see_other("imports:draft", draft_id=draft_id)
    shown = _shown(seen, typed, errors)
    context = {
        "draft_id": draft_id, "seen": seen, "columns": shown,
        "fields": [(key, words) for key, words in FIELDS.items()],
        "problems": [(f"id_column-{one.place}", f"{one.head}: {one.error}") for one in shown if one.error]
        + ([("", sentence)] if sentence else []),
        "warnings": [str(WARNINGS[code]) for code in seen.warnings],
        "remembered": any(one.is_remembered for one in shown),
        "action": f"{request.path}?sheet={seen.sheet}&header={seen.header}",
    }  # fmt: skip
    return render(request, "imports/columns.html", context, status=422 if errors or sentence else 200)


def _shown(seen: Columns, typed: Mapping[int, str] | None, errors: Mapping[str, str]) -> Sequence[Shown]:
    """Columns in which something stands."""
    found = []
    for guess in seen.table.guesses:
        head, samples = seen.table.headers[guess.column], seen.samples[guess.column]
        if not (head or samples):
            continue
        field = guess.field if typed is None else typed.get(guess.column, "")
        found.append(
            Shown(
                guess.column, head or _("column %(number)s") % {"number": guess.column + 1},
                tuple(say_cell(one)[:_LONGEST] for one in samples), field,
                guess.why == "remembered", field in OURS, errors.get(str(guess.column), ""),
            )
        )  # fmt: skip
    return found


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else None
