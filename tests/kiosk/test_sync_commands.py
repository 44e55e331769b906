"""`village-kiosk sync`: what it says adds up, and it sends when nobody else does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.disk import DataOnDisk
from kiosk.records.settings import HubSetting, keep_hub
from offline_sync import filling, parity_rows
from offline_sync.errors import SchemaTooOld, StoreInUse, WrongKey
from offline_sync.filling import Snapshot
from offline_sync.oplog import FeedEntry, OpReceipt, OpRejection
from offline_sync.outbox import SyncRun
from offline_sync.parity_rows import ParityRun
from tests.builders import TEST_KEY, resident_change
from tests.faults.older_store import lay_out_older_store
from tests.hub.serving import VILLAGE
from tests.kiosk.connected import connect_to_nobody
from tests.kiosk.district import NOBODY, District, connected_district

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with connected_district(tmp_path) as made:
        yield made


def ask(folder: Path, capsys: Capture, *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["sync", *words, "--data", str(folder)])
    said = capsys.readouterr()
    return code, said.out, said.err


def status(folder: Path, capsys: Capture) -> dict[str, object]:
    code, out, _ = ask(folder, capsys, "status", "--json")
    assert code == 0
    assert out.count("\n") == 1
    said: dict[str, object] = json.loads(out)
    parts = ("unsent", "sent", "acknowledged", "needs_attention")
    assert sum(said[part] for part in parts) == said["total"]  # type: ignore[misc]
    return said


def a_long_story(folder: Path) -> None:
    """A store in which something of everything has happened."""
    disk = DataOnDisk(folder)
    with disk.open_store() as store:
        ops = store.save([resident_change(record_id=f"r{n}000000-rest") for n in range(6)], "t")
        store.mark_sending(ops[:4])
        store.acknowledge([OpReceipt(ops[0], 1)])
        store.quarantine([OpRejection(ops[1], "unknown_field: no resident.pet here")])
        store.set_aside([OpRejection(ops[2], "too_large: longer than the hub takes")])
        lost = FeedEntry(
            *(1, "conflict", "hub-op-1", "resident", "r0000000-rest", {"phone": "2"}),
            winners={"phone": ops[0]},
        )
        unknown = FeedEntry(2, "put", "hub-op-2", "garden_plot", "g1", {"size": 3})
        store.apply_feed(VILLAGE, "E1", [lost, unknown], 2)
        store.record_sync_run(SyncRun(1_000, 2_000, ok=True))
        store.record_sync_run(
            SyncRun(
                *(900_000, 1_000_000, False),
                error="The hub cannot be reached.",
                error_kind="HubUnreachable",
            )
        )
        keep_hub(store, HubSetting(NOBODY, VILLAGE, "k1", "key", "name"))
        with store.transaction() as db:
            filling.begin(db, Snapshot(VILLAGE, '"a"', "E1", 2, 620, 1_000, 0), 5)
            parity_rows.keep_run(db, VILLAGE, "E1", ParityRun(3_000_000, 2, 40, 1, 1))


def test_all_that_is_known_is_one_line_for_programs(tmp_path: Path, capsys: Capture) -> None:
    a_long_story(tmp_path)
    said = status(tmp_path, capsys)
    problems = said.pop("needs_a_person")
    assert said == {
        "hub": NOBODY,
        "unsent": 2,
        "sent": 1,
        "acknowledged": 1,
        "needs_attention": 2,
        "total": 6,
        "last_success_ms": 2_000,
        "last_try_ms": 1_000_000,
        "error": "The hub cannot be reached.",
        "error_kind": "HubUnreachable",
        "receipt": None,
        "conflicts": 1,
        "unread": 1,
        "first_fill": {"finished": False, "share": 0.62, "records": 0},
        "parity": {
            "at_ms": 3_000_000,
            "equal": True,
            "records": 40,
            "mended": 1,
            "unmended": 0,
            "resent": 0,
            "only_here": 0,
        },
    }
    assert [(one["type"], one["record"], one["reason"], one["taken"]) for one in problems] == [  # type: ignore[attr-defined]
        ("resident", "r1000000", "unknown_field: no resident.pet here", True),
        ("resident", "r2000000", "too_large: longer than the hub takes", False),
    ]


def test_the_same_is_said_in_words_and_no_name_is_in_them(tmp_path: Path, capsys: Capture) -> None:
    a_long_story(tmp_path)
    code, out, err = ask(tmp_path, capsys, "status")
    assert (code, err) == (0, "")
    assert "Unsent 2 + sent 1 + confirmed 1 + needs a person 2 = 6 changes" in out
    assert "Last success: 1970-01-01 08:00:02 Hong Kong time" in out
    assert "Last try: 1970-01-01 08:16:40 Hong Kong time" in out
    assert "The hub cannot be reached. Records are kept on this kiosk" in out
    assert "Open conflicts: 1" in out
    assert "First fill: 62 %" in out
    assert "the same 40 records, after 1 were brought to its state" in out
    assert "resident r2000000, not taken: too_large" in out
    assert "陳" not in out
    assert "Chan" not in out


def test_what_a_hub_said_cannot_command_the_terminal(tmp_path: Path, capsys: Capture) -> None:
    a_long_story(tmp_path)
    said = "\x1b]0;OWNED\x07\x1b[2J\nAll is well.\u009b0m"
    with DataOnDisk(tmp_path).open_store() as store:
        store.record_sync_run(SyncRun(1, 2, ok=False, error=said, error_kind="HubRevoked"))
    code, out, _ = ask(tmp_path, capsys, "status")
    assert code == 0
    assert all(line.isprintable() for line in out.splitlines())
    assert "\\u001b[2J\\u000aAll is well." in out
    assert status(tmp_path, capsys)["error"] == said


def test_the_status_is_read_while_the_kiosk_runs_and_changes_nothing(
    tmp_path: Path, capsys: Capture
) -> None:
    with DataOnDisk(tmp_path).open_store() as store:
        (sent, _) = store.save([resident_change(), resident_change()], "test")
        store.mark_sending([sent])
        said = status(tmp_path, capsys)
        assert (said["unsent"], said["sent"]) == (1, 1)
        assert store.outbox_counts().sent == 1


def test_a_folder_without_records_stays_empty(tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "nothing"
    for words in ("status", "now"):
        code, out, err = ask(folder, capsys, words)
        assert (code, out) == (2, "")
        assert "no records of a kiosk" in err
    assert not folder.exists()


def test_all_that_waits_is_sent_and_the_receipt_is_told(
    district: District, capsys: Capture
) -> None:
    district.save(3)
    code, out, _ = ask(district.data, capsys, "now")
    assert code == 0
    assert re.match(
        r"Sent 3 changes \(0 of them .*\), received \d+ records. Left to send: 0\.", out
    )
    said = status(district.data, capsys)
    assert (said["unsent"], said["acknowledged"], said["receipt"]) == (0, 3, 1)
    assert said["last_success_ms"] == said["last_try_ms"]
    assert said["first_fill"] == {"finished": True, "share": 1.0, "records": 3}
    code, out, _ = ask(district.data, capsys, "now")
    assert (code, out.splitlines()[0][:14]) == (0, "Sent 0 changes")


def test_what_was_not_sent_is_counted_and_why_is_said(tmp_path: Path, capsys: Capture) -> None:
    connect_to_nobody(tmp_path, NOBODY)
    with DataOnDisk(tmp_path).open_store() as store:
        store.save([resident_change()], "test")
    code, out, _ = ask(tmp_path, capsys, "now")
    assert code == 1
    assert "Sent 0 changes" in out
    assert "Left to send: 1." in out
    assert "Why not all: The hub cannot be reached. Records are kept on this kiosk" in out
    assert status(tmp_path, capsys)["error_kind"] == "HubUnreachable"


def test_a_change_that_the_hub_did_not_take_is_left_and_so_the_end_is_not_zero(
    district: District, capsys: Capture
) -> None:
    (stuck,) = district.save()
    with DataOnDisk(district.data).open_store() as store:
        store.set_aside([OpRejection(stuck, "too_large: longer than the hub takes")])
    code, out, _ = ask(district.data, capsys, "now")
    assert code == 1
    assert "Left to send: 1." in out
    assert "did not take 1 changes" in out


def test_beside_a_kiosk_that_runs_nothing_is_sent(tmp_path: Path, capsys: Capture) -> None:
    connect_to_nobody(tmp_path, NOBODY)
    with DataOnDisk(tmp_path).open_store() as store:
        store.save([resident_change()], "test")
        code, out, err = ask(tmp_path, capsys, "now")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert "The kiosk is running and sends by itself" in err
        assert status(tmp_path, capsys)["last_try_ms"] is None


def test_a_kiosk_without_a_hub_is_told_how_to_get_one(tmp_path: Path, capsys: Capture) -> None:
    with DataOnDisk(tmp_path).open_store() as store:
        store.save([resident_change()], "test")
    code, _, err = ask(tmp_path, capsys, "now")
    assert code == 2
    assert "village-kiosk connect" in err
    assert status(tmp_path, capsys)["hub"] is None


def test_records_that_this_version_has_not_opened_yet_are_told_plainly(
    tmp_path: Path, capsys: Capture
) -> None:
    disk = DataOnDisk(tmp_path)
    lay_out_older_store(disk.path, disk.key.key)
    before = disk.path.read_bytes()
    for words in (("status",), ("status", "--json")):
        code, out, err = ask(tmp_path, capsys, *words)
        assert (code, out) == (2, "")
        assert "earlier version" in err
        assert SchemaTooOld.next_step in err
    assert disk.path.read_bytes() == before
    assert ask(tmp_path, capsys, "now")[0] == 2, "no hub, but the records are brought up to date"
    assert status(tmp_path, capsys)["unsent"] == 40


def test_a_key_that_does_not_fit_is_told_plainly(tmp_path: Path, capsys: Capture) -> None:
    DataOnDisk(tmp_path).open_store().close()
    (tmp_path / "store.key").write_bytes(TEST_KEY.hex().encode())
    code, out, err = ask(tmp_path, capsys, "status")
    assert (code, out) == (2, "")
    assert WrongKey.next_step in err


def test_a_store_that_nobody_may_read_is_told_plainly(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = DataOnDisk(tmp_path)
    disk.open_store().close()
    monkeypatch.setattr("offline_sync.database._BUSY_TIMEOUT_MS", 20)
    with disk.open_store() as store:
        db = store.connection
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        db.execute("UPDATE sqlite_sequence SET seq = seq")
        code, out, err = ask(tmp_path, capsys, "status")
        db.execute("ROLLBACK")
    assert (code, out) == (2, "")
    assert StoreInUse.next_step in err
