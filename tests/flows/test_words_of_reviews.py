"""Whatever is typed when deals are looked back on, in a run or in a proposal can be erased: from every table, and from every page."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from svyazka.presale.cases.commands import Story, save_case
from svyazka.presale.erasing import erase_typed
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.queries import faults
from svyazka.presale.meetings.runs.beginning import begin_run
from svyazka.presale.meetings.runs.commands import Typed, end_run, go_on
from svyazka.presale.meetings.runs.models import Stop
from svyazka.presale.meetings.runs.values import LINES
from svyazka.presale.reviews.commands import Answers, save_review, tell_case
from svyazka.presale.reviews.models import Proposal, Review
from svyazka.presale.reviews.proposals import correct, judge, propose, publish_taking, reject
from svyazka.presale.reviews.values import QUESTIONS, wording
from svyazka.processes import packaged_text
from tests.company import TUESDAY, Company, accepted_deal
from tests.reviews import CHRISTMAS, draft, won
from tests.web.visitors import browser_of

pytestmark = [pytest.mark.requirement("R38"), pytest.mark.django_db, pytest.mark.usefixtures("morning")]

MINUTE = timedelta(minutes=1)


class Canaries:
    """Words that stand nowhere else, each with the field that it was typed into."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}

    def __call__(self, field: str) -> str:
        word = f"канарейка{len(self.of):03}"
        self.of[word] = field
        return f"Сказала {word}"

    def in_tables(self) -> dict[str, set[str]]:
        """By table, the fields whose words lie in it."""
        found = {}
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                found[table] = self.told(" ".join(str(value) for row in cursor.fetchall() for value in row))
        return {table: fields for table, fields in found.items() if fields}

    def told(self, text: str) -> set[str]:
        """The fields whose words stand in a text."""
        plain = text.replace("канарейка".encode("unicode_escape").decode(), "канарейка")
        return {field for word, field in self.of.items() if word in plain}


def _story(say: Canaries, of: str) -> Story:
    lines = {name: say(f"{of}.{name}") for name in ("title", "task", "result", "client_name", "industries")}
    return Story(
        lines["title"], lines["task"], lines["result"], lines["client_name"], industries=(lines["industries"],),
        link=f"https://sevles.example/{say(of + '.link').split()[1]}",
    )  # fmt: skip


def look_back(us: Company, say: Canaries, deal: int) -> None:
    """A review, its case, a case of its own."""
    said = {name: say(f"review.{name}") for name in QUESTIONS}
    answers = Answers(**said, owner=us.expert.me, by_day=CHRISTMAS)
    save_review(deal_id=deal, answers=answers, actor=us.manager, at=TUESDAY)
    tell_case(deal_id=deal, story=_story(say, "told"), actor=us.manager, at=TUESDAY + MINUTE)
    save_case(case_id=None, story=_story(say, "case"), actor=us.manager, at=TUESDAY + 2 * MINUTE)


def propose_three(us: Company, say: Canaries, deal: int) -> None:
    """A proposal that waits, its words put right; one that is rejected; one that is judged."""
    ids = []
    for name in ("waiting", "rejected", "judged"):
        said = draft(us, text=say(f"{name}.text"), why=say(f"{name}.why"), deals=(deal,))
        ids.append(propose(draft=said, actor=us.manager, at=TUESDAY + 3 * MINUTE))
    waiting, refused, taken = ids
    later = TUESDAY + 4 * MINUTE
    correct(
        proposal_id=waiting, text=say("waiting.new text"), why=say("waiting.new why"),
        seen=wording(*Proposal.objects.values_list("text", "why").get(pk=waiting)), actor=us.manager, at=later,
    )  # fmt: skip
    reject(proposal_id=refused, words=say("rejected.words"), actor=us.owner, at=later)
    text = packaged_text().replace("limit: 2d", "limit: 3d")
    publish_taking(text=text, note="", proposals=[taken], actor=us.owner, at=later)
    judge(proposal_id=taken, verdict="kept", words=say("judged.words"), actor=us.owner, at=later)


def run_through(us: Company, say: Canaries, *deals: int) -> int:
    """A status run in which every line is typed, the first deal's also a second time, and a commitment."""
    run = begin_run(deal_ids=deals, people=[us.expert.me], actor=us.manager, at=TUESDAY + 5 * MINUTE)
    first, last = Stop.objects.filter(run_id=run).order_by("position")
    for turn, (stop, seen) in enumerate(((first, 0), (first, 1), (last, 0)), 6):
        lines = {name: say(f"{turn}.{name}") for name in LINES}
        typed = Typed(lines, seen, step=f"@expert {say(f'{turn}.step')} к 30.11.2026 15:00")
        now = TUESDAY + turn * MINUTE
        if stop == last:
            end_run(meeting_id=run, stop_id=stop.pk, typed=typed, actor=us.manager, at=now)
        else:
            go_on(
                meeting_id=run,
                stop_id=stop.pk,
                how="next" if seen else "later",
                typed=typed,
                actor=us.manager,
                at=now,
            )
            go_on(meeting_id=run, stop_id=last.pk, how="back", typed=Typed(), actor=us.manager, at=now)
    return run


def erase_all(us: Company) -> None:
    """All that was typed with any act of any chain."""
    chains = set(Entry.objects.values_list("chain", flat=True))
    for chain in sorted(chains):
        seqs = list(Entry.objects.filter(chain=chain).values_list("seq", flat=True))
        erase_typed(deal_id=chain or None, seqs=seqs, actor=us.administrator, at=TUESDAY + timedelta(hours=1))


def pages(run: int) -> Iterator[str]:
    """Wherever words of reviews, proposals, cases and runs are read."""
    yield from (
        "/reviews/",
        "/reviews/?show=done",
        "/reviews/2026-0001/",
        "/process/proposals/",
        "/cases/",
        "/overview/",
    )
    yield from (f"/process/proposals/{pk}/" for pk in Proposal.objects.values_list("pk", flat=True))
    yield from (f"/deals/2026-000{number}/" for number in (1, 2, 3))
    yield from (
        "/deals/2026-0001/postmortem/",
        "/run/",
        f"/run/{run}/",
        "/process/proposals/new/?review=2026-0001&part=keep",
    )


def test_no_word_of_a_review_a_proposal_a_case_or_a_run_outlives_its_erasure(company: Company) -> None:
    say = Canaries()
    deal = won(company)
    look_back(company, say, deal)
    propose_three(company, say, deal)
    others = [accepted_deal(company, inn=inn) for inn in ("7728168971", "5024002119")]
    run = run_through(company, say, *others)
    browser = browser_of(company.administrator)
    lain = set[str]().union(*say.in_tables().values())
    gone_by_itself = {"waiting.text", "waiting.why"}
    assert lain == set(say.of.values()) - gone_by_itself, "every field reaches a table"
    shown = {path: say.told(browser.get(path).content.decode()) for path in pages(run)}
    assert len(set[str]().union(*shown.values())) > len(lain) // 2, "the pages show them"
    erase_all(company)
    assert say.in_tables() == {}
    assert list(faults()) == []
    for path in pages(run):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert say.told(answer.content.decode()) == set(), path


def test_only_what_was_named_goes(company: Company) -> None:
    say = Canaries()
    deal = won(company)
    look_back(company, say, deal)
    propose_three(company, say, deal)
    review = Entry.objects.get(act="review.written")
    erase_typed(deal_id=deal, seqs=[review.seq], actor=company.administrator, at=TUESDAY + timedelta(hours=1))
    left = set[str]().union(*say.in_tables().values())
    assert left == {one for one in say.of.values() if not one.startswith("review.")} - {
        "waiting.text",
        "waiting.why",
    }
    assert Review.objects.get().owner_id == company.expert.me, "who does what by when stays"
