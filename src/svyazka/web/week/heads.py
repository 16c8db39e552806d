"""What a list of the week is called, and the number that it was opened from: the very words of the page."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from svyazka.engine.process import Process
from svyazka.presale.insight.week_behind import WeekBehind
from svyazka.presale.insight.week_values import Cohort, WeekFigures
from svyazka.presale.journal.values import NotFound
from svyazka.speech.process_words import capital
from svyazka.speech.times import number, percent
from svyazka.speech.week import telling
from svyazka.speech.week.charts import say_cohort, say_source_name
from svyazka.web.ui.heads import Head

TILES = {
    "received": "received", "won": "won", "lost": "lost", "response": "response", "promises": "promises", "meetings": "meetings",
    "letters": "letters", "all.0": "conversion", "won.0": "conversion", "still.0": "conversion",
}  # fmt: skip
"""By the list, the figure of the page whose rows it has."""
BEHIND = {"conversion": "won.0"} | {key: which for which, key in TILES.items() if "." not in which}
"""By the figure, the list that it opens."""


def head(which: str, seen: WeekFigures, found: WeekBehind, process: Process) -> Head:
    """What is said above a list.

    :raises NotFound: the week has no such number
    """
    if which in TILES:
        told = next(
            one for one in telling.figures_of(seen, process, with_money=True) if one.key == TILES[which]
        )
        return Head(_title(which, told.label), told.value, told.label, told.note)
    kind, _point, key = which.partition(".")
    if kind in {"all", "won", "still"}:
        return _conversion(seen, key)
    if kind in {"slip", "slip_client", "save", "save_client"}:
        return _slip(kind, key, seen)
    title, label = _of(kind, key, seen)
    return Head(title, number(found.total), label)


def _title(which: str, label: str) -> str:
    names = {
        "response": _("Time to the first answer, the longest first"), "promises": _("Promises that came to an end"),
        "all.0": _("Requests of 365 days"), "won.0": _("Requests of 365 days"), "still.0": _("Requests of 365 days"),
    }  # fmt: skip
    return names.get(which) or capital(label)


def _of(kind: str, key: str, seen: WeekFigures) -> tuple[str, str]:
    """Title of a list that is a part of something, and what it is a part of."""
    match kind:
        case "declined":
            whole = seen.lost.now + seen.declined.now
            of = ngettext(
                "of %(total)s deal that ended without a contract",
                "of %(total)s deals that ended without a contract",
                whole,
            )
            return _("Declined by us"), _with(of, whole)
        case "unanswered":
            whole = seen.received.now
            of = ngettext("of %(total)s request received", "of %(total)s requests received", whole)
            return _("Without a first answer"), _with(of, whole)
        case "sent":
            return _("Letters sent to clients"), ngettext(
                "letter sent this week", "letters sent this week", seen.letters.now
            )
        case "overdue":
            return _overdue(key, seen)
        case "why" | "why13":
            return _reason(key, seen, is_week=kind == "why")
    raise NotFound


def _overdue(unit: str, seen: WeekFigures) -> tuple[str, str]:
    whole = sum(one.overdue for one in seen.overdue)
    of = ngettext("of %(total)s overdue commitment", "of %(total)s overdue commitments", whole)
    name = next((one.name for one in seen.overdue if str(one.unit_id or 0) == unit), "")
    if not name and unit != "0":
        return _("Overdue commitments"), _with(of, whole)
    return _("Overdue commitments: %(unit)s") % {"unit": name or _("People in no unit")}, _with(of, whole)


def _reason(code: str, seen: WeekFigures, *, is_week: bool) -> tuple[str, str]:
    reasons = seen.reasons if is_week else seen.reasons_quarter
    reason = next((one for one in reasons if one.code == code), None)
    if reason is None:
        raise NotFound
    whole = sum(one.count for one in reasons)
    of = (
        ngettext("of %(total)s deal lost this week", "of %(total)s deals lost this week", whole)
        if is_week
        else ngettext("of %(total)s deal lost in 13 weeks", "of %(total)s deals lost in 13 weeks", whole)
    )
    return _("Lost: %(reason)s") % {"reason": telling.say_lost(reason)}, _with(of, whole)


def _with(said: str, whole: int) -> str:
    return said % {"total": number(whole)}


def _conversion(seen: WeekFigures, key: str) -> Head:
    """Of a quarter, or of a source."""
    kind, _point, name = key.partition(".")
    cohort: Cohort | None
    if kind == "source":
        cohort = next((one for one in seen.sources if one.name == name), None)
        title = _("Source: %(source)s") % {"source": say_source_name(name)}
    else:
        cohort = seen.cohorts[int(key) - 1]
        title = _("Requests of %(days)s") % {"days": say_cohort(cohort)}
    if cohort is None or cohort.share is None:
        raise NotFound
    share = cohort.share
    note = "; ".join(
        (
            _("%(count)s of %(total)s") % {"count": number(share.count), "total": number(share.total)}, telling.probably(share),
            _("%(share)s still open") % {"share": percent(cohort.still / share.total)},
        )
    )  # fmt: skip
    return Head(title, percent(share.value), _("conversion from request to contract"), note)


def _slip(kind: str, term: str, seen: WeekFigures) -> Head:
    saved, client = kind.startswith("save"), kind.endswith("_client")
    causes = seen.saves if saved else seen.breaches
    found = [one for one in causes if (one.term, one.from_client) == (term, client)]
    if not found:
        raise NotFound
    told = telling.causes_of(found, saved=saved)[0]
    times, _comma, spent = told.amount.partition(", ")
    where = _("Where dates were saved") if saved else _("Where dates slipped")
    return Head(told.words, times, where[:1].lower() + where[1:], spent)


def fates(which: str, seen: WeekFigures) -> tuple[tuple[str, str, int], ...]:
    """The lists that stand beside this one: code, label, count."""
    kind, _point, key = which.partition(".")
    if kind in {"lost", "declined"}:
        return (
            ("lost", pgettext("deals", "Lost"), seen.lost.now),
            ("declined", pgettext("deals", "Declined"), seen.declined.now),
        )
    if kind in {"response", "unanswered"}:
        answered = seen.received.now - seen.unanswered
        return (
            ("response", pgettext("requests", "Answered"), answered),
            ("unanswered", pgettext("requests", "Without an answer"), seen.unanswered),
        )
    if kind in {"letters", "sent"}:
        return (
            ("letters", pgettext("letters", "Confirmed"), seen.confirmed.now),
            ("sent", pgettext("letters", "Sent"), seen.letters.now),
        )
    if kind in {"all", "won", "still"} and key:
        cohort = _cohort(seen, key)
        if cohort is not None and cohort.share is not None:
            return (
                (f"won.{key}", pgettext("deals", "Won"), cohort.share.count), (f"still.{key}", pgettext("deals", "Still open"), cohort.still),
                (f"all.{key}", pgettext("deals", "All"), cohort.share.total),
            )  # fmt: skip
    return ()


def _cohort(seen: WeekFigures, key: str) -> Cohort | None:
    kind, _point, name = key.partition(".")
    if kind == "source":
        return next((one for one in seen.sources if one.name == name), None)
    return (seen.year, *seen.cohorts)[int(key)]
