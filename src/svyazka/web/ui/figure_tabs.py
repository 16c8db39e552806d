"""The views of what is counted, side by side above each of them."""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext, pgettext
from jinja2 import pass_context
from jinja2.runtime import Context

from svyazka.presale.people.rights import may
from svyazka.web.ui.guard import actor_in

_VIEWS: Final = (
    ("overview", "overview:page"),
    ("figures", "figures:page"),
    ("rules", "worth:page"),
    ("hints", "hints:page"),
    ("week", "week:page"),
    ("people", "scorecards:mine"),
)


@pass_context
def figure_tabs(context: Context, current: str) -> list[dict[str, object]]:
    """For ``kit.tabs``: the view with this code is the current one. The page of hints is there for those who may see it."""
    labels = {
        "overview": pgettext("figures", "Now"),
        "figures": pgettext("figures", "Conversion and funnel"),
        "rules": pgettext("figures", "Rules"),
        "hints": gettext("Worth a look"),
        "week": pgettext("figures", "Week"),
        "people": pgettext("figures", "People"),
    }
    hints = may(actor_in(context["request"]), "hints.see")
    return [
        {"label": labels[code], "href": reverse(name), "current": code == current}
        for code, name in _VIEWS
        if code != "hints" or hints
    ]
