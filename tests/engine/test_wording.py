"""Junk answers, deadlines without a date and goals that are none: what is caught, and what must pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.wording import dead_format, is_effort, is_junk, lack_of, vague_deadline

JUNK = (
    "",
    "-",
    "—",
    "...",
    "???",
    "нет",
    "нету",
    "н/д",
    "Н/А",
    "уточнить",
    "надо уточнить",
    "уточнить у клиента",
    "Уточнить у главбуха",
    "уточняется",
    "не знаю",
    "незнаю",
    "не ясно",
    "нет данных",
    "пока нет информации",
    "ещё не решили",
    "без понятия",
    "потом",
    "уточню позже",
    "нет, потом",
    "хз",
    "тест",
    "ааа",
    "хахаха",
    "йцукен",
    "фывапр",
    "x",
    "n/a",
    "N.A.",
    "no",
    "none",
    "not yet",
    "TBD",
    "to be confirmed",
    "I don't know",
    "not sure yet",
    "no idea",
    "later",
    "asdf",
    "asdasd",
    "qwerty",
    "test test",
    "lorem ipsum",
    "🙂",
)
HONEST = (
    "1С:УТ",
    "45",
    "0",
    "7",
    "нет бюджета до июля",
    "нет 1С, ведут в Excel",
    "не нужна интеграция",
    "Excel",
    "УТ",
    "ЗУП",
    "СБИС",
    "да",
    "Иванов",
    "лор",
    "мама",
    "TATA",
    "no ERP",
    "data warehouse",
    "данные клиента",
    "завтра",
    "Уточнить у поставщиков цены и сроки",
    "знаю директора",
    "решили брать ERP",
    "confirmed",
    "тест-драйв УНФ",
    "111",
)


@pytest.mark.parametrize("answer", JUNK)
def test_an_answer_that_only_fills_the_field_is_junk(answer: str) -> None:
    assert is_junk(answer)


@pytest.mark.parametrize("answer", HONEST)
def test_a_short_answer_that_says_something_passes(answer: str) -> None:
    assert not is_junk(answer)


@given(st.sampled_from(JUNK + HONEST), st.text(" .,!?…-—«»\"'()\t\n", max_size=4), st.booleans())
def test_case_and_punctuation_around_change_nothing(answer: str, around: str, shout: bool) -> None:  # noqa: FBT001
    said = answer.upper() if shout else answer
    assert is_junk(around + said + around) == is_junk(answer)


@given(st.sampled_from(JUNK), st.sampled_from(JUNK))
def test_some_words_that_say_something_make_an_answer_of_junk_honest(junk: str, more: str) -> None:
    assert not is_junk(f"{junk} бюджет триста тысяч {more}")


@given(st.text())
def test_any_text_is_judged_without_failing(text: str) -> None:
    assert is_junk(text) in {True, False}
    found = vague_deadline(text)
    assert found is None or found in text
    assert dead_format(text) in {None, text.strip()}
    assert is_effort(text) in {True, False}


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Пришлю, как сможешь", "как сможешь"),
        ("КОГДА СМОЖЕТЕ", "КОГДА СМОЖЕТЕ"),
        ("как  только\nмы сможем!", "как  только\nмы сможем"),
        ("сделаю по возможности", "по возможности"),
        ("по мере возможностей", "по мере возможностей"),
        ("при первой же возможности", "при первой же возможности"),
        ("как‑нибудь на неделе", "как‑нибудь"),
        ("Как - нибудь", "Как - нибудь"),
        ("При случае спрошу", "При случае"),
        ("на днях", "на днях"),
        ("Когда найдётся время", "Когда найдётся время"),
        ("когда у меня будет свободное время", "когда у меня будет свободное время"),
        ("в ближайшее время", "в ближайшее время"),
        ("как можно скорее", "как можно скорее"),
        ("Потом.", "Потом"),
        ("СРОЧНО!!!", "СРОЧНО"),
        ("asap", "asap"),
        ("Reply A.S.A.P.!", "A.S.A.P"),
        ("as soon as possible, please", "as soon as possible"),
        ("as soon as you can", "as soon as you can"),
        ("When you can", "When you can"),
        ("when you get a chance", "when you get a chance"),
        ("I'll do it soon.", "soon"),
        ("at your earliest convenience", "at your earliest convenience"),
        ("some day", "some day"),
    ],
)
def test_a_phrase_in_a_dates_place_is_found_as_it_was_typed(text: str, phrase: str) -> None:
    assert vague_deadline(text) == phrase


@pytest.mark.parametrize(
    "text",
    [
        "",
        "до 15:00 пятницы",
        "не позже пятницы",
        "14 ноября, 12:00",
        "через 2 рабочих дня",
        "возможности модуля",
        "по возможностям модуля закупок",
        "Ответить на вопрос по возможности обмена с ЭДО",
        "Сначала звонок, потом письмо",
        "когда подпишут договор",
        "скорее всего, в среду",
        "как сделать отчёт по складу",
        "показать, как смогли другие",
        "в день встречи",
        "as soon as the contract is signed",
        "sooner than the tender closes",
        "no later than Friday",
        "within 2 working days",
        "when the client confirms",
    ],
)
def test_a_date_a_condition_and_talk_of_features_are_no_false_alarm(text: str) -> None:
    assert vague_deadline(text) is None


@given(
    st.sampled_from(("на днях", "как найдётся время", "when you can", "по возможности")),
    st.text(" ,.!-", max_size=5),
)
def test_a_vague_phrase_is_found_in_any_case_with_ё_or_without(phrase: str, around: str) -> None:  # noqa: PLC2401
    for said in (phrase, phrase.upper(), phrase.replace("ё", "е"), phrase.replace(" ", "  ")):
        assert vague_deadline(f"Сделаю {around} {said} {around}") == said


@pytest.mark.parametrize(
    "goal",
    [
        "show ERP",
        "Show the system",
        "показать ERP",
        "Показать 1С:ERP клиенту",
        "показать компетенцию",
        "Продемонстрировать нашу экспертизу",
        "Провести презентацию компании",
        "рассказать о нас",
        "пообщаться",
        "Просто поговорить.",
        "Познакомиться",
        "have a chat",
        "Just to catch up",
        "демо",
    ],
)
def test_showing_and_chatting_are_no_goals(goal: str) -> None:
    assert dead_format(f" {goal} ") == goal


@pytest.mark.parametrize(
    "goal",
    [
        "",
        "Показать ERP на их закупках и выбрать один из двух вариантов",
        "Показать, как закрыть месяц за три дня",
        "Познакомиться с лицом, принимающим решение, и договориться о бюджете",
        "Договориться о составе обследования",
        "Agree on the budget and the decision date",
        "Show the closing of a month and get a yes to the survey",
    ],
)
def test_a_goal_that_says_what_for_is_left_alone(goal: str) -> None:
    assert dead_format(goal) is None


EFFORTS = (
    "подумать", "обсудить", "пообщаться", "Подумать!", "ещё раз подумать над этим", "подумаем", "обсудить с клиентом",
    "обсудить детали с командой", "поговорить и обсудить вопрос", "вникнуть в ситуацию", "просто посмотреть", "обсуждение",
    "think", "discuss", "look into", "look into it", "Discuss with the client", "think it over", "talk about the details",
    "have a chat with the team", "work on it, please",
)  # fmt: skip
RESULTS = (
    "Схема потоков лесосырья", "обсудить сроки и прислать план", "обсудить с Лесковой бюджет", "протокол обсуждения",
    "продумать повестку встречи", "посмотреть демо УНФ", "список вопросов клиенту", "письмо клиенту", "КП",
    "Discuss the budget with Leskova", "a list of questions to the client", "look into the warehouse layout",
    "think through the agenda", "discussion minutes", "See the plant", "Talk to the CFO",
)  # fmt: skip


@pytest.mark.parametrize("result", EFFORTS)
def test_an_effort_that_nobody_can_see_is_no_result(result: str) -> None:
    assert is_effort(result)


@pytest.mark.parametrize("result", RESULTS)
def test_what_can_be_seen_is_a_result(result: str) -> None:
    assert not is_effort(result)


@given(
    st.sampled_from(EFFORTS), st.sampled_from(("схема склада", "план пилота", "protocol", "draft contract"))
)
def test_an_effort_that_ends_in_something_to_be_seen_is_a_result(effort: str, shown: str) -> None:
    assert not is_effort(f"{effort}, {shown}")
    assert not is_effort(f"{shown}: {effort}")


@given(st.sampled_from(EFFORTS + RESULTS), st.text(" .,!?…-—«»\"'()\t\n", max_size=4), st.booleans())
def test_an_effort_is_one_however_it_is_shouted(result: str, around: str, shout: bool) -> None:  # noqa: FBT001
    said = result.upper() if shout else result
    assert is_effort(around + said + around) == is_effort(result)


@pytest.mark.parametrize(
    ("text", "lack"),
    [
        ("", "required"),
        (" \n", "required"),
        ("-", "required"),
        ("xxxx", "junk"),
        ("уточнить", "junk"),
        ("Схема", ""),
    ],
)
def test_an_empty_text_lacks_another_thing_than_one_that_says_nothing(text: str, lack: str) -> None:
    assert lack_of(text) == lack
