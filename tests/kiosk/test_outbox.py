"""The outbox on the writer thread: nothing lost between the wire and the store."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.outbox import Records, WriterOutbox
from kiosk.workers import Writer, WriterStopped
from offline_sync.database import StoreFull
from offline_sync.oplog import FeedEntry, OpReceipt, OpRejection
from offline_sync.outbox import OutboxCounts, SyncRun
from offline_sync.store import Store
from tests.builders import open_test_store, resident_change

WAIT_S = 10.0


@dataclass
class Kept:
    """A writer with three saved residents, and the outbox over it."""

    writer: Writer
    outbox: WriterOutbox = field(init=False)
    receipts_told: list[str] = field(default_factory=list)
    changed_told: list[tuple[str, Records]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.outbox = WriterOutbox(
            self.writer,
            lambda: self.receipts_told.append(threading.current_thread().name),
            lambda changed: self.changed_told.append((threading.current_thread().name, changed)),
        )

    @property
    def counts(self) -> OutboxCounts:
        return self.writer.submit(Store.outbox_counts).result(WAIT_S)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    writer = Writer(lambda: open_test_store(tmp_path))
    writer.start().result(WAIT_S)
    people = [resident_change(card_token=f"CARD{number}") for number in range(3)]
    writer.submit(lambda store: store.save(people, "test")).result(WAIT_S)
    yield Kept(writer)
    writer.stop()


def test_a_batch_is_marked_and_its_receipts_are_stored(kept: Kept) -> None:
    async def sync() -> None:
        ops = await kept.outbox.next_batch(2)
        assert kept.counts.sent == 2
        await kept.outbox.acknowledge([OpReceipt(op.op_id, seq) for seq, op in enumerate(ops, 1)])

    asyncio.run(sync())
    assert (kept.counts.acknowledged, kept.counts.unsent) == (2, 1)
    assert kept.receipts_told == [threading.current_thread().name]


def test_refused_ops_wait_for_a_person(kept: Kept) -> None:
    async def sync() -> None:
        first, second, third = await kept.outbox.next_batch(10)
        await kept.outbox.quarantine([OpRejection(first.op_id, "unknown field")])
        await kept.outbox.set_aside([OpRejection(second.op_id, "too large")])
        await kept.outbox.release([third.op_id])

    asyncio.run(sync())
    assert (kept.counts.needs_attention, kept.counts.unsent, kept.counts.total) == (2, 1, 3)


def test_ops_whose_release_a_full_disk_refused_are_in_the_next_batch(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFull("the disk is full")

    async def sync() -> None:
        ops = await kept.outbox.next_batch(10)
        with monkeypatch.context() as disk:
            disk.setattr(Store, "release", full)
            with pytest.raises(StoreFull):
                await kept.outbox.release([op.op_id for op in ops])
        again = await kept.outbox.next_batch(10)
        assert [op.op_id for op in again] == [op.op_id for op in ops]

    asyncio.run(sync())


def test_a_receipt_that_was_handed_over_is_stored_though_the_sync_is_cancelled(
    kept: Kept,
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def busy(_: Store) -> None:
        begun.set()
        assert go_on.wait(WAIT_S)

    async def sync() -> None:
        (op,) = await kept.outbox.next_batch(1)
        kept.writer.submit(busy)
        assert begun.wait(WAIT_S)
        storing = asyncio.ensure_future(kept.outbox.acknowledge([OpReceipt(op.op_id, 1)]))
        await asyncio.wait([storing], timeout=0)
        storing.cancel()
        await asyncio.wait([storing])
        assert storing.cancelled()
        go_on.set()
        await kept.outbox.stream()  # comes after it in the writer's queue

    asyncio.run(sync())
    assert kept.counts.acknowledged == 1
    assert kept.receipts_told == []


def test_feed_cursor_and_history_go_through_the_same_thread(kept: Kept) -> None:
    async def sync() -> None:
        await kept.outbox.apply_feed("village", "epoch-1", [], 7)
        cursor = await kept.outbox.cursor("village")
        assert (cursor.hub_epoch, cursor.after) == ("epoch-1", 7)
        await kept.outbox.record_run(SyncRun(1, 2, True, 0, 0, 0, 0))
        assert (await kept.outbox.stream()).next_seq > 3

    asyncio.run(sync())
    tries = kept.writer.submit(
        lambda store: store.connection.execute("SELECT count(*) FROM sync_run").fetchone()[0]
    )
    assert tries.result(WAIT_S) == 1


def test_records_that_arrive_are_told_and_what_cannot_be_read_is_logged_by_number(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    person = resident_change(record_id="r1")
    good = FeedEntry(1, "put", "hub-op-1", "resident", "r1", person.fields)
    half = FeedEntry(2, "put", "hub-op-2", "resident", "r2", {"phone": "2000 0000"})
    newer = FeedEntry(3, "put", "hub-op-3", "garden_plot", "g1", {"owner": "陳美玲"})

    async def sync() -> None:
        await kept.outbox.apply_feed("village", "epoch-1", [good, half, newer], 3)
        await kept.outbox.apply_feed("village", "epoch-1", [], 4)

    asyncio.run(sync())
    assert kept.changed_told == [(threading.current_thread().name, frozenset({("resident", "r1")}))]
    assert "entries 2, 3 of the feed" in caplog.text
    assert not any(word in caplog.text for word in ("2000 0000", "陳美玲"))


def test_a_kiosk_that_closes_answers_the_sync_with_an_error(kept: Kept) -> None:
    kept.writer.stop()
    with pytest.raises(WriterStopped):
        asyncio.run(kept.outbox.next_batch(1))
