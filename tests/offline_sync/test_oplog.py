from __future__ import annotations

import dataclasses

import pytest

from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.changes import Change
from offline_sync.oplog import CHAIN_START, OutgoingOp, chain_after, fields_digest
from offline_sync.store import Store
from tests.builders import open_test_store, resident_change
from tests.offline_sync.conftest import DrivenClock
from tests.offline_sync.invariants import check

OP = OutgoingOp(
    seq=1,
    op_id="0123456789abcdef0123456789abcdef",
    record_type="resident",
    record_id="r1",
    hlc="000000000001.00000000",
    fields={"phone": "2345 6789"},
    base={},
    by="staff-1",
    version=1,
    wall_ms=1,
    mono_ms=2,
    boot_id="boot-1",
)


def test_the_chain_of_a_known_op_never_changes():
    # A hub of a later version must reach the same value: this is on the wire for ever.
    expected = "18bba53c6c1af771049a7af43d8607b478e08ec83e3edad4c2aa6862e8fe4aae"
    assert chain_after(CHAIN_START, OP).hex() == expected


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 2},
        {"op_id": "f" * 32},
        {"record_type": "staff"},
        {"record_id": "r2"},
        {"hlc": "000000000001.00000001"},
        {"fields": {"phone": "2345 6780"}},
        {"fields": {}},
        {"base": {"phone": "x"}},
        {"by": "staff-2"},
        {"version": 2},
        {"wall_ms": 2},
        {"mono_ms": 3},
        {"boot_id": "boot-2"},
        {"settles": {"phone": ["x"]}},
    ],
)
def test_whatever_is_altered_in_an_op_breaks_the_chain(change: dict[str, object]):
    altered = dataclasses.replace(OP, **change)  # type: ignore[arg-type]
    assert chain_after(CHAIN_START, altered) != chain_after(CHAIN_START, OP)


def test_the_chain_depends_on_all_that_came_before():
    assert chain_after(bytes([1]) * 32, OP) != chain_after(CHAIN_START, OP)


def test_the_chain_stays_whole_when_the_fields_of_an_op_are_erased():
    digest = fields_digest(OP.op_id, OP.fields)
    erased = dataclasses.replace(OP, fields={})
    assert chain_after(CHAIN_START, erased, digest) == chain_after(CHAIN_START, OP)


def test_equal_contents_do_not_look_equal_in_two_ops():
    assert fields_digest("a", OP.fields) != fields_digest("b", OP.fields)


def test_ops_are_numbered_without_gaps_also_over_failed_saves(store: Store):
    change = resident_change()
    store.save([change], by="staff-1")

    def save_and_fail() -> None:
        with store.transaction():
            store.save([Change("resident", change.record_id, {"phone": "1"})], by="staff-1")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        save_and_fail()
    store.save([Change("resident", change.record_id, {"phone": "2"})], by="staff-1")
    assert [op.seq for op in store.unsent(10)] == [1, 2]
    assert store.stream().next_seq == 3
    check(store.connection)


def test_the_order_of_ops_survives_a_clock_that_is_set_back(store: Store, clock: DrivenClock):
    change = resident_change()
    store.save([change], by="staff-1")
    for wall in (clock.instant.wall_ms - 3 * 365 * 86_400_000, clock.instant.wall_ms + 1, 0):
        clock.set_wall(wall)
        store.save([Change("resident", change.record_id, {"phone": str(wall)})], by="staff-1")
    ops = store.unsent(10)
    assert [op.hlc for op in ops] == sorted({op.hlc for op in ops})
    assert ops[-1].wall_ms == 0


def test_an_op_says_who_when_and_by_which_clocks(store: Store, clock: DrivenClock):
    clock.pass_ms(1_500)
    store.save([resident_change()], by="staff-7")
    (op,) = store.unsent(10)
    assert (op.by, op.version) == ("staff-7", CATALOGUE_VERSION)
    assert (op.wall_ms, op.mono_ms, op.boot_id) == (
        clock.instant.wall_ms,
        clock.instant.mono_ms,
        "boot-1",
    )


def test_streams_of_two_stores_have_nothing_in_common(tmp_path_factory: pytest.TempPathFactory):
    streams = []
    for name in ("a", "b"):
        with open_test_store(tmp_path_factory.mktemp(name)) as other:
            streams.append(other.stream())
    assert streams[0].origin != streams[1].origin
    assert streams[0].epoch != streams[1].epoch
    assert {stream.chain for stream in streams} == {CHAIN_START}
