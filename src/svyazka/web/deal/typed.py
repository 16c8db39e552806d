"""What was typed into a form of the deal page: read into values, and given back as typed when something is to be mended."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import quote

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from svyazka.engine.wording import lack_of
from svyazka.presale.journal.values import Conflict, Invalid, NotAllowed, Refusal
from svyazka.presale.stages.commands import StageBlocked
from svyazka.speech import refusals
from svyazka.web.ui.said import refuse_long, whole_number

NAMED: Final = 3
"""So many missing checks are named beside a reason; the panel lists all of them."""
YEARS: Final = range(2000, 2100)
"""Days outside are slips of the keyboard."""

LABELS: Final[Mapping[str, str | Promise]] = {
    "answer": gettext_lazy("The client’s answer"),
    "client_words": gettext_lazy("What the client said"),
    "contract_date": gettext_lazy("Date of the contract"),
    "contract_number": gettext_lazy("Contract number"),
    "contract_sum": gettext_lazy("Sum, roubles"),
    "controller": gettext_lazy("Who checks it"),
    "due": gettext_lazy("Due"),
    "duplicate_of": gettext_lazy("Number of the deal that this one duplicates"),
    "evidence": gettext_lazy("Evidence"),
    "files": gettext_lazy("Files"),
    "happens_at": gettext_lazy("When it is"),
    "line": gettext_lazy("Who, what, by when"),
    "how": gettext_lazy("How, and what was agreed"),
    "manager": gettext_lazy("Manager"),
    "performer": gettext_lazy("Who does it"),
    "reason": pgettext_lazy("deal", "Why"),
    "reason of advance": gettext_lazy("Why the deal goes on without it"),
    "reason of close": gettext_lazy("Reason"),
    "reason of lose": gettext_lazy("Reason"),
    "reason of remove_file": gettext_lazy("Why it is removed"),
    "reason of reopen": gettext_lazy("Why it is reopened"),
    "reason of win": gettext_lazy("Why with checks missing"),
    "reason of withdraw": gettext_lazy("What happened"),
    "result": gettext_lazy("The result"),
    "role": gettext_lazy("Role and person"),
    "status": gettext_lazy("What it is"),
    "text": gettext_lazy("Evidence"),
    "text of ask": gettext_lazy("Question"),
    "to": gettext_lazy("To whom, if it is handed over"),
    "unit": gettext_lazy("Delivery unit"),
    "what_for": gettext_lazy("What has to be decided"),
}
"""How the summary of mistakes calls a field: as its form does, where forms call one name differently."""

BOXES: Final[Mapping[tuple[str, str], str]] = {
    ("keep", "how"): "text", ("accept", "role"): "manager",
    ("in_line", "performer"): "line", ("in_line", "result"): "line", ("in_line", "due"): "line",
}  # fmt: skip
"""In which box of a form something is typed that the command calls otherwise."""

SAID: Final[Mapping[str, str | Promise]] = {
    "junk": gettext_lazy(
        "This doesn’t say anything yet. Write it so that somebody who wasn’t there understands."
    ),
    "junk in result": gettext_lazy(
        "This doesn’t say anything yet. Name what will be there: a document, a letter, a date agreed with the client."
    ),
    "bad_date in contract_date": gettext_lazy("Choose a day."),
    "junk in contract_number": gettext_lazy("This is no number of a contract."),
    "too_long in result": gettext_lazy("Make it shorter: 300 characters at most."),
    "too_long in contract_number": gettext_lazy("Make it shorter: 60 characters at most."),
}
"""What to mend where this page says it more closely than others do; with ``in FIELD`` for one field."""


class Typed:
    """The fields of a posted form. What can't be read is noted; :meth:`check` then refuses them all at once."""

    def __init__(self, post: QueryDict) -> None:
        self._post = post
        self._errors: dict[str, str] = {}

    def refuse_long(self) -> None:
        """:raises Invalid: a text is longer than any may be"""
        refuse_long(self.as_typed())

    def text(self, name: str) -> str:
        """The text, without blanks around it and without NUL, which no database takes."""
        return str(self._post.get(name, "")).replace("\x00", "").strip()

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self._post.get(name))

    def number(self, name: str) -> int | None:
        """An id chosen from a list; None for nothing chosen, 0 (which nobody has) for what is no id."""
        text = self.text(name)
        if not text:
            return None
        return whole_number(text) or 0

    def moment(self, name: str, *, required: bool = True) -> datetime | None:
        """A day and time in the viewer's zone."""
        text = self.text(name)
        try:
            found = datetime.fromisoformat(text) if text else None
            if found is not None and found.year in YEARS:
                return found if found.tzinfo else timezone.make_aware(found)
        except (ValueError, OverflowError):
            found = None
        if text or required:
            self._errors[name] = "bad_date"
        return None

    def day(self, name: str) -> date | None:
        """A day."""
        try:
            found = date.fromisoformat(self.text(name))
        except ValueError:
            found = date.min
        if found.year in YEARS:
            return found
        self._errors[name] = "bad_date"
        return None

    def money(self, name: str) -> Decimal:
        """Roubles, however people write them: «1 250 000,50 ₽»."""
        text = "".join(self.text(name).rstrip("₽ ").split()).replace(",", ".")
        try:
            return Decimal(text)
        except InvalidOperation:
            self._errors[name] = "not_a_number"
            return Decimal(0)

    def want(self, *names: str) -> None:
        """Note which of these are empty, so that the one who forgot three hears of three."""
        self._errors |= dict.fromkeys((name for name in names if not self.text(name)), "required")

    def check(self) -> None:
        """:raises Invalid: something is missing or couldn't be read"""
        if self._errors:
            raise Invalid(errors=self._errors)

    def as_typed(self) -> dict[str, str]:
        """Every field as it came."""
        return {name: str(value) for name, value in self._post.items() if name != "csrfmiddlewaretoken"}


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that came back. ``lost_text`` is what was typed where the form itself may be gone by now."""

    act: str
    key: str
    values: Mapping[str, str]
    errors: Mapping[str, str]
    sentence: str
    lost_text: tuple[str, ...]


def refused(act: str, key: str, typed: Typed, refusal: Refusal) -> Refused:
    """What the page needs to show the form again."""
    values = typed.as_typed()
    errors = _errors(act, typed, refusal)
    lost = tuple(value for name, value in values.items() if " " in value and name != "key")
    return Refused(
        act,
        key,
        values,
        errors,
        refusals.say(refusal),
        lost if isinstance(refusal, Conflict | NotAllowed) else (),
    )


def wanting_reason(back: Refused) -> Refused:
    """A contract's form that came back for something else says too that its reason is missing."""
    if not back.errors or "reason" in back.errors or back.values.get("reason", "").strip():
        return back
    return replace(back, errors={**back.errors, "reason": str(refusals.SENTENCES["required"])})


def _errors(act: str, typed: Typed, refusal: Refusal) -> dict[str, str]:
    """What to mend, by box."""
    if isinstance(refusal, StageBlocked):
        return {
            "reason": str(SAID["junk"])
            if lack_of(typed.text("reason")) == "junk"
            else _lacks_reason(act, refusal)
        }
    if not isinstance(refusal, Invalid):
        return {}
    said, found = refusals.field_errors(refusal), defaultdict[str, list[str]](list)
    for name, code in refusal.errors.items():
        sentence = str(SAID.get(f"{code} in {name}") or SAID.get(code) or said[name])
        found[BOXES.get((act, name), name)].append(sentence)
    return {box: " ".join(sentences) for box, sentences in found.items()}


def _lacks_reason(act: str, refusal: StageBlocked) -> str:
    texts = [check.text.say(get_language() or "") for check in refusal.missing]
    shown = "; ".join(texts[:NAMED])
    if len(texts) > NAMED:
        shown = _("%(first)s and %(num)s more") % {"first": shown, "num": len(texts) - NAMED}
    why = (
        _("Say why the contract is signed although not everything is done.")
        if act == "win"
        else _("Say why the deal goes on without it.")
    )
    if not shown:
        return why
    missing = _("Missing: %(missing)s.") % {"missing": shown}
    return f"{why} {missing}"


def _label(act: str, name: str) -> str:
    return str(LABELS.get(f"{name} of {act}") or LABELS.get(name, name))


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the page: where it goes, whether it is unfolded, and what stands in its fields."""

    act: str
    key: str
    deal: str
    open: bool = False
    back: Refused | None = None

    @property
    def action(self) -> str:
        """Where it is sent to."""
        return f"{self.deal}{self.act}/"

    @property
    def place(self) -> str:
        """The id of the form's own place on the page."""
        return f"{self.act}-{self.key}" if self.key else self.act

    @property
    def page(self) -> str:
        """The page with this form unfolded."""
        return f"{self.deal}?open={self.name}"

    @property
    def part(self) -> str:
        """The page's panels with this form unfolded, of which htmx takes the form."""
        return f"{self.deal}body/?open={self.name}"

    @property
    def promise(self) -> str:
        """The page with this form unfolded and made for the client's next step."""
        return f"{self.page}&promise=1#{self.place}"

    @property
    def promise_attrs(self) -> dict[str, str]:
        """With script the panels change in place, so that what is typed elsewhere on the page stays."""
        return {"hx-get": f"{self.part}&promise=1", "hx-target": "#deal", "hx-swap": "outerHTML"}

    @property
    def name(self) -> str:
        """How an address calls the form."""
        return quote(f"{self.act}.{self.key}" if self.key else self.act)

    @property
    def came_back(self) -> bool:
        """Whether it was sent and couldn't be taken."""
        return self.back is not None

    @property
    def errors(self) -> Mapping[str, str]:
        """What to mend, by field."""
        return self.back.errors if self.back else {}

    def id(self, name: str) -> str:
        """The id of a field, the only one on the page."""
        return f"{self.place}-{name}"

    def value(self, name: str, default: object = "") -> object:
        """What was typed, or what the field begins with."""
        return self.back.values.get(name, "") if self.back else default

    def error(self, name: str) -> str | None:
        """What to mend in a field."""
        return self.errors.get(name)

    @property
    def draft(self) -> str:
        """Under which name the browser keeps what is typed until it is sent."""
        return f"{self.action}{self.key}"

    @property
    def attrs(self) -> dict[str, str]:
        """With script the panels change in place; without it the form is an ordinary one."""
        return {"hx-post": self.action}


class Forms:
    """All forms of one deal's page. Most are folded; one may be asked for, and one may have come back."""

    def __init__(
        self, number: str, asked: str = "", back: Refused | None = None, *, promising: bool = False
    ) -> None:
        self._deal = reverse("deal:page", kwargs={"number": number})
        self._asked = asked
        self.back = back
        self.promising = promising
        """Whether the form for a commitment was asked for in order to promise the client his next step."""

    def of(self, act: str, key: object = "") -> Form:
        """The form of an act; ``key`` tells apart those of which the page has several."""
        key = str(key)
        back = self.back if self.back and (self.back.act, self.back.key) == (act, key) else None
        asked = self._asked == (f"{act}.{key}" if key else act)
        return Form(act, key, self._deal, asked or back is not None, back)

    def came_back(self, key: object, *acts: str) -> bool:
        """Whether one of these acts' forms came back for this thing."""
        return self.back is not None and self.back.act in acts and self.back.key == str(key)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What to mend, each with the id of its field."""
        if self.back is None:
            return []
        form = self.of(self.back.act, self.back.key)
        fields = [
            (
                form.id(name),
                f"{_label(self.back.act, name)}: {problem}",
            )
            for name, problem in form.errors.items()
        ]
        return fields or [("", self.back.sentence)]
