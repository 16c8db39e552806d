"""The views of what is counted, side by side above each of them."""

from typing import Final

from django.urls import reverse
from django.utils.translation import pgettext

_VIEWS: Final = (
    ("overview", "overview:page"),
    ("figures", "figures:page"),
    ("rules", "worth:page"),
    ("week", "week:page"),
    ("people", "scorecards:mine"),
)


def figure_tabs(current: str) -> list[dict[str, object]]:
    """For ``kit.tabs``: the view with this code is the current one."""
    labels = {
        "overview": pgettext("figures", "Now"),
        "figures": pgettext("figures", "Conversion and funnel"),
        "rules": pgettext("figures", "Rules"),
        "week": pgettext("figures", "Week"),
        "people": pgettext("figures", "People"),
    }
    return [
        {"label": labels[code], "href": reverse(name), "current": code == current} for code, name in _VIEWS
    ]
