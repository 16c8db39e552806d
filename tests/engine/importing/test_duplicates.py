"""What is one request stands in one group, whoever wrote the rows and in whatever order."""

from collections.abc import Mapping
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.importing.duplicates import Asked, Group, Match, asked, clients_of, same_requests
from tests.engine.importing.slow_importing import slow_clients, slow_requests


def _some(letters: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *letters))


rows = st.builds(
    Asked, inn=_some("12"), phone=_some("pq"), email=_some("e"), name=_some("nm"), request=_some("r")
)
files = st.lists(rows, max_size=7)
ours = st.dictionaries(st.integers(100, 104), rows, max_size=4)


def test_one_request_under_two_spellings_of_its_client_is_found() -> None:
    file = [
        asked(inn="7707083893", name="ООО «Ромашка»", request="Внедрить ERP!"),
        asked(name="Вектор", request="Внедрить ERP"),
        asked(name="Romashka LLC", request="внедрить  erp"),
        asked(inn="7707083893", request="Перейти на УТ 11"),
    ]
    assert same_requests(file) == (Group((0, 2), (), ("name",)),)
    deal = {42: asked(inn="7707083893", phone="+79161234567", request="Перейти на УТ 11")}
    assert same_requests(file, deal) == (Group((0, 2), (), ("name",)), Group((3,), (42,), ("inn",)))


def test_a_phone_that_several_companies_share_makes_them_no_one() -> None:
    shared = [Asked(inn=inn, phone="p", request="r") for inn in ("1", "2", "1", "")]
    assert same_requests(shared) == (Group((0, 2), (), ("inn", "phone")),)


def test_rows_that_say_nothing_of_their_client_are_one_with_nobody() -> None:
    assert same_requests([asked(request="ERP")] * 3) == ()


@given(files, ours)
def test_groups_are_those_of_looking_at_every_pair(file: list[Asked], known: Mapping[int, Asked]) -> None:
    found = same_requests(file, known)
    assert len(set(found)) == len(found)
    assert set(found) == slow_requests(file, known)


@given(files, ours, st.randoms(use_true_random=False))
def test_the_order_of_rows_doesnt_matter(
    file: list[Asked], known: Mapping[int, Asked], chance: Random
) -> None:
    places = chance.sample(range(len(file)), len(file))
    moved = same_requests([file[place] for place in places], known)
    back = {(frozenset(places[row] for row in group.rows), group.known, group.by) for group in moved}
    assert back == {(frozenset(group.rows), group.known, group.by) for group in same_requests(file, known)}


@given(files, ours)
def test_a_row_stands_in_one_group_at_most_and_none_is_of_one_row(
    file: list[Asked], known: Mapping[int, Asked]
) -> None:
    groups = same_requests(file, known)
    places = [place for group in groups for place in group.rows]
    assert len(set(places)) == len(places)
    assert all(group.rows and len(group.rows) + len(group.known) > 1 and group.by for group in groups)
    assert [group.rows[0] for group in groups] == sorted(group.rows[0] for group in groups)


@given(files, ours)
def test_clients_are_those_that_have_a_sign_in_common_surest_first(
    file: list[Asked], known: Mapping[int, Asked]
) -> None:
    assert [[*found] for found in clients_of(file, known)] == [slow_clients(row, known) for row in file]


def test_a_client_with_another_inn_is_another_client() -> None:
    clients = {1: asked(inn="1", name="Ромашка"), 2: asked(name="Ромашка"), 3: asked(inn="2", phone="p")}
    (found,) = clients_of([asked(inn="2", name="Ромашка")], clients)
    assert found == (Match(3, ("inn",)), Match(2, ("name",)))


def test_ten_thousand_rows_with_one_name_are_one_group() -> None:
    file = [Asked(name="n", request="r")] * 10_000
    (group,) = same_requests(file, {1: Asked(name="n", request="r")})
    assert len(group.rows) == 10_000
    assert group.known == (1,)
