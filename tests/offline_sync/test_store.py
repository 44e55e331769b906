from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_sync.catalogue import CATALOGUE, Field, Kind
from offline_sync.changes import MOMENTS
from offline_sync.database import open_reader, open_writer
from offline_sync.driver import dbapi2
from offline_sync.errors import (
    InvalidChange,
    StoreInUse,
    TransactionLeftOpen,
)
from offline_sync.identity import new_record_id
from offline_sync.store import Change, Store
from tests.builders import TEST_KEY, open_test_store, resident_change, staff_change
from tests.offline_sync.conftest import DrivenClock
from tests.offline_sync.invariants import check, check_file, records_as_kept


def edit(record: Change, **fields: object) -> Change:
    return Change(record.record_type, record.record_id, fields)


def visit_change(resident_id: str, **given: object) -> Change:
    fields: dict[str, object] = {
        "resident_id": resident_id,
        "contact": "home",
        "started_at": 1,
        "saved_at": 2,
        "staff_id": "staff-1",
    }
    return Change("visit", new_record_id(), fields | given)


def inbox_row(store: Store, row_id: str) -> None:
    store.connection.execute(
        "INSERT INTO reading_inbox (id, session_id, characteristic, raw, received_at, mono_ms,"
        " boot_id) VALUES (?, 's', '2a35', x'00', 1, 1, 'b')",
        (row_id,),
    )


def inbox_ids(store: Store) -> list[str]:
    return [row[0] for row in store.connection.execute("SELECT id FROM reading_inbox")]


def test_a_saved_record_is_there_with_its_op(store: Store):
    resident = resident_change()
    (op_id,) = store.save([resident], by="staff-1")
    (op,) = store.unsent(10)
    assert (op.op_id, op.record_type, op.record_id) == (op_id, "resident", resident.record_id)
    assert op.fields == resident.fields
    assert op.base == {}
    check(store.connection)


def test_op_ids_come_in_the_order_of_the_changes(store: Store):
    changes = [resident_change(), staff_change(), resident_change()]
    op_ids = store.save(changes, by="staff-1")
    assert [op.op_id for op in store.unsent(10)] == list(op_ids)


def test_saving_nothing_is_allowed_and_writes_nothing(store: Store):
    assert store.save([], by="staff-1") == ()
    assert store.outbox_counts().total == 0


def test_an_edit_names_the_op_whose_value_was_seen_per_field(store: Store):
    resident = resident_change(phone="1")
    (made,) = store.save([resident], by="staff-1")
    (first,) = store.save([edit(resident, phone="2")], by="staff-1")
    store.save([edit(resident, phone="3", address="村口", status="moved")], by="staff-1")
    bases = [op.base for op in store.unsent(10)]
    assert bases == [{}, {"phone": made}, {"phone": first, "status": made}]


def test_what_is_written_once_carries_no_base(store: Store):
    visit = visit_change("r1")
    store.save([visit], by="staff-1")
    assert store.connection.execute("SELECT count(*) FROM field_state").fetchone() == (0,)


@pytest.mark.parametrize("value", ["phone", None])
def test_what_was_written_once_cannot_become_another_value(store: Store, value: object):
    visit = visit_change("r1", promise="bring the form", since_last="same")
    store.save([visit], by="staff-1")
    with pytest.raises(InvalidChange, match="written once"):
        store.save([edit(visit, promise=value)], by="staff-1")
    with pytest.raises(InvalidChange, match="written once"):
        store.save([edit(visit, note="an afterthought")], by="staff-1")
    check(store.connection)
    assert store.outbox_counts().total == 1


def test_what_was_written_once_may_be_said_again(store: Store):
    visit = visit_change("r1")
    store.save([visit], by="staff-1")
    store.save([visit], by="staff-1")
    check(store.connection)


@pytest.mark.parametrize(
    ("bad", "match"),
    [
        (Change("shoe", "r1", {"size": "40"}), "no record type 'shoe'"),
        (Change("resident", "r1", {"phone": "1"}), "lacks name, preferred_address"),
        (Change("resident", "", {"phone": "1"}), "A record id"),
        (Change("resident", "two words", {"phone": "1"}), "A record id"),
        (resident_change(shoe_size="40"), "no field 'shoe_size'"),
        (resident_change(status=None), "must have a value"),
    ],
)
def test_one_bad_change_saves_nothing_of_its_company(store: Store, bad: Change, match: str):
    with pytest.raises(InvalidChange, match=match):
        store.save([resident_change(), bad], by="staff-1")
    assert store.outbox_counts().total == 0
    assert records_as_kept(store.connection) == {}


@pytest.mark.parametrize("by", ["", "two words", "x" * 65])
def test_a_change_says_who_made_it(store: Store, by: str):
    with pytest.raises(InvalidChange, match="author"):
        store.save([resident_change()], by=by)


def test_local_rows_and_records_are_kept_together(store: Store):
    with store.transaction():
        inbox_row(store, "reading-1")
    with store.transaction() as db:
        store.save([visit_change("r1")], by="resident")
        db.execute("DELETE FROM reading_inbox")
    assert inbox_ids(store) == []
    assert store.outbox_counts().total == 1


def test_a_transaction_that_fails_keeps_neither_local_rows_nor_records(store: Store):
    with store.transaction():
        inbox_row(store, "reading-1")

    def half_a_check_in() -> None:
        with store.transaction() as db:
            db.execute("DELETE FROM reading_inbox")
            store.save([visit_change("r1")], by="resident")
            store.save([Change("visit", "v", {})], by="resident")

    with pytest.raises(InvalidChange):
        half_a_check_in()
    assert inbox_ids(store) == ["reading-1"]
    assert store.outbox_counts().total == 0
    check(store.connection)


def test_a_refused_save_leaves_the_rest_of_its_transaction_whole(store: Store):
    with store.transaction():
        store.save([resident_change()], by="staff-1")
        with pytest.raises(InvalidChange):
            store.save([resident_change(), resident_change(status=5)], by="staff-1")
        store.save([staff_change()], by="staff-1")
    assert [op.record_type for op in store.unsent(10)] == ["resident", "staff"]
    check(store.connection)


def test_nothing_is_seen_by_others_before_the_transaction_ends(store: Store, path: Path):
    reader = open_reader(path, TEST_KEY)
    try:
        with store.transaction():
            store.save([resident_change()], by="staff-1")
            assert reader.execute("SELECT count(*) FROM resident").fetchone() == (0,)
        assert reader.execute("SELECT count(*) FROM resident").fetchone() == (1,)
    finally:
        reader.close()


def test_a_reader_in_the_middle_of_its_work_does_not_hold_up_a_save(store: Store, path: Path):
    store.save([resident_change() for _ in range(3)], by="staff-1")
    reader = open_reader(path, TEST_KEY)
    try:
        reading = reader.execute("SELECT id FROM resident")
        reading.fetchone()
        store.save([resident_change()], by="staff-1")
        assert len(reading.fetchall()) == 2
    finally:
        reader.close()


def test_a_transaction_holds_the_right_to_write_from_its_first_moment(store: Store, path: Path):
    other = open_writer(path, TEST_KEY)
    try:
        other.execute("PRAGMA busy_timeout = 0")
        with store.transaction(), pytest.raises(dbapi2.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    finally:
        other.close()


def test_a_database_held_by_another_program_is_named(store: Store, path: Path):
    other = open_writer(path, TEST_KEY)
    try:
        store.connection.execute("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreInUse):
            store.save([resident_change()], by="staff-1")
        other.execute("ROLLBACK")
        store.save([resident_change()], by="staff-1")
    finally:
        other.close()


def test_a_transaction_left_open_by_hand_is_undone_and_told(store: Store):
    store.connection.execute("BEGIN")
    inbox_row(store, "reading-1")
    with pytest.raises(TransactionLeftOpen):
        store.save([resident_change()], by="staff-1")
    assert inbox_ids(store) == []
    store.save([resident_change()], by="staff-1")


@pytest.mark.parametrize("ending", ["COMMIT", "ROLLBACK"])
def test_a_transaction_ended_from_within_is_told(store: Store, ending: str):
    with pytest.raises(TransactionLeftOpen), store.transaction() as db:
        db.execute(ending)

    def save_after_the_end() -> None:
        with store.transaction() as db:
            db.execute(ending)
            store.save([resident_change()], by="staff-1")

    with pytest.raises(TransactionLeftOpen):
        save_after_the_end()
    assert store.outbox_counts().total == 0
    store.save([resident_change()], by="staff-1")


def test_a_fault_in_sql_is_not_hidden_as_a_store_error(store: Store):
    with pytest.raises(dbapi2.OperationalError, match="no such table"), store.transaction() as db:
        db.execute("DELETE FROM no_such_table")
    assert not store.connection.conn.in_transaction


def test_the_store_belongs_to_the_thread_that_opened_it(store: Store):
    caught: list[Exception] = []

    def save() -> None:
        try:
            store.save([resident_change()], by="staff-1")
        except dbapi2.ProgrammingError as error:
            caught.append(error)

    other = threading.Thread(target=save)
    other.start()
    other.join()
    assert "thread" in str(caught[0])


def values_of(field: Field) -> st.SearchStrategy[object]:
    match field.kind:
        case Kind.TEXT:
            return st.text(max_size=40)
        case Kind.INTEGER if field.moment:
            return st.integers(MOMENTS[0], MOMENTS[-1])
        case Kind.INTEGER:
            return st.integers(-(1 << 63), (1 << 63) - 1)
        case Kind.REAL:
            return st.floats(allow_nan=False, allow_infinity=False)
        case Kind.JSON:
            return st.dictionaries(st.text(max_size=8), st.text() | st.lists(st.integers(0, 9)))


def fields_of(name: str) -> st.SearchStrategy[dict[str, object]]:
    fields = CATALOGUE[name].fields
    return st.fixed_dictionaries(
        {field.name: values_of(field) for field in fields if field.required},
        optional={
            field.name: st.none() | values_of(field) for field in fields if not field.required
        },
    )


records = st.sampled_from(sorted(CATALOGUE)).flatmap(
    lambda name: st.builds(Change, st.just(name), st.builds(new_record_id), fields_of(name))
)
anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.dictionaries(st.text() | st.integers(), st.floats() | st.text()),
)
bad_or_good = st.builds(
    Change,
    st.sampled_from(sorted(CATALOGUE)) | st.text(max_size=5),
    st.text(max_size=70),
    st.dictionaries(st.sampled_from(["name", "role", "status", "phone", "reading"]), anything),
)


@pytest.fixture(scope="module")
def lasting_store(tmp_path_factory: pytest.TempPathFactory) -> object:
    folder = tmp_path_factory.mktemp("lasting")
    with open_test_store(folder) as opened:
        yield opened
    check_file(folder / "kiosk.db")


@settings(max_examples=150)
@given(changes=st.lists(records, max_size=4))
def test_whatever_the_catalogue_allows_comes_back_as_it_was_saved(
    lasting_store: Store, changes: list[Change]
):
    op_ids = lasting_store.save(changes, by="staff-1")
    kept = records_as_kept(lasting_store.connection)
    ops = {op.op_id: op for op in lasting_store.unsent(1_000_000)}
    for change, op_id in zip(changes, op_ids, strict=True):
        assert ops[op_id].fields == dict(change.fields)
        assert (change.record_type, change.record_id) in kept


@settings(max_examples=200)
@given(changes=st.lists(bad_or_good | records, min_size=1, max_size=3))
def test_whatever_is_tried_a_save_is_whole_or_leaves_nothing(
    lasting_store: Store, changes: list[Change]
):
    before = lasting_store.outbox_counts().total
    try:
        saved = len(lasting_store.save(changes, by="staff-1"))
    except InvalidChange:
        saved = 0
    assert lasting_store.outbox_counts().total == before + saved
    assert not lasting_store.connection.conn.in_transaction


def test_two_saves_of_one_moment_are_still_ordered(store: Store, clock: DrivenClock):
    store.save([resident_change() for _ in range(5)], by="staff-1")
    ops = store.unsent(10)
    assert len({op.wall_ms for op in ops}) == 1
    assert len({op.hlc for op in ops}) == 5
