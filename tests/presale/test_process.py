"""Published processes: versions, conflicts, and deals that keep the one they began with."""

import pytest

from svyazka.engine.lint import ProcessInvalid
from svyazka.presale.journal.values import Conflict, Invalid, NotAllowed, NotFound
from svyazka.presale.process.commands import publish_process
from svyazka.presale.process.queries import current_number, current_process, process_version, versions
from svyazka.presale.stages.commands import follow_version
from svyazka.presale.stages.queries import deal_page_by_id
from svyazka.processes import packaged_text
from tests.company import TUESDAY, Company, accepted_deal, whole_request


def _shorter() -> str:
    """The packaged process with a first stage of two days."""
    text = packaged_text()
    changed = text.replace("limit: 1d", "limit: 2d", 1)
    assert changed != text
    return changed


@pytest.mark.requirement("R25")
def test_deals_under_way_keep_the_version_they_began_with_until_they_are_moved(company: Company) -> None:
    first = whole_request(company).deal_id
    assert publish_process(text=_shorter(), note="больше времени", actor=company.owner, at=TUESDAY) == 2
    second = whole_request(company).deal_id
    pages = [deal_page_by_id(deal_id=deal, viewer=company.owner, at=TUESDAY) for deal in (first, second)]
    assert [str(page.process.stages[0].limit) for page in pages] == ["1d", "2d"]
    assert follow_version(deal_id=first, number=None, actor=company.owner, at=TUESDAY) == 2
    page = deal_page_by_id(deal_id=first, viewer=company.owner, at=TUESDAY)
    assert str(page.process.stages[0].limit) == "2d"


def test_a_deal_is_not_moved_to_a_version_without_its_stage(company: Company) -> None:
    deal_id = accepted_deal(company)
    text = (
        packaged_text()
        .replace("key: request", "key: reception", 1)
        .replace("stage.request", "stage.reception")
    )
    publish_process(text=text, note="", actor=company.owner, at=TUESDAY)
    with pytest.raises(Invalid) as refused:
        follow_version(deal_id=deal_id, number=2, actor=company.owner, at=TUESDAY)
    assert refused.value.code == "stage_is_gone"


@pytest.mark.requirement("R19")
def test_a_process_that_breaks_the_rules_is_not_published(company: Company) -> None:
    with pytest.raises(ProcessInvalid) as refused:
        publish_process(
            text=packaged_text().replace("accountable: manager", "accountable: [manager, expert]", 1), note="",
            actor=company.owner, at=TUESDAY,
        )  # fmt: skip
    assert refused.value.problems[0].line > 0
    assert current_number() == 1


def test_two_owners_who_publish_at_once_do_not_overwrite_each_other(company: Company) -> None:
    publish_process(text=_shorter(), note="", actor=company.owner, at=TUESDAY, instead_of=1)
    with pytest.raises(Conflict):
        publish_process(text=packaged_text(), note="", actor=company.administrator, at=TUESDAY, instead_of=1)
    assert [row.number for row in versions()] == [2, 1]


def test_only_its_owners_change_the_process(company: Company) -> None:
    with pytest.raises(NotAllowed):
        publish_process(text=_shorter(), note="", actor=company.manager, at=TUESDAY)


def test_there_is_no_version_that_was_not_published(company: Company) -> None:
    with pytest.raises(NotFound):
        process_version(7)
    assert current_process()[0] == 1
