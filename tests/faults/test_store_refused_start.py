"""A start that is refused after a power cut leaves database and journal as the cut left them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from offline_sync.clock import SystemClock
from offline_sync.database import open_reader, open_writer
from offline_sync.errors import (
    DatabaseDamaged,
    DatabaseMissing,
    DatabaseSetBack,
    SchemaTooNew,
    StoreEmpty,
    StoreError,
    WrongKey,
)
from offline_sync.store import Store
from tests.builders import TEST_KEY, open_test_store, resident_change

ROOT = Path(__file__).parents[2]
OTHER_KEY = bytes(range(32, 64))
FIRST, MORE, LAST = 30, 200, 20
DATABASE, JOURNAL, LOCK = "kiosk.db", "kiosk.db-wal", "kiosk.db.lock"

KILLED = """
import os, sys
from pathlib import Path
from tests.builders import open_test_store, resident_change
store = open_test_store(Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    store.save([resident_change()], "staff-1")
if sys.argv[3:] == ["newer"]:
    store.connection.execute("PRAGMA user_version = 99")
os.kill(os.getpid(), 9)
"""


def save_and_be_killed(folder: Path, saves: int, *how: str) -> None:
    subprocess.run([sys.executable, "-c", KILLED, folder, str(saves), *how], cwd=ROOT, check=False)


def save_and_close(folder: Path, count: int, key: bytes = TEST_KEY) -> None:
    with Store.open(folder / DATABASE, key, SystemClock()) as store:
        store.save([resident_change() for _ in range(count)], "staff-1")


def residents(folder: Path) -> int:
    with open_test_store(folder) as store:
        return int(store.connection.execute("SELECT count(*) FROM resident").fetchone()[0])


@dataclass(frozen=True)
class Remains:
    """What a power cut left, and what somebody may put in its place."""

    folder: Path
    older: Path
    others: Path
    newer: Path


@pytest.fixture(scope="module")
def remains(tmp_path_factory: pytest.TempPathFactory) -> Remains:
    made = Remains(*(tmp_path_factory.mktemp(name) for name in ("cut", "older", "others", "newer")))
    save_and_close(made.folder, FIRST)
    shutil.copy(made.folder / DATABASE, made.older)
    save_and_close(made.folder, MORE)
    save_and_be_killed(made.folder, LAST)
    save_and_close(made.others, 1, OTHER_KEY)
    save_and_be_killed(made.newer, 1, "newer")
    return made


@pytest.fixture
def folder(remains: Remains, tmp_path: Path) -> Path:
    return shutil.copytree(remains.folder, tmp_path / "kiosk")


def content(folder: Path) -> dict[str, bytes]:
    """The files that hold records; the index beside the journal is made anew at every start."""
    names = (DATABASE, JOURNAL)
    return {name: (folder / name).read_bytes() for name in names if (folder / name).exists()}


def refused(
    folder: Path,
    expected: type[StoreError],
    key: bytes = TEST_KEY,
    openings: tuple[Callable[[Path, bytes], object], ...] = (open_reader, open_writer),
) -> str:
    """Every way in is refused with both files as they were; returns the words of the store."""
    before = content(folder)
    opening: Callable[[Path, bytes], object]
    for opening in (*openings, lambda path, key: Store.open(path, key, SystemClock())):
        with pytest.raises(expected) as caught:
            opening(folder / DATABASE, key)
        assert type(caught.value) is expected
        assert content(folder) == before
    return str(caught.value)


def test_what_the_power_cut_left_opens_whole(folder: Path):
    assert residents(folder) == FIRST + MORE + LAST


def test_a_wrong_key_changes_nothing(folder: Path):
    refused(folder, WrongKey, OTHER_KEY)
    assert residents(folder) == FIRST + MORE + LAST


def test_another_kiosks_database_over_this_journal_changes_nothing(folder: Path, remains: Remains):
    shutil.copy(remains.others / DATABASE, folder)
    refused(folder, WrongKey)
    assert "journal" in refused(folder, DatabaseDamaged, OTHER_KEY)
    shutil.copy(remains.folder / DATABASE, folder)
    assert residents(folder) == FIRST + MORE + LAST


def test_an_older_copy_under_a_newer_journal_changes_nothing(folder: Path, remains: Remains):
    shutil.copy(remains.older / DATABASE, folder)
    refused(folder, DatabaseDamaged, openings=(open_writer,))
    open_reader(folder / DATABASE, TEST_KEY).close()
    assert (folder / JOURNAL).read_bytes() == (remains.folder / JOURNAL).read_bytes()
    shutil.copy(remains.folder / DATABASE, folder)
    assert residents(folder) == FIRST + MORE + LAST


def cut(at: int) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        os.truncate(path, at if at > 0 else path.stat().st_size + at)

    return change


def flip(path: Path) -> None:
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 0xFF
    path.write_bytes(changed)


@pytest.mark.parametrize("damage", [cut(5_000), cut(-40_960), flip], ids=["cut", "tail", "flip"])
def test_a_damaged_database_and_its_journal_stay_as_they_are(
    folder: Path, remains: Remains, damage: Callable[[Path], None]
):
    damage(folder / DATABASE)
    refused(folder, DatabaseDamaged, openings=(open_writer,))
    shutil.copy(remains.folder / DATABASE, folder)
    assert residents(folder) == FIRST + MORE + LAST


def test_an_emptied_database_and_its_journal_stay_as_they_are(folder: Path):
    (folder / DATABASE).write_bytes(b"")
    refused(folder, StoreEmpty)


def test_a_newer_schema_in_the_journal_stays_there(remains: Remains, tmp_path: Path):
    refused(shutil.copytree(remains.newer, tmp_path / "kiosk"), SchemaTooNew)


def test_a_reader_alone_leaves_the_journal_to_the_writer(folder: Path):
    before = content(folder)
    reader = open_reader(folder / DATABASE, TEST_KEY)
    found = reader.execute("SELECT count(*) FROM resident").fetchone()
    reader.close()
    assert found == (FIRST + MORE + LAST,)
    assert content(folder) == before


def test_a_database_that_is_gone_is_not_made_anew(folder: Path):
    (folder / DATABASE).unlink()
    (folder / JOURNAL).unlink()
    with pytest.raises(DatabaseMissing, match=r"kiosk\.db of the kiosk \w+ is gone"):
        open_test_store(folder)
    assert content(folder) == {}


def test_a_journal_that_is_gone_after_a_power_cut_is_missed(folder: Path):
    (folder / JOURNAL).unlink()
    assert "journal" in refused(folder, DatabaseSetBack, openings=())


def test_an_older_copy_of_the_database_is_missed(folder: Path, remains: Remains):
    (folder / LOCK).write_bytes(b"")  # closed in order
    (folder / JOURNAL).unlink()
    shutil.copy(remains.older / DATABASE, folder)
    assert "older" in refused(folder, DatabaseSetBack, openings=())


def test_another_kiosks_database_and_key_are_not_taken_over(folder: Path, remains: Remains):
    (folder / JOURNAL).unlink()
    shutil.copy(remains.others / DATABASE, folder)
    assert "another" in refused(folder, DatabaseSetBack, OTHER_KEY, openings=())


def test_the_technician_accepts_an_older_copy_by_taking_the_marker_away(
    folder: Path, remains: Remains
):
    (folder / JOURNAL).unlink()
    shutil.copy(remains.older / DATABASE, folder)
    refused(folder, DatabaseSetBack, openings=())
    (folder / "kiosk.db.marker").unlink()
    assert residents(folder) == FIRST
    assert (folder / "kiosk.db.marker").exists()
