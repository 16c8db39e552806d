"""Content as it is kept in the queue, for what was worded already when it was queued."""

from dataclasses import asdict
from typing import Any

from svyazka.presale.channels.port import Action, Content, Line, Section
from svyazka.presale.journal.values import Json


def packed(content: Content) -> dict[str, Json]:
    """The content as JSON; without files and pictures."""
    kept: dict[str, Json] = asdict(content)
    kept.pop("attachments", None)
    kept.pop("pictures", None)
    return kept


def unpacked(kept: Any) -> Content:
    """The content again."""

    def lines(found: Any) -> tuple[Line, ...]:
        return tuple(Line(**one) for one in found)

    return Content(
        title=kept["title"],
        sections=tuple(Section(**{**one, "lines": lines(one["lines"])}) for one in kept["sections"]),
        why=kept["why"],
        actions=tuple(tuple(Action(**one) for one in row) for row in kept["actions"]),
        foot=lines(kept["foot"]),
        language=kept["language"],
    )
