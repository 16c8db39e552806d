"""A rule in the shadow in words: how many deals it would have stopped."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from svyazka.presale.reviews.rehearsal import QUARTER
from svyazka.presale.reviews.shadow import Shade
from svyazka.speech.times import number


def say_shade(shade: Shade) -> str:
    """«остановил бы 7 из 31», without the time that was looked at."""
    if not shade.passed:
        return _("no deal has left this stage")
    if not shade.stopped:
        return ngettext(
            "would have stopped none of %(all)s deal",
            "would have stopped none of %(all)s deals",
            shade.passed,
        ) % {"all": number(shade.passed)}
    return ngettext(
        "would have stopped %(num)s of %(all)s deal",
        "would have stopped %(num)s of %(all)s deals",
        shade.passed,
    ) % {"num": number(len(shade.stopped)), "all": number(shade.passed)}


def say_last(shade: Shade) -> str:
    """The same as a sentence, for the time that is looked at unless somebody wishes otherwise."""
    said = say_shade(shade)
    unknown = len(shade.unknown)
    if unknown:
        said += "; " + ngettext(
            "of %(num)s more nobody can tell", "of %(num)s more nobody can tell", unknown
        ) % {"num": number(unknown)}
    return ngettext("Last %(days)d day: %(said)s.", "Last %(days)d days: %(said)s.", QUARTER) % {
        "days": QUARTER, "said": said
    }  # fmt: skip
