"""The disk is full, or refuses: a clear error, nothing lost, and with room saving goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from offline_sync.clock import SystemClock
from offline_sync.errors import StoreError, StoreFull, StoreUnavailable
from offline_sync.keys import FileKeyProvider
from offline_sync.store import Store
from tests.builders import TEST_KEY, open_test_store, resident_change
from tests.faults.full_disk import fill
from tests.faults.saving_kiosk import RESIDENT_ID, check_in
from tests.offline_sync.invariants import check, check_file

ROOT = Path(__file__).parents[2]

# The limit belongs to a process: another one runs into it, and then is given room again.
LIMITED = """
import resource, sys
from pathlib import Path
from offline_sync.clock import SystemClock
from offline_sync.errors import StoreError
from offline_sync.store import Store
from tests.builders import TEST_KEY, resident_change
from tests.faults.saving_kiosk import RESIDENT_ID, check_in

_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
with Store.open(Path(sys.argv[1]), TEST_KEY, SystemClock()) as store:
    store.save([resident_change(record_id=RESIDENT_ID)], by="staff-1")
    for round in range(3):
        resource.setrlimit(resource.RLIMIT_FSIZE, ((round + 1) * 700_000, hard))
        try:
            while True:
                print(check_in(store), flush=True)
        except StoreError as error:
            print("refused", type(error).__name__, flush=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        print(check_in(store), flush=True)
"""


def vitals(store: Store) -> set[str]:
    return {row[0] for row in store.connection.execute("SELECT id FROM vital")}


def save_until_refused(store: Store) -> tuple[list[str], StoreError]:
    saved: list[str] = []
    while True:
        try:
            saved.append(check_in(store))
        except StoreError as error:
            return saved, error


def test_a_disk_that_refuses_more_bytes_loses_nothing(tmp_path: Path):
    path = tmp_path / "kiosk.db"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    refusals = [line for line in lines if line.startswith("refused")]
    assert set(refusals) <= {"refused StoreUnavailable", "refused StoreFull"}
    assert len(refusals) == 3
    with open_test_store(tmp_path) as store:
        assert {line for line in lines if len(line) == 36} <= vitals(store)
        check(store.connection)
    check_file(path)


def test_a_full_disk_is_named_and_saving_goes_on_when_there_is_room(small_disk: Path):
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(1_000_000))
    with Store.open(small_disk / "kiosk.db", TEST_KEY, SystemClock()) as store:
        store.save([resident_change(record_id=RESIDENT_ID)], by="staff-1")
        saved, error = save_until_refused(store)
        assert isinstance(error, StoreFull)
        assert "free some disk space" in error.next_step
        assert set(saved) <= vitals(store)
        check(store.connection)
        ballast.unlink()
        saved.append(check_in(store))
        more, error = save_until_refused(store)
        assert isinstance(error, StoreFull)
        assert {*saved, *more} <= vitals(store)
    check_file(small_disk / "kiosk.db")


def test_a_disk_that_becomes_read_only_is_named(small_disk: Path):
    path = small_disk / "kiosk.db"
    with Store.open(path, TEST_KEY, SystemClock()) as store:
        store.save([resident_change(record_id=RESIDENT_ID)], by="staff-1")
    remount(small_disk, "ro")
    try:
        with pytest.raises(StoreUnavailable, match=r"Read-only|cannot be written") as caught:
            Store.open(path, TEST_KEY, SystemClock())
        assert "can be written" in caught.value.next_step
    finally:
        remount(small_disk, "rw")
    check_file(path)


def test_a_store_cannot_be_made_on_a_full_disk_and_can_once_there_is_room(small_disk: Path):
    ballast = small_disk / "ballast"
    fill(ballast)
    with pytest.raises(StoreFull):
        Store.open(small_disk / "kiosk.db", TEST_KEY, SystemClock())
    assert not (small_disk / "kiosk.db").exists()
    ballast.unlink()
    with Store.open(small_disk / "kiosk.db", TEST_KEY, SystemClock()) as store:
        check(store.connection)


def test_a_key_cannot_be_made_on_a_full_disk_and_leaves_no_half(small_disk: Path):
    ballast = small_disk / "ballast"
    fill(ballast)
    provider = FileKeyProvider(small_disk / "store.key")
    with pytest.raises(StoreFull):
        provider.keep(bytes(32))
    assert provider.load() is None
    ballast.unlink()
    provider.keep(bytes(range(32)))
    assert provider.load() == bytes(range(32))


def remount(folder: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", str(folder)], check=True)
