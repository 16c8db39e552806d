"""What is said outside the house gives no way to reach a client's people."""

import pytest

from svyazka.speech.discretion import discreet


@pytest.mark.parametrize("way", [
    "leskova@sevles.example", "a.b+c@mail.example.ru", "+7 916 123-45-67", "8 (916) 123 45 67", "89161234567",
    "+7 916 123–45–67", "8‑916‑123‑45‑67", "@leskova_olga", "t.me/leskova", "telegram.me/leskova?x=1", "8.916.123.45.67",
    "+7.916.123.45.67", "916.123.45.67",
])  # fmt: skip
def test_no_way_to_reach_somebody_is_said(way: str) -> None:
    assert discreet(f"Звонить Лесковой: {way}, срочно", client="") == "Звонить Лесковой: …, срочно"


@pytest.mark.parametrize("need", [
    "Учёт 24.11.2026 по 25 складам", "Бюджет 1 500 000 руб.", "1С:ERP 2.5, 40 пользователей", "Почта @ 5",
    "Склад 2025–2026", "С 01.12.2026 по 24.12.2026", "Платформа 8.3.24.1667", "Сменить t.me на почту",
])  # fmt: skip
def test_the_need_itself_stays(need: str) -> None:
    assert discreet(need, client="") == need


def test_a_long_run_is_looked_at_once() -> None:
    for run in ("a", "a.", "1-", "1.", "12.", "(1-", "@", "1 "):
        assert discreet(run * (2_000_000 // len(run)), client="")
