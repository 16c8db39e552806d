"""The product's icons: a few of Lucide's outlined set, fetched once a browser as one sprite.

Written into each page they were a third of its weight.
"""

from functools import cache
from typing import Final
from xml.etree import ElementTree as ET

from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide import _load_icon

SPRITE: Final = "ui/icons.svg"

ICONS: Final = frozenset(
    [
        "arrow-down",
        "arrow-left",
        "arrow-right",
        "bell",
        "bell-ring",
        "book-open",
        "building-2",
        "calendar-clock",
        "calendar-days",
        "calendar-plus",
        "chart-no-axes-column",
        "check",
        "check-check",
        "chevron-right",
        "circle",
        "circle-check",
        "circle-dot",
        "circle-minus",
        "circle-pause",
        "circle-slash",
        "circle-user",
        "clock",
        "clock-alert",
        "compass",
        "copy",
        "download",
        "external-link",
        "eye",
        "flag",
        "git-compare",
        "goal",
        "graduation-cap",
        "grip",
        "grip-vertical",
        "hand",
        "history",
        "hourglass",
        "inbox",
        "info",
        "key",
        "key-round",
        "link",
        "list",
        "lock",
        "log-out",
        "mail",
        "message-circle",
        "octagon-alert",
        "pencil",
        "phone",
        "play",
        "plus",
        "printer",
        "refresh-cw",
        "reply",
        "route",
        "scale",
        "search",
        "send",
        "settings",
        "sheet",
        "shield-check",
        "split",
        "square-kanban",
        "sun",
        "table",
        "triangle-alert",
        "trophy",
        "user",
        "user-check",
        "user-plus",
        "users",
    ]
)
"""Every icon that a page may show. A new one is added here, then it is in the sprite."""


@cache
def icon(name: str, size: int = 20, label: str = "") -> SafeString:
    """An icon; without ``label`` it is decoration that screen readers pass over.

    :param size: pixels
    :raises LookupError: the sprite has no such icon
    """
    if name not in ICONS:
        raise LookupError(f"{name} is not among web/ui/icons.py: ICONS")
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon" width="{size}" height="{size}" focusable="false" {said}><use href="{sprite}#{name}"/></svg>',
        size=size, said=said, sprite=staticfiles_storage.url(SPRITE), name=name,
    )  # fmt: skip


def sprite() -> str:
    """All icons as symbols of one SVG file."""
    symbols = []
    for name in sorted(ICONS):
        drawn = _load_icon(name)
        look = {key: drawn.attrib[key] for key in ("viewBox", "fill", "stroke", "stroke-width")}
        symbol = ET.Element(
            "symbol", {"id": name, **look, "stroke-linecap": "round", "stroke-linejoin": "round"}
        )
        symbol.extend(list(drawn))
        symbols.append(ET.tostring(symbol, encoding="unicode"))
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"
