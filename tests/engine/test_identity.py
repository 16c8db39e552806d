"""The same client is recognised under the names, numbers and addresses people type."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.identity import (
    email_domain,
    name_words,
    normal_email,
    normal_name,
    normal_phone,
    readable_phones,
    similarity,
    valid_inn,
)

FORMS = (
    "ООО",
    "АО",
    "ПАО",
    "ЗАО",
    "ИП",
    "ОАО",
    "НКО",
    "ГК",
    "LLC",
    "Ltd.",
    "Inc",
    "GmbH",
    "JSC",
    "О.О.О.",
    "Группа компаний",
)
WORDS = (
    "Ромашка",
    "Северный",
    "Ветер",
    "Щёлково",
    "Агрохим",
    "Жуковский",
    "Центр",
    "Юность",
    "Чайка",
    "Объединение",
    "1С",
)
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
any_names = st.text() | st.text("абвЁёйцчщxc1. -ъКXoоП\"«»'", max_size=20) | names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('ООО "Ромашка"', "Romashka LLC"),
        ("Ромашка, АО", "ПАО «РОМАШКА»"),
        ("Общество с ограниченной ответственностью «Ромашка»", "ромашка"),
        ("О.О.О. Ромашка", "OOO Romashka"),
        ("1C-Рарус", "1С Рарус"),
        ("Щёлково Агрохим", "Schelkovo Agrohim"),
        ("Щелково-Агрохим", "Shchelkovo Agrokhim"),
        ("Россия", "Rossiya"),
        ("Юг Руси", "Yug Rusi"),
        ("Кока-Кола", "Coca Cola"),
        ("Яндекс", "Yandex"),
        ("Объединение", "Ob'edinenie"),
        ("Рoмaшка", "Ромашка"),
        ("\N{LATIN CAPITAL LETTER P}омашка", "Ромашка"),
        ("ГК «Вектор»", "Группа компаний Вектор"),
        ("Joint Stock Company Vektor", "Вектор"),
    ],
)
def test_one_company_spelt_in_two_ways_has_one_normal_name(one: str, other: str) -> None:
    assert normal_name(one) == normal_name(other)
    assert similarity(one, other) == 1.0


@pytest.mark.parametrize(
    ("one", "other"), [("Ромашка", "Вектор"), ("ТД Вектор", "ТД Ромашка"), ("АО Луч", "АО Лук")]
)
def test_different_companies_stay_apart(one: str, other: str) -> None:
    assert normal_name(one) != normal_name(other)
    assert similarity(one, other) < 0.85


def test_a_name_that_is_only_a_legal_form_keeps_it() -> None:
    assert normal_name("ООО") == "ooo"
    assert name_words("АО ГК") == ("ao", "gk")


@given(any_names)
def test_normalising_twice_changes_nothing(name: str) -> None:
    assert normal_name(normal_name(name)) == normal_name(name)
    assert tuple(normal_name(name).split()) == name_words(name)


@given(names, st.sampled_from(FORMS), st.booleans())
def test_a_legal_form_on_either_side_changes_nothing(name: str, form: str, first: bool) -> None:  # noqa: FBT001
    dressed = f"{form} «{name}»" if first else f"{name}, {form}"
    assert normal_name(dressed) == normal_name(name)
    assert similarity(dressed, name) == 1.0


@given(any_names)
def test_case_ё_and_й_without_their_marks_change_nothing(name: str) -> None:  # noqa: PLC2401
    plain = name.replace("ё", "е").replace("Ё", "Е")
    assert normal_name(plain) == normal_name(name)


@given(any_names, any_names)
def test_similarity_is_the_same_both_ways_and_between_0_and_1(a: str, b: str) -> None:
    assert similarity(a, b) == similarity(b, a)
    assert 0 <= similarity(a, b) <= 1


@given(names)
def test_a_name_is_wholly_like_itself_and_nothing_is_like_an_empty_one(name: str) -> None:
    assert similarity(name, name) == 1.0
    assert similarity(name, "«»") == 0.0


def test_nearer_names_are_more_alike() -> None:
    assert 0.8 < similarity("Ромашка", "Рамашка") < 1
    assert similarity("Ромашка Сервис", "Ромашка") == 0.9
    assert similarity("Вектор Плюс", "Плюс Вектор") == 1.0
    assert similarity("Газпром нефть", "Газпромнефть") == 1.0


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7707083893", "7707083893"),
        (" 7707083893\n", "7707083893"),
        ("ИНН 7707083893", "7707083893"),
        ("ИНН: 77 0708-3893", "7707083893"),
        ("7707083893/773601001", "7707083893"),
        ("500100732259", "500100732259"),
    ],
)
def test_a_tax_number_is_cleaned(text: str, number: str) -> None:
    assert valid_inn(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "нет",
        "7707083894",
        "500100732258",
        "0000000000",
        "000000000000",
        "0012345602",
        "77070838",
        "770708389",
        "77070838930",
        "٧٧٠٧٠٨٣٨٩٣",
    ],
)
def test_what_is_no_tax_number_gives_none(text: str) -> None:
    assert valid_inn(text) is None


@given(st.integers(0, 9).map(str), st.sampled_from((10, 12)))
def test_one_digit_repeated_is_nobodys_tax_number(digit: str, length: int) -> None:
    assert valid_inn(digit * length) is None


@given(st.from_regex(r"[1-9][0-9]{8}", fullmatch=True), st.integers(0, 8), st.integers(1, 9))
def test_a_slip_in_one_digit_is_noticed(stem: str, place: int, slip: int) -> None:
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    whole = stem + str(sum(w * int(d) for w, d in zip(weights, stem, strict=True)) % 11 % 10)
    slipped = whole[:place] + str((int(whole[place]) + slip) % 10) + whole[place + 1 :]
    rest = sum(w * int(d) for w, d in zip(weights, slipped[:9], strict=True)) % 11 % 10
    assert valid_inn(whole) == (None if len(set(whole)) == 1 else whole)
    assert (valid_inn(slipped) is None) == (
        str(rest) != slipped[9] or slipped.startswith("00") or len(set(slipped)) == 1
    )


@pytest.mark.parametrize(
    "text",
    [
        "8 (495) 123-45-67",
        "84951234567",
        "+7(495)1234567",
        "7 495 123 45 67",
        "4951234567",
        "тел. 8-495-123-45-67 доб. 12",
        "495-123-45-67, 495-765-43-21",
    ],
)
def test_a_russian_phone_is_recognised_however_it_is_typed(text: str) -> None:
    assert normal_phone(text) == "+74951234567"


@given(
    st.from_regex(
        r"(\+7|8|7)[ -]?(\([3-9][0-9]{2}\)[ -]?|[3-9][0-9]{2}[ -]?)[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}",
        fullmatch=True,
    )
)
def test_a_plainly_written_phone_is_the_one_that_a_search_finds(text: str) -> None:
    found = (match.number for match in phonenumbers.PhoneNumberMatcher(text, "RU"))
    slow = next((phonenumbers.format_number(one, phonenumbers.PhoneNumberFormat.E164) for one in found), None)
    assert normal_phone(text) == slow


@pytest.mark.parametrize(
    ("text", "region", "phone"),
    [
        ("+375 29 123-45-67", "RU", "+375291234567"),
        ("8 029 123 45 67", "BY", "+375291234567"),
        ("123", "RU", None),
        ("", "RU", None),
        ("нет", "RU", None),
    ],
)
def test_other_countries_and_no_phones(text: str, region: str, phone: str | None) -> None:
    assert normal_phone(text, region) == phone


@given(
    st.from_regex(r"(\+7|8|7)? ?\(?9[0-9]{2}\)? ?[0-9]{3}-?[0-9]{2}-?[0-9]{2}", fullmatch=True) | st.text()
)
def test_a_normal_phone_stays_as_it_is(text: str) -> None:
    phone = normal_phone(text)
    assert phone is None or normal_phone(phone) == phone


@pytest.mark.parametrize(
    ("text", "address", "domain"),
    [
        (" Ivan@Romashka.RU ", "ivan@romashka.ru", "romashka.ru"),
        ("Иван Петров <Ivan@romashka.ru>", "ivan@romashka.ru", "romashka.ru"),
        ("mailto:ivan@romashka.ru", "ivan@romashka.ru", "romashka.ru"),
        ("info@xn--80a1acny.xn--p1ai", "info@почта.рф", "почта.рф"),
        ("ivan@mail.ru", "ivan@mail.ru", None),
        ("IVAN@YANDEX.RU", "ivan@yandex.ru", None),
        ("ivan@gmail.com", "ivan@gmail.com", None),
        ("ivan@bk.ru", "ivan@bk.ru", None),
        ("ivan@outlook.com", "ivan@outlook.com", None),
        ("ivan@b", None, None),
        ("ivan@b..ru", None, None),
        ("ivan petrov@b.ru", None, None),
        ("@b.ru", None, None),
        ("a@b@c.ru", None, None),
        ("нет", None, None),
        ("", None, None),
    ],
)
def test_an_address_is_cleaned_and_free_mail_tells_no_company(
    text: str, address: str | None, domain: str | None
) -> None:
    assert normal_email(text) == address
    assert email_domain(text) == domain


@given(st.emails() | st.text())
def test_a_normal_address_stays_as_it_is(text: str) -> None:
    address = normal_email(text)
    assert address is None or normal_email(address) == address


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+79161234567", "+7 916 123-45-67"),
        ("8 (916) 123-45-67", "+7 916 123-45-67"),
        ("после 10: 8 916 123 45 67, Ольга", "после 10: +7 916 123-45-67, Ольга"),
        ("8 916 123-45-67 доб. 5", "8 916 123-45-67 доб. 5"),
        ("+44 20 7946 0018", "+44 20 7946 0018"),
        ("нет телефона", "нет телефона"),
    ],
)
def test_phones_are_shown_in_one_way_and_the_words_around_stay(text: str, shown: str) -> None:
    assert readable_phones(text) == shown
    assert readable_phones(shown) == shown
