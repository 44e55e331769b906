"""The data folder: for its owner only, and never a new key over records that are there."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kiosk.disk import DATABASE, DataOnDisk
from offline_sync.database import KeyMissing, StoreUnavailable
from offline_sync.driver import dbapi2
from tests.builders import resident_change


def permissions(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_and_all_in_it_belong_to_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "of" / "the kiosk"
    DataOnDisk(folder).open_store().close()
    assert permissions(folder) == 0o700
    assert {permissions(path) for path in folder.iterdir()} == {0o600}
    assert {DATABASE, "store.key"} <= {path.name for path in folder.iterdir()}


def test_the_same_key_opens_the_records_again(tmp_path: Path) -> None:
    change = resident_change()
    with DataOnDisk(tmp_path).open_store() as store:
        store.save([change], "test")
    reader = DataOnDisk(tmp_path).open_reader()
    assert reader.execute("SELECT id FROM resident").fetchall() == [(change.record_id,)]
    reader.close()


def test_the_window_cannot_write(tmp_path: Path) -> None:
    disk = DataOnDisk(tmp_path)
    disk.open_store().close()
    reader = disk.open_reader()
    with pytest.raises(dbapi2.OperationalError, match="readonly"):
        reader.execute("DELETE FROM resident")
    reader.close()


@pytest.mark.parametrize("left", [DATABASE, f"{DATABASE}-wal", f"{DATABASE}.marker"])
def test_no_key_is_made_where_records_of_another_key_lie(tmp_path: Path, left: str) -> None:
    (tmp_path / left).write_bytes(b"records of an earlier key")
    with pytest.raises(KeyMissing):
        DataOnDisk(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [left]


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(tmp_path: Path) -> None:
    in_its_way = tmp_path / "file"
    in_its_way.touch()
    with pytest.raises(StoreUnavailable, match="cannot be made") as caught:
        DataOnDisk(in_its_way / "data")
    assert "can be written" in caught.value.next_step


def test_the_key_is_not_in_what_the_disk_says_of_itself(tmp_path: Path) -> None:
    disk = DataOnDisk(tmp_path)
    assert disk.key.key.hex() not in repr(disk.key)
    assert not disk.key.protected_against_theft
