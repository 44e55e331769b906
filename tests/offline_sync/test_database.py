from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from offline_sync import database
from offline_sync.database import check_content, open_reader, open_writer, require_safe_sqlite
from offline_sync.driver import dbapi2
from offline_sync.errors import (
    DatabaseDamaged,
    KeyUnreadable,
    NotAStore,
    SqliteTooOld,
    StoreEmpty,
    StoreError,
    StoreInUse,
    StoreUnavailable,
    WrongKey,
)
from offline_sync.store import Change, Store
from tests.builders import TEST_KEY, resident_change
from tests.offline_sync.conftest import DrivenClock

OTHER_KEY = bytes(range(32, 64))
PAGE = 4096


@pytest.fixture
def closed(path: Path, clock: DrivenClock) -> Path:
    """A store with some records, closed again: one file, with several pages of each kind."""
    with Store.open(path, TEST_KEY, clock) as store:
        store.save([resident_change() for _ in range(40)], by="staff-1")
    return path


@contextmanager
def untouched(path: Path) -> Iterator[None]:
    """Whatever is tried, the file stays byte for byte, and nothing is made beside it."""
    before = {entry.name: entry.read_bytes() for entry in path.parent.iterdir() if entry.is_file()}
    yield
    after = {entry.name: entry.read_bytes() for entry in path.parent.iterdir() if entry.is_file()}
    assert after == before


def refused(path: Path, expected: type[StoreError], match: str, key: bytes = TEST_KEY) -> None:
    for opening in (open_writer, open_reader, lambda p, k: Store.open(p, k, DrivenClock())):
        with pytest.raises(expected, match=match) as caught:
            opening(path, key)
        assert type(caught.value) is expected
        assert caught.value.next_step


@pytest.mark.parametrize(
    "version",
    [
        *((3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 49, 2), (3, 50, 6), (3, 51, 2)),
        *((3, 6, 23), (3, 43, 9)),  # before the write-ahead log; a line without a backport
    ],
)
def test_a_sqlite_with_the_wal_reset_bug_is_refused(version: tuple[int, int, int]):
    with pytest.raises(SqliteTooOld, match=".".join(map(str, version))):
        require_safe_sqlite(version)


@pytest.mark.parametrize(
    "version",
    [(3, 44, 6), (3, 44, 9), (3, 50, 7), (3, 50, 8), (3, 51, 3), (3, 52, 0), (3, 53, 0), (4, 0, 0)],
)
def test_a_repaired_sqlite_is_accepted(version: tuple[int, int, int]):
    require_safe_sqlite(version)


def test_no_store_is_opened_with_an_old_sqlite(closed: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dbapi2, "sqlite_version_info", (3, 40, 1))
    with untouched(closed):
        refused(closed, SqliteTooOld, "3.40.1")


def test_the_sqlite_that_comes_with_the_kiosk_is_repaired():
    require_safe_sqlite(dbapi2.sqlite_version_info)


def test_every_commit_of_the_writer_reaches_the_disk(store: Store):
    def pragma(name: str) -> object:
        return store.connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2
    assert pragma("foreign_keys") == 1
    assert pragma("temp_store") == 2
    assert pragma("secure_delete") == 1
    assert pragma("busy_timeout") == 5000
    assert 0 < int(str(pragma("journal_size_limit"))) <= 64 * 1024 * 1024


def test_nobody_else_may_read_the_files(store: Store, path: Path):
    store.save([resident_change()], by="staff-1")
    for entry in path.parent.iterdir():
        assert entry.stat().st_mode & 0o077 == 0, entry


def test_a_reader_sees_what_was_saved_and_cannot_write(store: Store, path: Path):
    reader = open_reader(path, TEST_KEY)
    try:
        store.save([resident_change(preferred_address="李伯伯")], by="staff-1")
        rows = reader.execute("SELECT preferred_address FROM resident").fetchall()
        assert rows == [("李伯伯",)]
        with pytest.raises(dbapi2.OperationalError, match="readonly"):
            reader.execute("DELETE FROM resident")
    finally:
        reader.close()


def test_neither_database_nor_journal_holds_a_readable_word(store: Store, path: Path):
    store.save([resident_change()], by="staff-1")
    journal = path.with_name(path.name + "-wal")
    assert journal.stat().st_size > 0
    for content in (path.read_bytes(), journal.read_bytes()):
        for word in (
            "陳美玲".encode(),
            b"Chan Mei Ling",
            b"resident",
            b"CREATE TABLE",
            b"SQLite format",
        ):
            assert word not in content


def test_a_wrong_key_is_named_as_such(closed: Path):
    with untouched(closed):
        refused(closed, WrongKey, "does not open", OTHER_KEY)


@pytest.mark.parametrize("key", [b"", b"short", bytes(31), bytes(33)])
def test_a_key_of_another_length_is_refused(path: Path, clock: DrivenClock, key: bytes):
    with pytest.raises(KeyUnreadable):
        Store.open(path, key, clock)
    assert not path.exists()


@pytest.mark.parametrize("position", [20, 1000, PAGE - 1, PAGE, 5 * PAGE + 17, 20 * PAGE + 4000])
def test_one_flipped_byte_is_damage_not_a_wrong_key(closed: Path, position: int):
    content = bytearray(closed.read_bytes())
    content[position] ^= 0x01
    closed.write_bytes(content)
    with untouched(closed), pytest.raises(DatabaseDamaged) as caught:
        open_writer(closed, TEST_KEY)
    assert "Do not delete" in caught.value.next_step


@pytest.mark.parametrize("page", range(0, 60, 7))
def test_a_page_of_zeros_is_damage(closed: Path, page: int):
    content = bytearray(closed.read_bytes())
    content[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    closed.write_bytes(content)
    with untouched(closed), pytest.raises(DatabaseDamaged):
        open_writer(closed, TEST_KEY)


def test_pages_that_contradict_one_another_are_damage(closed: Path):
    with Store.open(closed, TEST_KEY, DrivenClock()) as store:
        store.connection.execute("PRAGMA writable_schema = ON")
        store.connection.execute(
            "UPDATE sqlite_schema SET rootpage ="
            " (SELECT rootpage FROM sqlite_schema WHERE name = 'staff') WHERE name = 'visit'"
        )
    with untouched(closed), pytest.raises(DatabaseDamaged, match="cannot be read"):
        open_writer(closed, TEST_KEY)


def test_a_large_file_is_opened_at_once_and_checked_when_asked(
    closed: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(database, "CHECKED_WHEN_OPENED", closed.stat().st_size - 1)
    with contextlib.closing(open_writer(closed, TEST_KEY)) as db:
        check_content(db)
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'conflict'"
        number = db.execute(query).fetchone()[0]
    content = bytearray(closed.read_bytes())
    content[number * PAGE - 100] ^= 0x01
    closed.write_bytes(content)
    db = open_writer(closed, TEST_KEY)
    with contextlib.closing(db), pytest.raises(DatabaseDamaged) as caught:
        check_content(db)
    assert "Do not delete" in caught.value.next_step
    monkeypatch.undo()
    with pytest.raises(DatabaseDamaged):
        open_writer(closed, TEST_KEY)


@pytest.mark.parametrize("length", [100, 2000, PAGE - 1])
def test_a_file_cut_inside_its_first_page_is_damage(closed: Path, length: int):
    closed.write_bytes(closed.read_bytes()[:length])
    with untouched(closed):
        refused(closed, DatabaseDamaged, "cut off")


@pytest.mark.parametrize("pages", [1, 2, 30])
def test_a_file_cut_later_is_damage(closed: Path, pages: int):
    closed.write_bytes(closed.read_bytes()[: pages * PAGE])
    with untouched(closed), pytest.raises(DatabaseDamaged):
        open_writer(closed, TEST_KEY)


@pytest.mark.parametrize(
    "content",
    [b"name,phone\nnobody,1\n", b"name,phone\nnobody,1\n" * 1000, bytes(3 * PAGE), b"x"],
)
def test_another_kind_of_file_is_told_from_a_store(path: Path, content: bytes):
    path.write_bytes(content)
    path.with_name("kiosk.db.lock").touch()
    with untouched(path):
        refused(path, NotAStore, "not an encrypted database")


def test_an_unencrypted_database_is_told_from_a_store(path: Path):
    plain = sqlite3.connect(path)
    plain.execute("CREATE TABLE t (a)")
    plain.close()
    path.with_name("kiosk.db.lock").touch()
    with untouched(path):
        refused(path, NotAStore, "unencrypted")


def test_an_empty_file_is_not_filled_and_its_journal_stays(store: Store, path: Path):
    store.save([resident_change()], by="staff-1")
    journal = path.with_name(path.name + "-wal")
    content = journal.read_bytes()
    store.close()
    path.write_bytes(b"")
    journal.write_bytes(content)
    with untouched(path):
        refused(path, StoreEmpty, "is empty")


def test_a_journal_without_its_database_is_not_overwritten(store: Store, path: Path):
    store.save([resident_change()], by="staff-1")
    journal = path.with_name(path.name + "-wal")
    content = journal.read_bytes()
    store.close()
    path.unlink()
    journal.write_bytes(content)
    with untouched(path):
        refused(path, DatabaseDamaged, "is gone")


def test_a_folder_in_place_of_the_database_is_refused(path: Path):
    path.mkdir()
    refused(path, NotAStore, "not a file")


def test_reading_a_store_that_is_not_there_makes_none(path: Path):
    with pytest.raises(StoreUnavailable, match="no database"):
        open_reader(path, TEST_KEY)
    assert not path.exists()


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Permissions do not bind root: be nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everyone can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def test_a_file_that_may_not_be_read_is_told_from_a_damaged_one(open_folder: Path):
    path = open_folder / "kiosk.db"
    Store.open(path, TEST_KEY, DrivenClock()).close()
    path.chmod(0)
    path.with_name("kiosk.db.lock").chmod(0o666)
    with ordinary_user(), untouched_names(open_folder):
        refused(path, StoreUnavailable, "may not read and write")


def test_a_folder_that_may_not_be_written_is_told(open_folder: Path):
    open_folder.chmod(0o555)
    with ordinary_user():
        with pytest.raises(StoreUnavailable, match="cannot be written"):
            Store.open(open_folder / "kiosk.db", TEST_KEY, DrivenClock())
        with pytest.raises(StoreUnavailable, match="cannot be written"):
            Store.open(open_folder / "missing" / "kiosk.db", TEST_KEY, DrivenClock())


@contextmanager
def untouched_names(folder: Path) -> Iterator[None]:
    before = sorted(entry.name for entry in folder.iterdir())
    yield
    assert sorted(entry.name for entry in folder.iterdir()) == before


def test_a_second_writer_is_refused_until_the_first_has_closed(path: Path, clock: DrivenClock):
    first = Store.open(path, TEST_KEY, clock)
    try:
        with pytest.raises(StoreInUse) as caught:
            Store.open(path, TEST_KEY, clock)
        assert "Close the other" in caught.value.next_step
    finally:
        first.close()
    Store.open(path, TEST_KEY, clock).close()


def test_closing_twice_does_no_harm(path: Path, clock: DrivenClock):
    first = Store.open(path, TEST_KEY, clock)
    first.close()
    with Store.open(path, TEST_KEY, clock) as second:
        first.close()
        with pytest.raises(StoreInUse):
            Store.open(path, TEST_KEY, clock)
        second.save([resident_change()], by="staff-1")


def test_a_half_made_store_of_an_earlier_start_is_made_anew(path: Path, clock: DrivenClock):
    path.with_name("kiosk.db.new").write_bytes(b"half")
    path.with_name("kiosk.db.new-wal").write_bytes(b"half")
    with Store.open(path, TEST_KEY, clock) as store:
        store.save([resident_change()], by="staff-1")
    left = sorted(entry.name for entry in path.parent.iterdir())
    assert left == ["kiosk.db", "kiosk.db.lock", "kiosk.db.marker"]


def test_records_survive_closing_and_opening(path: Path, clock: DrivenClock):
    change = resident_change()
    with Store.open(path, TEST_KEY, clock) as store:
        store.save([change], by="staff-1")
        stream = store.stream()
    with Store.open(path, TEST_KEY, clock) as store:
        assert store.stream() == stream
        store.save([Change("resident", change.record_id, {"phone": "2345 6789"})], by="staff-1")
        assert store.stream().next_seq == 3
