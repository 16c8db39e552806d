"""What was backed up comes back whole; what isn't whole is refused before anything is written."""

import gzip
import hashlib
import io
import json
import sqlite3
import tarfile
import threading
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.utils import timezone

from svyazka.config.backup import CannotRestore, make_backup, restore_backup, verify_backup
from svyazka.config.backup.archive import MANIFEST, Damaged, Writer, extract, sealed, verify, writing
from svyazka.config.backup.nightly import backup_tonight, folder
from svyazka.presale.deals.commands import receive_request, say_contacted
from svyazka.presale.deals.models import Deal
from svyazka.presale.documents.commands import remove_document
from svyazka.presale.documents.queries import document_to_read
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.queries import faults
from svyazka.presale.people.models import Person
from svyazka.worker.anchors import write_anchor
from tests.company import TUESDAY, Company, accepted_deal, found_company, whole_request
from tests.config.console import Console
from tests.documents import PDF, filed
from tests.web.visitors import browser_of

pytestmark = pytest.mark.django_db(transaction=True)

NIGHT = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


@pytest.fixture
def company(transactional_db: None, data: Path) -> Company:
    """A company with a deal, a file and an anchor."""
    company = found_company()
    accepted_deal(company)
    (data / "files").mkdir()
    (data / "files" / "minutes.txt").write_text("о чём договорились", encoding="utf-8")
    write_anchor(TUESDAY.date(), TUESDAY)
    return company


@pytest.fixture
def kept(company: Company, tmp_path: Path) -> Path:
    """A backup of that company."""
    make_backup(tmp_path / "kept.tar", at=TUESDAY)
    return tmp_path / "kept.tar"


def _content() -> list[Any]:
    return [
        *Deal.objects.order_by("pk").values(),
        *Entry.objects.order_by("pk").values(),
        *Person.objects.order_by("pk").values(),
    ]


def _changed(company: Company) -> None:
    deal = Deal.objects.get()
    say_contacted(deal_id=deal.pk, how="ещё раз", actor=company.manager, at=TUESDAY)
    whole_request(company, inn="7736050003")


@pytest.mark.parametrize("name", ["out.tar", "out.tar.gz"])
def test_a_restored_system_is_the_one_that_was_backed_up(
    name: str, company: Company, tmp_path: Path, data: Path
) -> None:
    before = _content()
    make_backup(tmp_path / name, at=TUESDAY)
    _changed(company)
    (data / "files" / "minutes.txt").write_text("переписано")
    assert restore_backup(tmp_path / name, at=TUESDAY, force=True) == []
    assert _content() == before
    assert (data / "files" / "minutes.txt").read_text(encoding="utf-8") == "о чём договорились"
    assert list(faults()) == []


def test_the_folders_files_go_along_and_a_restore_reads_each_of_them(
    company: Company, console: Console, tmp_path: Path, data: Path
) -> None:
    (data / "files" / "minutes.txt").unlink()
    deal = Deal.objects.get().pk
    kept, removed = filed(deal, company.manager), filed(deal, company.manager, content=b"%PDF-1.7 other")
    path = str(tmp_path / "out.tar")
    assert console("backup", path).code == 0
    remove_document(document_id=removed, reason="прислали не тот договор", actor=company.manager, at=TUESDAY)
    for one in [one for one in (data / "files").rglob("*") if one.is_file()]:
        one.write_bytes(b"spoilt")
    assert console("restore", path, "--force").code == 0
    for document, content in ((kept, PDF), (removed, b"%PDF-1.7 other")):
        _, file = document_to_read(document, viewer=company.manager)
        with file:
            assert file.read() == content
    assert console("files", "check").code == 0


@pytest.mark.parametrize("fault", ["missing", "changed"])
def test_a_file_that_was_lost_before_the_backup_is_told_after_the_restore(
    company: Company, console: Console, tmp_path: Path, data: Path, fault: str
) -> None:
    filed(Deal.objects.get().pk, company.manager)
    (path,) = [one for one in (data / "files").rglob("*") if one.is_file() and len(one.name) == 64]
    path.unlink() if fault == "missing" else path.write_bytes(b"spoilt")
    assert console("backup", str(tmp_path / "out.tar")).code == 0
    said = console("restore", str(tmp_path / "out.tar"), "--force")
    assert said.code == 1
    assert "1 files of the folders are missing or changed" in said.err


def test_what_is_removed_while_a_backup_is_made_is_in_it_whole(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = filed(Deal.objects.get().pk, company.manager)
    add = Writer.add

    def somebody_removes_it(writer: Writer, name: str, source: Path) -> None:
        """The database is copied, the files are not."""
        if not writer.members:
            remove_document(
                document_id=document, reason="прислали не тот договор", actor=company.manager, at=TUESDAY
            )
        add(writer, name, source)

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "add", somebody_removes_it)
        make_backup(tmp_path / "out.tar", at=TUESDAY)
    restore_backup(tmp_path / "out.tar", at=TUESDAY, force=True)
    _, file = document_to_read(document, viewer=company.manager)
    with file:
        assert file.read() == PDF


def test_work_goes_on_after_a_restore(company: Company, kept: Path) -> None:
    restore_backup(kept, at=TUESDAY, force=True)
    received = whole_request(company, inn="7736050003")
    assert received.number == "С-2026-0002"
    assert list(faults()) == []
    with connection.cursor() as cursor, pytest.raises(Exception, match="never changed"):
        cursor.execute("UPDATE presale_entry SET act = 'x'")


def test_a_session_ended_since_the_backup_does_not_come_back_with_it(
    company: Company, tmp_path: Path
) -> None:
    browser = browser_of(company.manager)
    make_backup(tmp_path / "out.tar", at=TUESDAY)
    assert browser.get("/").status_code == 200
    assert restore_backup(tmp_path / "out.tar", at=TUESDAY, force=True) == []
    assert browser.get("/").headers["Location"].startswith("/account/login/")


def test_what_was_here_is_kept_aside(company: Company, kept: Path, data: Path) -> None:
    (data / "files" / "later.txt").write_text("позже")
    restore_backup(kept, at=TUESDAY, force=True)
    assert (data / "files.before-20261124T070000" / "later.txt").exists()
    assert not (data / "files" / "later.txt").exists()


def test_a_filled_place_is_not_overwritten_without_force(company: Company, kept: Path) -> None:
    before = _content()
    with pytest.raises(CannotRestore, match="people and deals"):
        restore_backup(kept, at=TUESDAY)
    assert _content() == before


def test_a_running_system_is_not_restored_under_its_feet(company: Company, kept: Path) -> None:
    cache.set(settings.WORKER_BEAT, TUESDAY.isoformat())
    with pytest.raises(CannotRestore, match="running"):
        restore_backup(kept, at=TUESDAY, force=True)


def test_the_key_is_inside_only_when_asked_for(company: Company, tmp_path: Path, data: Path) -> None:
    (data / "secret.key").write_text("k" * 64)
    without = make_backup(tmp_path / "without.tar", at=TUESDAY)
    assert (without.keys_in, "secret.key" in without.keys_out) == ((), True)
    inside = make_backup(tmp_path / "with.tar", at=TUESDAY, with_keys=True)
    assert (inside.keys_in, "secret.key" in inside.keys_out) == (("secret.key",), False)
    assert b"k" * 64 not in (tmp_path / "without.tar").read_bytes()
    (data / "secret.key").write_text("o" * 64)
    restore_backup(tmp_path / "with.tar", at=TUESDAY, force=True)
    assert (data / "secret.key").read_text() == "k" * 64


def test_a_backup_replaces_nothing(company: Company, kept: Path) -> None:
    size = kept.stat().st_size
    with pytest.raises(FileExistsError):
        make_backup(kept, at=TUESDAY)
    assert kept.stat().st_size == size


def test_a_failed_backup_leaves_nothing_behind(company: Company, tmp_path: Path, data: Path) -> None:
    (data / "files" / "unreadable").symlink_to(data / "files")  # a folder, not a file: skipped
    (data / "files" / "gone").symlink_to(data / "nothing")
    manifest = make_backup(tmp_path / "out.tar", at=TUESDAY)
    assert "files/gone" not in manifest.members
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out.tar"]
    assert not [path for path in data.iterdir() if path.name.startswith(".")]


def _rewritten(
    source: Path,
    target: Path,
    change: Callable[[str, bytes], tuple[str, bytes] | None],
    *,
    more: dict[str, bytes] | None = None,
) -> Path:
    """The archive with each member as ``change`` gives it, None leaving it out, and ``more`` members."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        members = []
        for info in old:
            content = old.extractfile(info)
            assert content is not None
            changed = change(info.name, content.read())
            if changed is not None:
                members.append(changed)
        for name, body in [*members, *(more or {}).items()]:
            made = tarfile.TarInfo(name)
            made.size = len(body)
            new.addfile(made, io.BytesIO(body))
    return target


def _manifest(**changed: Any) -> Callable[[str, bytes], tuple[str, bytes]]:
    def change(name: str, body: bytes) -> tuple[str, bytes]:
        if name != MANIFEST:
            return name, body
        said = json.loads(body)
        del said["digest"]
        return name, sealed({**said, **changed})

    return change


def _same(name: str, body: bytes) -> tuple[str, bytes]:
    return name, body


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.97])
def test_a_cut_archive_is_refused(share: float, company: Company, kept: Path, tmp_path: Path) -> None:
    whole = kept.read_bytes().rstrip(b"\0")  # a record is filled up with nothing, which may be cut off
    cut = tmp_path / "cut.tar"
    cut.write_bytes(whole[: int(len(whole) * share)])
    before = _content()
    with pytest.raises(Damaged):
        restore_backup(cut, at=TUESDAY, force=True)
    assert _content() == before


@pytest.mark.parametrize("compressed", [False, True])
def test_a_flipped_bit_anywhere_is_refused(compressed: bool, company: Company, tmp_path: Path) -> None:  # noqa: FBT001
    source = tmp_path / ("whole.tar.gz" if compressed else "whole.tar")
    make_backup(source, at=TUESDAY)
    whole = source.read_bytes()
    places = [len(whole) * part // 20 for part in range(1, 20)]
    if not compressed:
        with tarfile.open(source) as tar:
            places = [info.offset_data + info.size // 2 for info in tar]
    means_nothing = 0
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 0x10
        if compressed and _unpacked(flipped) == gzip.decompress(whole):
            means_nothing += 1
            continue
        (tmp_path / "flipped").write_bytes(bytes(flipped))
        with pytest.raises(Damaged):
            verify_backup(tmp_path / "flipped")
    assert means_nothing <= 3


def _unpacked(packed: bytes | bytearray) -> bytes | None:
    """What gzip makes of it. Some bits of its stream mean nothing, e.g. the code of a letter that never comes."""
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error):
        return None


@pytest.mark.parametrize(
    "name",
    [
        "../outside.txt",
        "/outside.txt",
        "files/../../outside.txt",
        "files\\..\\outside.txt",
        "./x",
        "files//x/.",
    ],
)
def test_a_name_that_leads_outside_is_refused(
    name: str, company: Company, kept: Path, tmp_path: Path
) -> None:
    evil = _rewritten(kept, tmp_path / "evil.tar", _same, more={name: b"x"})
    with pytest.raises(Damaged, match="no backup holds"):
        restore_backup(evil, at=TUESDAY, force=True)
    assert not (tmp_path / "outside.txt").exists()


def test_a_link_in_an_archive_is_refused(company: Company, kept: Path, tmp_path: Path) -> None:
    evil = tmp_path / "evil.tar"
    evil.write_bytes(kept.read_bytes())
    with tarfile.open(evil, "a") as tar:
        link = tarfile.TarInfo("files/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(Damaged, match="no backup holds"):
        verify_backup(evil)


def test_a_member_added_left_out_or_doubled_is_named(company: Company, kept: Path, tmp_path: Path) -> None:
    file = "files/minutes.txt"
    cases = {
        "added later": _rewritten(kept, tmp_path / "1", _same, more={"files/new.txt": b"x"}),
        f"{file} is missing": _rewritten(kept, tmp_path / "2", lambda name, body: None if name == file else (name, body)),
        "twice": _rewritten(kept, tmp_path / "3", _same, more={file: b"x"}),
        f"{file} was changed": _rewritten(kept, tmp_path / "4", lambda name, body: (name, b"other" if name == file else body)),
        "no manifest": _rewritten(kept, tmp_path / "5", lambda name, body: None if name == MANIFEST else (name, body)),
        "manifest can't be read": _rewritten(kept, tmp_path / "6", lambda name, body: (name, b"[]" if name == MANIFEST else body)),
        "newer Svyazka": _rewritten(kept, tmp_path / "7", _manifest(format=99)),
    }  # fmt: skip
    for words, archive in cases.items():
        with pytest.raises(Damaged, match=words):
            verify_backup(archive)


def test_a_member_of_no_known_kind_is_refused_though_the_manifest_names_it(
    company: Company, tmp_path: Path, data: Path
) -> None:
    stray = tmp_path / "stray.txt"
    stray.write_text("x")
    make_backup(tmp_path / "out.tar", at=TUESDAY)
    with writing(tmp_path / "evil.tar") as (writer, manifests), tarfile.open(tmp_path / "out.tar") as tar:
        for name in verify(tmp_path / "out.tar").members:
            extract(tar, name, data / "copied")
            writer.add(name, data / "copied")
        writer.add("bin/stray.txt", stray)
        manifests.append(verify(tmp_path / "out.tar"))
    verify(tmp_path / "evil.tar")
    with pytest.raises(Damaged, match=r"bin/stray\.txt"):
        verify_backup(tmp_path / "evil.tar")


def test_a_backup_of_a_newer_version_is_refused(company: Company, kept: Path, tmp_path: Path) -> None:
    newer = _rewritten(kept, tmp_path / "newer.tar", _manifest(migrations=["presale.9999_from_the_future"]))
    with pytest.raises(CannotRestore, match="9999_from_the_future"):
        restore_backup(newer, at=TUESDAY, force=True)


def test_a_backup_of_the_other_database_is_refused(company: Company, kept: Path, tmp_path: Path) -> None:
    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    foreign = _rewritten(kept, tmp_path / "foreign.tar", _manifest(database=other))
    with pytest.raises(CannotRestore, match="the database here is"):
        restore_backup(foreign, at=TUESDAY, force=True)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a database file is SQLite's")
def test_a_damaged_database_inside_is_seen_though_its_hash_fits(
    company: Company, kept: Path, tmp_path: Path
) -> None:
    file = tmp_path / "data" / "broken.sqlite3"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        made.execute("CREATE TABLE child (id INTEGER REFERENCES parent (id))")
        made.execute("INSERT INTO child VALUES (1)")
        made.commit()
    body = file.read_bytes()

    def change(name: str, old: bytes) -> tuple[str, bytes]:
        if name == "database.sqlite3":
            return name, body
        if name == MANIFEST:
            said = json.loads(old)
            del said["digest"]
            said["members"]["database.sqlite3"] = {
                "sha256": hashlib.sha256(body).hexdigest(),
                "size": len(body),
            }
            return name, sealed(said)
        return name, old

    with pytest.raises(Damaged, match="point nowhere"):
        verify_backup(_rewritten(kept, tmp_path / "broken.tar", change))


def test_nothing_acknowledged_before_a_backup_is_missing_from_it(company: Company, tmp_path: Path) -> None:
    """Backups are made while others write; each holds all that was acknowledged before it began, and nothing half."""
    stop, acknowledged = threading.Event(), []

    def write() -> None:
        try:
            number = 0
            while not stop.is_set():
                number += 1
                receive_request(
                    answers={"company": f"Клиент {number}", "request": f"Задача {number}"},
                    actor=replace(company.programmer, channel="api"), at=timezone.now(), source="load", external_id=str(number),
                )  # fmt: skip
                acknowledged.append(number)
        finally:
            connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    made: list[tuple[Path, int]] = []
    try:
        for place in range(3):
            while len(acknowledged) < (place + 1) * 4 and writer.is_alive():
                pass
            known = len(acknowledged)
            path = tmp_path / f"{place}.tar"
            make_backup(path, at=TUESDAY)
            made.append((path, known))
    finally:
        stop.set()
        writer.join()
    for path, known in made:
        assert restore_backup(path, at=TUESDAY, force=True) == []
        assert Deal.objects.filter(source="load").count() >= known >= 4


def test_the_nights_backup_is_made_once_and_the_oldest_goes(company: Company, settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, backups=2)
    assert backup_tonight(NIGHT.replace(hour=22, day=24)) == 0  # 01:30 in Moscow
    for day in (25, 26, 27):
        assert backup_tonight(NIGHT.replace(day=day)) == 1
        assert backup_tonight(NIGHT.replace(day=day, hour=9)) == 0
    assert sorted(path.name for path in folder().iterdir()) == ["2026-11-26.tar.gz", "2026-11-27.tar.gz"]
    assert verify_backup(folder() / "2026-11-27.tar.gz").database == connection.vendor


def test_no_backup_is_made_where_none_is_wanted(company: Company, settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, backups=0)
    assert backup_tonight(NIGHT) == 0
    assert not folder().exists()


def test_the_console_backs_up_verifies_and_restores(
    company: Company, console: Console, tmp_path: Path
) -> None:
    path = str(tmp_path / "out.tar")
    said = console("backup", path, "--verify")
    assert said.code == 0
    assert said.out.splitlines()[0] == path
    assert "secret.key" in said.out
    assert console("backup", path).code == 1
    assert console("verify-backup", path).out.startswith("Whole: ")
    assert console("restore", path).code == 1
    assert console("restore", path, "--force").code == 0
    (tmp_path / "out.tar").write_bytes(b"no archive")
    assert console("verify-backup", path).code == 1


def test_an_anchor_that_was_broken_before_the_backup_is_named_after_the_restore(
    company: Company, console: Console, tmp_path: Path, data: Path
) -> None:
    (data / "anchors").mkdir(exist_ok=True)
    (data / "anchors" / "2026-11-01.jsonl").write_text("{")
    assert console("backup", str(tmp_path / "out.tar")).code == 0
    said = console("restore", str(tmp_path / "out.tar"), "--force")
    assert said.code == 1
    assert "the anchor 2026-11-01.jsonl had been changed" in said.out + said.err
