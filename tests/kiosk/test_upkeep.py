"""The house is kept on the writer's thread, and by commands: what has had its time goes, once."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.disk import DataOnDisk
from kiosk.records import residents
from kiosk.upkeep import keep_house
from offline_sync import erasure
from offline_sync.database import open_reader
from offline_sync.erasure import FORGET
from offline_sync.oplog import FeedEntry, OpReceipt
from offline_sync.outbox import ClockSample, SyncRun
from offline_sync.periods import DAY_MS
from offline_sync.store import Change, Store
from tests.builders import resident_change

OLD = 8 * 366 * DAY_MS


def fill(store: Store, now_ms: int) -> None:
    visit = {
        "resident_id": "r-1", "contact": "home", "started_at": now_ms, "saved_at": now_ms,
        "staff_id": "w-031",
    }  # fmt: skip
    store.save([resident_change(record_id="r-1"), Change("visit", "v-1", visit)], "w-031")
    store.acknowledge([OpReceipt(op.op_id, op.seq) for op in store.unsent(9)])


def hub_says(store: Store, now_ms: int) -> None:
    sample = ClockSample("boot", 1, now_ms, now_ms, 5)
    store.record_sync_run(SyncRun(now_ms, now_ms, ok=True, clock=sample))


def test_the_days_pass_is_made_once_and_says_whether_records_have_gone(tmp_path: Path) -> None:
    disk = DataOnDisk(tmp_path)
    now = disk.clock.now().wall_ms
    with disk.open_store() as store:
        fill(store, now)
        hub_says(store, now + OLD)
        assert keep_house(store, now + OLD)
        assert not keep_house(store, now + OLD)
        assert store.connection.execute("SELECT count(*) FROM visit").fetchone() == (0,)
        assert not erasure.scrub_is_due(store.connection)


def test_an_erased_resident_is_on_no_list_of_the_kiosk(tmp_path: Path) -> None:
    disk = DataOnDisk(tmp_path)
    with disk.open_store() as store:
        fill(store, disk.clock.now().wall_ms)
        card = store.connection.execute("SELECT card_token FROM resident").fetchone()[0]
        assert residents.find_by_card(store.connection, card) is not None
        store.apply_feed("坑口村", "e", [FeedEntry(3, FORGET, "op", "resident", "r-1", {})], 3)
        assert residents.search(store.connection, "") == []
        assert residents.find_by_card(store.connection, card) is None
        assert residents.get(store.connection, "r-1") is None
        assert not keep_house(store, disk.clock.now().wall_ms)
        assert not erasure.scrub_is_due(store.connection)


def test_the_command_counts_first_and_ends_then(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    disk = DataOnDisk(tmp_path)
    now = disk.clock.now().wall_ms
    with disk.open_store() as store:
        fill(store, now - OLD)
        store.connection.execute("UPDATE op_out SET acked_ms = ?", (now - OLD,))
        hub_says(store, now)
    for words, said in (("--dry-run",), "would_end"), ((), "ended"):
        assert main(["retention", "--data", str(tmp_path), *words]) == 0
        out = capsys.readouterr().out
        assert json.loads(out) == {said: {"visit": 1, "delivered ops": 2}}
    with disk.open_store() as store:
        assert store.outbox_counts().acknowledged == 2
        assert store.connection.execute("SELECT count(*) FROM op_out").fetchone() == (0,)


def test_a_backup_is_made_while_the_kiosk_runs_and_opens_with_its_key_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    disk = DataOnDisk(tmp_path / "data")
    with disk.open_store() as store:
        fill(store, disk.clock.now().wall_ms)
        words = ["backup", "--data", str(tmp_path / "data"), "--to", str(tmp_path / "copies")]
        assert main(words) == 0
    copy = Path(json.loads(capsys.readouterr().out)["backup"])
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert b"SQLite format" not in copy.read_bytes()
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]
    reader = open_reader(copy, disk.key.key)
    assert [one.id for one in residents.search(reader, "")] == ["r-1"]
    reader.close()


def test_without_records_there_is_no_backup(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", "--data", str(tmp_path / "no"), "--to", str(tmp_path)]) == 2
    assert "no records" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()
