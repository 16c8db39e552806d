"""What was refused, as a sentence: one table from codes to words, in the active language."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy

from svyazka.api.words import role_name, stage_name
from svyazka.engine.facts import FACTS
from svyazka.presale.journal.values import Json, Refusal
from svyazka.presale.process.queries import current_number, process_version

TITLES: Final[Mapping[int, Promise]] = {
    400: pgettext_lazy("api", "The request can’t be read"),
    401: pgettext_lazy("api", "A valid token is needed"),
    403: pgettext_lazy("api", "Not allowed"),
    404: pgettext_lazy("api", "Not found"),
    405: pgettext_lazy("api", "Method not allowed"),
    409: pgettext_lazy("api", "It has already happened"),
    413: pgettext_lazy("api", "The request is too large"),
    415: pgettext_lazy("api", "Unsupported media type"),
    422: pgettext_lazy("api", "Something has to be corrected first"),
    500: pgettext_lazy("api", "A fault of ours"),
    503: pgettext_lazy("api", "Not ready"),
}
"""Titles of problems by HTTP status."""

SENTENCES: Final[Mapping[str, Promise]] = {
    # what the door says
    "bad_json": pgettext_lazy(
        "api",
        "The body is not JSON that can be stored: it has to be UTF-8 without NaN, NUL characters or lone surrogates.",
    ),
    "unauthenticated": pgettext_lazy("api", "Send a valid token: Authorization: Bearer svz_…"),
    "scope_missing": pgettext_lazy("api", "The token lacks the scope %(scope)s."),
    "no_such_route": pgettext_lazy("api", "The API has no such address; see /api/v1/openapi.json."),
    "method_not_allowed": pgettext_lazy("api", "This address answers to: %(allow)s."),
    "too_large": pgettext_lazy("api", "At most %(limit)s bytes."),
    "media_type": pgettext_lazy("api", "Send the body as application/json."),
    "fault": pgettext_lazy("api", "It is in the log. Trying again does no harm."),
    "not_saved": pgettext_lazy(
        "api", "Nothing was saved: the storage doesn’t answer. Try again a little later."
    ),
    "key_reused": pgettext_lazy("api", "This Idempotency-Key came with another request before."),
    # what commands refuse
    "refused": pgettext_lazy("api", "That can’t be done now."),
    "not_allowed": pgettext_lazy(
        "api", "Neither your duties nor your role on the deal give you this right: %(right)s."
    ),
    "not_allowed+role": pgettext_lazy("api", "This is for the role: %(role)s."),
    "not_found": pgettext_lazy("api", "Not found, or you don’t have access to it."),
    "conflict": pgettext_lazy("api", "Somebody was first. Look at what is there now."),
    "changed_meanwhile": pgettext_lazy(
        "api", "Somebody has changed these fields since that revision: %(fields)s. Read the deal again."
    ),
    "changed_meanwhile+who": pgettext_lazy(
        "api", "%(who)s has changed these fields since that revision: %(fields)s. Read the deal again."
    ),
    "invalid": pgettext_lazy("api", "To be corrected: %(fields)s."),
    "deal_closed": pgettext_lazy("api", "The deal %(number)s is closed already."),
    "deal_is_open": pgettext_lazy("api", "The deal %(number)s is open already."),
    "stage_already_left": pgettext_lazy(
        "api", "The deal isn’t in the stage “%(stage)s” any more: it is in “%(now)s”."
    ),
    "stage_already_left+who": pgettext_lazy(
        "api", "The stage “%(stage)s” was already finished by %(who)s; the deal is in “%(now)s”."
    ),
    "stage_blocked": pgettext_lazy(
        "api", "The stage “%(stage)s” can’t be left yet: see “missing”, or give a reason, which is recorded."
    ),
    "last_stage": pgettext_lazy("api", "This is the last stage: the deal ends by being won or lost."),
    "stage_is_gone": pgettext_lazy("api", "Version %(number)s of the process has no stage “%(stage)s”."),
    "nobody_at_the_window": pgettext_lazy(
        "api", "Nobody is responsible for the single window yet: an administrator appoints a dispatcher."
    ),
    "no_process": pgettext_lazy("api", "No process is published yet: its owner does it on the process page."),
    "seat_refused": pgettext_lazy(
        "api", "%(name)s may not take the role %(role)s: see the person’s presale roles."
    ),
    "seat_stays": pgettext_lazy(
        "api", "The role %(role)s can be handed over but not left empty: appoint somebody else."
    ),
    "proven_elsewhere": pgettext_lazy("api", "This is checked automatically. %(supply)s."),
    "kept_by_its_event": pgettext_lazy("api", "Doing it closes the commitment: %(event)s."),
    "kept_by_its_event+supply": pgettext_lazy("api", "Doing it closes the commitment. %(supply)s."),
    "expert_claimed_already": pgettext_lazy(
        "api", "%(who)s was first, with the competence %(competence)s at level %(level)s."
    ),
    "expert_request_closed": pgettext_lazy("api", "This expert request is over: %(state)s."),
    "expert_asked_already": pgettext_lazy(
        "api", "This competence is being looked for on this deal already, by the request %(id)s."
    ),
    "commitment_closed": pgettext_lazy("api", "This commitment is closed already."),
    "commitment_closed+who": pgettext_lazy("api", "This commitment is closed already, by %(who)s."),
    "question_done": pgettext_lazy("api", "This question has been dealt with already."),
    # what is wrong with a field
    "required": pgettext_lazy("api", "A value is needed."),
    "wrong_type": pgettext_lazy("api", "A value of a different type is needed."),
    "too_long": pgettext_lazy("api", "Too long: at most %(limit)s characters."),
    "out_of_range": pgettext_lazy("api", "Outside of what is possible."),
    "bad_value": pgettext_lazy("api", "This value does not fit."),
    "unknown_field": pgettext_lazy("api", "There is no such field."),
    "unknown_choice": pgettext_lazy("api", "There is no such choice, or it can’t be chosen here."),
    "junk": pgettext_lazy("api", "This doesn’t say anything yet."),
    "no_result": pgettext_lazy(
        "api", "Name a result that can be seen: a document, a letter, an agreed date."
    ),
    "vague": pgettext_lazy("api", "Name the result; the time goes in its own field."),
    "needs_evidence": pgettext_lazy("api", "Refer to a letter or a file, or write who said what and when."),
    "needs_a_person": pgettext_lazy("api", "Only a person can say this."),
    "needs_original": pgettext_lazy(
        "api", "Name the deal that this one duplicates: another one that isn’t a duplicate itself."
    ),
    "bad_inn": pgettext_lazy("api", "Not an INN: 10 or 12 digits with the right check digits."),
    "bad_phone": pgettext_lazy("api", "Not a phone number."),
    "bad_email": pgettext_lazy("api", "Not an e-mail address."),
    "not_a_number": pgettext_lazy("api", "Enter a number."),
    "not_positive": pgettext_lazy("api", "Enter a number above zero."),
    "too_far": pgettext_lazy("api", "That is too far away. Name a nearer day."),
    "in_the_past": pgettext_lazy("api", "This time has passed already."),
    "in_the_future": pgettext_lazy("api", "This day hasn’t come yet."),
    "controller_is_the_doer": pgettext_lazy("api", "Somebody other than the performer has to check it."),
    "controller_does_it": pgettext_lazy("api", "Whoever checks the result can’t be the one who does it."),
}
"""Sentences by code. A code with ``+name`` is taken when there is a value under that name."""


def say(code: str, params: Mapping[str, Json] | None = None) -> str:
    """The sentence of a code; for one without a sentence the code itself, which is better than nothing."""
    said: dict[str, Json] = dict(params or {})
    _call_by_name(said)
    fact = FACTS.get(str(said.get("fact") or said.get("event") or ""))
    if fact is not None:
        said["supply"] = fact.supply.say(get_language() or "")
    for name in ("who", "role", "supply"):
        if said.get(name) and f"{code}+{name}" in SENTENCES:
            code = f"{code}+{name}"
            break
    fields = said.get("fields")
    if isinstance(fields, list):
        said["fields"] = ", ".join(map(str, fields))
    sentence = SENTENCES.get(code)
    return code if sentence is None else str(sentence) % _Known(said)


def _call_by_name(said: dict[str, Json]) -> None:
    """Put the process's own names in place of the keys of stages and roles; ``params`` of the answer keep the keys."""
    if said.keys().isdisjoint(("stage", "role")):
        return
    number = said.get("process")
    try:
        process = process_version(number if isinstance(number, int) else current_number())
    except Refusal:  # no process at all: the keys say more than nothing
        return
    for name in ("stage", "now"):
        if said.get(name):
            said[name] = stage_name(str(said[name]), process)
    if said.get("role"):
        said["role"] = ", ".join(role_name(key, process) for key in str(said["role"]).split(", "))


class _Known(dict[str, Json]):
    """Values for a sentence; what the refusal didn't tell is left open."""

    def __missing__(self, key: str) -> str:
        return "…"
