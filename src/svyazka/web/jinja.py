"""The Jinja environment of all pages: what a template may call, how values read in the viewer's words, how views answer.

Every template is named from ``web/``: ``deal/page.html``, ``ui/kit.html``. Jinja formats translated texts with ``%``, so a
literal percent sign in ``_("...")`` is written ``%%`` there (``{% trans %}`` does it by itself).
"""

from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.template.backends.utils import csrf_input
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from jinja2 import StrictUndefined, Template

from svyazka.engine.identity import readable_phones
from svyazka.speech.times import (
    clock,
    day,
    day_short,
    moment,
    money,
    number,
    percent,
    viewer_language,
    worktime,
)
from svyazka.speech.ways import say_source
from svyazka.web.spoken import SpokenEnvironment


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
        "source": say_source,
    }
    return env


def url(name: str, *args: object, **kwargs: object) -> str:
    """The path of the named route."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


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
