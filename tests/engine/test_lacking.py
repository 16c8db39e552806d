"""A card says what is missing in a few words, in both languages."""

from svyazka.engine.facts import FACTS
from svyazka.engine.lacking import LACKING, lacking
from svyazka.engine.process import Check, Text


def test_every_fact_has_its_few_words() -> None:
    assert LACKING.keys() == FACTS.keys()
    for words in LACKING.values():
        for said in (words.ru, words.en):
            assert 5 < len(said) <= 32, said
            assert said.count(" ") <= 4, said
            assert not said.endswith(".")


def test_what_a_person_ticks_is_named_as_not_ticked_by_the_beginning_of_its_sentence() -> None:
    ticked = Check(
        "introduced", Text("Стороны представлены — с ролями и именами", "Both sides are introduced, by role"),
        None, "stop", tick="manager",
    )  # fmt: skip
    assert lacking(ticked) == Text(
        "нет отметки «Стороны представлены»", "not ticked: “Both sides are introduced”"
    )


def test_a_word_with_a_hyphen_is_no_pause() -> None:
    said = Text("Письмо-итог отправлено", "The follow-up letter is sent")
    assert lacking(Check("letter", said, None, "warn", tick="manager")) == Text(
        "нет отметки «Письмо-итог отправлено»", "not ticked: “The follow-up letter is sent”"
    )
