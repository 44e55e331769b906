"""The power goes, or the program is killed, at any moment: what was reported as saved is there."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from offline_sync.clock import SystemClock
from offline_sync.store import Store
from tests.builders import TEST_KEY, open_test_store, resident_change
from tests.faults.saving_kiosk import RESIDENT_ID, check_in
from tests.offline_sync.invariants import check, check_file
from tests.programs import Program

ROOT = Path(__file__).parents[2]


def vitals(store: Store) -> set[str]:
    return {row[0] for row in store.connection.execute("SELECT id FROM vital")}


def kill_while_saving(path: Path, chance: random.Random) -> list[str]:
    """Start the saving kiosk, kill it somewhere, return the ids that it reported as saved."""
    kiosk = Program("tests.faults.saving_kiosk", path, "1000000")
    wanted = chance.choice([0, 1, 2, chance.randrange(3, 40), chance.randrange(3, 90)])
    lines = [kiosk.stdout.readline() for _ in range(wanted)]
    # A different moment within the save that is under way.
    for _ in range(chance.randrange(200)):
        pass
    kiosk.kill()
    lines += kiosk.stdout.readlines()
    kiosk.wait()
    kiosk.close()
    said = [line.decode() for line in lines if line.endswith(b"\n")]
    return [line.strip() for line in said if line != "ready\n"]


def run_kills(folder: Path, seed: int, kills: int) -> None:
    chance = random.Random(seed)
    path = folder / "kiosk.db"
    reported: set[str] = set()
    for _ in range(kills):
        reported.update(kill_while_saving(path, chance))
        if path.exists():
            with open_test_store(folder) as store:
                assert reported <= vitals(store), f"seed {seed}"
    check_file(path)
    assert len(reported) >= kills


def test_nothing_reported_as_saved_is_lost_by_kill(tmp_path: Path):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    run_kills(tmp_path, seed, kills=25)


@pytest.mark.nightly
@pytest.mark.timeout(3_600)
def test_nothing_reported_as_saved_is_lost_by_two_thousand_kills(tmp_path: Path):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    run_kills(tmp_path, seed, kills=2_000)


def test_after_a_kill_a_reading_is_in_the_inbox_or_a_vital_never_both_or_neither(tmp_path: Path):
    chance = random.Random(7)
    for _ in range(4):
        kill_while_saving(tmp_path / "kiosk.db", chance)
        with open_test_store(tmp_path) as store:
            inbox = {row[0] for row in store.connection.execute("SELECT id FROM reading_inbox")}
            assert not inbox & vitals(store)
            address = store.connection.execute("SELECT address FROM resident").fetchone()
            assert address is None or address[0] is None or address[0] in vitals(store)


def test_a_start_that_is_killed_can_be_repeated(tmp_path: Path):
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.faults.saving_kiosk", str(tmp_path / "kiosk.db"), "0"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        ) as kiosk:
            while kiosk.poll() is None and not any(tmp_path.glob("kiosk.db*")):
                pass
            kiosk.kill()
    with open_test_store(tmp_path) as store:
        check(store.connection)


def test_a_journal_cut_anywhere_keeps_every_save_before_the_cut(tmp_path: Path):
    """What a power cut leaves: the database as it was, and some beginning of the journal."""
    path, journal = tmp_path / "kiosk.db", tmp_path / "kiosk.db-wal"
    reached: list[tuple[int, str]] = []
    with Store.open(path, TEST_KEY, SystemClock()) as store:
        store.save([resident_change(record_id=RESIDENT_ID)], by="staff-1")
        for _ in range(12):
            saved = check_in(store)
            reached.append((journal.stat().st_size, saved))
        database, written = path.read_bytes(), journal.read_bytes()
    chance = random.Random(11)
    first_save = reached[0][0]
    cuts = {size for size, _ in reached} | {chance.randrange(first_save, len(written))}
    cuts |= {chance.randrange(first_save, len(written)) for _ in range(60)}
    for cut in sorted(cuts):
        folder = tmp_path / f"cut-{cut}"
        folder.mkdir()
        (folder / "kiosk.db").write_bytes(database)
        (folder / "kiosk.db-wal").write_bytes(written[:cut])
        with open_test_store(folder) as store:
            assert {saved for size, saved in reached if size <= cut} <= vitals(store)
            check(store.connection)
        shutil.rmtree(folder)
