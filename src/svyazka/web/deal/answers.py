"""An answer of the intake form as people read it, however many boxes it is typed in."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from svyazka.engine.identity import readable_phones
from svyazka.engine.process import Field
from svyazka.presale.deals.intake import parts
from svyazka.speech.process_words import as_text


def say_answer(field: Field, answers: Mapping[str, object]) -> str:
    """What is known of a field; empty for nothing."""
    said = {key: as_text(answers.get(key)) for key in parts(field)}
    if said.get("phone"):
        said["phone"] = readable_phones(said["phone"])
    if said.get("decides"):
        said["decides"] = _("makes the decision")
    return " · ".join(value for value in said.values() if value)
