"""What looks like a way to reach somebody: addresses, phones, names in messengers, sites. Each is found in one pass over the text.

Rather more is taken than less: an INN reads like a phone, and a project's number of seven digits like a local one.
"""

import re
from typing import Final

_RUN: Final = r"[^\s@<>()\[\]{},;:\"«»“”]"
_BETWEEN: Final = r"[\s()/\u2010-\u2015-]{0,3}"
_HOST: Final = r"(?:[\w-]++\.)+"
_FILES: Final = r"(?:xlsx?|docx?|pptx?|pdf|csv|xml|json|txt|zip|js|ts|py|sql|net)\b"

REACHED_BY: Final = (
    re.compile(rf"(?<!{_RUN}){_RUN}++@[\w-]+(?:\.[\w-]+)*"),
    re.compile(
        r"(?<![\w.+-])[\w.+-]++\s{0,2}[(\[{]\s?(?:at|@|собака)\s?[)\]}]\s{0,2}[\w-]+(?:\s?[(\[{]?(?:\.|dot|точка)[)\]}]?\s?[\w-]+)?",
        re.IGNORECASE,
    ),
    re.compile(r"(?<![\w.+-])[\w.+-]++\s{1,2}@\s{1,2}[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?:https?|ftp)://[^\s<>«»\"]+|\bwww\.[^\s<>«»\"]+", re.IGNORECASE),
    re.compile(rf"(?<![\w+])\+?(?:\d{_BETWEEN}){{9,}}\d(?!\w)"),
    re.compile(rf"\+(?:\d{_BETWEEN}){{7,}}\d(?!\w)"),
    re.compile(r"(?<![\w.,/-])\d{3}([-. ]|\u2011|\u2013)\d\d\1\d\d(?![\w-]|[.,/]\d)"),
    re.compile(r"(?<![\w+.])\+?\d{1,4}(?:\.\d{2,4}){3,4}(?![\w.]\d)"),
    re.compile(
        rf"\b(?:тел|телефон\w{{0,3}}|моб|phone|tel|mobile)\b[\s.:№]{{0,3}}[(+]?(?:\d{_BETWEEN}){{4,}}\d(?!\w)",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:доб|ext)\b[\s.:№]{0,3}\d{1,6}(?!\w)", re.IGNORECASE),
    re.compile(r"(?<![\w@])@\w{4,}|\b(?:t|telegram|wa|vk)\.(?:me|com)/[^\s,;]+"),
)
"""Ways to reach somebody, in whatever text they stand."""

SITES: Final = (
    re.compile(rf"(?<![\w.@-])(?:{_HOST}\w{{2,24}}|localhost)(?::\d{{2,5}})?/[^\s<>«»\",;]*"),
    re.compile(
        rf"(?<![\w.@-])(?!(?i:asp\.)){_HOST}(?!{_FILES})(?:[a-z]{{2,24}}|[A-Z]{{2,24}}|xn--[a-z0-9-]+|рф|рус|ру|москва|онлайн|сайт|орг|ком|бел|укр)(?::\d{{2,5}})?(?![\w-])"
    ),
    re.compile(r"(?<!\d)\d{9,}+(?!\s?(?:руб|р\.|₽|\$|€|RUB|USD|EUR))"),
    re.compile(r"(?<![\w.,/-])\d{4}(?!000)\d{3}(?!\w|[.,/-]\d|\s?(?:руб|р\.|₽|\$|€|RUB|USD|EUR))"),
)
"""What tells whose a story is: sites by their names, nine digits and more, and seven that stand alone; in everyday texts they are much else as well."""
