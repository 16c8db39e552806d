"""Content as a Telegram message: HTML that escapes whatever people typed, buttons, and nothing longer than the API takes."""

from collections.abc import Iterator
from html import escape
from typing import Final

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.text_decorations import add_surrogates

from svyazka.presale.channels.port import Content, Line

LONGEST: Final = 4096
"""Of the text without markup, counted as Telegram counts: in UTF-16 units."""
CAPTION: Final = 1024
"""The same of the words below a picture."""
_LONGEST_LINE: Final = 1200
_LONGEST_LABEL: Final = 60


def as_html(content: Content, longest: int = LONGEST) -> str:
    """The message's text for ``parse_mode`` HTML, cut between lines where it would be too long."""
    kept: list[str] = []
    left = longest - 2
    for plain, marked in _pieces(content):
        left -= units(plain) + 1
        if left < 0:
            kept.append("…")
            break
        kept.append(marked)
    return "\n".join(kept).strip()


def units(text: str) -> int:
    """How long Telegram thinks a text is."""
    return len(add_surrogates(text)) // 2


def _pieces(content: Content) -> Iterator[tuple[str, str]]:
    """Lines as (what counts, what is sent)."""
    title = _short(content.title)
    yield title, f"<b>{escape(title)}</b>"
    for section in content.sections:
        yield "", ""
        if section.heading:
            yield section.heading, f"<b>{escape(_short(section.heading))}</b>"
        for line in section.lines:
            yield _line(line)
    if content.why:
        yield "", ""
        yield content.why, f"<i>{escape(content.why)}</i>"


def _line(line: Line) -> tuple[str, str]:
    text = _short(line.text)
    if line.link.startswith(("http://", "https://")):
        return text, f'<a href="{escape(line.link)}">{escape(text)}</a>'
    return text, escape(text)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_LINE else text[: _LONGEST_LINE - 1] + "…"


def keyboard(content: Content) -> InlineKeyboardMarkup | None:
    """The message's buttons; None for none."""
    if not content.actions:
        return None
    rows = [
        [InlineKeyboardButton(text=one.label[:_LONGEST_LABEL], callback_data=one.code) for one in row]
        for row in content.actions
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)
