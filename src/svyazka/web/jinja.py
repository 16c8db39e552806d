"""The Jinja environment of all pages: what a template may call, how values read in the viewer's words, how views answer.

Every template is named from ``web/``: ``deal/page.html``, ``ui/kit.html``. Jinja formats translated texts with ``%``, so a
literal percent sign in ``_("...")`` is written ``%%`` there (``{% trans %}`` does it by itself).
"""

from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.template.backends.utils import csrf_input
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from jinja2 import StrictUndefined, Template

from svyazka.engine.identity import readable_phones
from svyazka.web.spoken import SpokenEnvironment

NO_BREAK: Final = "\N{NO-BREAK SPACE}"
# By language and whether it is this year: CLDR has no pattern with the weekday short and the month whole.
_DAY_SHORT: Final = {
    ("ru", True): "EEE, d MMMM",
    ("ru", False): "EEE, d MMMM y 'г'.",
    ("en", True): "EEE, MMMM d",
    ("en", False): "EEE, MMMM d, y",
}


def environment(**options: Any) -> SpokenEnvironment:
    """Make the environment from the options of Django's Jinja2 backend, autoescape among them."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    env = SpokenEnvironment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], **options)
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals |= {"url": url, "static": staticfiles_storage.url, "language": viewer_language}
    env.filters |= {
        "day": day,
        "day_short": day_short,
        "time": clock,
        "moment": moment,
        "number": number,
        "percent": percent,
        "money": money,
        "worktime": worktime,
        "phone": readable_phones,
    }
    return env


def url(name: str, *args: object, **kwargs: object) -> str:
    """The path of the named route."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def viewer_language() -> str:
    """``ru`` or ``en``."""
    return translation.get_language() or settings.LANGUAGE_CODE


def day(value: date) -> str:
    """A day in full: «26 ноября 2026 г.»; a moment is seen from the viewer's zone."""
    return _in_full(_date(value), viewer_language())


def day_short(value: date) -> str:
    """A day of about now: «чт, 26 ноября»; with the year where it is not this one."""
    local = _date(value)
    return _in_short(local, viewer_language(), this_year=local.year == timezone.localdate().year)


def clock(value: datetime) -> str:
    """The time in the viewer's zone: «16:00»."""
    local = timezone.localtime(value)
    return _o_clock(local.hour, local.minute, viewer_language())


def moment(value: datetime) -> str:
    """A moment in the viewer's zone: «чт, 26 ноября, 16:00»."""
    return f"{day_short(value)}, {clock(value)}"


# A page says the same few days and hours over and over, and Babel reads its pattern anew each time.
@lru_cache(maxsize=2048)
def _in_full(day: date, language: str) -> str:
    return format_date(day, "long", locale=Locale.parse(language))


@lru_cache(maxsize=2048)
def _in_short(day: date, language: str, *, this_year: bool) -> str:
    return format_date(day, _DAY_SHORT[language, this_year], locale=Locale.parse(language))


@lru_cache(maxsize=4096)
def _o_clock(hour: int, minute: int, language: str) -> str:
    return format_time(time(hour, minute), "short", locale=Locale.parse(language))


def number(value: float | Decimal) -> str:
    """A number with the viewer's separators: «1 234,5»."""
    return format_decimal(value, locale=_locale())


def percent(value: float) -> str:
    """A share of one: 0.25 is «25 %»."""
    return format_percent(value, locale=_locale())


def money(value: float | Decimal) -> str:
    """Roubles, with kopecks where there are any: «1 250 000 ₽», «1 250 000,50 ₽»."""
    pattern = "#,##0" if value == int(value) else "#,##0.00"
    return f"{format_decimal(value, format=pattern, locale=_locale())}{NO_BREAK}₽"


def worktime(minutes: int) -> str:
    """Working minutes in words, a working day being eight hours: «2 ч 15 мин», «1 дн 3 ч».

    From a day on, minutes are left out. Less than nothing keeps its minus.
    """
    days, rest = divmod(abs(minutes), 8 * 60)
    hours, left = divmod(rest, 60)
    parts = []
    if days:
        parts.append(translation.gettext("%(count)d d") % {"count": days})
    if hours:
        parts.append(translation.gettext("%(count)d h") % {"count": hours})
    if (left and not days) or not parts:
        parts.append(translation.gettext("%(count)d min") % {"count": left})
    sign = "\N{MINUS SIGN}" if minutes < 0 else ""
    return sign + " ".join(parts).replace(" ", NO_BREAK)


def render(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Answer with a whole page, named from ``web/``: ``deal/page.html``."""
    engine = _engine()
    page = _page(engine, template)
    return HttpResponse(page.render(_whole(engine, request, context)), status=status)


def render_block(
    request: HttpRequest, template: str, block: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Answer with one ``{% block %}`` of a page, for htmx to swap in.

    :raises KeyError: neither the page nor those it extends have such a block
    """
    engine = _engine()
    page = _page(engine, template)
    values = page.new_context(_whole(engine, request, context))
    # Running the page up to its first output executes what stands on its top: extends, imports, sets.
    # Without that a block would know neither the macros that its page imports nor the blocks of its parent.
    next(iter(page.root_render_func(values)), None)
    return HttpResponse("".join(values.blocks[block][0](values)), status=status)


def _page(engine: Jinja2, template: str) -> Template:
    assert isinstance(engine.env, SpokenEnvironment)
    return engine.env.speaking(viewer_language()).get_template(template)


def _engine() -> Jinja2:
    engine = engines["jinja2"]
    assert isinstance(engine, Jinja2)
    return engine


def _whole(engine: Jinja2, request: HttpRequest, context: dict[str, Any] | None) -> dict[str, Any]:
    """The context with what Django's backend adds to it, for whole pages and single blocks alike.

    The token against forged forms is masked once a page: Django would do it anew for each of its forms.
    """
    whole: dict[str, Any] = {
        "request": request,
        "csrf_input": SimpleLazyObject(lambda: csrf_input(request)),
        "csrf_token": SimpleLazyObject(lambda: get_token(request)),
    }
    for processor in engine.template_context_processors:
        whole |= processor(request)
    return whole | (context or {})


def _date(value: date) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _locale() -> Locale:
    return Locale.parse(viewer_language())
