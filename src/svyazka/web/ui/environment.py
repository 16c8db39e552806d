"""Adds the kit to the pages' Jinja environment: its macros as one name, its drawings, its words for due times."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import jinja2
from django.utils.translation import get_language
from markupsafe import Markup

from svyazka.speech import times
from svyazka.speech.charts.drawing import svg
from svyazka.speech.charts.values import Chart
from svyazka.web import jinja
from svyazka.web.ui import pictures
from svyazka.web.ui.figure_tabs import figure_tabs
from svyazka.web.ui.icons import icon

COMPONENTS: Final = ("ui/kit.html", "ui/forms.html", "ui/pictures.html", "ui/charts.html")


class Kit:
    """The macros of ``COMPONENTS`` under one name, so that pages, their blocks and their partials import nothing."""

    def __init__(self, environment: jinja2.Environment) -> None:
        self._environment = environment

    def within(self, environment: jinja2.Environment) -> "Kit":
        """The kit of another environment: macros are compiled with their texts, so each language has its own."""
        return Kit(environment)

    def __getattr__(self, name: str) -> Callable[..., Markup]:
        for component in COMPONENTS:
            macros = vars(self._environment.get_template(component).module)
            if name in macros:
                macro: Callable[..., Markup] = macros[name]
                if not self._environment.auto_reload:
                    self.__dict__[name] = macro  # found once; templates on a server don't change
                return macro
        raise AttributeError(f"the kit has no macro {name!r}; see web/ui/README.md")


def environment(**options: Any) -> jinja2.Environment:
    """What ``TEMPLATES`` names as the environment of its Jinja2 engine."""
    made = jinja.environment(**options)
    made.policies["ext.i18n.trimmed"] = True
    made.globals |= {
        "kit": Kit(made),
        "draw_rope": pictures.draw_rope,
        "draw_life": pictures.draw_life,
        "draw_chart": _drawn,
        "icon": icon,
        "figure_tabs": figure_tabs,
    }
    made.filters |= {"when": times.when, "remaining": times.remaining}
    return made


_DRAWN: Final = 64
"""Drawings that are kept, some 20 KB each: the same figures are asked for many times before they change."""


def _drawn(chart: Chart) -> Markup:
    return _drawn_in(get_language(), chart)


@lru_cache(maxsize=_DRAWN)
def _drawn_in(language: str | None, chart: Chart) -> Markup:  # noqa: ARG001 (a part of the key)
    """A chart is a value, and so is its drawing; numbers are written as the language writes them."""
    return Markup(svg(chart))  # noqa: S704 (our own elements; what people typed is escaped when it is written into them)
