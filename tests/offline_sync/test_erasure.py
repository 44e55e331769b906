"""What the hub says is erased is gone from a kiosk's tables and its very file; the rest stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from offline_sync import erasure
from offline_sync.database import open_reader
from offline_sync.driver import dbapi2
from offline_sync.erasure import ERASE, FORGET, KEPT_OUT
from offline_sync.errors import InvalidChange
from offline_sync.feed import unread_entries
from offline_sync.migrations import migrate
from offline_sync.oplog import (
    CHAIN_START,
    FeedEntry,
    OpReceipt,
    chain_after,
    create_stream,
    read_stream,
)
from offline_sync.store import Change, Store
from offline_sync.writer_lock import WriterLock
from tests.builders import TEST_KEY, resident_change
from tests.offline_sync.conftest import NOVEMBER_2026, DrivenClock

SECRET = "安眠藥一粒"
VISIT: dict[str, Any] = {
    "contact": "home",
    "started_at": NOVEMBER_2026,
    "saved_at": NOVEMBER_2026,
    "staff_id": "w-031",
    "note": SECRET,
}


def entry(seq: int, kind: str, record_type: str, record_id: str, **fields: Any) -> FeedEntry:
    return FeedEntry(seq, kind, f"hub-op{seq}", record_type, record_id, fields)


def told(store: Store, *entries: FeedEntry) -> None:
    store.apply_feed("坑口村", "epoch", entries, 0)


def save_village(store: Store) -> None:
    store.save(
        [
            resident_change(record_id="r-1", phone=SECRET),
            resident_change(record_id="r-2", card_token="OTHER"),
            Change("visit", "v-1", VISIT | {"resident_id": "r-1"}),
            Change("visit", "v-2", VISIT | {"resident_id": "r-2", "note": "好"}),
            Change(
                "void",
                "x-1",
                {
                    "about_type": "visit",
                    "about_id": "v-1",
                    "reason": SECRET,
                    "by": "w-031",
                    "at": NOVEMBER_2026,
                },
            ),
        ],
        "w-031",
    )


def everything(store: Store) -> str:
    tables = store.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return json.dumps(
        [
            list(map(str, row))
            for (name,) in tables.fetchall()
            for row in store.connection.execute(f'SELECT * FROM "{name}"').fetchall()
        ],
        ensure_ascii=False,
    )


def acknowledge_all(store: Store) -> None:
    store.acknowledge(
        [OpReceipt(op.op_id, number) for number, op in enumerate(store.unsent(100), 1)]
    )


def test_an_order_takes_all_that_speaks_of_the_resident_sent_or_not(store: Store) -> None:
    save_village(store)
    told(
        store,
        entry(1, "put", "visit", "v-9", resident_id="r-1", note=SECRET),  # cannot be applied
        entry(2, "put", "horoscope", "h-1", resident_id="r-1", sign=SECRET),  # a newer type
    )
    told(store, entry(3, FORGET, "resident", "r-1"))
    assert SECRET not in everything(store)
    db = store.connection
    assert [row[0] for row in db.execute("SELECT id FROM visit")] == ["v-2"]
    assert [row[0] for row in db.execute("SELECT id FROM resident")] == ["r-2"]
    assert unread_entries(db) == 0
    assert store.outbox_counts().total == 5


def test_ops_travel_without_their_fields_and_the_chain_holds(store: Store) -> None:
    save_village(store)
    told(store, entry(1, FORGET, "resident", "r-1"))
    chain = CHAIN_START
    ops = store.unsent(100)
    for op in ops:
        chain = chain_after(chain, op, op.erased)
    assert chain == read_stream(store.connection).chain
    assert [op.erased is None for op in ops] == [False, True, False, True, False]
    assert [op.fields for op in ops if op.erased] == [{}, {}, {}]


def test_a_period_that_has_ended_takes_nothing_that_was_never_delivered(store: Store) -> None:
    save_village(store)
    told(store, entry(1, ERASE, "visit", "v-1"))
    assert [op.fields.get("note") for op in store.unsent(100)][2] == SECRET
    acknowledge_all(store)
    with store.transaction() as db:
        erasure.erase_delivered_leftovers(db)
    bodies = store.connection.execute("SELECT body FROM op_out WHERE rid = 'v-1'").fetchall()
    assert bodies == [("null",)]
    # What was said of the visit has its own period.
    assert store.connection.execute("SELECT count(*) FROM void").fetchone() == (1,)


def test_nothing_is_written_about_what_was_erased(store: Store) -> None:
    save_village(store)
    told(store, entry(1, FORGET, "resident", "r-1"))
    for change in (
        resident_change(record_id="r-1"),
        Change("visit", "v-7", VISIT | {"resident_id": "r-1"}),
    ):
        with pytest.raises(InvalidChange, match="erased"):
            store.save([change], "w-031")
    told(store, entry(2, "put", "resident", "r-1", **resident_change().fields))
    assert store.connection.execute("SELECT count(*) FROM resident").fetchone() == (1,)


def test_the_frames_of_an_erased_reading_leave_the_inbox_too(store: Store) -> None:
    vital = {
        "resident_id": "r-1", "vital": "blood_pressure", "reading": {"systolic": "142"},
        "taken_at": 1, "received_at": 1, "clock_quality": "set", "source": "measured",
        "started_by": "resident", "completeness": "complete", "check_in_id": "c-1", "raw": "16aa",
    }  # fmt: skip
    store.save([resident_change(record_id="r-1"), Change("vital", "t-1", vital)], "w-031")
    with store.transaction() as db:
        for name, raw, sitting in (
            ("same", b"\x16\xaa", None), ("sitting", b"\x01", "c-1"), ("other", b"\x02", None)
        ):  # fmt: skip
            db.execute(
                "INSERT INTO reading_inbox (id, session_id, characteristic, raw, received_at,"
                " mono_ms, boot_id, check_in_id) VALUES (?, 's', '2A35', ?, 1, 1, 'b', ?)",
                (name, raw, sitting),
            )
    told(store, entry(1, FORGET, "resident", "r-1"))
    rows = store.connection.execute("SELECT id FROM reading_inbox").fetchall()
    assert rows == [("other",)]


def unencrypted(path: Path, clock: DrivenClock) -> Store:
    """A store whose file can be searched for a word; all else is as the kiosk opens it."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    for pragma in ("secure_delete = ON", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    db = Database(connection, execute_plugins=False)
    migrate(db)
    create_stream(db, clock.now(), "test")
    return Store(path, db, clock, WriterLock(path))


@pytest.mark.parametrize("rewrite", [True, False])
def test_no_byte_of_it_is_left_in_the_file_or_its_journal(
    path: Path, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch, rewrite: bool
) -> None:
    if not rewrite:
        monkeypatch.setattr(erasure, "_VACUUM_UP_TO", 0)
    journal = path.with_name(path.name + "-wal")
    with unencrypted(path, clock) as store:
        save_village(store)
        for n in range(10, 400):
            fields = VISIT | {"resident_id": "r-1" if n % 3 else "r-2", "note": SECRET * (n % 40)}
            store.save(
                [Change("visit", f"v-{n}", fields if n % 3 else fields | {"note": "好"})], "w"
            )
        acknowledge_all(store)
        told(store, entry(1, FORGET, "resident", "r-1"))
        assert SECRET.encode() in path.read_bytes() + journal.read_bytes()
        assert erasure.scrub_is_due(store.connection)
        assert erasure.scrub(store.connection)
        assert not erasure.scrub_is_due(store.connection)
        assert SECRET.encode() not in path.read_bytes() + journal.read_bytes()
        kept = store.connection.execute("SELECT count(*) FROM visit").fetchone()
    assert kept == (131,)


def test_a_scrub_that_a_reader_holds_up_stays_due(store: Store, path: Path) -> None:
    save_village(store)
    told(store, entry(1, FORGET, "resident", "r-1"))
    reader = open_reader(path, TEST_KEY)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM resident").fetchone()
    store.connection.execute("PRAGMA busy_timeout = 50")
    assert not erasure.scrub(store.connection)
    assert erasure.scrub_is_due(store.connection)
    reader.close()
    assert erasure.scrub(store.connection)


def test_what_another_kiosk_sent_without_payload_ends_nothing_here(store: Store) -> None:
    save_village(store)
    own = next(op for op in store.unsent(100) if op.record_id == "v-1")
    told(store, entry(1, KEPT_OUT, "visit", "v-1"), entry(2, KEPT_OUT, "visit", "v-2"))
    assert store.connection.execute("SELECT count(*) FROM visit").fetchone() == (2,)
    told(store, FeedEntry(3, KEPT_OUT, own.op_id, "visit", "v-1", {}))
    assert store.connection.execute("SELECT id FROM visit").fetchall() == [("v-2",)]


def test_entries_that_cannot_be_applied_go_by_their_record_and_not_by_a_word(
    store: Store,
) -> None:
    told(
        store,
        entry(1, "put", "visit", "v-8", resident_id="r-8"),
        entry(2, "put", "visit", "v-9", resident_id="r-9", note="kind"),
        entry(3, ERASE, "staff", "kind"),
        entry(4, ERASE, "staff", "v-8"),
        entry(5, FORGET, "staff", "r-9"),
    )
    assert unread_entries(store.connection) == 2
    told(store, entry(6, ERASE, "visit", "v-8"), entry(7, FORGET, "resident", "r-9"))
    assert unread_entries(store.connection) == 0


def test_an_id_of_another_type_makes_nothing_speak_of_the_erased(store: Store) -> None:
    save_village(store)
    act = {"act": "close", "acted_at": NOVEMBER_2026}
    store.save([Change("task_act", "t-1", {**act, "about": "v-1"})], "w-031")
    told(
        store,
        entry(1, "put", "task_act", "v-1", **act, resident_id="r-2"),
        entry(2, FORGET, "resident", "r-2"),
    )
    rows = store.connection.execute("SELECT id FROM task_act").fetchall()
    assert rows == [("t-1",)]
