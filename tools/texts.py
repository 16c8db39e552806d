"""The texts of the interface: English in the code, Russian in one ``django.po`` per slice of pages.

``python -m tools.texts check``              says what is missing, and fails if anything is
``python -m tools.texts update [SLICE ...]`` writes what the code says into the catalogs (all, or ``ui``, ``deal``, ``locale``, ...)
``python -m tools.texts update --prune``     drops translations that no text asks for any more, too
``python -m tools.texts compile``            makes the ``.mo`` files that the product reads
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from hatch_build import compile_texts

ROOT: Final = Path(__file__).parent.parent
PACKAGE: Final = ROOT / "src" / "svyazka"
_KEYWORDS: Final = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "pgettext_lazy": ((1, "c"), 2),
    "ngettext_lazy": (1, 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_HTML_OPTIONS: Final = {
    "extensions": "jinja2.ext.do",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "trimmed": "true",
    "silent": "false",
}
_HEADER: Final = """msgid ""
msgstr ""
"Language: ru\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

"""
SHELVES: Final = ("speech", "bot", "connectors")
"""Packages with a catalog of their own besides the slices of pages."""
_CYRILLIC: Final = re.compile(r"[А-Яа-яЁё]")
_TAG: Final = re.compile(r"<[^>]*>")


def extract() -> dict[str, Catalog]:
    """What the code says, by the slice whose catalog has to hold it."""
    found: dict[str, Catalog] = defaultdict(lambda: Catalog(charset="utf-8"))
    texts = extract_from_dir(
        PACKAGE,
        method_map=[("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")],
        options_map={"**.html": _HTML_OPTIONS, "**.txt": _HTML_OPTIONS},
        keywords=_KEYWORDS,
        comment_tags=["i18n:"],
        strip_comment_tags=True,
    )
    for file, _line, text, comments, context in texts:
        where = Path(file)
        found[slice_of(where)].add(
            text, locations=[(f"src/svyazka/{where.as_posix()}", 1)], auto_comments=comments, context=context
        )
    return found


def slice_of(file: Path) -> str:
    """``deal`` for ``web/deal/page.html``, ``speech`` for ``speech/acts.py``; ``locale`` for what belongs to none of them."""
    if file.parts[0] in SHELVES:
        return file.parts[0]
    return file.parts[1] if file.parts[0] == "web" and len(file.parts) > 2 else "locale"


def path_of(name: str) -> Path:
    """Where the slice's Russian catalog lies."""
    folder = PACKAGE if name == "locale" else PACKAGE / name if name in SHELVES else PACKAGE / "web" / name
    return folder / "locale" / "ru" / "LC_MESSAGES" / "django.po"


def read(name: str) -> Catalog:
    """The slice's Russian catalog, empty where there is none."""
    path = path_of(name)
    if not path.exists():
        return Catalog(locale="ru", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="ru", abort_invalid=True)


def slices() -> list[str]:
    """Every slice that has texts or a catalog."""
    kept = {path.relative_to(PACKAGE).parts for path in PACKAGE.rglob("django.po")}
    return sorted({*extract(), *(slice_of(Path(*parts)) for parts in kept)})


def problems() -> list[str]:
    """Every reason why somebody would read a text in the wrong language, in sentences."""
    said = extract()
    told: list[str] = []
    translations: dict[tuple[object, str | None], dict[object, str]] = defaultdict(dict)
    for name in slices():
        catalog = read(name)
        for message in said.get(name, Catalog()):
            if message.id:
                ours = catalog.get(message.id, message.context) or Message(message.id)
                told += [f"{name}: {_shown(message)}: {what}" for what in faults(message, ours, catalog)]
                translations[message.id, message.context].setdefault(ours.string, name)
        wanted = {(message.id, message.context) for message in said.get(name, Catalog())}
        told += [
            f"{name}: {_shown(old)}: nothing asks for it"
            for old in catalog
            if (old.id, old.context) not in wanted
        ]
        told += [f"{name}: {_shown(old)}: obsolete" for old in catalog.obsolete.values()]
    for (text, _context), ways in translations.items():
        if len(ways) > 1:  # all catalogs become one when the product runs
            told.append(
                f"{' and '.join(ways.values())} translate {text!r} differently: tell them apart by pgettext"
            )
    return told


def faults(said: Message, ours: Message, catalog: Catalog) -> Iterator[str]:
    """What is wrong with our translation of one text, in words."""
    forms = list(ours.string) if isinstance(ours.string, (tuple, list)) else [ours.string or ""]
    if _CYRILLIC.search(str(said.id)):
        yield "English in the code, Russian in the catalog, please"
    if said.pluralizable and len(forms) != catalog.num_plurals:
        yield f"needs {catalog.num_plurals} plural forms"
    elif not all(forms):
        yield "is not translated"
    if ours.fuzzy:
        yield "is marked fuzzy"
    if any('"' in _TAG.sub("", form) for form in forms):
        yield "uses straight quotes instead of «ёлочки»"
    if any(" - " in form for form in forms):
        yield "uses a hyphen instead of a dash (тире)"
    if all(forms):
        yield from (str(error) for error in ours.check(catalog))


def _shown(message: Message) -> str:
    return repr(message.id[0] if isinstance(message.id, (tuple, list)) else message.id)


def update(names: list[str], *, prune: bool) -> None:
    """Write what the code says into the catalogs, keeping translations; new texts stand there untranslated."""
    said = extract()
    for name in names or slices():
        catalog = read(name)
        catalog.update(said.get(name, Catalog()), no_fuzzy_matching=True, update_header_comment=False)
        path = path_of(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(_HEADER.encode())
            write_po(
                file,
                catalog,
                omit_header=True,
                width=110,
                include_lineno=False,
                sort_by_file=True,
                ignore_obsolete=prune,
            )


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["check", "update", "compile"])
    parser.add_argument("slices", nargs="*")
    parser.add_argument("--prune", action="store_true")
    asked = parser.parse_args()
    if asked.what == "update":
        update(asked.slices, prune=asked.prune)
    elif asked.what == "compile":
        print(f"texts: {compile_texts(PACKAGE)} catalogs compiled")
    else:
        told = [line for line in problems() if not asked.slices or line.split(":")[0] in asked.slices]
        print("\n".join(told) or "texts: every one is there in English and Russian")
        sys.exit(bool(told))


if __name__ == "__main__":
    main()
