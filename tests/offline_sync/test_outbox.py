from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from offline_sync.database import open_reader
from offline_sync.oplog import OpReceipt, OpRejection, OpState
from offline_sync.outbox import (
    ClockSample,
    LastContact,
    OutboxCounts,
    SyncRun,
    chains_around,
    last_contact,
    mark_ready_sent,
    ready_ops,
    release_all_sent,
)
from offline_sync.store import Change, Store, outbox_counts
from tests.builders import TEST_KEY, resident_change
from tests.offline_sync.conftest import DrivenClock
from tests.offline_sync.invariants import check


def save_many(store: Store, count: int) -> list[str]:
    return list(store.save([resident_change() for _ in range(count)], by="staff-1"))


def unsent_ids(store: Store, limit: int = 100) -> list[str]:
    return [op.op_id for op in store.unsent(limit)]


def reason_of(store: Store, op_id: str) -> str | None:
    row = store.connection.execute("SELECT why FROM op_out WHERE op_id = ?", (op_id,)).fetchone()
    return row[0]


def test_ops_leave_in_the_order_in_which_they_were_saved(store: Store):
    ids = save_many(store, 5)
    assert unsent_ids(store, 3) == ids[:3]
    assert unsent_ids(store) == ids


def test_the_four_numbers_add_up(store: Store, path: Path):
    ids = save_many(store, 7)
    store.mark_sending(ids[:5])
    store.acknowledge([OpReceipt(ids[0], 11), OpReceipt(ids[1], 12)])
    store.quarantine([OpRejection(ids[2], "unknown field")])
    store.set_aside([OpRejection(ids[3], "413")])
    expected = OutboxCounts(unsent=2, sent=1, acknowledged=2, needs_attention=2, total=7)
    assert store.outbox_counts() == expected
    reader = open_reader(path, TEST_KEY)
    try:
        assert outbox_counts(reader) == expected
    finally:
        reader.close()


def test_the_chain_is_said_where_numbers_are_missing(store: Store):
    ids = save_many(store, 8)
    store.set_aside([OpRejection(ids[place], "413") for place in (1, 4, 5)])
    chains = [op.chain.hex() for op in ready_ops(store.connection, 10)]
    kept = store.connection.execute("SELECT chain FROM op_out ORDER BY seq").fetchall()
    at = {seq: chain.hex() for seq, (chain,) in enumerate(kept, start=1)}
    assert chains == [at[seq] for seq in (1, 3, 4, 7, 8)]
    said = chains_around(store.connection, ready_ops(store.connection, 10))
    assert said == {seq: at[seq] for seq in (1, 2, 4, 6)}
    store.acknowledge([OpReceipt(ids[0], 1), OpReceipt(ids[2], 2)])
    beyond = ready_ops(store.connection, 10)
    assert chains_around(store.connection, beyond[:1]) == {}, "the hub has the one before"
    assert chains_around(store.connection, beyond[1:]) == {6: at[6]}


def test_an_op_under_way_is_not_handed_out_twice_and_comes_back_when_released(store: Store):
    ids = save_many(store, 3)
    store.mark_sending(ids[:2])
    assert unsent_ids(store) == ids[2:]
    store.release(ids[:2])
    assert unsent_ids(store) == ids


def test_what_was_under_way_at_a_power_cut_is_unsent_after_it(path: Path, clock: DrivenClock):
    with Store.open(path, TEST_KEY, clock) as store:
        ids = save_many(store, 3)
        store.mark_sending(ids)
        store.acknowledge([OpReceipt(ids[1], 5)])
    with Store.open(path, TEST_KEY, clock) as store:
        assert unsent_ids(store) == [ids[0], ids[2]]


def test_only_the_op_named_in_a_receipt_is_delivered(store: Store):
    ids = save_many(store, 3)
    store.mark_sending(ids)
    assert store.acknowledge([OpReceipt(ids[2], 9)]) == 1
    store.release(ids)
    assert unsent_ids(store) == ids[:2]


def test_a_receipt_that_comes_twice_or_for_a_stranger_changes_nothing(store: Store):
    ids = save_many(store, 1)
    assert store.acknowledge([OpReceipt(ids[0], 9), OpReceipt("stranger", 10)]) == 1
    assert store.acknowledge([OpReceipt(ids[0], 9)]) == 0
    assert store.acknowledge([]) == 0


def test_a_late_receipt_counts_even_after_the_op_was_given_back(store: Store):
    ids = save_many(store, 1)
    store.mark_sending(ids)
    store.release(ids)
    store.acknowledge([OpReceipt(ids[0], 9)])
    assert store.outbox_counts().acknowledged == 1
    assert unsent_ids(store) == []


def test_a_receipt_is_never_taken_back(store: Store):
    ids = save_many(store, 1)
    store.acknowledge([OpReceipt(ids[0], 9)])
    store.quarantine([OpRejection(ids[0], "late")])
    store.set_aside([OpRejection(ids[0], "late")])
    store.release(ids)
    store.mark_sending(ids)
    assert store.outbox_counts() == OutboxCounts(0, 0, 1, 0, 1)
    assert reason_of(store, ids[0]) is None


def test_a_quarantined_op_keeps_its_reason_and_does_not_hold_up_its_record(store: Store):
    resident = resident_change()
    (first,) = store.save([resident], by="staff-1")
    (second,) = store.save([Change("resident", resident.record_id, {"phone": "1"})], by="s")
    store.quarantine([OpRejection(first, "picture is not known")])
    assert reason_of(store, first) == "picture is not known"
    assert unsent_ids(store) == [second]


def test_later_ops_of_a_record_wait_behind_one_that_is_stuck_and_others_go_on(store: Store):
    resident, other = resident_change(), resident_change()
    (first,) = store.save([resident], by="staff-1")
    (elsewhere,) = store.save([other], by="staff-1")
    (second,) = store.save([Change("resident", resident.record_id, {"phone": "1"})], by="s")
    store.set_aside([OpRejection(first, "refused three times")])
    assert unsent_ids(store) == [elsewhere]
    assert store.outbox_counts() == OutboxCounts(2, 0, 0, 1, 3)
    store.release([first])
    assert unsent_ids(store) == [first, elsewhere, second]


def test_ops_saved_before_the_stuck_one_do_not_wait_for_it(store: Store):
    resident = resident_change()
    (first,) = store.save([resident], by="staff-1")
    (second,) = store.save([Change("resident", resident.record_id, {"phone": "1"})], by="s")
    store.set_aside([OpRejection(second, "refused three times")])
    assert unsent_ids(store) == [first]


def test_last_success_and_last_try_are_two_things(store: Store):
    assert last_contact(store.connection) == LastContact(None, None, "")
    store.record_sync_run(SyncRun(started_ms=10, ended_ms=20, ok=True, sent=3))
    failed = SyncRun(30, 40, ok=False, error="no answer", error_kind="HubUnreachable")
    store.record_sync_run(failed)
    assert last_contact(store.connection) == LastContact(20, 40, "no answer", "HubUnreachable")
    store.record_sync_run(SyncRun(started_ms=50, ended_ms=60, ok=True))
    assert last_contact(store.connection) == LastContact(60, 60, "")


def test_the_history_of_tries_is_bounded_and_keeps_the_last_success(store: Store):
    store.record_sync_run(SyncRun(started_ms=1, ended_ms=2, ok=True))
    with store.transaction():
        for at in range(3, 1_203):
            sample = ClockSample("boot-1", at, at, at + 5, 1)
            run = SyncRun(started_ms=at, ended_ms=at, ok=False, error="x", clock=sample)
            store.record_sync_run(run)
    (runs,) = store.connection.execute("SELECT count(*) FROM sync_run").fetchone()
    (samples,) = store.connection.execute("SELECT count(*) FROM clock_sample").fetchone()
    assert runs <= 1_002
    assert samples <= 1_001
    assert last_contact(store.connection) == LastContact(2, 1_202, "x")


def test_a_failed_run_before_any_success_is_kept(store: Store):
    with store.transaction():
        for at in range(1_010):
            store.record_sync_run(SyncRun(started_ms=at, ended_ms=at, ok=False, error="x"))
    assert last_contact(store.connection) == LastContact(None, 1_009, "x")
    (runs,) = store.connection.execute("SELECT count(*) FROM sync_run").fetchone()
    assert runs == 1_000


class OutboxMachine(RuleBasedStateMachine):
    """Saves, sends, receipts and power cuts in any order, beside a list that says what is true."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = DrivenClock()
        self.residents = [resident_change(record_id=f"r{number}") for number in range(3)]
        self.expected: dict[str, tuple[str, OpState]] = {}
        self.open()

    def open(self) -> None:
        self.store = Store.open(self.folder / "kiosk.db", TEST_KEY, self.clock)

    def teardown(self) -> None:
        check(self.store.connection)
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(number=st.integers(0, 2))
    def save(self, number: int) -> None:
        resident = self.residents[number]
        (op_id,) = self.store.save([resident], by="staff-1")
        self.expected[op_id] = (resident.record_id, OpState.UNSENT)

    @rule(limit=st.integers(1, 4))
    def send(self, limit: int) -> None:
        batch = unsent_ids(self.store, limit)
        self.store.mark_sending(batch)
        self.move(batch, {OpState.UNSENT: OpState.SENT})

    @precondition(lambda self: self.expected)
    @rule(data=st.data(), outcome=st.sampled_from(["ack", "release", "quarantine", "set_aside"]))
    def answer(self, data: st.DataObject, outcome: str) -> None:
        some = data.draw(st.lists(st.sampled_from(sorted(self.expected)), unique=True))
        unsent, sent, acked, aside, stuck = OpState
        if outcome == "ack":
            self.store.acknowledge([OpReceipt(op_id, 1) for op_id in some])
            self.move(some, dict.fromkeys(OpState, acked))
        elif outcome == "release":
            self.store.release(some)
            self.move(some, {sent: unsent, stuck: unsent})
        elif outcome == "quarantine":
            self.store.quarantine([OpRejection(op_id, "why") for op_id in some])
            self.move(some, dict.fromkeys((unsent, sent, aside, stuck), aside))
        else:
            self.store.set_aside([OpRejection(op_id, "why") for op_id in some])
            self.move(some, {unsent: stuck, sent: stuck})

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.open()
        self.move(list(self.expected), {OpState.SENT: OpState.UNSENT})

    def move(self, op_ids: list[str], moves: dict[OpState, OpState]) -> None:
        for op_id in op_ids:
            record_id, state = self.expected[op_id]
            self.expected[op_id] = (record_id, moves.get(state, state))

    @invariant()
    def the_table_says_what_happened(self) -> None:
        states = [state for _, state in self.expected.values()]
        assert self.store.outbox_counts() == OutboxCounts(
            unsent=states.count(OpState.UNSENT),
            sent=states.count(OpState.SENT),
            acknowledged=states.count(OpState.ACKNOWLEDGED),
            needs_attention=states.count(OpState.QUARANTINED) + states.count(OpState.STUCK),
            total=len(states),
        )
        held_up: set[str] = set()
        free = []
        for op_id, (record_id, state) in self.expected.items():
            if state is OpState.STUCK:
                held_up.add(record_id)
            elif state is OpState.UNSENT and record_id not in held_up:
                free.append(op_id)
        assert unsent_ids(self.store) == free


TestOutboxInAnyOrder = OutboxMachine.TestCase
TestOutboxInAnyOrder.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


def test_no_question_of_the_sync_reads_the_whole_log(store: Store) -> None:
    store.save([resident_change()], by="w-1")
    asked: list[str] = []
    store.connection.conn.set_trace_callback(asked.append)
    try:
        store.outbox_counts()
        with store.transaction() as db:
            mark_ready_sent(db, ready_ops(db, 500))
            release_all_sent(db)
    finally:
        store.connection.conn.set_trace_callback(None)
    plans = [
        row[3]
        for sql in asked
        if "op_out" in sql
        for row in store.connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    ]
    assert plans
    assert not [plan for plan in plans if plan.startswith("SCAN op_out")]
    assert any("op_out_by_state" in plan for plan in plans)
