"""A form that asks for one command: it is run and told of, or what was refused comes back in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest

from svyazka.presale.journal.values import Invalid, NotFound, Refusal
from svyazka.speech.refusals import field_errors, say, status_of


@dataclass(frozen=True, slots=True)
class Refused:
    """What a page needs to show its form again.

    :ivar codes: what is wrong, by field, as the command says it; ``errors`` are the sentences
    :ivar sentence: the refusal as a whole, where no field is to blame
    """

    status: int
    codes: Mapping[str, str]
    errors: Mapping[str, str]
    sentence: str


def refused_by(request: HttpRequest, command: Callable[[], str]) -> Refused | None:
    """Run a command, and tell what it says is done. None if it is done; else what was refused.

    What is not found passes on to ``ui/errors.py``.
    """
    try:
        told = command()
    except NotFound:
        raise
    except Refusal as refusal:
        codes = refusal.errors if isinstance(refusal, Invalid) else {}
        errors = field_errors(refusal) if isinstance(refusal, Invalid) else {}
        return Refused(status_of(refusal), codes, errors, "" if errors else say(refusal))
    if told:
        messages.success(request, told)
    return None
