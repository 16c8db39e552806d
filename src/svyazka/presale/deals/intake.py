"""The intake form's answers: what counts as an answer, what is missing, who finds out the rest by when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from svyazka.engine.headcount import Size, size_of
from svyazka.engine.identity import normal_email, normal_phone, valid_inn
from svyazka.engine.process import Field, Process
from svyazka.engine.wording import is_junk
from svyazka.presale.clients.queries import Identity, identity
from svyazka.presale.journal.values import Json, line

PARTS: Mapping[str, tuple[str, ...]] = {
    "company": ("company", "inn"),
    "contact": ("contact_name", "contact_duty", "phone", "email", "decides", "channel"),
}
"""Fields of the form that are typed in several boxes, by the field's kind."""

PRIVATE = frozenset({"contact_name", "contact_duty", "phone", "email", "channel", "budget", "mood"})
"""Boxes about people and money, read by those who may see a deal's small things."""

LONGEST = 4000
Answers = dict[str, Json]

_CHECKS: Final[Mapping[str, tuple[Callable[[str], str | None], str]]] = {
    "inn": (valid_inn, "bad_inn"), "phone": (normal_phone, "bad_phone"), "email": (normal_email, "bad_email"),
}  # fmt: skip
"""Boxes that hold a sign of the client: how it is read, and what is said where it can't be."""
_REMEMBERED: Final = 16_384
"""Values that a :class:`Form` has judged and still knows."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Honest empty: not known yet, this person finds out by this day."""

    person_id: int
    by: date


def parts(field: Field) -> tuple[str, ...]:
    """Keys of the boxes in which a field is typed."""
    return PARTS.get(field.kind, (field.key,))


def clean(process: Process, said: Mapping[str, Json]) -> Answers:
    """Answers with blanks trimmed; keys the form doesn't know and empty values are left out."""
    return _cleaned([key for field in process.fields for key in parts(field)], said)


def _cleaned(known: Sequence[str], said: Mapping[str, Json]) -> Answers:
    answers: Answers = {}
    for key in known:
        value = said.get(key)
        if value is None or value == "":
            continue
        if isinstance(value, str):
            value = value.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST]
            if key == "lines":
                pieces = value.replace(";", ",").replace("\n", ",").split(",")
                value = [*(piece.strip() for piece in pieces if piece.strip())]
        elif isinstance(value, list):
            value = [*(line(str(item), 120) for item in value[:20] if str(item).strip())]
        if value not in (None, "", []):
            answers[key] = value
    return answers


def problems(process: Process, answers: Mapping[str, Json]) -> dict[str, str]:
    """Boxes whose value is no answer, with the code of why: ``junk``, ``bad_inn``, ``bad_phone``, ``bad_email``, ..."""
    found: dict[str, str] = {}
    for field in process.fields:
        for key in parts(field):
            code = _problem(field, key, answers.get(key))
            if code:
                found[key] = code
    return found


def _problem(field: Field, key: str, value: Json) -> str | None:
    if value is None or isinstance(value, bool):
        return None
    text = _text(value)
    if key in _CHECKS:
        check, code = _CHECKS[key]
        return None if check(text) else code
    if is_junk(text):
        return "junk"
    if field.kind == "number" and not any(char.isdigit() for char in text):
        return "not_a_number"
    if field.kind == "choice" and field.choices and text not in {choice.key for choice in field.choices}:
        return "unknown_choice"
    return None


def _text(value: Json) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def is_answered(field: Field, answers: Mapping[str, Json], wrong: Mapping[str, str]) -> bool:
    """Whether a field has a value that tells something."""
    good = {key for key in parts(field) if answers.get(key) not in (None, "", []) and key not in wrong}
    if field.kind == "company":
        return good >= {"company", "inn"}
    if field.kind == "contact":
        return "contact_name" in good and not good.isdisjoint({"phone", "email"})
    return bool(good)


def missing(
    process: Process, answers: Mapping[str, Json], wrong: Mapping[str, str] | None = None
) -> tuple[Field, ...]:
    """Required fields without an answer, in the form's order, whether or not somebody finds them out.

    :param wrong: the answers' :func:`problems`, if the caller knows them
    """
    wrong = problems(process, answers) if wrong is None else wrong
    return tuple(
        field for field in process.fields if field.required and not is_answered(field, answers, wrong)
    )


class Form:
    """The form of a process for very many answers to it: what comes again and again is judged once."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._fields = {key: field for field in process.fields for key in parts(field)}
        self._keys = tuple(self._fields)
        self._lacking: dict[frozenset[str], tuple[str, ...]] = {}
        self._is_wrong = lru_cache(_REMEMBERED)(self._judge)

    def clean(self, said: Mapping[str, Json]) -> Answers:
        """As :func:`clean`."""
        return _cleaned(self._keys, said)

    def lacking(self, answers: Answers) -> tuple[str, ...]:
        """Keys of the :func:`missing` fields of answers that are clean."""
        wrong = {
            key: ""
            for key, value in answers.items()
            if not isinstance(value, bool) and self._is_wrong(key, _text(value))
        }
        good = frozenset(answers.keys() - wrong.keys())
        if good not in self._lacking:
            self._lacking[good] = tuple(field.key for field in missing(self._process, answers, wrong))
        return self._lacking[good]

    def _judge(self, key: str, text: str) -> bool:
        return _problem(self._fields[key], key, text) is not None


def said_identity(answers: Mapping[str, Json]) -> Identity:
    """What of the answers tells who the client is."""

    def text(key: str) -> str:
        value = answers.get(key)
        return value if isinstance(value, str) else "" if value is None else str(value)

    return identity(
        name=text("company"), inn=text("inn"), phone=text("phone"), email=text("email"),
        contact_name=text("contact_name"), contact_duty=text("contact_duty"),
        decides=answers.get("decides") in (True, "true", "on", "1", "yes"), channel=text("channel"),
    )  # fmt: skip


def lines_in(answers: Mapping[str, Json]) -> Sequence[str]:
    """Lines of business as they were typed."""
    said = answers.get("lines", [])
    return [str(one) for one in said] if isinstance(said, list) else [str(said)]


def title(answers: Mapping[str, Json]) -> str:
    """A line that says what the request is about."""
    words = str(answers.get("request") or answers.get("context") or answers.get("company") or "")
    line = " ".join(words.split())
    return line if len(line) <= 120 else line[:119].rsplit(" ", 1)[0] + "…"


def size(answers: Mapping[str, Json]) -> Size:
    """The band of the client by the headcount that was typed; empty for unknown."""
    return size_of(str(answers.get("headcount") or ""))
