"""Very many answers and acts at once are judged and digested as one of them is."""

import hashlib
import json
from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from svyazka.engine.lint import load_process
from svyazka.presale.deals import intake
from svyazka.presale.journal.chunks import chunks
from svyazka.presale.journal.digest import canonical, entry_digest
from svyazka.presale.journal.values import Json
from svyazka.processes import packaged_text

PROCESS = load_process(packaged_text())
FORM = intake.Form(PROCESS)
VALUES = st.sampled_from(
    ["", "-", "уточнить", "ООО «Ромашка»", "5408130693", "5408130694", "8 916 000-00-01", "ab@c.example", "опт; розница", "  120 \r\n", "\0"]
)  # fmt: skip
BOXES = st.sampled_from([key for field in PROCESS.fields for key in intake.parts(field)] + ["no_such_box"])


@given(st.dictionaries(BOXES, st.one_of(VALUES, st.lists(VALUES, max_size=3), st.booleans(), st.none())))
def test_a_form_for_many_judges_as_the_form_for_one(said: dict[str, Json]) -> None:
    answers = intake.clean(PROCESS, said)
    assert FORM.clean(said) == answers
    assert [*FORM.clean(said)] == [*answers]
    assert FORM.lacking(answers) == tuple(field.key for field in intake.missing(PROCESS, answers))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(st.integers(0, 10**9), st.tuples(TEXTS, TEXTS, TEXTS), st.none() | st.integers(1), JSON)
@example(7, ('a","b', '","', "\\"), None, {"б": [1, "\u2028", '"']})
def test_an_entry_is_digested_as_the_one_list_of_all_that_it_says(
    chain: int, texts: tuple[str, str, str], actor: int | None, data: Json
) -> None:
    act, detail, previous = texts
    at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    whole: Json = [
        chain,
        3,
        act,
        actor,
        "role",
        "web",
        "2026-11-24T09:00:00.000000+00:00",
        data,
        detail,
        previous,
    ]
    told = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert canonical(whole) == told
    assert entry_digest(
        chain=chain, seq=3, act=act, actor_id=actor, role="role", channel="web", at=at, data=data, detail=detail,
        previous=previous,
    ) == hashlib.sha256(told).hexdigest()  # fmt: skip


@given(st.lists(st.integers()), st.integers(1, 5))
def test_parts_of_a_list_are_the_list(whole: list[int], size: int) -> None:
    parts = [*chunks(whole, size)]
    assert [one for part in parts for one in part] == whole
    assert all(0 < len(part) <= size for part in parts)
