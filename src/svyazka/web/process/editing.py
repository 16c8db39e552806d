"""The editor of the process: the text, the lint beside it, a preview, and publishing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from svyazka.engine.lint import Problem, ProcessInvalid, explain, lint, load_process
from svyazka.engine.process import Process
from svyazka.engine.yaml_change import with_strength
from svyazka.engine.yaml_tree import MAX_BYTES
from svyazka.presale.journal.values import Actor, Conflict
from svyazka.presale.process.queries import NoProcess, current_number, process_text, process_version
from svyazka.presale.reviews.proposal_rows import open_proposals
from svyazka.presale.reviews.proposals import publish_taking
from svyazka.presale.reviews.rehearsal import MOST, QUARTER, SPANS, rehearse_draft
from svyazka.presale.reviews.shadow import Shade, shadow_of
from svyazka.processes import packaged_text
from svyazka.speech.process_sheet import sheet_of
from svyazka.speech.refusals import say
from svyazka.speech.shadow import say_last
from svyazka.web.jinja import render
from svyazka.web.process.changes import Comparison, compared
from svyazka.web.process.knots import knots_of
from svyazka.web.process.rehearsing import newly_late, sections_of, shown_of
from svyazka.web.ui.guard import guarded, see_other
from svyazka.web.ui.said import whole_number

TITLE: Final = 120
"""Letters of a proposal by which it is known beside its box."""


class ProcessForm(forms.Form):
    """The text of the process and a line about what changes with it."""

    text = forms.CharField(
        label=gettext_lazy("The process in YAML"),
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 30,
                "spellcheck": "false",
                "autocapitalize": "off",
                "wrap": "off",
                "data-process": "",
            }
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("What changes, in one line"),
        help_text=gettext_lazy("Everybody sees it next to the version: what is different now, and why."),
        max_length=300,
        required=False,  # to check a text and to look at it; publishing asks for it
    )
    proposals = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Which proposals it takes in"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    instead_of = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *data: Any, viewer: Actor | None = None, **more: Any) -> None:
        super().__init__(*data, **more)
        waiting = open_proposals(viewer=viewer, at=timezone.now()) if viewer else ()
        self.fields["proposals"].choices = [  # type: ignore[attr-defined]
            (str(one.id), shorten(one.text, TITLE, placeholder="…")) for one in waiting
        ]

    def clean_text(self) -> str:
        """Browsers send lines the DOS way."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in words, with the line of the text it is about."""

    line: int
    is_error: bool
    message: str
    mend: str
    quoted: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the lint says about a text; ``changes`` only for one that may be published.

    :ivar shades: by ``STAGE.CHECK``, what each check that becomes a stop would have stopped, with the same in words
    """

    findings: tuple[Finding, ...]
    changes: Comparison | None
    against: int
    shades: Mapping[str, tuple[Shade, str]] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """How many mistakes hinder publishing."""
        return sum(finding.is_error for finding in self.findings)


def verdict_on(text: str, viewer: Actor) -> Verdict:
    """Lint the text, and compare it with the version in force; of what becomes a stop say whom it would have stopped."""
    language = get_language() or ""
    problems = lint(text)
    lines = text[:MAX_BYTES].splitlines()
    findings = tuple(_finding(problem, lines, language) for problem in problems)
    number = _current()
    if any(finding.is_error for finding in findings) or not number:
        return Verdict(findings, None, number)
    process = load_process(text)
    changes = compared(process_version(number), process, language)
    shades = shadow_of(process, _stops(changes, process), viewer=viewer, at=timezone.now()).shades
    return Verdict(findings, changes, number, {shade.path: (shade, say_last(shade)) for shade in shades})


def _stops(changes: Comparison, process: Process) -> frozenset[str]:
    """Checks that stop from now on, as ``STAGE.CHECK``."""
    told = (one.change for one in changes.told if one.change.subject == "check")
    paths = {one.path for one in told if one.code == "added" or one.part == "strength"}
    return frozenset(
        f"{stage.key}.{check.key}"
        for stage in process.stages
        for check in stage.checks
        if check.strength == "stop" and f"{stage.key}.{check.key}" in paths
    )


def _finding(problem: Problem, lines: list[str], language: str) -> Finding:
    message, mend = explain(problem)
    quoted = lines[problem.line - 1].strip() if 0 < problem.line <= len(lines) else ""
    return Finding(
        problem.line, problem.severity == "error", message.say(language), mend.say(language), quoted[:120]
    )


def _current() -> int:
    try:
        return current_number()
    except NoProcess:
        return 0


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("process.publish")
def edit(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The text to edit; posting it publishes the next version."""
    if request.method != "POST":
        return _editor(request, _fresh(request, actor), actor)
    form = ProcessForm(request.POST, viewer=actor)
    if not form.is_valid():
        return _editor(request, form, actor, status=422)
    given = form.cleaned_data
    if unready := _unready(given):
        form.add_error(*unready)
        return _editor(request, form, actor, status=422)
    try:
        number = publish_taking(
            text=given["text"],
            note=given["note"],
            instead_of=given["instead_of"],
            proposals=given["proposals"],
            actor=actor,
            at=timezone.now(),
        )
    except ProcessInvalid:
        return _mistaken(request, form, actor)
    except Conflict as refusal:
        # the next press publishes over the newer version, which the author has seen by then
        again = request.POST.copy()
        again["instead_of"] = str(_current())
        form = ProcessForm(again, viewer=actor)
        form.add_error(None, say(refusal))
        return _editor(request, form, actor, status=409)
    messages.success(
        request, _("Version %(number)d is published. New requests follow it.") % {"number": number}
    )
    return see_other("process:page")


def _unready(given: dict[str, Any]) -> tuple[str, str] | None:
    """Of a text that is to follow another, what keeps it from being published, with its field."""
    if not given["instead_of"]:
        return None
    if process_text(_current()) == given["text"]:
        return "text", _("Nothing is changed yet: this is the version in force, word for word.")
    if not given["note"].strip():
        return "note", _("Say in a line what changes, and why.")
    return None


def _fresh(request: HttpRequest, actor: Actor) -> ProcessForm:
    """The version to begin with; ``stop`` names a check that is to stop, as ``STAGE.CHECK``."""
    number, chosen = _current(), whole_number(request.GET.get("from", ""))
    text = process_text(chosen or number) if number else packaged_text()
    stage, _dot, check = request.GET.get("stop", "").partition(".")
    if check:
        text = with_strength(text, stage, check, "stop")
    return ProcessForm(initial={"text": text, "instead_of": number}, viewer=actor)


def _text(form: ProcessForm) -> str:
    return str(form["text"].value() or "").replace("\r\n", "\n")


def _editor(
    request: HttpRequest,
    form: ProcessForm,
    actor: Actor,
    *,
    status: int = 200,
    verdict: Verdict | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "base": form["instead_of"].value(),
        "spans": [
            (str(span), ngettext("%(num)d day", "%(num)d days", span) % {"num": span}) for span in SPANS
        ],
        "days": str(request.POST.get("days", QUARTER)),
        "verdict": verdict or verdict_on(_text(form), actor),
    }
    return render(request, "process/edit.html", context, status=status)


def _mistaken(request: HttpRequest, form: ProcessForm, actor: Actor) -> HttpResponse:
    form.add_error("text", _("There are mistakes in the text. Each is shown below with its line."))
    return _editor(request, form, actor, status=422)


@require_POST
@guarded("process.publish")
def check(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the lint says: beside the text for htmx, the whole editor with the text as typed otherwise."""
    form = ProcessForm(request.POST, viewer=actor)
    verdict = verdict_on(_text(form), actor)
    if request.htmx:  # type: ignore[attr-defined]  # django-htmx adds it
        return render(request, "process/_verdict.html", {"verdict": verdict})
    form.errors.clear()
    return _editor(request, form, actor, verdict=verdict)


@require_POST
@guarded("process.publish")
def preview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The page as everybody would read it, of a text that isn't published."""
    form = ProcessForm(request.POST, viewer=actor)
    try:
        process = load_process(_text(form))
    except ProcessInvalid:
        return _mistaken(request, form, actor)
    sheet = sheet_of(process, get_language() or "")
    context = {
        "sheet": sheet,
        "knots": knots_of(sheet),
        "preview": True,
        "may_publish": False,
        "row": None,
        "current": 0,
        "publisher": "",
        "part": "whole",
    }
    return render(request, "process/page.html", context)


@require_POST
@guarded("process.publish")
def rehearsal(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the text would have done to the deals of the last months. It is posted since it is long; nothing is saved."""
    form = ProcessForm(request.POST, viewer=actor)
    language = get_language() or ""
    days = {str(span): span for span in SPANS}.get(request.POST.get("days", ""), QUARTER)
    try:
        found = rehearse_draft(text=_text(form), viewer=actor, at=timezone.now(), days=days)
    except ProcessInvalid:
        return _mistaken(request, form, actor)
    sections, as_then = (sections_of(found, language, anew=anew) for anew in (True, False))
    context = {
        "found": found, "days": days, "most": MOST, "late": newly_late(found), "sections": sections, "as_then": as_then,
        "shown": shown_of((*sections, *as_then)),
    }  # fmt: skip
    return render(request, "process/rehearsal.html", context)
