"""Draw every component of the kit and photograph it: ``python -m tools.gallery [FOLDER]``, by default into ``shots/gallery``.

One page per language, photographed on a desktop and on a phone, in the light and in the dark.
"""

import functools
import http.server
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from tools.chromium import find

FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-dev-shm-usage",
)
SIZES: Final = {"desktop": (1280, 900), "phone": (390, 844)}


def main() -> None:
    """Write the pages and their pictures."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "shots/gallery").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svyazka.config.settings")
    os.environ.setdefault("SVYAZKA_DATA", tempfile.mkdtemp(prefix="svyazka-gallery-"))
    import django

    django.setup()
    write_static(folder / "static")
    for language in ("ru", "en"):
        for theme in ("light", "dark"):
            (folder / f"{language}-{theme}.html").write_text(page(language, theme), "utf-8")
    with served(folder) as address:
        for picture in photograph(address, folder):
            print(picture)


def write_static(folder: Path) -> None:
    """Copy the files that the page links to."""
    from django.contrib.staticfiles import finders

    for name in ("ui/svyazka.css", "ui/svyazka.js", "ui/mark.svg", "django_htmx/htmx-2.min.js"):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(Path(str(finders.find(name))).read_bytes())


def page(language: str, theme: str) -> str:
    """The gallery as HTML."""
    from django.template import engines
    from django.test import RequestFactory
    from django.utils import timezone, translation

    from svyazka.web.ui.context import Viewer, shell

    with translation.override(language):
        request = RequestFactory().get("/board/")
        viewer = Viewer(
            "1", "Соколова А. В." if language == "ru" else "A. Sokolova", language, theme, lambda: 3
        )
        template = engines["jinja2"].env.get_template("ui/gallery.html")  # type: ignore[attr-defined]
        context = {
            **shell(request),
            "viewer": viewer,
            "request": request,
            "csrf_input": "",
            "csrf_token": "x",
        }
        context |= {
            "static": "static/{}".format,
            "messages": [],
            "s": samples(timezone.now()),
            "form": sample_form(),
        }
        return str(template.render(context))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder by HTTP on loopback, for scripts and drafts to work as they do in the product."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def photograph(address: str, folder: Path) -> Iterator[Path]:
    """Open each page at each size; complain about what does not fit."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        for html in sorted(folder.glob("*.html")):
            for name, (width, height) in SIZES.items():
                tab = browser.new_page(
                    viewport={"width": width, "height": height},
                    has_touch=name == "phone",
                    is_mobile=name == "phone",
                )
                tab.on("console", lambda message: print("console:", message.text))
                tab.goto(f"{address}/{html.name}")
                if wide := tab.evaluate("document.documentElement.scrollWidth - innerWidth"):
                    print(f"{html.name} on a {name}: {wide} px too wide")
                tab.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
                picture = folder / f"{html.stem}-{name}.png"
                tab.screenshot(path=picture, full_page=True)
                yield picture
                tab.close()
        browser.close()


@dataclass(frozen=True, slots=True)
class Row:
    """A sample commitment."""

    number: str
    title: str
    client: str
    at: datetime
    minutes: int
    look: str | None = None
    paused: bool = False


def samples(now: datetime) -> SimpleNamespace:
    """Sample texts; they stay Russian in the English page, as clients' names and tasks do."""
    from svyazka.web.ui.pictures import Holding, Knot

    names = ["Запрос принят", "Подготовка", "Первая встреча", "Оценка", "Защита предложения", "Договор"]
    notes = ["1 ч", "2 дн 3 ч", "", "второй день из двух", "", ""]
    states: tuple[Any, ...] = ("tied", "frayed", "tied", "open", "ahead", "ahead")
    way = [Knot(*knot) for knot in zip(names, states, notes, strict=True)]

    def rope(*states: Any) -> list[Knot]:
        return [Knot(name, state) for name, state in zip(names, states, strict=True)]

    return SimpleNamespace(
        deal="Учёт производства на трёх площадках",
        board="Доска",
        number="С-2026-0042",
        manager="Соколова Анна Викторовна",
        manager_role="менеджер",
        soon=now + timedelta(hours=1.6),
        history="Журнал",
        finish="Завершить этап",
        knots=way,
        rope_label="Четвёртый этап из шести: «Оценка». Из «Подготовки» вышли без одного пункта.",
        ropes=[
            rope("open", *["ahead"] * 5),
            rope("tied", "frayed", "open", *["ahead"] * 3),
            rope(*["tied"] * 4, "open", "ahead"),
            rope(*["tied"] * 6),
        ],
        notice="Ждём от клиента список складов. Спросила Соколова А. В. во вторник, часы этапа стоят.",
        views="Разделы сделки",
        tabs=[
            {"label": "Что сейчас", "href": "#", "current": True},
            {"label": "Обязательства", "href": "#", "count": 4},
            {"label": "Вопросы", "href": "#", "count": 1},
            {"label": "Журнал", "href": "#"},
        ],
        owes="Кто что должен",
        rows=[
            Row(
                "С-2026-0042",
                "Отправить письмо-итог после первой встречи",
                "ООО «Северный бетон»",
                now - timedelta(hours=20),
                -190,
                "broken",
            ),
            Row(
                "С-2026-0042",
                "Оценить перенос остатков и обмен с бухгалтерией",
                "ООО «Северный бетон»",
                now + timedelta(hours=1.6),
                95,
                "soon",
            ),
            Row(
                "С-2026-0051",
                "Подтвердить письмо-итог",
                "АО «Ладога-Снаб», ждём Петренко О. И.",
                now + timedelta(days=1),
                900,
                "client",
                True,
            ),
            Row(
                "С-2026-0057",
                "Прочитать досье перед встречей",
                "ИП Гусева М. А.",
                now + timedelta(days=4),
                1700,
            ),
        ],
        keep="Сделано",
        waive="Снять",
        waive_question="Снять обязательство? Причина останется в журнале.",
        held="У кого была сделка",
        holdings=[
            Holding("queue", "", "", 70),
            Holding("person", "Орлов П. Н.", "приёмка", 90),
            Holding("person", "Соколова А. В.", "менеджер", 700),
            Holding("client", "", "", 560, "список складов"),
            Holding("person", "Мельник Д. С.", "оценщик", 420, "входные данные пришли на день позже"),
            Holding("client", "", "", 240),
            Holding("person", "Соколова А. В.", "менеджер", 200),
            Holding("person", "Яковлев И. И.", "эксперт", 180),
        ],
        table="Сделки подразделения",
        columns=["Сделка", "Клиент", "Состояние", ("Сумма", "figure-cell")],
        lines=[
            ("С-2026-0042", "ООО «Северный бетон»", "soon", 4_250_000),
            ("С-2026-0051", "АО «Ладога-Снаб»", "client", 1_180_000),
            ("С-2026-0033", "ООО «Тверская мануфактура»", "won", 12_600_000),
            ("С-2026-0029", "ИП Гусева М. А.", "lost", 380_000),
        ],
        figures_title="Обзор",
        figures=[
            ("7", "просрочено нами", "на 2 больше, чем вчера", "broken"),
            ("12", "ждём клиента", "самое старое — 6 рабочих дней", "client"),
            ("94 %", "обещаний сдержано", "за 30 дней, 212 из 226", "kept"),
            ("1 ч 40 мин", "до первого ответа", "медиана, цель — 2 ч", None),
        ],
        importing="Загружаем сделки",
        states="Состояния и кнопки",
        save="Сохранить",
        empty="Здесь будут запросы, которые ещё никто не взял",
        empty_text="Новый запрос появится сам: из формы на сайте, письма или от партнёра.",
        about="О сделке",
        pairs=[
            ("Клиент", "ООО «Северный бетон»"),
            ("ИНН", "7812345678"),
            ("Источник", "партнёр, Климова Т. Р."),
            ("Обещано клиенту", "оценка до пятницы"),
        ],
        team="Связка",
        people=[("Соколова А. В.", "менеджер"), ("Яковлев И. И.", "эксперт"), ("Мельник Д. С.", "оценщик")],
        form_title="Новый запрос",
        phone="Телефон",
        phone_hint="С кодом города или страны.",
    )


def sample_form() -> Any:
    """A form that came back with mistakes."""
    from django import forms

    day = functools.partial(forms.DateInput, attrs={"type": "date"}, format="%Y-%m-%d")

    class Sample(forms.Form):
        client = forms.CharField(label="Клиент", help_text="Как он называет себя сам.")
        inn = forms.CharField(label="ИНН", help_text="10 или 12 цифр.")
        finder = forms.ChoiceField(
            label="Кто выяснит", choices=[("", "—"), ("1", "Соколова А. В."), ("2", "Орлов П. Н.")]
        )
        by = forms.DateField(label="К какому дню", widget=day())
        task = forms.CharField(label="Задача словами клиента", widget=forms.Textarea(attrs={"rows": 4}))
        when = forms.DateField(label="Когда хотят начать", widget=day(), required=False)
        channel = forms.ChoiceField(
            label="Как удобнее связаться",
            choices=[("phone", "Телефон"), ("mail", "Почта")],
            widget=forms.RadioSelect,
        )
        competences = forms.MultipleChoiceField(
            label="Что понадобится",
            choices=[("erp", "1С:ERP"), ("zup", "1С:ЗУП")],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        agreed = forms.BooleanField(label="Клиент знает, что мы перезвоним сегодня", required=False)

    return Sample(
        {
            "client": "ООО «Северный бетон»",
            "inn": "781234",
            "by": "2026-11-26",
            "channel": "phone",
            "when": "2026-12-01",
            "agreed": "on",
        }
    )


if __name__ == "__main__":
    main()
