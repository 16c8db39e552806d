"""What a template may not hold, said before a browser says it: ``python -m tools.templates``.

Our pages run under ``script-src 'self'; style-src 'self'``, so scripts, styles and handlers inside a page are dead letters;
and a word that stands outside of ``{% trans %}`` or ``_()`` is read in one language by everybody.
"""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from jinja2 import Environment, TemplateSyntaxError

WEB: Final = Path(__file__).parent.parent / "src" / "svyazka" / "web"
# Names that are the same in both languages.
_NAMES: Final = frozenset(
    [
        "Svyazka",
        "API",
        "CSV",
        "JSON",
        "PDF",
        "XLSX",
        "YAML",
        "SQLite",
        "PostgreSQL",
        "OpenAPI",
        "Telegram",
        "Ctrl",
        "Enter",
        "Esc",
        "Shift",
        "Tab",
    ]
)
_SPOKEN_ATTRIBUTES: Final = {"title", "alt", "placeholder", "aria-label", "aria-description", "hx-confirm"}
_WORD: Final = re.compile(r"[A-Za-zА-Яа-яЁё]{2,}")
_ATTRIBUTE: Final = re.compile(
    r"""[\w:-]+=("[^"]*"|'[^']*')|\bdata-[\w-]+"""
)  # a macro may write an attribute alone
_FILLER: Final = "\N{REPLACEMENT CHARACTER}"  # stands for what Jinja will write


class Page(HTMLParser):
    """Collects complaints about the HTML between the Jinja tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.complaints: list[tuple[int, str]] = []
        self._inside = ""

    def complain(self, what: str) -> None:
        """Remember where and what."""
        self.complaints.append((self.getpos()[0], what))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside = tag if tag in {"script", "style"} else ""
        if tag == "style":
            self.complain("a <style> element: the page's CSS goes into a file")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.complain("a <script> without src: scripts go into a file")
        for name, value in given.items():
            if name == "style":
                self.complain("a style attribute: give it a class")
            elif name.startswith(("on", "hx-on")):
                self.complain(f"{name}: handlers go into a script file")
            elif name in _SPOKEN_ATTRIBUTES and _words(value or ""):
                self.complain(f"{name}={value!r} is not translated")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if not self._inside and (words := _words(_ATTRIBUTE.sub("", data))):
            self.complain(f"{' '.join(words)!r} is not translated")


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word not in _NAMES]


def html_of(source: str, environment: Environment) -> str:
    """The template's HTML alone, line by line where it was, with a filler for each expression and translated text."""
    html: list[str] = []
    names: list[str] = []  # in the Jinja tag that is open
    silent = ""  # the tag that ends what is no text of the page
    for _line, kind, value in environment.lex(source):
        if kind == "block_begin":
            names = []
        elif kind == "name":
            names.append(value)
        elif kind == "block_end":
            if names[:1] == [silent]:
                silent = ""
            silent = silent or _silenced_until(names)
        spoken = kind == "data" and not silent
        filler = _FILLER if kind == "variable_begin" else ""
        html.append(value if spoken else filler + "\n" * value.count("\n"))
    return "".join(html)


def _silenced_until(names: list[str]) -> str:
    if names[:1] == ["trans"]:
        return "endtrans"
    # {% block main_class %}page--wide{% endblock %} fills an attribute
    return "endblock" if names[:1] == ["block"] and names[-1].endswith("_class") else ""


def complaints(root: Path) -> Iterator[str]:
    """Every complaint about the templates below ``root``, with file and line."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    for path in sorted(root.rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        name = path.relative_to(root)
        try:
            environment.parse(source)
        except TemplateSyntaxError as error:
            yield f"{name}:{error.lineno}: {error.message}"
            continue
        page = Page()
        page.feed(html_of(source, environment))
        page.close()
        for line, what in page.complaints:
            yield f"{name}:{line}: {what}"


if __name__ == "__main__":
    told = list(complaints(WEB))
    print("\n".join(told) or "templates: nothing to complain of")
    sys.exit(bool(told))
