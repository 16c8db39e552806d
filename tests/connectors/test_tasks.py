"""A commitment agreed on in one line of a chat."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from svyazka.bot.events import Said
from svyazka.engine.one_line import meant
from svyazka.presale.channels.models import Message
from svyazka.presale.commitments.lines import Nameable, nameable, names
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.people.commands import Profile, save_person
from svyazka.presale.people.queries import directory
from tests.company import TUESDAY, Company, led_deal
from tests.connectors.talking import link, own, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("telegram_on")]


@pytest.fixture
def user(company: Company) -> str:
    led_deal(company)
    return link(company.manager)


def said(user: str, text: str) -> str:
    """What he is answered."""
    with time_machine.travel(TUESDAY, tick=False):
        told(Said("1", own(user), user, text=text))
    return str(Message.objects.filter(place__chat=user, kind="reply").latest("pk").data)


def typed() -> list[tuple[int, str, datetime]]:
    rows = Commitment.objects.filter(opened_by="person").order_by("pk")
    return list(rows.values_list("performer_id", "result", "due_at"))


@pytest.mark.requirement("R17", "R43")
@pytest.mark.parametrize("name", ["@expert", "@Климов", "@климов,", "@Klimov"])
def test_one_line_opens_a_commitment_and_is_said_back(company: Company, user: str, name: str) -> None:
    before = typed()
    answer = said(user, f"/task 1 {name} смета по складу к чт 15:00").replace("\xa0", " ")
    due = datetime(2026, 11, 26, 15, tzinfo=ZoneInfo("Europe/Moscow"))
    assert typed()[len(before) :] == [(company.expert.me, "смета по складу", due)]
    assert "Олег Климов" in answer
    assert "26 ноября" in answer
    assert "С-2026-0001" in answer


@pytest.mark.requirement("R17")
@pytest.mark.parametrize(("line", "words"), [
    ("смета к чт 15:00", "кто делает"),
    ("@nobody смета к чт 15:00", "Никого так не зовут"),
    ("@expert смета", "к какому сроку"),
    ("@expert смета когда сможешь", "не срок"),
    ("@expert смета 20.11.2026", "время уже прошло"),
    ("@expert обсудить завтра", "результат"),
    ("@agent смета завтра", "Никого так не зовут"),
])  # fmt: skip
def test_what_lacks_a_performer_a_result_or_a_due_time_is_refused_in_words(
    user: str, line: str, words: str
) -> None:
    before = typed()
    assert words.casefold() in said(user, f"/task 1 {line}").casefold()
    assert typed() == before


def test_without_a_line_it_says_how_one_looks(user: str) -> None:
    for text in ("/task", "/task 1", "/task 1   "):
        assert "@ivanov" in said(user, text)


def test_a_deal_that_is_not_there_takes_nothing(user: str) -> None:
    before = typed()
    assert "Ничего не нашлось" in said(user, "/task 77 @expert смета завтра")
    assert typed() == before


def test_two_people_of_one_name_are_told_apart_by_their_address(company: Company, user: str) -> None:
    profile = Profile("klimov2@svyazka.example", "Климов", "Пётр", roles=("lead_generator",))
    other = save_person(profile=profile, actor=company.administrator, at=TUESDAY)
    assert sorted(names()["климов"]) == sorted([company.expert.me, other])
    for name in ("@Климов", "@Klimov"):
        answer = said(user, f"/task 1 {name} смета завтра")
        assert "Так зовут нескольких" in answer
        assert "@expert — Олег Климов, @klimov2 — Пётр Климов" in answer
    said(user, "/task 1 @klimov2 смета завтра")
    assert typed()[-1][0] == other


def test_an_address_means_its_owner_whoever_else_is_called_so(company: Company) -> None:
    """The beginning of an address is one's own; how a surname sounds is the last to be asked."""
    profile = Profile("klimov@svyazka.example", "Щербаков", "Пётр", roles=("lead_generator",))
    other = save_person(profile=profile, actor=company.administrator, at=TUESDAY)
    known = names()
    assert known["klimov"] == [other]
    assert known["климов"] == [company.expert.me]
    for spelling in ("Shcherbakov", "scherbakov", "Щербаков"):
        assert list(meant(spelling, known)) == [other]
    assert not meant("Щербакова", known)


def test_each_of_us_can_be_named_in_a_line_those_near_at_hand_first(company: Company) -> None:
    known = names()
    offered = nameable([company.expert.me])
    assert (offered[0].handle, offered[0].name) == ("Климов", "Олег Климов")
    assert [list(meant(one.handle, known)) for one in offered] == [[one] for one in _ids(offered)]
    assert len(offered) == len(directory().active())
    assert offered[0].keys.split() == ["expert", "климов", "олег", "klimov"]


def _ids(offered: tuple[Nameable, ...]) -> list[int]:
    by_name = {card.short_name: card.id for card in directory().active()}
    return [by_name[one.name] for one in offered]
