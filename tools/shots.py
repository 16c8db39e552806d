"""Draw the main pages of the demo, in Russian: ``python -m tools.shots [ADDRESS]`` writes into ``shots/``.

Without an address it plays a small demo into a temporary folder and serves it. ``docs/board.png`` is drawn anew as well.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools.chromium import find
from tools.gallery import FLAGS, SIZES

FOLDER: Final = Path("shots")
POSTER: Final = Path("docs/board.png")

PAGES: Final[Mapping[str, tuple[str, str]]] = {
    "sign-in": ("", "/account/login/"),
    "today": ("manager", "/"),
    "deal": ("manager", "deal"),
    "notices": ("manager", "/notices/"),
    "search": ("manager", "/search/?q=завод"),
    "new-request": ("manager", "/window/new/"),
    "window": ("window", "/window/"),
    "request": ("window", "request"),
    "board": ("head", "/board/"),
    "experts": ("expert", "/experts/"),
    "experts-rules": ("expert", "/experts/rules/"),
    "experts-plan": ("delivery", "/experts/plan/"),
    "what-comes-to-me": ("manager", "/settings/notices/"),
    "channels": ("admin", "/channels/"),
    "overview": ("head", "/overview/"),
    "figures": ("manager", "/figures/people/"),
    "people": ("admin", "/people/"),
    "days": ("admin", "/people/days/"),
    "process": ("owner", "/process/"),
    "process-edit": ("owner", "/process/edit/"),
}
"""By name: who looks (the beginning of a demo address), and where. A bare word is the first of its kind."""

FIRST: Final = {
    "deal": ("/board/", "[data-stage=defence] .board__title"),
    "request": ("/window/", ".row__link"),
}
"""Where the first of a kind is found, and by what."""


def main() -> None:
    """Photograph every page at both sizes, by day and by night."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svyazka.config.settings")
    import django

    django.setup()
    if len(sys.argv) > 1:
        draw(sys.argv[1])
    else:
        with demo() as address:
            draw(address)


@contextmanager
def demo() -> Iterator[str]:
    """A demo of its own, served on a free port until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="svyazka-shots-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
        probe.close()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SVYAZKA_")}
        env = {**kept, "SVYAZKA_DATA": folder, "SVYAZKA_BIND": address, "SVYAZKA_LANGUAGE": "ru"}
        program = [sys.executable, "-m", "svyazka.config.cli"]
        subprocess.run([*program, "demo", "--deals", "80"], env=env, check=True)
        server = subprocess.Popen([*program, "up"], env=env, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            next((line for line in server.stdout if "is up" in line), None)  # or it has ended, and says why
            yield f"http://{address}"
        finally:
            server.terminate()
            server.communicate()


def draw(address: str) -> None:
    """Take all pictures of the demo at this address."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        for size in SIZES:
            for who in sorted({who for who, _ in PAGES.values()}):
                context = open_browser(browser, address, size)
                page = context.new_page()
                if who:
                    sign_in(page, who)
                for name in [name for name, (looker, _) in PAGES.items() if looker == who]:
                    photograph(page, name, size)
                context.close()
        browser.close()


def open_browser(browser: Browser, address: str, size: str) -> BrowserContext:
    """A Russian's browser of this size."""
    width, height = SIZES[size]
    phone = size == "phone"
    return browser.new_context(
        base_url=address, locale="ru-RU", timezone_id="Europe/Moscow", viewport={"width": width, "height": height},
        is_mobile=phone, has_touch=phone, reduced_motion="reduce",
    )  # fmt: skip


def sign_in(page: Page, who: str) -> None:
    """Sign one of the demo's people in."""
    from svyazka.demo.company import PASSWORD

    page.goto("/account/login/")
    page.get_by_label("Электронная почта").fill(f"{who}@meridian.example")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти", exact=True).click()
    page.wait_for_url(lambda url: "/account/" not in url)


def photograph(page: Page, name: str, size: str) -> None:
    """A page by day and by night; the board on a desk is the README's picture too."""
    path = PAGES[name][1]
    if path in FIRST:
        where, what = FIRST[path]
        page.goto(where)
        path = page.locator(what).first.get_attribute("href") or where
    page.goto(path)
    page.evaluate("document.activeElement.blur()")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="light" if theme == "light" else "dark")
        picture = FOLDER / f"{name}-{size}-{theme}.png"
        page.screenshot(path=picture, full_page=True)
        print(picture)
    page.emulate_media(color_scheme="light")
    if (name, size) == ("board", "desktop"):
        page.screenshot(path=POSTER)
        print(POSTER)


if __name__ == "__main__":
    main()
