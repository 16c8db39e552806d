"""What was typed into a box that no form of Django's looks after."""

from collections.abc import Mapping
from typing import Final

from django.http import QueryDict

from svyazka.presale.journal.values import Invalid

LONGEST: Final = 4000
"""Letters of a text. The journal forgets nothing, so that whoever may write a word could fill it and the deal's page."""


def said(post: QueryDict, name: str) -> str:
    """The text without NUL, which PostgreSQL doesn't keep.

    :raises Invalid: it is too long
    """
    refuse_long({name: post.get(name, "")})
    return str(post.get(name, "")).replace("\x00", "")


def whole_number(text: str, *, digits: int = 9) -> int | None:
    """The number that is typed, of at most so many digits; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def refuse_long(texts: Mapping[str, object]) -> None:
    """:raises Invalid: names the boxes that hold more than a text may have"""
    errors = {name: "too_long" for name, text in texts.items() if len(str(text)) > LONGEST}
    if errors:
        raise Invalid("too_long", errors=errors)
