"""A hub that was put back to before what its kiosks have pruned gets the records back from them."""

from __future__ import annotations

from typing import Any

import pytest

from hub import tables
from hub.database import in_batch, reading, take_new_epoch
from hub.sequencer import take_push
from offline_sync import sync_jobs
from offline_sync.oplog import OpReceipt, OpRejection, OpState
from offline_sync.outbox import outbox_counts
from offline_sync.periods import DAY_MS
from offline_sync.retention import OPS_KEPT_DAYS, end_periods
from offline_sync.store import Change, Store
from tests.builders import resident_change
from tests.hub.logs import VISIT, OpLog
from tests.hub.test_parity import HubAtHand, clock, hub, run, store
from tests.offline_sync.conftest import DrivenClock
from tests.offline_sync.snapshots import VILLAGE, rows

__all__ = ["clock", "hub", "store"]
MINE = resident_change(record_id="mine", phone="1")


@pytest.fixture
def log(clock: DrivenClock) -> OpLog:
    """What another kiosk has sent."""
    log = OpLog()
    log.add("resident", "r2", resident_change(record_id="r2", phone="1").fields)
    log.add("visit", "v-r2", VISIT | {"resident_id": "r2", "saved_at": clock.now().wall_ms})
    return log


def sent_and_pruned(store: Store, hub: HubAtHand, clock: DrivenClock) -> None:
    """This kiosk's records were confirmed so long ago that their ops are no more here."""
    hub.feed_to(store)
    visit = VISIT | {"resident_id": "mine", "saved_at": clock.now().wall_ms}
    ops = store.save([MINE, Change("visit", "v-mine", visit)], "w")
    store.acknowledge([OpReceipt(op_id, number) for number, op_id in enumerate(ops, start=11)])
    now_ms = clock.now().wall_ms + (OPS_KEPT_DAYS + 1) * DAY_MS
    with store.transaction() as db:
        db.execute("INSERT INTO clock_sample VALUES ('b', 1, 1, ?, 1)", (now_ms,))
        assert end_periods(db, now_ms).ops == 2
        assert db.execute("SELECT count(*) FROM op_out").fetchone() == (0,)


def a_new_history(store: Store, hub: HubAtHand, clock: DrivenClock) -> None:
    epoch = in_batch(hub.engine, take_new_epoch)
    sync_jobs.begin_history(store, VILLAGE, epoch, clock.now().wall_ms)
    hub.feed_to(store)


def send(store: Store, hub: HubAtHand, log: OpLog) -> list[str]:
    """Send what waits as another stream; gives the records."""
    mine = OpLog(log.kiosk)
    for op in store.unsent(99):
        mine.add(op.record_type, op.record_id, op.fields, op.base, op_id=op.op_id, hlc=op.hlc)
    taken = in_batch(
        hub.engine, lambda connection: take_push(connection, log.kiosk, mine.push(), 5)
    )
    assert taken.quarantined == ()
    numbers = dict(taken.acknowledged)
    store.acknowledge([OpReceipt(op.op_id, numbers[op.seq]) for op in mine.ops])
    return [op.record_id for op in mine.ops]


def test_what_was_pruned_and_lost_by_the_hub_is_given_back(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    hub.take(log)
    sent_and_pruned(store, hub, clock)
    hub.do("DELETE FROM record WHERE record_id = 'v-r2'")  # another kiosk's, that is no more
    before = {name: rows(store, name) for name in ("resident", "visit")}
    a_new_history(store, hub, clock)
    found = run(store, hub, clock)
    assert (found.resent, found.only_here) == (3, 0)
    assert sorted(send(store, hub, log)) == ["mine", "v-mine", "v-r2"]
    hub.feed_to(store)
    assert {name: rows(store, name) for name in before} == before
    found = run(store, hub, clock)
    assert (found.resent, found.only_here, found.equal) == (0, 0, True)
    counts = outbox_counts(store.connection)
    assert (counts.acknowledged, counts.total) == (5, 5)


def test_what_the_hub_will_not_have_is_given_back_once(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    hub.take(log)
    sent_and_pruned(store, hub, clock)
    a_new_history(store, hub, clock)
    assert run(store, hub, clock).resent == 2
    ops: list[Any] = store.unsent(9)
    store.quarantine([OpRejection(op.op_id, "the hub's word") for op in ops])
    found = run(store, hub, clock)
    assert (found.resent, found.unmended) == (0, 0)
    states = store.connection.execute("SELECT state, count(*) FROM op_out GROUP BY 1").fetchall()
    assert states == [(OpState.QUARANTINED, 2)]


def test_an_edit_that_waits_holds_up_no_record_that_is_given_back(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    hub.take(log)
    hub.feed_to(store)
    hub.do(*(f"DELETE FROM {name} WHERE record_id = 'r2'" for name in ("record", "field_state")))
    store.save([Change("resident", "r2", {"phone": "2"})], "w")
    assert run(store, hub, clock).resent == 1
    assert run(store, hub, clock).only_here == 1, "what is on its way is not made twice"
    mine = OpLog(log.kiosk)
    for op in store.unsent(9):
        mine.add(op.record_type, op.record_id, op.fields, op.base, op_id=op.op_id, hlc=op.hlc)
    in_batch(hub.engine, lambda connection: take_push(connection, log.kiosk, mine.push(), 5))
    with reading(hub.engine) as connection:
        assert connection.execute(tables.conflict.select()).all() == []
        assert connection.execute(tables.waiting.select()).all() == []
