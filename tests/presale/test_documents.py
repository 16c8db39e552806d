"""A deal's folder: every file is there once, whole, under a harmless name, and nobody reads it who may not."""

import hashlib
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.storage import storages
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from svyazka.presale.deals.commands import close_request
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.seats import appoint
from svyazka.presale.documents import commands
from svyazka.presale.documents.commands import Filed, file_document, remove_document
from svyazka.presale.documents.keeping import file_faults, holding_files, sweep_files
from svyazka.presale.documents.models import Document
from svyazka.presale.documents.naming import erased_name, media_type_of, shown_name
from svyazka.presale.documents.queries import BytesMissing, document_to_read, folder_of
from svyazka.presale.documents.storage import Torn, place_of
from svyazka.presale.erasing import erase_typed
from svyazka.presale.journal.queries import faults, latest_entry_id, timeline
from svyazka.presale.journal.values import SYSTEM, Actor, Conflict, Invalid, NotAllowed, NotFound
from svyazka.presale.notices.queries import latest_notices
from svyazka.worker.nightly import night_work
from tests.company import TUESDAY, Company, accepted_deal, found_company, whole_request
from tests.documents import PDF, filed

REASON = "прислали не тот договор"
LATER = timedelta(days=2)


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> Path:
    """A store of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def deal(company: Company) -> int:
    return accepted_deal(company)


def stored(files: Path) -> list[str]:
    return sorted(path.name for path in files.rglob("*") if path.is_file())


def read(document_id: int, viewer: Actor) -> bytes:
    _, content = document_to_read(document_id, viewer=viewer)
    with content:
        return content.read()


def aged(files: Path) -> None:
    """Everything in the store has lain there for two days."""
    long_ago = (timezone.now() - LATER).timestamp()
    for path in files.rglob("*"):
        os.utime(path, (long_ago, long_ago))


# What is kept


@pytest.mark.requirement("R44")
def test_files_of_every_channel_lie_in_one_folder_the_newest_first(company: Company, deal: int) -> None:
    filed(deal, company.manager, "Анкета.txt", content="сорок мест".encode())
    filed(deal, SYSTEM, "Смета.pdf", source="message 7")
    rows = folder_of(deal, viewer=company.expert)
    assert [(row.name, row.channel, row.by_id) for row in rows] == [
        ("Смета.pdf", "system", None),
        ("Анкета.txt", "web", company.manager.me),
    ]
    assert [row.media_type for row in rows] == ["application/pdf", "text/plain"]
    assert read(rows[0].id, company.expert) == PDF
    assert Deal.objects.get(pk=deal).documents == 2


def test_the_same_bytes_lie_once_in_the_store_and_once_in_a_folder(
    company: Company, deal: int, files: Path
) -> None:
    other = accepted_deal(company, inn="7728168971")
    first = filed(deal, company.manager)
    before = latest_entry_id()
    again = file_document(
        deal_id=deal, name="Копия.pdf", content=BytesIO(PDF), actor=company.expert, at=TUESDAY
    )
    assert again == Filed(first, fresh=False)
    assert latest_entry_id() == before
    assert filed(other, company.manager) != first
    assert stored(files) == [hashlib.sha256(PDF).hexdigest()]


def test_a_file_told_twice_by_its_channel_is_filed_once_though_it_was_removed_since(
    company: Company, deal: int
) -> None:
    first = filed(deal, SYSTEM, source="message 7")
    remove_document(document_id=first, reason=REASON, actor=company.manager, at=TUESDAY)
    assert filed(deal, SYSTEM, source="message 7", content=b"edited") == first
    assert folder_of(deal, viewer=company.manager) == ()
    assert filed(deal, company.manager, source="message 7") != first, "another channel has names of its own"
    other = accepted_deal(company, inn="7728168971")
    with pytest.raises(Conflict, match="filed_elsewhere"):
        filed(other, SYSTEM, source="message 7")


def test_a_row_always_has_its_bytes_and_only_we_read_them(company: Company, deal: int, files: Path) -> None:
    filed(deal, company.manager)
    (path,) = [path for path in files.rglob("*") if path.is_file()]
    assert path.relative_to(files).as_posix() == place_of(path.name)
    assert path.stat().st_mode & 0o777 == 0o600
    assert {one.stat().st_mode & 0o777 for one in files.rglob("*") if one.is_dir()} == {0o700}
    assert not path.is_relative_to(configured.STATIC_ROOT)


def test_a_stream_that_can_be_read_once_only_is_filed_as_well(company: Company, deal: int) -> None:
    class Stream(BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: Any) -> int:
            raise OSError("a stream")

        def tell(self) -> int:
            raise OSError("a stream")

    content = b"%PDF-1.7 " + b"0123456789" * 300_000
    one = file_document(
        deal_id=deal, name="a.pdf", content=Stream(content), actor=company.manager, at=TUESDAY
    )
    assert read(one.id, company.manager) == content


def test_a_closed_deal_takes_files_too_for_contracts_are_signed_afterwards(company: Company) -> None:
    deal_id = whole_request(company).deal_id
    close_request(
        deal_id=deal_id,
        status="declined",
        reason="нет опыта в отрасли",
        actor=company.dispatcher,
        at=TUESDAY,
    )
    document = filed(deal_id, company.dispatcher)
    remove_document(document_id=document, reason=REASON, actor=company.dispatcher, at=TUESDAY)


# What is refused


def test_nothing_and_too_much_are_refused_and_leave_nothing(
    company: Company, deal: int, files: Path, settings: Any
) -> None:
    settings.FOLDER_FILE_LIMIT = 25 << 20
    before = latest_entry_id()
    with pytest.raises(Invalid, match="file_empty"):
        filed(deal, company.manager, content=b"")
    large = BytesIO(b"x" * (26 << 20))
    with pytest.raises(Invalid, match="file_too_large") as refused:
        file_document(deal_id=deal, name="x.pdf", content=large, actor=company.manager, at=TUESDAY)
    assert refused.value.params == {"limit_mb": 25}
    assert large.tell() == (25 << 20) + 1, "an endless stream is not read to its end"
    assert latest_entry_id() == before
    assert stored(files) == []


NAMES = {
    "../../etc/passwd": "passwd",
    "..\\..\\boot.ini": "boot.ini",
    "/etc/shadow": "shadow",
    "C:\\Users\\x\\Смета.xlsx": "Смета.xlsx",
    "..": "file",
    "": "file",
    "   ": "file",
    "...": "file",
    "/": "file",
    "\x00": "file",
    "a\x00b.pdf": "ab.pdf",
    "смета\r\nSet-Cookie: x=1.pdf": "смета Set-Cookie_ x=1.pdf",
    "annexe\u202efdp.exe": "annexefdp.exe",
    "a\u2066b\u2069.pdf": "ab.pdf",
    "zero\u200bwidth\ufeff.pdf": "zerowidth.pdf",
    "a\u2028b.txt": "a b.txt",
    "a\x1b[31mred.txt": "a[31mred.txt",
    ".htaccess": "htaccess",
    "договор.pdf. ": "договор.pdf",
    "x.pdf:evil.exe": "x.pdf_evil.exe",
    "<script>alert(1)</script>.svg": "script_.svg",
    '"><img src=x onerror=alert(1)>.png': "___img src=x onerror=alert(1)_.png",
    "и\u0306.txt": "й.txt",
    "a\ud800.txt": "a.txt",
    "%2e%2e%2fetc": "%2e%2e%2fetc",
    "CON|NUL?.txt": "CON_NUL_.txt",
    "много   пробелов\t.txt": "много пробелов .txt",
}


@pytest.mark.parametrize("raw", NAMES)
def test_a_name_is_one_harmless_line(raw: str) -> None:
    assert shown_name(raw) == NAMES[raw]


@pytest.mark.parametrize("raw", ["д" * 500 + ".pdf", "a." + "b" * 500, "x" * 159 + ".docx", "." * 400])
def test_a_long_name_keeps_its_ending(raw: str) -> None:
    name = shown_name(raw)
    assert 1 <= len(name) <= 160
    assert name.endswith(".pdf") or not raw.endswith(".pdf")
    assert name.endswith(".docx") or not raw.endswith(".docx")
    assert shown_name(name) == name


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.pdf", b"MZ" + b"\x00" * 300, "application/octet-stream"),
        ("a.pdf", b"<html><script>alert(1)</script>", "text/html"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        ("a.jpg", b"GIF89a/*<script>", "image/gif"),
        ("a.txt", "просто слова".encode(), "text/plain"),
        ("a.txt", b"words\x00words", "application/octet-stream"),
        ("a.html", b"nothing of the kind", "application/octet-stream"),
        ("a.pdf", b"nothing of the kind", "application/octet-stream"),
        ("noending", b"??", "application/octet-stream"),
    ],
)
def test_what_a_file_is_comes_from_its_content_before_its_name(name: str, head: bytes, kind: str) -> None:
    assert media_type_of(name, head) == kind


# Rights

FILERS = {
    "administrator",
    "dispatcher",
    "head",
    "manager",
    "expert",
    "estimator",
    "called fixer",
    "programmer",
}
READERS = FILERS - {"programmer"} | {"fixer"}
REMOVERS = {"administrator", "dispatcher", "manager"}
ALL = sorted(FILERS | READERS | {"owner", "other_manager", "agent"})


def person(company: Company, deal: int, who: str) -> Actor:
    """Of the deal's people, and those without a seat; the programmer brought it, the fixer sits in its shadow."""
    from svyazka.presale.deals.seats import call_fixer

    if "fixer" in who:
        appoint(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    if who == "called fixer":
        call_fixer(deal_id=deal, what_for="скидка", actor=company.manager, at=TUESDAY)
        return company.fixer
    actor: Actor = getattr(company, who)
    return actor


@pytest.mark.parametrize("who", ALL)
def test_who_files_who_reads_and_who_removes(company: Company, deal: int, who: str) -> None:
    document = filed(deal, company.manager)
    actor = person(company, deal, who)
    acts: dict[str, Callable[[], object]] = {
        "files": lambda: filed(deal, actor, content=b"another"),
        "reads": lambda: read(document, actor),
        "removes": lambda: remove_document(document_id=document, reason=REASON, actor=actor, at=TUESDAY),
    }
    assert bool(folder_of(deal, viewer=actor)) is (who in READERS)
    before = latest_entry_id()
    for act, people in (("files", FILERS), ("reads", READERS), ("removes", REMOVERS)):
        if who in people:
            acts[act]()
        else:
            with pytest.raises((NotAllowed, NotFound)):
                acts[act]()
    assert (latest_entry_id() == before) is (who not in FILERS | REMOVERS)


def test_who_may_not_file_leaves_not_even_bytes(company: Company, deal: int, files: Path) -> None:
    class Unread(BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("read before the right was asked")

    for actor in (company.owner, company.agent, person(company, deal, "fixer")):
        with pytest.raises((NotAllowed, NotFound)):
            file_document(deal_id=deal, name="a", content=Unread(), actor=actor, at=TUESDAY)
    assert stored(files) == []


def test_a_fixer_in_the_shadow_leaves_no_sign_in_the_folder(company: Company, deal: int) -> None:
    fixer = person(company, deal, "fixer")
    revision = Deal.objects.get(pk=deal).revision
    with pytest.raises(NotAllowed):
        filed(deal, fixer)
    assert Deal.objects.get(pk=deal).revision == revision
    assert not Document.objects.exists()


# Telling


def test_the_manager_hears_of_a_file_that_somebody_else_put_in(company: Company, deal: int) -> None:
    filed(deal, company.manager, content=b"own")
    filed(deal, company.expert)
    told = [one for one in latest_notices(viewer=company.manager) if one.kind == "document.filed"]
    assert [one.why for one in told] == ["manager"]
    assert "Протокол" not in str(told[0].data)


def test_of_files_in_a_row_the_manager_hears_once(company: Company, deal: int) -> None:
    def told() -> int:
        return sum(one.kind == "document.filed" for one in latest_notices(viewer=company.manager))

    for number in range(10):
        filed(deal, company.expert, content=b"%d" % number)
    assert told() == 1
    filed(deal, company.head, content=b"another's")
    assert told() == 2
    file_document(
        deal_id=deal,
        name="Смета.pdf",
        content=BytesIO(PDF),
        actor=company.expert,
        at=TUESDAY + timedelta(hours=1),
    )
    assert told() == 3


def test_the_journal_keeps_who_removed_what_and_why_and_its_chain_holds_no_name(
    company: Company, deal: int
) -> None:
    document = filed(deal, company.expert)
    remove_document(document_id=document, reason=REASON, actor=company.manager, at=TUESDAY)
    removed, put = timeline(chain=deal, with_details=True, limit=2)
    assert (removed.act, removed.actor_id, removed.detail) == (
        "document.removed", company.manager.me, {"name": "Протокол.pdf", "reason": REASON}
    )  # fmt: skip
    assert put.data == {"id": document, "size": len(PDF)}
    assert (put.detail, put.actor_id) == ({"name": "Протокол.pdf"}, company.expert.me)
    assert list(faults()) == []


def test_an_erased_name_is_nowhere_and_the_file_opens_still(company: Company, deal: int) -> None:
    document = filed(deal, company.expert, "Паспорт Лесковой.pdf")
    seq = timeline(chain=deal, with_details=True, limit=1)[0].seq
    erase_typed(deal_id=deal, seqs=[seq], actor=company.administrator, at=TUESDAY)
    (row,) = folder_of(deal, viewer=company.manager)
    assert row.name == erased_name("application/pdf") == "….pdf"
    assert read(document, company.manager) == PDF
    assert "Лесковой" not in str(timeline(chain=deal, with_details=True))
    assert list(faults()) == []


# Removing


@pytest.mark.django_db(transaction=True)
def test_the_bytes_go_with_the_last_folder_that_holds_them(files: Path) -> None:
    company = found_company()
    deals = [accepted_deal(company), accepted_deal(company, inn="7728168971")]
    documents = [filed(deal_id, company.manager) for deal_id in deals]
    remove_document(document_id=documents[0], reason=REASON, actor=company.manager, at=TUESDAY)
    assert read(documents[1], company.manager) == PDF
    with pytest.raises(NotFound):
        read(documents[0], company.manager)
    remove_document(document_id=documents[1], reason=REASON, actor=company.manager, at=TUESDAY)
    assert stored(files) == []
    assert set(Deal.objects.values_list("documents", flat=True)) == {0}
    with pytest.raises(Conflict, match="document_removed"):
        remove_document(document_id=documents[1], reason=REASON, actor=company.manager, at=TUESDAY)
    assert filed(deals[1], company.manager) != documents[1], "it may come back, as another document"


@pytest.mark.django_db(transaction=True)
def test_a_removal_that_is_taken_back_takes_no_bytes() -> None:
    company = found_company()
    document = filed(accepted_deal(company), company.manager)

    def removed_for_nothing() -> None:
        with transaction.atomic():
            remove_document(document_id=document, reason=REASON, actor=company.manager, at=TUESDAY)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        removed_for_nothing()
    assert read(document, company.manager) == PDF


def test_nothing_is_removed_without_a_reason(company: Company, deal: int) -> None:
    document = filed(deal, company.manager)
    with pytest.raises(Invalid):
        remove_document(document_id=document, reason="-", actor=company.manager, at=TUESDAY)
    assert len(folder_of(deal, viewer=company.manager)) == 1


@pytest.mark.django_db(transaction=True)
def test_no_bytes_go_while_a_backup_is_made_and_the_night_takes_them(files: Path) -> None:
    company = found_company()
    document = filed(accepted_deal(company), company.manager)
    with holding_files():
        remove_document(document_id=document, reason=REASON, actor=company.manager, at=TUESDAY)
        assert len(stored(files)) == 1
    aged(files)
    assert sweep_files(at=timezone.now()) == 1
    assert stored(files) == []


# Failures and races


def test_a_crash_between_the_bytes_and_the_row_leaves_a_file_that_the_night_sweeps(
    company: Company, deal: int, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(**_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(commands, "_file", crash)
        with pytest.raises(SystemExit):
            filed(deal, company.manager)
    assert not Document.objects.exists()
    assert [one.kind for one in file_faults(at=timezone.now())] == ["fresh"]
    assert sweep_files(at=timezone.now()) == 0, "it may be on its way into a folder"
    aged(files)
    assert [one.kind for one in file_faults(at=timezone.now())] == ["orphaned"]
    assert night_work(timezone.now().replace(hour=12)) == 1
    assert stored(files) == []


def test_a_write_that_breaks_off_leaves_neither_file_nor_row(
    company: Company, deal: int, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(Conflict, match="no_room"):
            filed(deal, company.manager)
    assert stored(files) == []
    assert not Document.objects.exists()


def test_what_changes_while_it_is_read_is_not_kept_under_the_wrong_digest(files: Path) -> None:
    from django.core.files.base import ContentFile

    with pytest.raises(Torn):
        storages["documents"].save(place_of(hashlib.sha256(PDF).hexdigest()), ContentFile(b"other"))
    assert stored(files) == []


def test_drafts_of_a_crash_are_swept_and_strangers_are_left_alone(
    company: Company, deal: int, files: Path
) -> None:
    filed(deal, company.manager)
    (files / "ab").mkdir(exist_ok=True)
    (files / "ab" / ".incoming-x").write_bytes(b"half")
    (files / "minutes.txt").write_bytes(b"somebody's own")
    aged(files)
    assert sorted(one.kind for one in file_faults(at=timezone.now())) == ["orphaned", "stray"]
    assert sweep_files(at=timezone.now()) == 1
    assert stored(files) == sorted([hashlib.sha256(PDF).hexdigest(), "minutes.txt"])


def test_a_file_that_somebody_files_again_is_no_left_over_any_more(
    company: Company, deal: int, files: Path
) -> None:
    storages["documents"].save(place_of(hashlib.sha256(PDF).hexdigest()), BytesIO(PDF))
    aged(files)
    filed(deal, company.manager)
    assert sweep_files(at=timezone.now() + LATER) == 0
    assert list(file_faults(at=timezone.now() + LATER)) == []


def test_missing_and_changed_bytes_are_named_with_their_documents(
    company: Company, deal: int, files: Path
) -> None:
    lost = filed(deal, company.manager)
    bent = filed(deal, company.manager, content=b"%PDF-1.7 bent")
    assert list(file_faults(at=timezone.now())) == []
    (files / place_of(hashlib.sha256(PDF).hexdigest())).unlink()
    (files / place_of(hashlib.sha256(b"%PDF-1.7 bent").hexdigest())).write_bytes(b"%PDF-1.7 BENT")
    found = {one.kind: one.documents for one in file_faults(at=timezone.now())}
    assert found == {"missing": (lost,), "changed": (bent,)}
    with pytest.raises(BytesMissing):
        read(lost, company.manager)
    other = accepted_deal(company, inn="7728168971")
    filed(other, company.manager)
    assert read(lost, company.manager) == PDF, "the same bytes again mend it"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_file_the_same_at_once_one_is_first_and_both_have_it(files: Path) -> None:
    company = found_company()
    deal_id = accepted_deal(company)
    barrier, done = threading.Barrier(4), list[Filed]()

    def file() -> None:
        try:
            barrier.wait(timeout=30)
            done.append(
                file_document(
                    deal_id=deal_id, name="a.pdf", content=BytesIO(PDF), actor=company.manager, at=TUESDAY
                )
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=file) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.fresh for one in done) == [False, False, False, True]
    assert len({one.id for one in done}) == 1
    assert Deal.objects.get().documents == 1
    assert stored(files) == [hashlib.sha256(PDF).hexdigest()]
    assert list(faults()) == []


@pytest.mark.django_db(transaction=True)
def test_filing_and_removing_the_same_bytes_at_once_never_leaves_a_row_without_them() -> None:
    company = found_company()
    deals = [accepted_deal(company), accepted_deal(company, inn="7728168971")]

    def back_and_forth(deal_id: int) -> None:
        try:
            for turn in range(8):
                document = filed(deal_id, company.manager)
                if turn < 7:
                    remove_document(document_id=document, reason=REASON, actor=company.manager, at=TUESDAY)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=back_and_forth, args=(deal_id,)) for deal_id in deals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Document.objects.filter(removed_at=None).count() == 2
    assert [one for one in file_faults(at=timezone.now()) if one.kind in {"missing", "changed"}] == []


# The database


@pytest.mark.parametrize(
    "changed",
    [
        {"size": 0},
        {"name": ""},
        {"sha256": ""},
        {"removed_at": TUESDAY},
        {"removed_because": "так"},
        {"sha256": hashlib.sha256(PDF).hexdigest()},
        {"channel": "system", "source": "message 7"},
    ],
)
def test_the_database_itself_refuses_what_cannot_be(
    company: Company, deal: int, changed: dict[str, Any]
) -> None:
    filed(deal, SYSTEM, source="message 7")
    row = {
        "name": "a", "media_type": "x", "size": 1, "sha256": "0" * 64, "at": TUESDAY, "channel": "web", "source": "",
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.create(deal_id=deal, **(row | changed))
    assert connection.is_usable()
