"""Recognising the same client: names, tax numbers, phones and addresses brought to one form."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

import phonenumbers
from rapidfuzz import fuzz
from stdnum.ru import inn

EMAIL_IN_TEXT: Final = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+")
"""What looks like an address within other words. Each run is taken whole and from its beginning: strangers choose the text."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LETTERS = str.maketrans(
    {
        **dict(zip("абвгдезиклмнопрстуфхыэіїєґ", "abvgdeziklmnoprstufhieiieg", strict=True)),
        **dict.fromkeys("ъь", ""),
        **dict.fromkeys("шщ", "sh"),
        **dict(zip("жцчюя", ("zh", "ts", "ch", "iu", "ia"), strict=True)),
    }
)
LOOKALIKES: Final = ("aceopxykmthb", "асеорхукмтнв")
"""Latin and Cyrillic small letters one of which is taken for the other."""
_LOOKALIKES = str.maketrans(*LOOKALIKES)
# Ways to write the same sound in Latin letters, brought together; applied until nothing changes.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"s(?:h?ch)", "sh"),
        (r"kh", "h"),
        (r"ph", "f"),
        (r"ck", "k"),
        (r"c(?=[eiy])", "ts"),
        (r"c(?!h)", "k"),
        (r"tz", "ts"),
        (r"q", "k"),
        (r"w", "v"),
        (r"x", "ks"),
        (r"[yj]", "i"),
        (r"i{2,}", "i"),
    )
)
_CYRILLIC = re.compile(r"[а-яё]")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_APOSTROPHES = re.compile(r"['’`ʼ]")
_NOT_WORD = re.compile(r"[\W_]+")

_LEGAL_FORMS = _set(
    "ооо оао зао пао нао ао ип чп нко ано гк гуп муп фгуп фгбу фгау гбу мбу мку кфх пк тсж тсн снт тоо одо уп чуп тов "
    "llc llp ltd limited inc incorporated corp corporation co company plc gmbh ag bv sro jsc pjsc ojsc cjsc"
)
_LEGAL_PHRASES = (
    "общество с ограниченной ответственностью",
    "общество с дополнительной ответственностью",
    "товарищество с ограниченной ответственностью",
    "непубличное акционерное общество",
    "публичное акционерное общество",
    "открытое акционерное общество",
    "закрытое акционерное общество",
    "акционерное общество",
    "индивидуальный предприниматель",
    "некоммерческая организация",
    "автономная некоммерческая организация",
    "группа компаний",
    "limited liability company",
    "public joint stock company",
    "joint stock company",
    "group of companies",
)

_FREE_MAIL = _set("""
    mail.ru bk.ru inbox.ru list.ru internet.ru xmail.ru vk.com yandex.ru yandex.com yandex.by yandex.kz yandex.ua ya.ru
    narod.ru rambler.ru lenta.ru autorambler.ru myrambler.ru ro.ru rambler.ua gmail.com googlemail.com outlook.com
    outlook.ru hotmail.com hotmail.ru live.com live.ru msn.com yahoo.com ymail.com icloud.com me.com mac.com aol.com
    proton.me protonmail.com pm.me gmx.com gmx.net gmx.de mail.com zoho.com tutanota.com tuta.io ukr.net i.ua tut.by
    mail.kz qip.ru pochta.ru nextmail.ru e1.ru
    """)
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@((?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:[^\W\d_]{2,}|xn--[a-z0-9-]+))")
_PLAIN_PHONE = re.compile(
    r"(?:\+7|8|7)[ -]?(?:\(([0-9]{3})\)[ -]?|([0-9]{3})[ -]?)([0-9]{3})[ -]?([0-9]{2})[ -]?([0-9]{2})"
)
_IN_BRACKETS = re.compile(r".*<([^<>]*)>", re.DOTALL)
_INN = re.compile(r"(?:инн|inn)?[\s:№]*([0-9](?:[ -]?[0-9])*)(?:\s*/\s*[0-9]{9})?")


@lru_cache(maxsize=65536)
def _word(word: str) -> str:
    """Write one word in Latin letters so that its usual spellings meet."""
    if _CYRILLIC.search(word):
        word = word.translate(_LOOKALIKES)
    word = word.translate(_LETTERS)
    if word == "1c":
        return "1s"
    if word.isdecimal():
        return word
    before = ""
    while word != before:
        before = word
        for pattern, sound in _SOUNDS:
            word = pattern.sub(sound, word)
    return word


class _WithoutMarks(dict[int, int | None]):
    """What ``str.translate`` makes of each letter: nothing of a mark over another; worked out once a letter."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_WITHOUT_MARKS = _WithoutMarks()


def _words(name: str) -> list[str]:
    """Cut a name into its words, marks over letters dropped (ё and е, й and и meet)."""
    before, plain = "", name
    while plain != before:
        before = plain
        plain = unicodedata.normalize("NFKD", plain.casefold()).translate(_WITHOUT_MARKS)
    if "." in plain:
        plain = _INITIALS.sub(lambda match: match[0].replace(".", "") + " ", plain)
    return [folded for word in _NOT_WORD.split(_APOSTROPHES.sub("", plain)) if (folded := _word(word))]


_LEGAL_WORDS = frozenset(_word(form) for form in _LEGAL_FORMS)
_LEGAL_RUNS = tuple(
    sorted((tuple(_words(phrase)) for phrase in _LEGAL_PHRASES), key=lambda run: (-len(run), run))
)
_LEGAL_BEGINNINGS = frozenset(run[0] for run in _LEGAL_RUNS)


@lru_cache(maxsize=16384)
def normal_name(name: str) -> str:
    """Return a company's name for comparing: Latin letters, no legal form, no punctuation.

    «ООО "Ромашка"», «Ромашка, АО» and «Romashka LLC» all give ``romashka``. Applying it again changes nothing. A name
    that is nothing but a legal form keeps it.
    """
    return " ".join(name_words(name))


@lru_cache(maxsize=4096)
def name_words(name: str) -> tuple[str, ...]:
    """Return the words of :func:`normal_name`, in their order."""
    words = _words(name)
    kept, before = words, None
    while kept != before:
        before = kept
        kept = [word for word in _without_runs(kept) if word not in _LEGAL_WORDS]
    return tuple(kept or words)


def similarity(a: str, b: str) -> float:
    """Tell how alike two companies' names are, from 0 to 1; the order of words and the legal form don't matter.

    1 means the same normal name or the same words; extra words («Ромашка» and «Ромашка Сервис») give at most 0.9.
    """
    return likeness(normal_name(a), normal_name(b))


def likeness(a: str, b: str) -> float:
    """:func:`similarity` of two names that are in normal form already."""
    first, second = sorted((a, b))
    if not first or not second:
        return 0.0
    together = fuzz.ratio(first.replace(" ", ""), second.replace(" ", ""))
    score = max(fuzz.token_sort_ratio(first, second), together, 0.9 * fuzz.token_set_ratio(first, second))
    return round(score / 100, 4)


@lru_cache(maxsize=1024)
def valid_inn(text: str) -> str | None:
    """Return the 10 or 12 digits of a Russian tax number whose check digits hold, else None.

    Spaces, dashes, the word «ИНН» before and «/КПП» after are left out. Zeros, one repeated digit and region 00
    pass the arithmetic but are nobody's number.
    """
    match = _INN.fullmatch(text.strip().lower())
    if match is None:
        return None
    digits = match[1].replace(" ", "").replace("-", "")
    if digits.startswith("00") or len(set(digits)) == 1 or not _checks(digits):
        return None
    return digits


@lru_cache(maxsize=1)
def _of_country_seven() -> re.Pattern[str]:
    """Ten digits that are a number in use in one of the countries behind +7."""
    ways = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan", "voicemail")  # fmt: skip
    rules = [phonenumbers.PhoneMetadata.metadata_for_region(region) for region in ("RU", "KZ")]
    kinds = [getattr(rule, way) for rule in rules if rule is not None for way in ways]
    patterns = [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@lru_cache(maxsize=1024)
def normal_phone(text: str, region: str = "RU") -> str | None:
    """Return the first phone in a text as E.164 (``+74951234567``), None if there is no number in use.

    :param region: ISO 3166 code; how numbers without a country code are read
    """
    # what most people write, without the fifty times slower search for a number among other words
    if region == "RU" and (plain := _PLAIN_PHONE.fullmatch(text)):
        digits = "".join(filter(None, plain.groups()))
        if _of_country_seven().fullmatch(digits):
            return f"+7{digits}"
    for match in phonenumbers.PhoneNumberMatcher(text, region):
        return phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
    return None


@lru_cache(maxsize=1024)
def readable_phones(text: str, region: str = "RU") -> str:
    """Return a text with its phones written in one way, ``+7 495 123-45-67``; whatever else it says stays."""
    parts, end = [], 0
    for match in phonenumbers.PhoneNumberMatcher(text, region):
        if not match.number.extension:  # its word is another in every language
            shown = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
            parts += [text[end : match.start], shown]
            end = match.end
    return "".join([*parts, text[end:]])


def normal_email(text: str) -> str | None:
    """Return an address in small letters, its domain in its own script, out of «Name <address>» too; else None."""
    bracketed = _IN_BRACKETS.fullmatch(text.strip())
    address = (bracketed[1] if bracketed else text).strip().lower().removeprefix("mailto:")
    local, _, domain = address.rpartition("@")
    if "xn--" in domain:
        try:
            domain = domain.encode("ascii").decode("idna").lower()
        except UnicodeError:
            return None
    address = f"{local}@{domain}"
    return address if len(address) <= 254 and _EMAIL.fullmatch(address) else None


def email_domain(text: str) -> str | None:
    """Return the domain that tells a company: None for no address and for free mail (mail.ru, gmail.com...)."""
    address = normal_email(text)
    return None if address is None else company_domain(address)


def company_domain(address: str) -> str | None:
    """:func:`email_domain` of an address in normal form."""
    domain = address.rpartition("@")[2]
    return None if domain in _FREE_MAIL else domain


def _checks(digits: str) -> bool:
    """Whether the last digits follow from the others: ``stdnum``'s own rule, without its cleaning of what is clean."""
    if len(digits) == 10:
        return inn.calc_company_check_digit(digits) == digits[-1]
    return len(digits) == 12 and inn.calc_personal_check_digits(digits) == digits[-2:]


def _without_runs(words: list[str]) -> list[str]:
    """Drop legal forms written out in full («общество с ограниченной ответственностью»)."""
    if _LEGAL_BEGINNINGS.isdisjoint(words):
        return words
    kept: list[str] = []
    place = 0
    while place < len(words):
        run = next((run for run in _LEGAL_RUNS if tuple(words[place : place + len(run)]) == run), None)
        if run is None:
            kept.append(words[place])
        place += len(run) if run else 1
    return kept
