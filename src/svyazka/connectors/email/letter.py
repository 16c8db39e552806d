"""A message as a letter: plain text, and the same in simple HTML."""

from collections.abc import Iterator

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from svyazka.presale.channels.port import Content, Line


def as_text(content: Content) -> str:
    """The letter's plain part. A line that leads somewhere has its address below it."""
    return "\n".join(_text(content)).strip() + "\n"


def _text(content: Content) -> Iterator[str]:
    yield content.title
    for section in content.sections:
        yield ""
        if section.heading:
            yield section.heading
        for line in section.lines:
            yield f"- {line.text}" if section.heading else line.text
            if line.link:
                yield f"  {line.link}" if section.heading else line.link
    if content.why:
        yield ""
        yield content.why
    if content.foot:
        yield ""
        yield "-- "
        for line in content.foot:
            yield f"{line.text}: {line.link}"


def as_html(content: Content) -> str:
    """The letter's HTML part: no styles, no pictures, nothing loaded; whatever people typed is escaped."""
    sections = format_html_join(
        "",
        "{}<ul>{}</ul>",
        (
            (format_html("<h3>{}</h3>", one.heading) if one.heading else "", _items(one.lines))
            for one in content.sections
        ),
    )
    why = format_html("<p><small>{}</small></p>", content.why) if content.why else ""
    foot = format_html_join("", "<p><small>{}</small></p>", ((_linked(line),) for line in content.foot))
    return format_html(
        '<!DOCTYPE html><html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>'
        "<body><p><b>{}</b></p>{}{}{}</body></html>\n",
        content.language, content.title, content.title, sections, why, foot,
    )  # fmt: skip


def _items(lines: tuple[Line, ...]) -> SafeString:
    return format_html_join("", "<li>{}</li>", ((_linked(line),) for line in lines))


def _linked(line: Line) -> SafeString | str:
    return format_html('<a href="{}">{}</a>', line.link, line.text) if line.link else line.text
