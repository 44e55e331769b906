"""The marker and the word in the lock file: what the next start knows of the last one."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from offline_sync import store as store_module
from offline_sync.epochs import FORKED, begin_epoch
from offline_sync.errors import DatabaseDamaged, DatabaseMissing, DatabaseSetBack, StoreFull
from offline_sync.marker import marker_path, read_marker
from offline_sync.store import Store
from offline_sync.writer_lock import WriterLock
from tests.builders import TEST_KEY, resident_change
from tests.offline_sync.conftest import DrivenClock


def save(path: Path, count: int = 1) -> None:
    with Store.open(path, TEST_KEY, DrivenClock()) as store:
        store.save([resident_change() for _ in range(count)], "staff-1")


def marked(path: Path) -> int:
    marker = read_marker(path)
    assert marker is not None
    return marker.next_seq


def test_the_marker_tells_whose_ops_and_how_far_they_go_and_nothing_else(path: Path):
    with Store.open(path, TEST_KEY, DrivenClock()) as store:
        store.save([resident_change() for _ in range(3)], "staff-1")
        stream = store.stream()
    content = json.loads(marker_path(path).read_bytes())
    assert content == {"origin": stream.origin, "epoch": stream.epoch, "next_seq": 4}
    assert stat.S_IMODE(marker_path(path).stat().st_mode) == 0o600


def test_the_marker_is_there_from_the_first_start_on(store: Store, path: Path):
    assert marked(path) == 1
    store.save([resident_change()], "staff-1")
    assert marked(path) == 1


def test_a_start_after_a_power_cut_brings_the_marker_up_to_date(path: Path):
    save(path)
    before = marker_path(path).read_bytes()
    save(path, 5)
    marker_path(path).write_bytes(before)
    with Store.open(path, TEST_KEY, DrivenClock()):
        assert marked(path) == 7


def test_a_unit_of_work_that_was_cut_short_is_not_counted(path: Path):
    store = Store.open(path, TEST_KEY, DrivenClock())
    store.connection.execute("BEGIN IMMEDIATE")
    store.connection.execute("UPDATE stream SET next_seq = 99")
    store.close()
    assert marked(path) == 1
    save(path)


def test_a_power_cut_after_another_epoch_began_is_no_set_back(path: Path):
    save(path, 2)
    before = marker_path(path).read_bytes()
    with Store.open(path, TEST_KEY, DrivenClock()) as store, store.transaction() as db:
        begin_epoch(db, FORKED, 1)
    marker_path(path).write_bytes(before)
    save(path)
    assert marked(path) == 4


def test_a_copy_from_before_an_epoch_began_is_refused_as_an_older_one(path: Path):
    save(path)
    copy = path.read_bytes()
    with Store.open(path, TEST_KEY, DrivenClock()) as store, store.transaction() as db:
        begin_epoch(db, FORKED, 1)
    path.write_bytes(copy)
    with pytest.raises(DatabaseSetBack, match="older"):
        Store.open(path, TEST_KEY, DrivenClock())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"origin":"o"}', b"\xff"])
def test_a_marker_that_cannot_be_read_is_written_anew(path: Path, content: bytes):
    save(path)
    marker_path(path).write_bytes(content)
    save(path)
    assert marked(path) == 3


@pytest.mark.parametrize("content", [b"", b'{"origin":"o","epoch":"e","next_seq":1}'])
def test_any_marker_without_its_database_is_refused(path: Path, content: bytes):
    marker_path(path).write_bytes(content)
    with pytest.raises(DatabaseMissing):
        Store.open(path, TEST_KEY, DrivenClock())
    assert not path.exists()


def test_a_journal_without_its_database_is_told_before_the_marker(path: Path):
    save(path)
    path.unlink()
    path.with_name("kiosk.db-wal").write_bytes(b"records")
    with pytest.raises(DatabaseDamaged, match="journal"):
        Store.open(path, TEST_KEY, DrivenClock())


def test_a_marker_that_cannot_be_written_stops_nobody(path: Path):
    in_its_way = path.with_name("kiosk.db.marker.new")
    in_its_way.mkdir()
    save(path)
    assert read_marker(path) is None
    in_its_way.rmdir()
    save(path)
    assert marked(path) == 3


def test_the_store_is_noted_as_closed_before_its_journal_goes(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    journal_was_there: list[bool] = []
    note_closing = WriterLock.note_closing

    def seen(lock: WriterLock) -> None:
        journal_was_there.append(path.with_name("kiosk.db-wal").exists())
        note_closing(lock)

    monkeypatch.setattr(WriterLock, "note_closing", seen)
    save(path)
    assert journal_was_there == [True]


def test_a_start_that_fails_halfway_after_a_power_cut_is_no_lost_journal(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    save(path)
    lock = WriterLock(path)
    lock.note_open()  # as a writer that was cut off leaves it
    lock.release()
    path.with_name("kiosk.db-wal").touch()

    def full(_: object) -> None:
        raise StoreFull("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(store_module, "migrate", full)
        with pytest.raises(StoreFull):
            Store.open(path, TEST_KEY, DrivenClock())
    save(path)


def test_only_a_writer_that_is_cut_off_leaves_its_word(path: Path):
    for cut_off in (False, True):
        lock = WriterLock(path)
        assert not lock.last_was_cut_off
        lock.note_open()
        if not cut_off:
            lock.note_closing()
        lock.release()
    lock = WriterLock(path)
    assert lock.last_was_cut_off
    lock.release()
