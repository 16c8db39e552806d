"""By what two clients look like the same one, in words."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SIGNS: Final[Mapping[str, str | Promise]] = {
    "inn": pgettext_lazy("sign", "INN"),
    "phone": pgettext_lazy("sign", "phone"),
    "email": pgettext_lazy("sign", "e-mail"),
    "domain": pgettext_lazy("sign", "the company’s domain"),
    "name": pgettext_lazy("sign", "name"),
    "similar": pgettext_lazy("sign", "a similar name"),
}


def say_signs(signs: Iterable[str]) -> str:
    """«ИНН, телефон»: the surest sign first."""
    given = set(signs)
    return ", ".join(str(words) for code, words in SIGNS.items() if code in given)
