from __future__ import annotations

import re
from pathlib import Path

import pytest

from offline_sync.catalogue import CATALOGUE, Field, Kind
from offline_sync.database import Database, create_database, open_reader, open_writer
from offline_sync.errors import SchemaTooNew
from offline_sync.migrations import SCHEMA_VERSION, kiosk_migrations, migrate, schema_version
from offline_sync.oplog import create_stream
from offline_sync.store import Store
from tests.builders import TEST_KEY
from tests.offline_sync.conftest import DrivenClock

LOCAL = {
    "reading_inbox",
    "vehicle_passage",
    "counter_coverage",
    "staff_credential",
    "sign_in_attempt",
    "setting",
}
SYNC = {
    "op_out",
    "op_log",
    "sync_lock",
    "request_number",
    "hub_receipt",
    "field_state",
    "sync_state",
    "stream",
    "inbox_quarantine",
    "inbox_unknown",
    "conflict",
    "conflict_settled",
    "first_fill",
    "parity_run",
    "erased",
    "pruned",
    "upkeep",
    "clock_sample",
    "sync_run",
}


def tables(db: Database) -> set[str]:
    rows = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return {name for (name,) in rows if not name.startswith(("sqlite_", "_sqlite_"))}


def column_of(field: Field) -> tuple[str, str, int]:
    kind = "TEXT" if field.kind is Kind.JSON else field.kind.value
    return field.name, kind, int(field.required)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_record_table_is_what_the_catalogue_says(store: Store, name: str):
    record_type = CATALOGUE[name]
    rows = store.connection.execute(f'PRAGMA table_info("{name}")').fetchall()
    columns = [(column, kind, required) for _, column, kind, required, _, _ in rows]
    expected = [column_of(field) for field in record_type.fields]
    assert columns[0] == ("id", "TEXT", 1)
    assert sorted(columns[1:]) == sorted([*expected, ("extra", "TEXT", 1)])
    sql = store.connection.execute(
        "SELECT sql FROM sqlite_schema WHERE name = ?", (name,)
    ).fetchone()[0]
    documents = {field.name for field in record_type.fields if field.kind is Kind.JSON}
    assert set(re.findall(r"CHECK \(json_valid\((\w+)\)\)", sql)) == documents | {"extra"}


def test_there_are_no_other_tables_and_all_are_strict(store: Store):
    assert tables(store.connection) == set(CATALOGUE) | LOCAL | SYNC
    rows = store.connection.execute("PRAGMA table_list").fetchall()
    strict = {row[1] for row in rows if row[5] == 1}
    assert strict >= set(CATALOGUE) | LOCAL | SYNC


@pytest.mark.parametrize(
    ("table", "condition"),
    [
        ("vital", "resident_id = '' AND taken_at > 0"),
        ("vital", "raw = '00'"),
        ("visit", "resident_id = '' AND saved_at > 0"),
        ("visit", "corrects = 'x'"),
        ("vital", "corrects = 'x'"),
        ("answer", "corrects = 'x'"),
        ("void", "about_id = 'x' AND about_type = 'visit'"),
        ("resident", "card_token = 'x'"),
        ("vehicle_interval", "counter_id = '' AND starts_at > 0"),
        ("vehicle_passage", "counter_id = '' AND passed_at > 0"),
    ],
)
def test_what_screens_ask_for_is_found_by_an_index(store: Store, table: str, condition: str):
    plan = store.connection.execute(
        f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {condition}"
    ).fetchall()
    assert [row[3].split(" ")[0] for row in plan] == ["SEARCH"]


def test_the_schema_version_is_that_of_the_last_step(store: Store):
    assert schema_version(store.connection) == SCHEMA_VERSION
    assert kiosk_migrations.pending(store.connection) == []
    assert len(kiosk_migrations.applied(store.connection)) == SCHEMA_VERSION


def test_migrating_again_changes_nothing(store: Store):
    before = store.connection.conn.total_changes
    migrate(store.connection)
    assert store.connection.conn.total_changes == before


def test_a_newer_schema_is_refused_and_left_as_it_is(path: Path, clock: DrivenClock):
    with Store.open(path, TEST_KEY, clock) as store:
        store.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    for opening in (
        lambda: Store.open(path, TEST_KEY, clock),
        lambda: open_writer(path, TEST_KEY),
        lambda: open_reader(path, TEST_KEY),
    ):
        with pytest.raises(SchemaTooNew, match="newer version"):
            opening()
    assert path.read_bytes() == before


def test_an_inbox_of_the_version_before_loses_nothing(path: Path, clock: DrivenClock):
    """Readings that wait in an old database can still be read, known again and attributed."""
    create_database(path, TEST_KEY, lambda db: _lay_out_version_two(db, clock))
    with Store.open(path, TEST_KEY, clock) as store:
        rows = list(store.connection.query("SELECT * FROM reading_inbox ORDER BY id"))
        assert schema_version(store.connection) == SCHEMA_VERSION
    kept = {
        "session_id": "session-1",
        "characteristic": "2A35",
        "raw": b"\x00\x8e\x00T\x00g\x00",
        "instrument": '{"address":"02:00:00:00:18:10"}',
        "device_time": None,
        "clock_offset_s": -3.5,
        "received_at": 1_000,
        "mono_ms": 10,
        "boot_id": "boot",
        "kind": "blood_pressure",
        "feature": None,
        "identity": b"\x00\x8e\x00T\x00g\x00",
        "set_aside": None,
    }
    assert rows == [
        {**kept, "id": "a", "check_in_id": "sitting-1", "started_by": "resident", "why": None},
        {**kept, "id": "b", "check_in_id": None, "started_by": None, "why": "older_version"},
    ]


def _lay_out_version_two(db: Database, clock: DrivenClock) -> None:
    kiosk_migrations.apply(db, stop_before="m003_inbox_of_every_instrument")
    assert schema_version(db) == 2
    create_stream(db, clock.now(), "first run")
    for reading_id, check_in_id in (("a", "sitting-1"), ("b", None)):
        db.execute(
            "INSERT INTO reading_inbox (id, session_id, characteristic, raw, instrument,"
            " device_time, clock_offset_s, received_at, mono_ms, boot_id, check_in_id)"
            " VALUES (?, 'session-1', '2A35', ?, '{\"address\":\"02:00:00:00:18:10\"}', NULL,"
            " -3.5, 1000, 10, 'boot', ?)",
            (reading_id, b"\x00\x8e\x00T\x00g\x00", check_in_id),
        )


def test_what_an_older_version_kept_is_there_after_catalogue_two(path: Path, clock: DrivenClock):
    """Visits, conflicts and lines of the feed that could not be read yet keep all that they had."""
    create_database(path, TEST_KEY, lambda db: _lay_out_version_three(db, clock))
    with Store.open(path, TEST_KEY, clock) as store:
        (visit,) = store.connection["visit"].rows
        (conflict,) = store.connection["conflict"].rows
        (unknown,) = store.connection["inbox_unknown"].rows
        assert store.connection["void"].count == 0
    assert (visit["id"], visit["note"], visit["corrects"]) == ("v1", "血壓正常", None)
    assert (conflict["value"], conflict["winner_op"], conflict["by"]) == ('"2"', "op3", "")
    assert (unknown["op_id"], unknown["kind"], unknown["field"]) == ("op9", "put", "")
    assert unknown["raw"] == '{"kind":"put","seq":4}'


def _lay_out_version_three(db: Database, clock: DrivenClock) -> None:
    kiosk_migrations.apply(db, stop_before="m004_catalogue_2")
    assert schema_version(db) == 3
    create_stream(db, clock.now(), "first run")
    db.execute(
        "INSERT INTO visit (id, resident_id, contact, started_at, saved_at, staff_id, note)"
        " VALUES ('v1', 'r1', 'home', 1, 2, 'w-1', '血壓正常')"
    )
    db.execute(
        "INSERT INTO conflict (tbl, rid, field, loser_op, value, winner_op, arrived_ms)"
        " VALUES ('resident', 'r1', 'phone', 'op2', '\"2\"', 'op3', 5)"
    )
    db.execute(
        "INSERT INTO inbox_unknown (tbl, rid, op_id, raw, kept_ms)"
        " VALUES ('shoe', 's1', 'op9', '{\"kind\":\"put\",\"seq\":4}', 5)"
    )
