"""A message as a letter: plain text, and the same in simple HTML."""

from collections.abc import Iterable, Iterator

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from svyazka.presale.channels.port import Content, Line, Section


def as_text(content: Content) -> str:
    """The letter's plain part. A line that leads somewhere has its address below it.

    What a person writes begins with his own first words: the subject stands in the list of letters anyway.
    """
    return "\n".join(_text(content)).strip() + "\n"


def _text(content: Content) -> Iterator[str]:
    if not content.sender:
        yield content.title
    for section in content.sections:
        yield ""
        if section.heading:
            yield section.heading
        for number, line in enumerate(section.lines, section.first):
            mark = "" if not section.is_list else f"{number}. " if section.first else "- "
            yield f"{mark}{line.text}"
            if line.link:
                yield " " * len(mark) + line.link
    if content.why:
        yield ""
        yield content.why
    if content.foot:
        yield ""
        yield "-- "
        for line in content.foot:
            yield f"{line.text}: {line.link}"


def as_html(content: Content, within: str = "") -> str:
    """The letter's HTML part: nothing is loaded, its pictures lie in the letter; whatever people typed is escaped.

    :param within: the letter's own part of the names of its pictures
    """
    title = "" if content.sender else format_html("<p><b>{}</b></p>", content.title)
    first, rest = _sections(content.sections[:1]), _sections(content.sections[1:])
    pictures = format_html_join(
        "",
        '<p><img src="cid:{}" alt="{}" width="640" style="max-width:100%;height:auto"></p>',
        ((cid_of(one.name, within), one.alt) for one in content.pictures),
    )
    why = format_html("<p><small>{}</small></p>", content.why) if content.why else ""
    foot = format_html_join("", "<p><small>{}</small></p>", ((_linked(line),) for line in content.foot))
    return format_html(
        '<!DOCTYPE html><html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>'
        "<body>{}{}{}{}{}{}</body></html>\n",
        content.language, content.title, title, first, pictures, rest, why, foot,
    )  # fmt: skip


def cid_of(name: str, within: str) -> str:
    """By which name a picture is found in its letter (RFC 2392)."""
    return f"{name}.{within}"


def _sections(sections: Iterable[Section]) -> SafeString:
    return format_html_join(
        "",
        "{}{}",
        ((format_html("<h3>{}</h3>", one.heading) if one.heading else "", _body(one)) for one in sections),
    )


def _body(section: Section) -> SafeString:
    lines = [(_linked(line),) for line in section.lines]
    if not section.is_list:
        return format_html("<p>{}</p>", format_html_join(mark_safe("<br>"), "{}", lines))
    points = format_html_join("", "<li>{}</li>", lines)
    return (
        format_html('<ol start="{}">{}</ol>', section.first, points)
        if section.first
        else format_html("<ul>{}</ul>", points)
    )


def _linked(line: Line) -> SafeString | str:
    return format_html('<a href="{}">{}</a>', line.link, line.text) if line.link else line.text
