"""What goes wrong at the console is one clear sentence with a hint; the exit code says whose mistake it was."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, ProgrammingError
from django.utils import translation

from svyazka.engine.lint import ProcessInvalid
from svyazka.presale.journal.values import Invalid, Refusal
from svyazka.speech.refusals import field_errors, say


class Failure(Exception):
    """The command can't do it.

    :param hint: what to do about it
    :param code: 1 where the state of things refuses, 2 where the command was written wrongly
    """

    def __init__(self, sentence: str, hint: str = "", code: int = 1) -> None:
        super().__init__(sentence)
        self.hint = hint
        self.code = code


@contextmanager
def told() -> Iterator[None]:
    """Speak English, as the help does, and end with words and an exit code instead of a traceback."""
    try:
        with translation.override("en"):
            yield
    except Failure as failure:
        _end(str(failure), failure.hint, failure.code)
    except Refusal as refusal:
        with translation.override("en"):
            fields = field_errors(refusal) if isinstance(refusal, Invalid) else {}
            _end(say(refusal), "; ".join(f"{field}: {words}" for field, words in fields.items()), 1)
    except ProcessInvalid as invalid:
        _end(f"The process has mistakes: {invalid}.", "svyazka process lint FILE explains each.", 1)
    except (OperationalError, ProgrammingError) as error:
        _end(f"The database refuses: {_first_line(error)}.", "svyazka migrate makes its tables; svyazka check looks closer.", 1)  # fmt: skip
    except KeyboardInterrupt:
        _end("Stopped.", "", 130)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def _end(sentence: str, hint: str, code: int) -> None:
    print(sentence, file=sys.stderr)
    if hint:
        print(f"  {hint}", file=sys.stderr)
    sys.exit(code)
