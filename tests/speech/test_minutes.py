"""The minutes of a status run as they are sent: by number and need, in the reader's language, no more than may leave the house."""

from datetime import timedelta
from typing import Any

import pytest

from svyazka.presale.channels.outbox import take
from svyazka.presale.channels.port import Content, Limits, Sent
from svyazka.presale.channels.settling import settle
from svyazka.presale.meetings.runs.beginning import begin_run
from svyazka.presale.meetings.runs.commands import Typed, end_run, go_on
from svyazka.presale.meetings.runs.queries import run_page
from svyazka.presale.people.commands import touch_settings
from svyazka.presale.people.models import Person, Workspace
from svyazka.speech.messages import content_of
from tests.company import TUESDAY, Company, accepted_deal

pytestmark = [pytest.mark.requirement("R36"), pytest.mark.usefixtures("by_mail", "morning")]

MINUTE = timedelta(minutes=1)


def sent(us: Company, language: str, **settings: Any) -> dict[int, Content]:
    """The letters with the minutes of a run in which one deal was talked through and one wasn't, by whose they are."""
    Person.objects.update(language=language)
    Workspace.objects.update(**settings)
    touch_settings()
    first = accepted_deal(us, request="Учёт лесосырья для Северного леса, звонить +7 916 123-45-67")
    second = accepted_deal(us, inn="7728168971", company="ООО «Маяк»")
    run = begin_run(deal_ids=[first, second], people=[us.head.me], actor=us.manager, at=TUESDAY)
    stop = run_page(meeting_id=run, viewer=us.manager, at=TUESDAY).stops[0]
    typed = Typed({"risk": "Лескова ждёт скидку"}, 0, "@expert смета для Лесковой к 30.11.2026 15:00")
    go_on(meeting_id=run, stop_id=stop.id, how="next", typed=typed, actor=us.manager, at=TUESDAY + 5 * MINUTE)
    end_run(meeting_id=run, actor=us.manager, at=TUESDAY + 5 * MINUTE + timedelta(seconds=6))
    letters, at = dict[int, Content](), TUESDAY + 7 * MINUTE
    while found := take(channel="email", limits=Limits(), worker="test", at=at, limit=50):
        for taken in found:
            content = content_of(taken, at=at)
            settle(taken=taken, outcome=Sent(), worker="test", at=at)
            if content is not None and taken.person_id and "/run/" in repr(content):
                letters[taken.person_id] = content
    return letters


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", (
            "The status run is over: 1 of 2 deals talked through", "Not talked through", "its turn didn’t come",
            "Олег Климов, Mon, November 30, 3:00", "Why you: ",
        )),
        ("ru", (
            "Быстрый статус закончен: обсуждено сделок: 1 из 2", "Не обсудили", "очередь не дошла",
            "Олег Климов, пн, 30 ноября, 15:00", "Почему вам: ",
        )),
    ],
)  # fmt: skip
def test_they_come_in_the_readers_language_to_who_took_part_and_to_who_owes(
    company: Company, language: str, words: tuple[str, ...]
) -> None:
    letters = sent(company, language)
    assert set(letters) == {company.head.me, company.expert.me}
    for letter in letters.values():
        text = repr(letter).replace("\\xa0", " ").replace("\\u202f", " ")
        for said in words:
            assert said in text, said
        assert "С-2026-0001" in text
        assert "С-2026-0002" in text


def test_no_client_is_named_and_nothing_typed_leaves_the_house(company: Company) -> None:
    for letter in sent(company, "ru").values():
        text = repr(letter)
        for hidden in ("Северный лес", "Маяк", "Лесков", "скидку", "смета", "916"):
            assert hidden not in text, hidden


def test_a_workspace_that_lets_names_out_has_them_in_full(company: Company) -> None:
    letter = sent(company, "ru", names_in_messages=True)[company.head.me]
    for said in ("Риск: Лескова ждёт скидку", "смета для Лесковой", "ООО «Маяк»"):
        assert said in repr(letter).replace("\\xa0", " "), said


@pytest.mark.parametrize(("names_out", "called"), [(True, "С-2026-0002 ООО «Маяк»"), (False, "С-2026-0002")])
def test_clients_of_whom_nothing_was_said_are_one_sentence(
    company: Company, *, names_out: bool, called: str
) -> None:
    letter = sent(company, "en", names_in_messages=names_out)[company.head.me]
    assert [one.heading[:11] for one in letter.sections if one.heading][-2:] == ["С-2026-0001", "Not talked "]
    said = letter.sections[-2].lines
    assert len(said) == 2, "one line of what was said, one of who owes what"
    assert said[0].text.startswith("Risk: " if names_out else "what was said stands in the minutes")
    assert [one.text for one in letter.sections[-1].lines] == [f"its turn didn’t come: {called}"]
