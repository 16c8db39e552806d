"""Two people at one intake form: what only one of them changed stands, what both changed is refused by name."""

from datetime import timedelta

import pytest

from svyazka.presale.deals.commands import describe_request, receive_request
from svyazka.presale.deals.intake import Unknown
from svyazka.presale.deals.meanwhile import ChangedMeanwhile
from svyazka.presale.erasing import erase_typed
from svyazka.presale.journal.values import Actor, Json
from svyazka.presale.models import Deal
from tests.company import TUESDAY, WHOLE_REQUEST, Company, whole_request

LATER = TUESDAY + timedelta(minutes=5)


def _form(**changed: Json) -> dict[str, Json]:
    """The whole form, as a browser sends it."""
    lines = WHOLE_REQUEST["lines"]
    assert isinstance(lines, list)
    return {**WHOLE_REQUEST, "lines": ", ".join(map(str, lines)), **changed}


def _save(deal_id: int, actor: Actor, seen: int, **changed: Json) -> None:
    describe_request(deal_id=deal_id, answers=_form(**changed), actor=actor, at=LATER, seen=seen)


def _now(deal_id: int) -> tuple[int, dict[str, Json]]:
    deal = Deal.objects.get(pk=deal_id)
    return deal.revision, deal.intake["answers"]


def test_what_only_one_of_them_changed_stands(company: Company) -> None:
    deal_id = whole_request(company).deal_id
    seen, _ = _now(deal_id)
    _save(deal_id, company.dispatcher, seen, budget="до 6 млн рублей, тендер", mood="спешат")
    _save(deal_id, company.administrator, seen, size="два завода", systems="1С:УПП, таблицы")
    answers = _now(deal_id)[1]
    assert (answers["budget"], answers["mood"], answers["size"], answers["systems"]) == (
        "до 6 млн рублей, тендер", "спешат", "два завода", "1С:УПП, таблицы",
    )  # fmt: skip


def test_what_both_changed_is_refused_with_who_and_what_and_nothing_is_saved(company: Company) -> None:
    deal_id = whole_request(company).deal_id
    seen, _ = _now(deal_id)
    _save(deal_id, company.dispatcher, seen, budget="до 6 млн рублей", size="два завода")
    before = _now(deal_id)
    with pytest.raises(ChangedMeanwhile) as refused:
        _save(deal_id, company.administrator, seen, budget="до 2 млн рублей", context="иначе штраф")
    (one,) = refused.value.collisions
    assert (one.key, one.theirs, one.by_id, one.at) == (
        "budget", "до 6 млн рублей", company.dispatcher.me, LATER,
    )  # fmt: skip
    assert refused.value.params == {"who": "Анна Ракитина", "fields": ["budget"]}
    assert refused.value.touched == {"budget", "context"}
    assert _now(deal_id) == before


def test_who_has_seen_the_others_words_may_write_over_them(company: Company) -> None:
    deal_id = whole_request(company).deal_id
    _save(deal_id, company.dispatcher, _now(deal_id)[0], budget="до 6 млн рублей")
    _save(deal_id, company.administrator, _now(deal_id)[0], budget="до 2 млн рублей")
    assert _now(deal_id)[1]["budget"] == "до 2 млн рублей"


def test_the_same_words_do_not_collide(company: Company) -> None:
    deal_id = whole_request(company).deal_id
    seen, _ = _now(deal_id)
    for actor in (company.dispatcher, company.administrator):
        _save(deal_id, actor, seen, budget="до 6 млн рублей", context="новый цех\r\nи штрафы")
    assert _now(deal_id)[1]["context"] == "новый цех\nи штрафы"


def test_emptying_a_box_collides_with_filling_it_in(company: Company) -> None:
    deal_id = whole_request(company, mood="спокойны").deal_id
    seen, _ = _now(deal_id)
    _save(deal_id, company.dispatcher, seen, mood="спешат")
    with pytest.raises(ChangedMeanwhile) as refused:
        _save(deal_id, company.administrator, seen, mood="")
    assert [(one.key, one.theirs) for one in refused.value.collisions] == [("mood", "спешат")]


def test_who_finds_out_by_when_is_guarded_as_well(company: Company) -> None:
    deal_id = whole_request(company, budget="").deal_id
    seen, _ = _now(deal_id)
    days = [TUESDAY.date() + timedelta(days=ahead) for ahead in (2, 3)]
    finders = (company.manager, company.expert)
    first, second = (Unknown(who.me, day) for who, day in zip(finders, days, strict=True))

    def promise(mark: Unknown, actor: Actor) -> None:
        describe_request(
            deal_id=deal_id,
            answers=_form(budget=""),
            unknown={"budget": mark},
            actor=actor,
            at=LATER,
            seen=seen,
        )

    promise(first, company.dispatcher)
    with pytest.raises(ChangedMeanwhile) as refused:
        promise(second, company.administrator)
    (one,) = refused.value.collisions
    assert (one.key, one.theirs) == (
        "unknown.budget", {"person": company.manager.me, "by": days[0].isoformat()},
    )  # fmt: skip
    promise(first, company.administrator)  # the same promise is no news


def test_acts_that_change_no_box_do_not_stand_in_the_way(company: Company) -> None:
    deal_id = whole_request(company).deal_id
    seen, _ = _now(deal_id)
    Deal.objects.filter(pk=deal_id).update(revision=seen + 5)
    _save(deal_id, company.dispatcher, seen, budget="до 6 млн рублей")
    assert _now(deal_id)[1]["budget"] == "до 6 млн рублей"


def test_words_that_were_erased_from_the_journal_count_as_not_seen(company: Company) -> None:
    deal_id = whole_request(company).deal_id
    seen, _ = _now(deal_id)
    _save(deal_id, company.dispatcher, seen, mood="спешат")
    erase_typed(deal_id=deal_id, seqs=range(1, 50), actor=company.administrator, at=LATER)
    with pytest.raises(ChangedMeanwhile):
        _save(deal_id, company.administrator, seen, mood="спокойны")
    _save(deal_id, company.administrator, seen, mood="спешат", size="два завода")
    assert _now(deal_id)[1]["size"] == "два завода"


def test_without_a_revision_the_last_one_to_write_wins(company: Company) -> None:
    deal_id = whole_request(company).deal_id
    for actor, budget in (
        (company.dispatcher, "до 6 млн рублей"),
        (company.administrator, "до 2 млн рублей"),
    ):
        describe_request(deal_id=deal_id, answers={"budget": budget}, actor=actor, at=LATER)
    assert _now(deal_id)[1]["budget"] == "до 2 млн рублей"


def _refusal(deal_id: int, actor: Actor, seen: int, **answers: Json) -> ChangedMeanwhile:
    with pytest.raises(ChangedMeanwhile) as refused:
        describe_request(deal_id=deal_id, answers=answers, actor=actor, at=LATER, seen=seen)
    return refused.value


@pytest.mark.parametrize("who", ["agent", "programmer"])
def test_a_guess_at_what_one_may_not_read_is_answered_the_same_whether_right_or_wrong(
    company: Company, who: str
) -> None:
    author: Actor = getattr(company, who)
    deal_id = receive_request(
        answers={"company": "Северный лес", "request": "Нужен учёт сырья по партиям"}, actor=author, at=TUESDAY,
    ).deal_id  # fmt: skip
    seen, _ = _now(deal_id)
    describe_request(
        deal_id=deal_id, answers={"budget": "до 4 млн рублей"}, actor=company.dispatcher, at=LATER
    )
    before = _now(deal_id)
    right, wrong = (_refusal(deal_id, author, seen, budget=f"до {guess} млн рублей") for guess in (4, 3))
    assert (right.params, right.collisions) == (wrong.params, wrong.collisions)
    assert [one.theirs for one in right.collisions] == [None]
    assert right.params["who"] == ("" if who == "agent" else "Анна Ракитина")
    assert _now(deal_id) == before
