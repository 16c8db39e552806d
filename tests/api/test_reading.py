"""People, units, the process and the journal by API."""

from django.utils import timezone

from svyazka.presale.process.commands import publish_process
from svyazka.processes import packaged_text
from tests.api.caller import Caller, deal_of
from tests.company import Company


def test_people_are_listed_and_sifted(company: Company) -> None:
    caller = Caller(company.programmer)
    everybody = caller.get("/people").body["items"]
    assert len(everybody) == 11
    assert [one["email"] for one in caller.get("/people", role="manager").body["items"]] == [
        "manager2@svyazka.example", "manager@svyazka.example",
    ]  # fmt: skip
    assert [one["id"] for one in caller.get("/people", duty="dispatcher").body["items"]] == [
        company.dispatcher.me
    ]
    assert {one["unit"]["name"] for one in caller.get("/people", unit="Продажи").body["items"]} == {"Продажи"}
    assert caller.get("/people", rolle="manager").errors == {"rolle": "unknown_field"}


def test_units_tell_their_heads_and_hours(company: Company) -> None:
    units = {unit["name"]: unit for unit in Caller(company.programmer).get("/units").body["items"]}
    assert units["Производство"]["heads"] == [{"id": company.head.me, "name": "Игорь Титов"}]
    assert (units["Продажи"]["start"], units["Продажи"]["lunch"]) == ("09:00", ["13:00", "14:00"])


def test_the_process_is_read_by_version_and_in_a_language(company: Company) -> None:
    number = publish_process(text=packaged_text(), note="", actor=company.owner, at=timezone.now())
    english, russian = Caller(company.programmer), Caller(company.programmer, language="ru")
    current = english.get("/process").body
    assert (current["version"], current["is_current"], len(current["stages"])) == (number, True, 6)
    first = current["stages"][0]
    assert (first["key"], first["text"], first["accountable"]) == (
        "request",
        "Request accepted",
        "dispatcher",
    )
    contact = next(field for field in current["fields"] if field["key"] == "contact")
    assert "contact_name" in contact["boxes"]
    assert {group["key"] for group in current["lost_reasons"]} >= {"estimate", "terms"}
    old = russian.get("/process", version=1).body
    assert (old["is_current"], old["stages"][0]["text"]) == (False, "Запрос принят")
    assert english.get("/process", version=99).status == 404


def test_changes_are_read_to_the_end_and_go_on_from_there(company: Company) -> None:
    path, caller = deal_of(company), Caller(company.programmer)
    seen, after = [], 0
    while True:
        page = caller.get("/changes", after=after, limit=7).body
        seen += page["items"]
        after = page["after"]
        if not page["more"]:
            break
    assert [one["id"] for one in seen] == sorted({one["id"] for one in seen})
    assert seen[0]["act"] == "deal.received"
    assert caller.get("/changes", after=after).body == {"items": [], "after": after, "more": False}
    Caller(company.manager).post(f"{path}/chased", words="секретные слова клиента")
    fresh = caller.get("/changes", after=after).body["items"]
    assert fresh[0]["act"] == "client.chased"
    assert fresh[0]["deal"] == "С-" + path.removeprefix("/deals/")
    assert (fresh[0]["actor"]["id"], fresh[0]["channel"]) == (company.manager.me, "api")


def test_changes_tell_nothing_personal(company: Company) -> None:
    path = deal_of(company)
    Caller(company.manager).post(f"{path}/chased", words="секретные слова клиента")
    told = str(Caller(company.administrator).get("/changes", limit=500).body)
    for secret in ("секретные", "Лескова", "leskova", "123-45-67", "4 млн"):
        assert secret not in told


def test_acts_of_the_whole_workspace_are_for_administrators_with_the_scope(company: Company) -> None:
    def acts(caller: Caller) -> set[str]:
        return {one["act"] for one in caller.get("/changes", limit=500).body["items"]}

    deal_of(company)
    assert "person.saved" in acts(Caller(company.administrator))
    assert "person.saved" not in acts(Caller(company.administrator, "deals:read"))
    assert "person.saved" not in acts(Caller(company.manager))
