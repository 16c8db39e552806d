"""The single window by API."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from svyazka.presale.people.commands import Profile, save_person
from tests.api.caller import Caller, deal_of
from tests.company import WHOLE_REQUEST, Company


def new_request(company: Company, /, **said: object) -> str:
    body = {"company": "Северный лес", "request": "Нужен учёт лесосырья", "phone": "+79161234567", **said}
    answer = Caller(company.programmer).post("/requests", body)
    assert answer.status == 201, answer.body
    return f"/deals/{answer.body['number'].removeprefix('С-')}"


def test_a_whole_request_lacks_nothing(company: Company) -> None:
    answer = Caller(company.programmer).post("/requests", dict(WHOLE_REQUEST))
    assert answer.status == 201
    assert (answer.body["missing"], answer.body["problems"], answer.body["created"]) == ([], [], True)
    path = answer.body["number"].removeprefix("С-")
    assert answer.body["page"].endswith(reverse("deal:page", args=[path]))
    deal = Caller(company.programmer).get(answer.body["url"].partition("/api/v1")[2]).body
    assert deal["author"]["id"] == company.programmer.me
    assert deal["source"] == "рекомендация"


def test_an_incomplete_request_is_kept_and_told_what_lacks(company: Company) -> None:
    answer = Caller(company.programmer).post(
        "/requests", company="Лес", inn="123", request="Нужен учёт сырья"
    )
    assert answer.status == 201
    assert {"company", "contact", "budget"} <= set(answer.body["missing"])
    assert [(one["field"], one["code"]) for one in answer.body["problems"]] == [("inn", "bad_inn")]


def test_a_request_that_says_nothing_is_refused(company: Company) -> None:
    assert Caller(company.programmer).post("/requests", mood="спешит").errors == {"request": "required"}


@pytest.mark.requirement("R01")
def test_the_same_reference_of_the_same_source_is_the_same_deal(company: Company) -> None:
    site = Caller(company.programmer)
    said = {"company": "Лес", "request": "Учёт сырья", "source": "сайт", "external_id": "a-1"}
    first, again = site.post("/requests", said), site.post("/requests", {**said, "request": "иначе"})
    assert (first.status, again.status) == (201, 200)
    assert again.body["number"] == first.body["number"]
    assert (first.body["created"], again.body["created"]) == (True, False)
    assert site.post("/requests", {**said, "source": "бот"}).status == 201


def test_the_senders_consent_is_kept(company: Company) -> None:
    new_request(company, consent=True)
    (act,) = Caller(company.manager).get("/changes").body["items"][:1]
    assert act["data"]["consent"] is True


def test_lines_come_as_a_list_or_as_text(company: Company) -> None:
    for lines in (["опт", "розница"], "опт, розница"):
        path = new_request(company, lines=lines)
        assert Caller(company.programmer).get(path).body["intake"]["answers"]["lines"] == ["опт", "розница"]


def test_figures_may_come_as_numbers(company: Company) -> None:
    path = new_request(company, headcount=240, budget=4_000_000)
    answers = Caller(company.dispatcher).get(path).body["intake"]["answers"]
    assert (answers["headcount"], answers["budget"]) == ("240", "4000000")


def test_not_known_yet_becomes_a_commitment_of_whoever_finds_out(company: Company) -> None:
    day = (timezone.now() + timedelta(days=2)).date()
    path = new_request(company, unknown={"budget": {"person": "manager@svyazka.example", "by": day}})
    owed = Caller(company.manager).get(f"{path}/commitments").body["items"]
    (one,) = [one for one in owed if one["term"] == "find_out.budget"]
    assert one["performer"]["id"] == company.manager.me
    assert one["result"] == "Find out: Budget and procurement"


def test_finding_out_needs_a_field_a_person_and_a_day_to_come(company: Company) -> None:
    site, day = Caller(company.programmer), (timezone.now() + timedelta(days=2)).date()
    me = company.programmer.me
    for unknown, error in (
        ({"bugdet": {"person": me, "by": day}}, {"bugdet": "unknown_field"}),
        ({"budget": {"person": "nobody@x.example", "by": day}}, {"unknown.budget.person": "unknown_choice"}),
        ({"budget": {"person": me, "by": "2020-01-01"}}, {"budget": "in_the_past"}),
        ({"budget": {"person": me, "by": "2999-01-01"}}, {"unknown.budget.by": "out_of_range"}),
    ):
        assert site.post("/requests", company="Лес", request="Учёт", unknown=unknown).errors == error


def test_nobody_at_the_window_is_not_the_senders_fault(company: Company) -> None:
    now = timezone.now()
    save_person(
        profile=Profile("window@svyazka.example", "Ракитина", "Анна"), person_id=company.dispatcher.me,
        actor=company.administrator, at=now,
    )  # fmt: skip
    assert Caller(company.programmer).post("/requests", company="Лес", request="Учёт").status == 201


def test_the_queue_shows_what_nobody_decided_on_oldest_first(company: Company) -> None:
    first, second = new_request(company), new_request(company, company="Южный лес", phone="+79161234568")
    window = Caller(company.dispatcher)
    assert [row["url"].partition("/api/v1")[2] for row in window.get("/requests").body["items"]] == [
        first,
        second,
    ]
    assert window.post(f"{first}/accept").status == 200
    assert [row["url"].partition("/api/v1")[2] for row in window.get("/requests").body["items"]] == [second]


def test_describing_changes_only_what_is_sent(company: Company) -> None:
    path, window = new_request(company), Caller(company.dispatcher)
    missing = window.patch(f"{path}/intake", inn="7707083893", mood="спешит").body["missing"]
    assert "company" not in missing
    answers = window.get(path).body["intake"]["answers"]
    assert (answers["inn"], answers["mood"], answers["request"]) == (
        "7707083893",
        "спешит",
        "Нужен учёт лесосырья",
    )
    window.patch(f"{path}/intake", mood=None)
    assert "mood" not in window.get(path).body["intake"]["answers"]


def test_describing_by_a_revision_refuses_what_others_have_changed_since(company: Company) -> None:
    path, window, boss = new_request(company), Caller(company.dispatcher), Caller(company.administrator)
    seen = window.get(path).body["revision"]
    assert boss.patch(f"{path}/intake", mood="спешат", budget="до 6 млн").status == 200
    late = window.patch(f"{path}/intake", mood="боятся срока", size="два завода", revision=seen)
    assert (late.status, late.body["code"], late.body["params"]) == (
        409, "changed_meanwhile", {"who": "Пётр Громов", "fields": ["mood"]},
    )  # fmt: skip
    assert window.patch(f"{path}/intake", size="два завода", revision=seen).status == 200
    answers = window.get(path).body["intake"]["answers"]
    assert (answers["mood"], answers["size"]) == ("спешат", "два завода")
    assert window.patch(f"{path}/intake", mood="боятся срока", revision=-1).errors == {
        "revision": "out_of_range"
    }


def test_describing_refuses_junk_strangers_and_slips(company: Company) -> None:
    path, window = new_request(company), Caller(company.dispatcher)
    assert window.patch(f"{path}/intake", inn="123").errors == {"inn": "bad_inn"}
    assert window.patch(f"{path}/intake", budgte="4").errors == {"budgte": "unknown_field"}
    assert Caller(company.expert).patch(f"{path}/intake", mood="спешит").status == 403
    assert window.patch("/deals/2020-0001/intake", mood="спешит").status == 404


def test_the_first_answer_to_the_client_is_recorded_once(company: Company) -> None:
    path, window = new_request(company), Caller(company.dispatcher)
    assert window.post(f"{path}/contacted", how=" ").errors == {"how": "required"}
    assert window.post(f"{path}/contacted", how="позвонила, завтра созвон").status == 200
    assert window.get(path).body["contacted_at"] is not None
    assert Caller(company.expert).post(f"{path}/contacted", how="позвонил").status == 403


def test_a_possible_duplicate_waits_until_somebody_has_looked(company: Company) -> None:
    new_request(company)
    again, window = new_request(company, request="Нужна розница"), Caller(company.dispatcher)
    assert window.get(again).body["duplicates_checked_at"] is None
    assert window.post(f"{again}/no-duplicate").status == 200
    assert window.get(again).body["duplicates_checked_at"] is not None
    assert Caller(company.programmer).post(f"{again}/no-duplicate").status == 403


def test_accepting_names_the_manager_and_the_unit(company: Company) -> None:
    path, window = new_request(company), Caller(company.dispatcher)
    assert window.post(f"{path}/accept", manager="expert@svyazka.example").code == "seat_refused"
    assert window.post(f"{path}/accept", manager="nobody@svyazka.example").errors == {
        "manager": "unknown_choice"
    }
    assert window.post(f"{path}/accept", unit="Нет такой").errors == {"unit": "unknown_choice"}
    row = window.post(f"{path}/accept", manager="Manager@Svyazka.example", unit="Производство").body
    assert (row["manager"]["id"], row["unit"]["id"]) == (company.manager.me, company.delivery_unit)


def test_a_request_is_closed_with_a_reason_and_a_duplicate_with_its_original(company: Company) -> None:
    first, again, window = new_request(company), new_request(company), Caller(company.dispatcher)
    assert window.post(f"{again}/close", status="declined").errors == {"reason": "required"}
    assert window.post(f"{again}/close", status="duplicate").errors == {"duplicate_of": "needs_original"}
    assert window.post(f"{again}/close", status="duplicate", duplicate_of="2020-0009").errors == {
        "duplicate_of": "unknown_choice"
    }
    closed = window.post(f"{again}/close", status="duplicate", duplicate_of=first.removeprefix("/deals/"))
    assert closed.body["status"] == "duplicate"
    assert window.get(again).body["outcome"]["duplicate_of"] == "С-" + first.removeprefix("/deals/")
    late = window.post(f"{again}/close", status="spam", reason="реклама")
    assert (late.status, late.code, late.body["params"]["status"]) == (409, "deal_closed", "duplicate")


def test_a_foreign_request_is_not_decided_on_by_others(company: Company) -> None:
    path = deal_of(company)
    assert Caller(company.expert).post(f"{path}/close", status="spam", reason="реклама").status == 403
