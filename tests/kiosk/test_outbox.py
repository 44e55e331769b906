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
from offline_sync.clock import SystemClock
from offline_sync.database import StoreFull
from offline_sync.oplog import OpReceipt
from offline_sync.outbox import OutboxCounts
from offline_sync.store import Store
from offline_sync.sync_jobs import Batch, take_batch
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


def take(store: Store) -> Batch | None:
    return take_batch(store, "k1", "village", 10, "this test", SystemClock().now())


def test_a_batch_is_marked_and_what_is_told_is_told_on_the_calling_thread(kept: Kept) -> None:
    batch = asyncio.run(kept.outbox.on_store(take))
    assert batch is not None
    assert len(batch.ops) == kept.counts.sent == 3
    kept.outbox.receipts_stored()
    kept.outbox.records_changed(frozenset({("resident", "r1")}))
    here = threading.current_thread().name
    assert kept.receipts_told == [here]
    assert kept.changed_told == [(here, frozenset({("resident", "r1")}))]


def test_ops_whose_release_a_full_disk_refused_are_in_the_next_batch(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFull("the disk is full")

    async def sync() -> None:
        first = await kept.outbox.on_store(take)
        assert first is not None
        with monkeypatch.context() as disk:
            disk.setattr(Store, "release", full)
            with pytest.raises(StoreFull):
                await kept.outbox.on_store(lambda store: store.release([]))
        again = await kept.outbox.on_store(take)
        assert again is not None
        assert [op.op_id for op in again.ops] == [op.op_id for op in first.ops]

    asyncio.run(sync())


def test_a_receipt_that_was_handed_over_is_stored_though_the_sync_is_cancelled(
    kept: Kept,
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def busy(_: Store) -> None:
        begun.set()
        assert go_on.wait(WAIT_S)

    async def sync() -> None:
        batch = await kept.outbox.on_store(take)
        assert batch is not None
        receipt = OpReceipt(batch.ops[0].op_id, 1)
        kept.writer.submit(busy)
        assert begun.wait(WAIT_S)
        storing = asyncio.ensure_future(
            kept.outbox.on_store(lambda store: store.acknowledge([receipt]))
        )
        await asyncio.wait([storing], timeout=0)
        storing.cancel()
        await asyncio.wait([storing])
        assert storing.cancelled()
        go_on.set()
        await kept.outbox.on_store(Store.stream)  # comes after it in the writer's queue

    asyncio.run(sync())
    assert kept.counts.acknowledged == 1
    assert kept.receipts_told == []


def test_a_kiosk_that_closes_answers_the_sync_with_an_error(kept: Kept) -> None:
    kept.writer.stop()
    with pytest.raises(WriterStopped):
        asyncio.run(kept.outbox.on_store(Store.stream))
