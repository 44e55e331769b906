"""The check of a large store after the start: damage is told, and nobody waits for it."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from kiosk import store_check
from kiosk.disk import DATABASE, DataOnDisk
from kiosk.store_check import StoreCheck
from offline_sync import database
from offline_sync.page_check import PAGE

WAIT_S = 15.0


def damage(disk: DataOnDisk) -> None:
    """One bit of a page that nothing reads at the start."""
    with closing(disk.open_reader()) as reader:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'conflict'"
        number = reader.execute(query).fetchone()[0]
    content = bytearray(disk.path.read_bytes())
    content[number * PAGE - 100] ^= 0x01
    disk.path.write_bytes(content)


@pytest.fixture
def disk(tmp_path: Path) -> DataOnDisk:
    disk = DataOnDisk(tmp_path)
    disk.open_store().close()
    return disk


def test_a_sound_store_says_nothing(disk: DataOnDisk, caplog: pytest.LogCaptureFixture) -> None:
    told: list[None] = []
    check = StoreCheck(disk.open_reader, lambda: told.append(None))
    check.start()
    check._thread.join(WAIT_S)
    check.stop()
    assert (told, caplog.messages) == ([], [])


def test_damage_is_told_and_logged_with_what_to_do(
    disk: DataOnDisk, caplog: pytest.LogCaptureFixture
) -> None:
    damage(disk)
    told = threading.Event()
    check = StoreCheck(disk.open_reader, told.set)
    check.start()
    assert told.wait(WAIT_S)
    check.stop()
    assert "Parts of the database cannot be read" in caplog.text
    assert "Do not delete or rename the file" in caplog.text


def test_the_end_of_the_kiosk_breaks_it_off(
    disk: DataOnDisk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reading = threading.Event()

    def endless(db: sqlite_utils.Database) -> None:
        reading.set()
        db.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        ).fetchone()

    monkeypatch.setattr(store_check, "check_content", endless)
    check = StoreCheck(disk.open_reader, lambda: None)
    check.start()
    assert reading.wait(WAIT_S)
    check.stop()
    assert not check._thread.is_alive()
    assert caplog.messages == []


def test_a_store_that_cannot_be_opened_for_it_is_no_damage(
    disk: DataOnDisk, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[None] = []
    disk.path.rename(disk.path.with_name("away"))
    check = StoreCheck(disk.open_reader, lambda: told.append(None))
    check.start()
    check._thread.join(WAIT_S)
    check.stop()
    assert told == []
    assert DATABASE in caplog.text


def test_only_a_large_store_needs_it(disk: DataOnDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert disk.checked_when_opened
    monkeypatch.setattr(database, "CHECKED_WHEN_OPENED", disk.path.stat().st_size - 1)
    assert not disk.checked_when_opened
